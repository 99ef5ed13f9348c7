"""Reduction, aggregation, conditions and axes, against their definitions."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

import nbboard
from nbboard.views.hparams.rules import condition, passing, reduce_metrics, sorted_trials
from nbboard.views.hparams.scale import make_axis, suggested
from nbboard.views.hparams.table import TrialTable
from tests.views import hparams_logs as logs


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
    assert table.trial_of == [0, 0, 0, 1]


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
    assert found["accuracy"][0] == (None if accuracy is None else pytest.approx(accuracy))
    assert found["loss"][1] is None


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

    assert found.statistics[0, 0, 0] == 3
    assert reduce_metrics(found, reduce="best")["loss"][0] == 3.0
    assert reduce_metrics(found, reduce="step", step=4)["loss"][0] == 9.0


def test_conditions_take_several_forms():
    """Pairs, sets, patterns and None become the form that the page has."""
    assert condition((2, 1)) == {"low": 1, "high": 2}
    assert condition((None, 0.5)) == {"low": None, "high": 0.5}
    assert condition((-math.inf, 1)) == {"low": None, "high": 1}
    assert condition({"b", "a"}) == {"values": ["a", "b"]}
    assert condition([True, None]) == {"values": [True], "missing": True}
    assert condition("x.*") == {"regex": "x.*"}
    assert condition(None) == {"values": [], "missing": True}
    assert condition({"low": 1, "missing": True}) == {"low": 1, "high": None, "missing": True}


def test_values_tell_types_apart():
    """True is not 1, "1" is not 1; patterns see numbers as the page writes them."""
    columns = {"x": [1.0, True, "1", 1e-5, 1e-7, None]}

    def which(given: object) -> list[int]:
        return np.flatnonzero(passing(columns, {"x": condition(given)}, 6)).tolist()

    assert which([1]) == [0]
    assert which([True]) == [1]
    assert which(["1"]) == [2]
    assert which("^1$") == [0, 2]
    assert which("^0\\.00001$") == [3]
    assert which("^1e-7$") == [4]
    assert which((0, 1)) == [0, 3, 4]
    assert which(None) == [5]


def test_sorting_is_natural_stable_and_by_several_columns():
    """run_2 before run_10; equal ones keep their order; NaN before missing, both last."""
    columns = {
        "name": ["run_10", "run_2", "b", "B"],
        "n": [1.0, math.nan, None, 0.0],
        "k": [0.0, 0.0, 1.0, 1.0],
    }

    assert sorted_trials(columns, ["n"], range(4)) == [3, 0, 1, 2]
    assert sorted_trials(columns, ["-n"], range(4)) == [0, 3, 1, 2]
    assert sorted_trials(columns, ["-k"], range(4)) == [2, 3, 0, 1]
    assert sorted_trials(columns, ["name"], [0, 1]) == [1, 0]
    assert sorted_trials(columns, ["-k", "-gone", "name"], [0, 1, 2, 3]) == [2, 3, 1, 0]


def test_axes_place_values_as_the_page_does():
    """Log is even in decades, quantile has twenty levels over distinct values."""
    log = make_axis("log", [1e-4, 1e-2, 1.0, 0.0])
    assert log.place(1e-2) == pytest.approx(0.5)
    assert log.place(0.0) is None

    cubes = [float(n**3) for n in range(1000)]
    quantile = make_axis("quantile", cubes + cubes[:50])
    assert len({quantile.place(value) for value in cubes}) == 20
    assert sum(quantile.place(value) == 0 for value in cubes) == 50

    category = make_axis(None, ["run_10", "run_2", True, None])
    assert sorted([True, "run_2", "run_10"], key=lambda value: category.place(value) or 0) == [
        True,
        "run_2",
        "run_10",
    ]
    assert make_axis("linear", [3.0]).place(3.0) == 0.5
    assert suggested([1e-4, 1e-2]) == "log"
    assert suggested([0.0, 1e4]) == "linear"
