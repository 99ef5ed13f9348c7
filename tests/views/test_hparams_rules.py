"""Reduction, aggregation, conditions and axes, against their definitions."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto.event_pb2 import Event, SessionLog

import nbboard
from nbboard.views.hparams.cells import MISSING, Cell, cell_text
from nbboard.views.hparams.repeats import groups_of_repeats, same_or_missing, spread
from nbboard.views.hparams.rules import (
    best_trial,
    condition,
    passing,
    reduce_metrics,
    sorted_trials,
)
from nbboard.views.hparams.scale import make_axis, suggested
from nbboard.views.hparams.table import TrialTable
from tests import vectors
from tests.views import hparams_logs as logs

VECTORS = vectors.load("hparams")


def _cell(written: Any) -> Cell:
    """Return a cell of the vectors; numbers are float64, as protocol buffers have them."""
    if isinstance(written, dict):
        return MISSING if "missing" in written else float(written["number"])
    return float(written) if type(written) is int else written


def _cells(written: list[Any]) -> list[Cell]:
    return [_cell(one) for one in written]


def _same(one: Cell, other: Cell) -> bool:
    return type(one) is type(other) and (one == other or str(one) == "nan" == str(other))


@pytest.fixture
def table(tmp_path: Path) -> TrialTable:
    """One trial of three sessions, one of one."""
    hparams = {"lr": 0.1}
    for name, loss, accuracy in [
        ("0", [(0, 5.0), (10, 1.0), (20, 3.0)], [(20, 0.5)]),
        ("1", [(0, 7.0), (25, 2.0)], [(25, 0.875)]),
        ("2", [(0, math.nan), (30, 4.0)], []),
    ]:
        logs.session(
            tmp_path / "a" / name, hparams, {"loss": loss, "accuracy": accuracy}, group="A"
        )
    logs.session(tmp_path / "b", {"lr": 0.2}, {"accuracy": [(5, 0.75)]})
    found = TrialTable(nbboard.open(tmp_path).hparams)
    found.update()
    return found


def test_sessions_of_a_group_are_one_trial(table):
    """Three sessions named alike are one trial, called by the group's name."""
    assert table.trials == ["A", "b"]
    assert table.trial_of.tolist() == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("options", "loss", "accuracy"),
    [
        ({}, 3.0, 0.6875),
        ({"reduce": "best"}, 7 / 3, 0.6875),
        ({"reduce": "best", "goals": {"loss": "max"}}, 16 / 3, 0.6875),
        ({"reduce": "mean"}, (3 + 4.5 + 4) / 3, 0.6875),
        ({"reduce": "step", "step": 25}, math.nan, 0.6875),
        ({"reduce": "step", "step": 30}, 3.0, 0.6875),
        ({"aggregation": "median", "metric": "loss"}, 3.0, 0.5),
        ({"aggregation": "min", "metric": "loss"}, 2.0, 0.875),
        ({"aggregation": "max", "metric": "loss"}, 4.0, None),
        ({"aggregation": "min", "metric": "accuracy"}, 3.0, 0.5),
    ],
)
def test_a_metric_is_reduced_in_sessions_then_over_them(table, options, loss, accuracy):
    """Each reduction and TensorBoard's four aggregations give the value of the definition."""
    found = reduce_metrics(table, **options)

    assert found["loss"][0] == pytest.approx(loss, nan_ok=True)
    assert found["accuracy"][0] == (MISSING if accuracy is None else pytest.approx(accuracy))
    assert found["loss"][1] is MISSING


def test_the_average_is_that_of_the_collection(table):
    """The last values, averaged, are what `log.hparams.trials()` has: TensorBoard's own."""
    trials = table.source.trials()
    found = reduce_metrics(table)

    for row, trial in enumerate(trials.rows):
        for name, value in trial.metrics.items():
            assert value.value == pytest.approx(found[name][row])


def test_a_restart_takes_points_back(tmp_path):
    """Statistics are of the points that a restart leaves, as TensorBoard shows them."""
    logs.session(tmp_path / "r", {"x": 1.0}, {"loss": [(0, 9.0), (10, 0.1), (5, 4.0), (6, 3.0)]})
    found = TrialTable(nbboard.open(tmp_path).hparams)
    found.update()

    assert found.statistics.count.item() == 3
    assert reduce_metrics(found, reduce="best")["loss"][0] == 3.0
    assert reduce_metrics(found, reduce="step", step=4)["loss"][0] == 9.0


def test_a_restart_that_declares_points_void_is_obeyed_when_asked(tmp_path):
    """With restarts="purge" what stood after the new start's step does not count."""
    logs.session(tmp_path / "r", {"x": 1.0}, {"loss": [(0, 9.0), (10, 0.5)]})
    again = logs.EventFileWriter(str(tmp_path / "r"), filename_suffix=".later")
    start = SessionLog(status=SessionLog.START)
    again.add_event(Event(session_log=start, step=5, wall_time=logs.START + 100))
    again.close()
    for restarts, last, points in (("purge", 9.0, 1), ("keep", 0.5, 2)):
        table = TrialTable(nbboard.open(tmp_path, restarts=restarts).hparams)
        table.update()

        assert reduce_metrics(table)["loss"][0] == last
        assert len(table.points(0, 0)[0]) == points


