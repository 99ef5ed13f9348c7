"""What of trials travels to the page: bounded, exact where it can be, and only the news."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

import nbboard
from nbboard.views.hparams.columns import (
    CELL_TYPES,
    MAX_POINTS,
    curve_points,
    narrow,
    pack_curves,
    pack_trials,
    pack_values_at,
    thinned,
)
from nbboard.views.hparams.statistics import VALUES
from nbboard.views.hparams.table import TrialTable
from nbboard.views.shared import wire
from tests.views import hparams_logs as logs

#: As the run list of a page numbers runs.
NUMBERS = {"a": 7, "b": 9}


def _table(folder: Path) -> TrialTable:
    table = TrialTable(nbboard.open(folder).hparams)
    table.update()
    return table


def _travelled(content: Any) -> Any:
    return wire.unpack(*wire.pack(content))


def test_the_payload_has_columns_and_what_their_cells_are(tmp_path):
    """Names, values with their types, statistics and curves of every session."""
    first = {"lr": 0.1, "flag": True, "n": 1.0, "decay": math.inf}
    logs.session(tmp_path / "a", first, {"loss": [(0, 2.0), (9, 1.0)]})
    logs.session(tmp_path / "b", {"lr": math.nan, "flag": False, "n": "1"}, {}, status="failure")
    content = _travelled(pack_trials(_table(tmp_path), NUMBERS.__getitem__))["trials"]

    assert content["sessions"]["runs"].tolist() == [7, 9]
    assert content["trials"]["named"] == {}
    assert content["sessions"]["status"].tolist() == [1, 2]
    columns = {column["key"]: column for column in content["hparams"]}
    assert columns["lr"]["numbers"][0] == 0.1
    assert math.isnan(columns["lr"]["numbers"][1])
    assert "types" not in columns["lr"]
    kinds = {key: [CELL_TYPES[t] for t in c["types"]] for key, c in columns.items() if "types" in c}
    assert kinds == {
        "flag": ["bool", "bool"],
        "n": ["number", "text"],
        "decay": ["number", "missing"],
    }
    assert columns["decay"]["numbers"][0] == math.inf
    assert columns["n"]["texts"] == ["1"]
    assert content["judge"] == "loss"
    assert content["count"].tolist() == [2, 0]
    assert content["sessions"]["start"].tolist() == [logs.START, logs.START]
    assert set(content["value"]) == set(VALUES)
    assert 1.0 == content["value"]["last"][0] == content["value"]["min"][0]
    assert content["curves"]["lengths"].tolist() == [2, 0]
    assert content["curves"]["step"].tolist() == [0, 9]
    assert content["curves"]["value"].tolist() == [2, 1]


def test_cells_that_repeat_travel_as_codes(tmp_path):
    """Few values of many trials: each is said once, True is not 1."""
    for number in range(8):
        hparams = {"x": (True, 1.0)[number % 2], "y": float(number)}
        logs.session(tmp_path / f"r{number}", hparams, {})
    x, y = pack_trials(_table(tmp_path), lambda run: int(run[1:]))["trials"]["hparams"]

    assert x["codes"].tolist() == [0, 1] * 4
    assert [CELL_TYPES[code] for code in x["types"]] == ["bool", "number"]
    assert "codes" not in y


def test_numbers_take_the_room_they_need():
    """float32, int32 or float64 where these have every number exactly."""
    assert narrow(np.array([0.5, np.nan, np.inf])).dtype == np.float32
    assert narrow(np.array([0.1])).dtype == np.float64
    assert narrow(np.array([1e300])).dtype == np.float64
    assert narrow(np.array([2**31 - 1, -(2**31)])).dtype == np.int32
    assert narrow(np.array([2**53])).dtype == np.float64
    assert narrow(np.array([2**53 + 1])).dtype == np.int64
    assert narrow(np.empty(0, np.int64)).dtype == np.int32


def test_steps_that_float64_has_not_travel_as_integers(tmp_path):
    """A step near 2**62 arrives exact, as do the values at it."""
    step = 2**62 + 1
    logs.session(tmp_path / "a", {"lr": 1.0}, {"loss": [(5, 3.0), (step, 2.0)]})
    table = _table(tmp_path)
    content = _travelled(pack_trials(table, NUMBERS.__getitem__))["trials"]

    assert content["step"].dtype == np.int64
    assert content["step"][0] == step
    answer = _travelled(pack_values_at(table, step))
    assert (answer["step"], answer["at"].tolist()) == (str(step), [step])


def test_a_delta_has_only_what_changed(tmp_path):
    """New points of a session and a new trial travel; the others do not."""
    open_one = logs.session(tmp_path / "a", {"lr": 1.0}, {"loss": [(0, 3.0)]}, status=None)
    logs.session(tmp_path / "b", {"lr": 2.0}, {"loss": [(0, 2.0)]})
    log = nbboard.open(tmp_path)
    view = log.hparams.view()
    assert len(view.data) == 2
    assert view.news() is None

    logs.add(open_one, {"loss": [(1, 1.0)]})
    logs.session(tmp_path / "aa", {"lr": 3.0}, {"loss": [(0, 4.0)]})
    log.refresh()
    news = view.news()
    assert news is not None
    content = news["trials"]
    number = view.run_list.number
    assert content["sessions"]["runs"].tolist() == [number("a"), number("aa")]
    assert content["sessions"]["sent"].tolist() == [0, 1]
    assert content["sessions"]["came"].tolist() == [1]
    assert content["trials"]["sent"].tolist() == [0, 1]
    assert (content["base"], content["version"]) == (1, 2)
    assert view.data.set_index("trial").loc["a", "loss"] == 1.0
    assert view.news() is None
    open_one.close()


def test_the_news_of_one_trial_are_small_among_many(tmp_path):
    """One more trial among hundreds: its bytes, not theirs."""
    logs.many_trials(tmp_path, 400)
    log = nbboard.open(tmp_path)
    view = log.hparams.view()
    whole = wire.size_of(view.payload())

    logs.session(tmp_path / "t00100x", {"lr": 3.0, "n": 1.0}, {"loss": [(0, 4.0)]})
    log.refresh()
    news = view.news()
    assert news is not None
    assert wire.size_of(news) < whole / 20
    assert news["trials"]["trials"]["came"].tolist() == [101]


def test_curves_keep_to_a_budget():
    """Short curves stay whole, long ones share the rest; hopeless shares are none at all."""
    assert curve_points(np.array([500, 10])) == 500
    counts = np.array([10, 10, 100_000, 200_000, 300_000])
    limit = curve_points(counts)
    assert MAX_POINTS - 5 <= np.minimum(counts, limit).sum() <= MAX_POINTS
    assert curve_points(np.full(100_000, 50)) == 0
    assert curve_points(np.zeros((0, 3))) == 0


def test_thin_curves_keep_their_ends_and_extremes():
    """The first, last, least and greatest point survive, and NaN hides none of them."""
    all_steps = np.arange(3000)
    values = np.sin(all_steps / 50) * all_steps
    values[1234], values[77] = 1e6, math.nan

    for points in (8, 100, 1000):
        step, value = thinned(all_steps, values, points)
        assert len(step) <= points + 4
        assert {0, 1234, 2999} <= set(step.tolist())
        assert np.nanmin(value) == np.nanmin(values)
        assert (np.diff(step) > 0).all()


def test_answers_are_exact(tmp_path):
    """Values at a step come from all points, curves of one session in thousands."""
    values = [(s, float(s)) for s in range(5000)]
    logs.session(tmp_path / "a", {"x": 1.0}, {"loss": values})
    table = _table(tmp_path)

    answer = pack_values_at(table, 4321)
    assert 4321.0 == answer["value"].item() == answer["at"].item()
    curves = pack_curves(table, 0)["curves"]
    assert 1000 < curves["lengths"][0] <= 2004
    assert not pack_values_at(table, -1)["there"].any()
