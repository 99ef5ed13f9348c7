"""The run list in Python: what is shown, what runs are called, which are best, what is sent."""

from __future__ import annotations

import shutil

import numpy as np
import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.views import run_facts
from nbboard.views import run_list as lists
from nbboard.views.run_choice import best_runs, chosen_metric
from nbboard.views.run_flags import RunFlags
from nbboard.views.run_labels import hparam_labels, seedless, short_labels
from nbboard.views.run_list import RunList
from nbboard.views.shared import wire
from tests import vectors
from tests.sweep_logs import diverged, write_sweep
from tests.views import hparams_logs


def write(folder, run, values, first=0):
    """Append points of one tag to a run, in a file of its own."""
    writer = SummaryWriter(str(folder / run), filename_suffix=f".{first}")
    for i, value in enumerate(values):
        writer.add_scalar("loss", value, first + i, walltime=1000.0 + first + i)
    writer.close()


@pytest.fixture
def told(monkeypatch):
    """What run lists tell pages that have many runs, with buffers put back."""
    monkeypatch.setattr(run_facts, "_FEW_NAMES", 0)
    sent = []
    monkeypatch.setattr(
        RunList, "send", lambda _, message, buffers=None: sent.append((message, buffers))
    )
    return lambda: [wire.unpack(m["content"], b or []) for m, b in sent]


@pytest.mark.parametrize("case", vectors.load("run_labels"))
def test_runs_are_called_and_grouped_as_in_the_page(case):
    """What all share is dropped, or only hyperparameters that differ are named; seeds are found."""
    names, hparams = case["names"], case["hparams"]
    group = seedless(names, hparams)

    assert short_labels(names) == case["short"]
    assert hparam_labels(names, hparams) == case["by_hparams"]
    assert [group(name) for name in names] == case["groups"]


def test_a_sweep_opens_with_a_few_runs_that_can_be_told_apart(tmp_path):
    """Where there are many runs the latest twelve are checked; figures without a view show all."""
    names = write_sweep(tmp_path, settings=42, seeds=5)
    log = nbboard.open(tmp_path, progress=False)

    view = log.scalars.view(live=False)

    assert len(view.runs) == len(names) == 210
    assert len(view.shown_runs) == lists.FEW_RUNS
    assert set(view.shown_runs) <= set(names[-25:])
    assert len(RunList(log).shown(log.runs)) == 210
    few = nbboard.open(tmp_path, progress=False).scalars.select(runs="lr0.1")
    assert few.view(live=False).run_list.only is not None
    view.close()


def test_a_view_of_runs_that_are_not_checked_checks_some_of_them(tmp_path):
    """Where few of many runs are checked, what was selected is shown all the same."""
    names = write_sweep(tmp_path, settings=42, seeds=5)
    log = nbboard.open(tmp_path, progress=False)
    every = log.scalars.view(live=False)
    first = names[0]
    assert first not in every.shown_runs

    one = log.scalars.select(runs=[first]).view(live=False)

    assert one.shown_runs == [first]
    assert len(every.shown_runs) == lists.FEW_RUNS + 1
    for view in (every, one):
        view.close()


def test_a_run_that_begins_is_shown_where_few_are(tmp_path, monkeypatch):
    """It is what somebody waits for."""
    monkeypatch.setattr(lists, "MANY_RUNS", 3)
    for number in range(5):
        write(tmp_path, f"r{number}", [1.0])
    log = nbboard.open(tmp_path, progress=False)
    view = log.scalars.view(live=False)
    view.run_list.only = ["r0"]

    write(tmp_path, "r9", [1.0])
    view.run_list.update(log.refresh())

    assert view.shown_runs == ["r0", "r9"]
    view.close()


def test_names_travel_once_and_then_what_is_new(tmp_path, told):
    """A new run is its place, its number and its name; one that is gone a number."""
    for run in ("a", "c"):
        write(tmp_path, run, [1.0])
    log = nbboard.open(tmp_path, progress=False)
    runs = RunList(log)
    state = wire.unpack(runs.get_state()["_known"])
    assert state["names"] == ["a", "c"]
    assert state["numbers"].tolist() == [0, 1]

    write(tmp_path, "b", [1.0])
    runs.update(log.refresh())
    shutil.rmtree(tmp_path / "a")
    runs.update(log.refresh())

    came, went = told()
    assert came == {"added": [[1, 2, "b"]], "gone": [], "count": 3}
    assert went == {"added": [], "gone": [0], "count": 2}
    assert runs.names == ["b", "c"]


