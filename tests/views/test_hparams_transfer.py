"""What of trials travels to the page: bounded, exact where it can be, and only the news."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np

import nbboard
from nbboard.views.hparams.table import STATISTICS, TrialTable
from nbboard.views.hparams.columns import (
    MAX_POINTS,
    curve_points,
    pack_curves,
    pack_trials,
    pack_values_at,
    thinned,
)
from tests.views import hparams_logs as logs


def _table(folder: Path) -> TrialTable:
    table = TrialTable(nbboard.open(folder).hparams)
    table.update()
    return table


def test_the_payload_says_everything_in_json_and_one_block(tmp_path):
    """Header and numbers give names, values, statistics and curves of every session."""
    logs.session(
        tmp_path / "a", {"lr": 0.1, "flag": True, "n": 1.0}, {"loss": [(0, 2.0), (9, 1.0)]}
    )
    logs.session(tmp_path / "b", {"lr": math.nan, "flag": False, "n": "1"}, {}, status="failure")
    packed = pack_trials(_table(tmp_path))
    header = json.loads(json.dumps(packed["header"], allow_nan=False))
    numbers = np.frombuffer(packed["numbers"])

    assert header["trials"] == ["a", "b"]
    assert header["status"] == ["success", "failure"]
    columns = {column["key"]: column for column in header["hparams"]}
    assert columns["lr"]["codes"] == [0, -1]
    assert columns["flag"]["values"] == [True, False]
    assert columns["n"]["values"] == [1.0, "1"]
    assert header["points"] == 2
    assert numbers[:2].tolist() == [logs.START, logs.START]
    at = 4
    statistics = dict(zip(STATISTICS, numbers[at : at + 16].reshape(8, 2), strict=True))
    assert statistics["count"].tolist() == [2, 0]
    assert 1.0 == statistics["last"][0] == statistics["min"][0]
    assert numbers[at + 16 :].tolist() == [2, 0, 0, 9, 2, 1]


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
    assert news["header"]["runs"] == ["a", "aa"]
    assert news["header"]["trials"] == ["aa"]
    assert news["header"]["firstTrial"] == 2
    assert news["header"]["seats"] == [0, 2]
    assert view.data.set_index("trial").loc["a", "loss"] == 1.0
    assert view.news() is None
    open_one.close()


def test_new_columns_send_everything_again(tmp_path):
    """A hyperparameter never seen before changes every row: all trials travel."""
    logs.session(tmp_path / "a", {"lr": 1.0}, {"loss": [(0, 3.0)]})
    log = nbboard.open(tmp_path)
    view = log.hparams.view()
    assert len(view.data) == 1

    logs.session(tmp_path / "b", {"lr": 2.0, "new": 1.0}, {"loss": [(0, 3.0)]})
    log.refresh()
    news = view.news()
    assert news is not None
    assert news["header"]["firstTrial"] == 0
    assert news["header"]["trials"] == ["a", "b"]


def test_a_run_written_anew_is_measured_anew(tmp_path):
    """As many points as before, but other ones: the trial has the new values."""
    logs.session(tmp_path / "a", {"lr": 1.0}, {"loss": [(0, 3.0)]})
    log = nbboard.open(tmp_path)
    view = log.hparams.view()
    assert view.data["loss"].item() == 3.0

    for file in (tmp_path / "a").iterdir():
        file.unlink()
    logs.session(tmp_path / "a", {"lr": 1.0}, {"loss": [(0, 8.0)]}, start=logs.START + 500)
    log.refresh()
    view.news()
    assert view.data["loss"].item() == 8.0


def test_curves_keep_to_a_budget():
    """Short curves stay whole, long ones share the rest; hopeless shares are none at all."""
    assert curve_points(np.array([500, 10])) == 500
    counts = np.array([10, 10, 100_000, 200_000, 300_000])
    limit = curve_points(counts)
    assert MAX_POINTS - 5 <= np.minimum(counts, limit).sum() <= MAX_POINTS
    assert curve_points(np.full(100_000, 50)) == 0
    assert curve_points(np.zeros((0, 3))) == 0


def test_thin_curves_keep_their_ends_and_extremes(tmp_path):
    """The first, last, least and greatest point survive, and NaN hides none of them."""
    values = [(s, math.sin(s / 50) * s) for s in range(3000)]
    values[1234] = (1234, 1e6)
    values[77] = (77, math.nan)
    logs.session(tmp_path / "a", {"x": 1.0}, {"loss": values})
    table = _table(tmp_path)
    series = table.series(0, 0, table.scalars)

    for points in (8, 100, 1000):
        step, value = thinned(series, points)
        assert len(step) <= points + 4
        assert {0.0, 1234.0, 2999.0} <= set(step)
        assert np.nanmin(value) == np.nanmin(np.asarray(series.value, float))
        assert (np.diff(step) > 0).all()


def test_answers_are_exact(tmp_path):
    """Values at a step come from all points, curves of one session in thousands."""
    values = [(s, float(s)) for s in range(5000)]
    logs.session(tmp_path / "a", {"x": 1.0}, {"loss": values})
    table = _table(tmp_path)

    answer = pack_values_at(table, 4321)
    assert 4321.0 == np.frombuffer(answer["value"]).item() == np.frombuffer(answer["at"]).item()
    curves = pack_curves(table, 0)
    assert 1000 < curves["lengths"][0] <= 2004
    assert np.isnan(np.frombuffer(pack_values_at(table, -1)["at"])).all()
