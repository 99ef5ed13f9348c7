"""The view of runs where there are more of them than a page holds."""

from __future__ import annotations

import pytest

import nbboard
from nbboard.views import run_facts
from nbboard.views.run_list import run_list_of
from nbboard.views.runs import view as runs_view
from nbboard.views.runs.columns import Most
from tests.logdir.conftest import Logs
from tests.views import hparams_logs


@pytest.fixture
def logs(tmp_path, monkeypatch):
    """Return a folder of eight runs, of which a table holds the first two."""
    monkeypatch.setattr(runs_view, "MOST_ROWS", Most(4, 2))
    logs = Logs(tmp_path / "logs")
    for i in range(8):
        curve = {"loss": [(0, 1.0), (1, i * 5 % 8)]}
        hparams_logs.session(logs.root / f"run_{i}", {"lr": i / 10, "opt": "adam"}, curve)
    return logs


@pytest.fixture(params=[False, True], ids=["folder", "catalogue"])
def log(request, logs, tmp_path, monkeypatch):
    """The log, read itself and from a catalogue that counts as large."""
    if not request.param:
        return logs.open()
    pytest.importorskip("deltalake")
    monkeypatch.setattr(run_facts, "MANY_LAZY", 3)
    nbboard.index(logs.root, str(tmp_path / "catalogue"))
    return nbboard.open(tmp_path / "catalogue")


def test_the_first_ones_are_held_and_the_others_counted(log):
    """The page knows how many runs there are, and how many fulfil the condition."""
    view = log.runs_view(where="hp.lr > 0.25")
    payload = view.payload()

    assert view.data["run"].tolist() == ["run_3", "run_4"]
    assert (len(payload["rows"]), payload["fitting"], payload["total"]) == (2, 5, 8)


def test_a_sort_is_of_all_runs_not_of_those_that_are_held(log):
    """The rows are those that stand first among all of them."""
    view = log.runs_view()
    view.sort = ["-loss"]
    assert view.data["loss"].tolist() == [7.0, 6.0]
    view.sort = ["loss"]
    assert view.data["run"].tolist() == ["run_0", "run_5"]


def test_columns_that_nobody_sees_at_first_are_read_when_they_are_asked_for(log):
    """Best values and means come as an answer; data and figures have them."""
    view = log.runs_view(sort=["-loss"])
    sent = {one["key"]: one for one in view.payload()["columns"]}
    assert sent["best.loss"]["lacks"]
    (answer,) = view.answer("columns", {"keys": ["best.loss"]})["columns"]

    assert sorted(answer["numbers"].tolist()) == [1.0, 1.0]
    assert "best.loss" in log.runs_view(columns=["best.loss"]).data


def test_a_condition_that_is_typed_is_refused_with_what_is_wrong(log):
    """The page shows it, and the table stays as it was."""
    view = log.runs_view()
    with pytest.raises(nbboard.UsageError, match=r"hp\.lr"):
        view.answer("where", {"text": "hp.lx < 1"})
    assert view.where == ""
    assert view.answer("where", {"text": " hp.lr > 0.55 "}) == {"fitting": 2}
    assert view.data["run"].tolist() == ["run_6", "run_7"]


def test_the_run_list_of_a_large_catalogue_has_what_views_show(log):
    """Of a million names only those travel that some view needs, until it needs others."""
    if not log.is_lazy:
        return
    lines = log.scalars.select(runs=["run_7", "run_1"]).figure().axes[0].lines
    assert len({line.get_color() for line in lines}) == 2
    view = log.runs_view()
    listed = run_list_of(log)
    assert listed.names == ["run_0", "run_1"]
    curves = log.scalars.select(runs=["run_7", "run_1"]).view()
    assert listed.names == ["run_0", "run_1", "run_7"]
    assert curves.shown_runs == ["run_1", "run_7"]
    view.where = "hp.lr > 0.55"
    assert listed.names == ["run_1", "run_6", "run_7"]
    assert len({listed.number(run) for run in listed.names}) == 3


def test_a_selection_is_found_wherever_it_stands(log):
    """Runs that are chosen by name need not be among the first."""
    chosen = log.collection("runs").select(runs="run_[67]")

    assert chosen.view().data["run"].tolist() == ["run_6", "run_7"]
    assert chosen.to_pandas()["run"].tolist() == ["run_6", "run_7"]
