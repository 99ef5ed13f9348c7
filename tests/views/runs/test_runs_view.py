"""The view of runs: what it holds, what it refuses, and what travels when the log grows."""

from __future__ import annotations

import numpy as np
import pytest

import nbboard
from nbboard.views.runs.news import _within_budget
from tests.logdir.conftest import Logs
from tests.views import hparams_logs


@pytest.fixture
def logs(tmp_path):
    """Return a folder with three runs: two with parameters, one that diverged."""
    logs = Logs(tmp_path / "logs")
    for run, rate in (("a", 0.1), ("b", 0.2)):
        given = {"lr": rate, "opt": "adam"}
        hparams_logs.session(logs.root / run, given, {"loss": [(0, 1.0), (1, rate)]})
    logs.scalars("c", "loss", [1.0, float("nan")])
    return logs


def test_what_differs_is_shown_and_what_is_the_same_is_not(logs):
    """Unless it is asked for, or named; runs without any parameters do not count."""
    log = logs.open()

    assert "hp.opt" not in log.runs_view().data
    assert "hp.lr" in log.runs_view().data
    assert "hp.opt" in log.runs_view(differ=False).data
    assert list(log.runs_view(columns=["loss", "hp.opt"]).data) == ["run", "loss", "hp.opt"]


def test_files_beside_the_runs_are_columns(logs):
    """A parameter that no hyperparameter says is one, too."""
    for run, depth in (("a", 3), ("b", 4)):
        (logs.root / run / "hparams.yaml").write_text(f"lr: 9\ndepth: {depth}\n")
    view = logs.open().runs_view(search="depth=4")

    assert view.data["run"].tolist() == ["b"]
    assert view.data["hp.depth"].tolist() == [4]


def test_a_nan_that_was_logged_is_none_that_is_missing(logs):
    """The page can tell the two apart."""
    logs.scalars("d", "other", [1.0])
    columns = {one["key"]: one for one in logs.open().runs_view().payload()["columns"]}

    assert columns["loss"]["nan"].tolist() == [2]
    assert np.isnan(columns["loss"]["numbers"]).tolist() == [False, False, True, True]


@pytest.mark.parametrize(
    ("option", "why"),
    [
        ({"where": "hp.l < 1"}, "did you mean 'hp.lr'"),
        ({"where": "hp.lr <"}, "where"),
        ({"sort": ["-hp.l"]}, "did you mean"),
        ({"group": "nothing"}, "no column 'nothing'"),
        ({"columns": ["los"]}, "did you mean 'loss'"),
    ],
)
def test_what_names_nothing_is_refused(logs, option, why):
    """In the view and in the figure, with what is near."""
    log = logs.open()
    for call in (log.runs_view, log.collection("runs").figure):
        with pytest.raises(nbboard.UsageError, match=why):
            call(**option)


def test_where_chooses_the_rows(logs):
    """The page is told how many there are besides; an assignment holds at once."""
    view = logs.open().runs_view(where="hp.lr < 0.15")

    payload = view.payload()
    assert (len(payload["rows"]), payload["total"]) == (1, 3)
    view.where = ""
    assert len(view.data) == 3


def test_growth_sends_the_values_that_changed(logs):
    """One new point is the cells of its run, not the table."""
    log = logs.open()
    view = log.runs_view()
    view.payload()

    logs.scalars("c", "loss", [5.0], steps=[7])
    log.refresh()
    news = view.news()

    assert "rows" not in news
    assert news["patches"]["mean.loss"]["rows"].tolist() == [2]
    assert view.news() is None


def test_picks_tags_and_notes_are_data(logs):
    """They are options, so that view.code has them, and nothing is written beside the log."""
    before = sorted(path for path in logs.root.rglob("*"))
    log = logs.open()
    view = log.runs_view(picked=["b"], run_tags={"a": ["base"]}, run_notes={"b": "again"})

    assert view.selection["run"].tolist() == ["b"]
    assert view.data["tags"].tolist() == ["base", "", ""]
    view.search = "again"
    assert view.data["run"].tolist() == ["b"]
    assert '.collection("runs").view(picked=["b"]' in view.code
    assert 'run_tags={"a": ["base"]}' in view.code
    assert sorted(path for path in logs.root.rglob("*")) == before


def test_what_nobody_sees_travels_when_asked_for(logs, monkeypatch):
    """Where there is much, columns come without their cells, and answer() has them."""
    monkeypatch.setattr("nbboard.views.runs.news._BUDGET", 0)
    view = logs.open().runs_view()
    packed = {one["key"]: one for one in view.payload()["columns"]}
    assert packed["mean.loss"]["lacks"]
    assert "numbers" in packed["loss"]

    (one,) = view.answer("columns", {"keys": ["mean.loss", "gone"]})["columns"]

    assert len(one["numbers"]) == 3
    assert len(_within_budget(view._held)) == len(packed)


def test_a_run_tells_everything_it_was_given(logs):
    """With where it says so."""
    (logs.root / "a" / "args.yaml").write_text("depth: 3\n")
    view = logs.open().runs_view()

    answer = view.answer("params", {"run": "a"})

    assert ["depth", 3, "args.yaml"] in answer["params"]
    with pytest.raises(nbboard.UsageError, match="any more"):
        view.answer("params", {"run": "gone"})