def test_hyperparameters_travel_as_columns(told):
    """Each value once, and for each run's number which one it has."""
    runs = RunList(None)
    runs.slots = {"a": 0, "b": 1, "c": 2}
    runs.names = ["a", "b", "c"]

    runs.hparams = {"a": {"lr": 0.1, "amp": True}, "c": {"lr": 0.1, "amp": 1}}

    (news,) = told()
    assert news["hparams"]["lr"]["values"] == [0.1]
    assert news["hparams"]["lr"]["codes"].tolist() == [1, 0, 1]
    assert news["hparams"]["lr"]["codes"].dtype == np.uint8
    assert news["hparams"]["amp"]["values"] == [True, 1], "a switch is no number"


def test_hyperparameters_of_a_run_that_comes_travel_alone(tmp_path, told):
    """And those of one that went, or was trained again with others; not those of the rest."""
    for run, rate in (("a", 0.1), ("b", 0.2)):
        hparams_logs.session(tmp_path / run, {"lr": rate}, {})
    log = nbboard.open(tmp_path, progress=False)
    runs = RunList(log)
    runs.learn()

    def news():
        before = len(told())
        changes = log.refresh()
        runs.update(changes)
        runs.learn_changes(changes)
        return [one["hparams_of"] for one in told()[before:] if "hparams_of" in one]

    hparams_logs.session(tmp_path / "c", {"lr": 0.3, "on": True}, {})
    assert news() == [[[2, {"lr": 0.3, "on": True}]]]
    shutil.rmtree(tmp_path / "a")
    shutil.rmtree(tmp_path / "b")
    hparams_logs.session(tmp_path / "b", {"lr": 0.5}, {})
    assert news() == [[[1, {"lr": 0.5}], [0, {}]]]
    assert runs.hparams == {"b": {"lr": 0.5}, "c": {"lr": 0.3, "on": True}}


def test_runs_that_need_attention_are_flagged(tmp_path):
    """Those that diverged, went back, or lost bytes; and no others."""
    write(tmp_path, "fine", [1.0, 2.0])
    write(tmp_path, "lost", [1.0, float("nan")])
    write(tmp_path, "again", [1.0] * 10)
    write(tmp_path, "again", [1.0] * 10, first=5)
    write(tmp_path, "broken", [1.0] * 50)
    file = next((tmp_path / "broken").iterdir())
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 0xFF
    file.write_bytes(content)

    flags = RunFlags(nbboard.open(tmp_path, progress=False)).look_at_all()

    assert flags == {"lost": 1, "again": 2, "broken": 4}


def test_flags_follow_what_changes(tmp_path):
    """A run that diverges later, and one that is trained again without it."""
    write(tmp_path, "a", [1.0])
    write(tmp_path, "b", [float("inf")])
    log = nbboard.open(tmp_path, progress=False)
    runs = RunList(log)
    runs.learn()
    assert runs.flags == {"b": 1}

    write(tmp_path, "a", [float("nan")], first=1)
    shutil.rmtree(tmp_path / "b")
    write(tmp_path, "b", [1.0])
    runs.learn_changes(log.refresh())

    assert {run: flag for run, flag in runs.flags.items() if flag} == {"a": 1}


def test_what_needs_attention_narrows_what_is_shown(tmp_path):
    """Together with the filter and the boxes."""
    write(tmp_path, "a", [float("nan")])
    write(tmp_path, "b", [1.0])
    view = nbboard.open(tmp_path, progress=False).scalars.view(live=False)
    view.run_list.learn()

    view.run_list.attention = "diverged"

    assert view.shown_runs == ["a"]
    view.run_list.hidden = ["a"]
    assert view.shown_runs == []
    view.close()


def test_the_sweep_diverges_where_it_says(tmp_path):
    """Which the browser tests rely on."""
    write_sweep(tmp_path, settings=6)
    flags = RunFlags(nbboard.open(tmp_path, progress=False)).look_at_all()

    assert {run for run, flag in flags.items() if flag & 1} == set(diverged(settings=6))


def test_the_best_runs_are_by_the_metric_that_people_mean(tmp_path):
    """Validation before training, accuracy before loss, never a counter; NaN is never best."""
    assert chosen_metric(["epoch", "lr", "train/acc", "val/acc", "val/loss"]) == ("val/acc", True)
    assert chosen_metric(["epoch", "train_loss", "eval_loss"]) == ("eval_loss", False)
    assert chosen_metric(["epoch", "step_time", "lr"]) is None
    write(tmp_path, "good", [3.0, 1.0])
    write(tmp_path, "bad", [1.0, 2.0])
    write(tmp_path, "lost", [float("nan")])
    log = nbboard.open(tmp_path, progress=False)

    assert best_runs(log, log.runs, 1) == (["good"], "By the last value of loss, lowest first")
    assert best_runs(log, log.runs, 9)[0] == ["bad", "good"]