def test_conditions_take_several_forms():
    """Pairs, sets, patterns and None become the form that the page has."""
    assert condition((2, 1)) == {"low": 1, "high": 2}
    assert condition((None, 0.5)) == {"low": None, "high": 0.5}
    assert condition((-math.inf, 1)) == {"low": None, "high": 1}
    assert condition({"b", "a"}) == {"values": ["a", "b"]}
    assert condition([True, None]) == {"values": [True, None]}
    assert condition([1, math.nan]) == {"values": [1], "missing": True}
    assert condition("x.*") == {"regex": "x.*"}
    assert condition(None) == {"values": [None], "missing": True}
    assert condition({"low": 1, "missing": True}) == {"low": 1, "high": None, "missing": True}


@pytest.mark.parametrize("case", VECTORS["text"], ids=str)
def test_cells_are_written_as_in_the_page(case):
    """A regular expression sees the same text in both languages."""
    assert cell_text(_cell(case["cell"])) == case["text"]


@pytest.mark.parametrize("case", VECTORS["conditions"], ids=lambda case: str(case["condition"]))
def test_conditions_pass_what_they_pass_in_the_page(case):
    """True is not 1, "1" is not 1; null is a value; NaN and what was not logged are missing."""
    cells = _cells(case["cells"])
    mask = passing({"x": cells}, {"x": case["condition"]}, len(cells))

    assert case["passes"] == np.flatnonzero(mask).tolist()


@pytest.mark.parametrize("case", VECTORS["sort"], ids=lambda case: str(case["sort"]))
def test_sorting_is_natural_stable_and_by_several_columns(case):
    """run_2 before run_10; equal ones keep their order; NaN, None and what is missing last."""
    columns = {key: _cells(cells) for key, cells in case["columns"].items()}

    assert case["rows"] == sorted_trials(columns, case["sort"], range(len(case["rows"])))


@pytest.mark.parametrize("case", VECTORS["repeats"], ids=lambda case: str(case["groups"]))
def test_trials_that_differ_in_the_seed_alone_are_grouped(case):
    """Groups stand in the order of their first trials; values of different types differ."""
    hparams = {key: _cells(cells) for key, cells in case["hparams"].items()}
    length = case.get("length") or len(next(iter(hparams.values())))

    assert case["groups"] == groups_of_repeats(hparams, case["over"], length)


@pytest.mark.parametrize("case", VECTORS["spread"], ids=lambda case: str(case["cells"]))
def test_a_spread_is_of_finite_values_and_says_how_many(case):
    """Mean and sample standard deviation; the trials that have none are counted."""
    found = spread(_cells(case["cells"]))

    assert _same(_cell(case["mean"]), found.mean)
    assert _cell(case["std"]) == pytest.approx(found.std, nan_ok=True)
    assert (case["finite"], case["trials"]) == (found.finite, found.trials)


@pytest.mark.parametrize("case", VECTORS["same"], ids=lambda case: str(case["cells"]))
def test_what_all_trials_of_a_row_share_is_its_value(case):
    """One value, NaN and None included; missing where they differ."""
    assert _same(_cell(case["same"]), same_or_missing(_cells(case["cells"])))


@pytest.mark.parametrize("case", VECTORS["best"], ids=lambda case: str(case["cells"]))
def test_the_best_trial_is_the_first_with_the_best_number(case):
    """NaN and missing values are never best, nor is any among equals."""
    cells = _cells(case["cells"])

    assert case["best"] == best_trial(cells, lower=case["lower"], rows=range(len(cells)))


def test_axes_place_values_as_the_page_does():
    """Log is even in decades, quantile has twenty levels over distinct values."""
    log = make_axis("log", [1e-4, 1e-2, 1.0, 0.0])
    assert log.place(1e-2) == pytest.approx(0.5)
    assert log.place(0.0) is None

    cubes = [float(n**3) for n in range(1000)]
    quantile = make_axis("quantile", cubes + cubes[:50])
    assert len({quantile.place(value) for value in cubes}) == 20
    assert sum(quantile.place(value) == 0 for value in cubes) == 50

    category = make_axis(None, ["run_10", "run_2", True, MISSING])
    assert sorted([True, "run_2", "run_10"], key=lambda value: category.place(value) or 0) == [
        True,
        "run_2",
        "run_10",
    ]
    assert make_axis(None, ["a", None, MISSING]).place(None) == 0.75
    assert make_axis(None, [1.0, None]).place(None) is None
    assert make_axis(None, [1.0, 2.0, math.inf]).place(math.inf) == 1
    assert make_axis("linear", [3.0]).place(3.0) == 0.5
    assert suggested([1e-4, 1e-2]) == "log"
    assert suggested([0.0, 1e4]) == "linear"
