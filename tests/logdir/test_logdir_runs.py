"""A log as a mapping of runs, and runs as the rows of a table."""

from __future__ import annotations

import math

import numpy as np
import pytest

import nbboard
from tests.views import hparams_logs


@pytest.fixture
def log(logs, png):
    """Two runs with different tags."""
    logs.scalars("a", "loss", [3.0, 1.0, 2.0])
    logs.scalars("a", "acc", [0.5])
    logs.images("a", "picture", [png(1)])
    logs.scalars("b", "loss", [float("nan"), 4.0])
    return logs.open()


def test_a_log_is_a_mapping_of_its_runs(log):
    """Length, membership, iteration and indexing go by run."""
    assert len(log) == 2
    assert list(log) == ["a", "b"]
    assert "a" in log
    assert "c" not in log
    assert [log[run].name for run in log] == ["a", "b"]
    with pytest.raises(nbboard.LogdirError, match="there is no run 'c'; runs: 'a', 'b'"):
        log["c"]
    assert bool(log)


def test_a_run_has_its_kinds_and_tags(log):
    """log[run].scalars is that kind of it, log[run][tag] a series of whatever kind."""
    run = log["a"]

    assert run.kinds == ("scalars", "images")
    assert list(run) == list(run.tags) == ["acc", "loss", "picture"]
    assert len(run) == 3
    assert "loss" in run
    assert run["loss"][-1] == 2.0
    assert run["picture"][0].format == "png"
    assert run.scalars.runs == ("a",)
    assert len(log["b"].images) == 0
    assert repr(run).splitlines()[1].split() == ["scalars", "2", "series", "4", "points"]
    with pytest.raises(nbboard.LogdirError, match="did you mean 'loss'"):
        run["los"]
    with pytest.raises(AttributeError, match="run 'a' has scalars, images"):
        _ = run.nothing
    assert {"scalars", "images", "tags"} <= set(dir(run))


def test_tab_shows_what_people_use(log):
    """What only other modules use is not offered."""
    assert {"scalars", "images", "frame", "runs", "refresh", "problems"} <= set(dir(log))
    assert not {"store", "keys_of", "note_problem", "forget_problems"} & set(dir(log))
    assert {"select", "to_pandas", "view", "figure", "tags"} <= set(dir(log.scalars))
    assert not {"keys", "why_empty", "narrow"} & set(dir(log.scalars))
    assert {"step", "value", "wall_time"} <= set(dir(log.scalars["a", "loss"]))
    assert not {"store", "key"} & set(dir(log.scalars["a", "loss"]))


def test_one_row_a_run(log):
    """The last, least or greatest value of each metric; of the latter only numbers count."""
    last, least = log.frame(), log.frame(metrics="loss", best="min")

    assert last.index.tolist() == ["a", "b"]
    assert last.columns.tolist() == ["acc", "loss"]
    assert last.loss.tolist() == [2.0, 4.0]
    assert np.isnan(last.acc["b"])
    assert least.columns.tolist() == ["loss"]
    assert least.loss.tolist() == [1.0, 4.0]
    assert log.frame(metrics=["loss"], best="max").loss.tolist() == [3.0, 4.0]
    with pytest.raises(nbboard.UsageError, match="best is 'last', 'min' or 'max', not 'mean'"):
        log.frame(best="mean")


def test_hyperparameters_stand_before_the_metrics(tmp_path):
    """Infinite values are there; a metric that is called like one keeps apart."""
    hparams_logs.session(tmp_path / "r", {"lr": math.inf, "loss": 1.0}, {"loss": [(0, 9.0)]})
    frame = nbboard.open(tmp_path).frame()

    assert frame.loc["r"].to_dict() == {"loss": 1.0, "lr": math.inf, "metric/loss": 9.0}
