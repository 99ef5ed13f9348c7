"""Tags and notes in a catalogue: written, read by others, searched, left alone by an index."""

from __future__ import annotations

import pytest

import nbboard
from nbboard.catalogue.compact import compact
from nbboard.catalogue.notes import Noted
from nbboard.catalogue.tables import Tables
from nbboard.errors import LogdirError
from nbboard.views.run_list import run_list_of

HOSTILE = "x'); DROP TABLE runs; -- <b>\x07 ü"


@pytest.fixture
def log(logs, catalogue):
    """A catalogue of four runs."""
    for i in range(4):
        logs.scalars(f"run_{i}", "loss", [1.0, 0.5 * i])
    nbboard.index(logs.root, catalogue)
    return nbboard.open(catalogue)


def test_what_is_written_is_there_for_everybody(log, catalogue):
    """Another reader sees it; new words stand in place of the old ones, none take them away."""
    log.tag("run_1", "baseline", " good ", "baseline", "")
    log.note("run_1", "look at this\n")
    log.note("run_2", HOSTILE)

    assert log.noted["run_1"] == Noted(("baseline", "good"), "look at this")
    assert nbboard.open(catalogue).noted == log.noted
    log.tag("run_1")
    log.note("run_2", "")
    assert nbboard.open(catalogue).noted == {"run_1": Noted((), "look at this")}
    with pytest.raises(LogdirError, match="run_1"):
        log.note("run_11", "nobody")


def test_people_who_write_at_the_same_time_keep_each_others_words(log, catalogue):
    """A note does not take away the tags that another put to the run a moment before."""
    other = nbboard.open(catalogue)
    assert (log.noted, other.noted) == ({}, {})
    other.tag("run_1", "baseline")
    log.note("run_1", "look at this")
    log.runs_view().run_list.set_state({"notes": {"run_1": "look again"}})

    assert nbboard.open(catalogue).noted == {"run_1": Noted(("baseline",), "look again")}


def test_an_index_and_compaction_leave_it_alone(log, logs, catalogue):
    """It is in a table of its own; of many changes the last of each run stays."""
    for i in range(9):
        log.note("run_1", f"note {i}")
    log.tag("run_0", "kept")
    logs.scalars("run_1", "loss", [0.1], steps=[2])
    nbboard.index(logs.root, catalogue)
    compact(Tables(catalogue), hours=0)
    other = nbboard.open(catalogue)

    assert other.noted == {"run_0": Noted(("kept",)), "run_1": Noted((), "note 8")}
    assert len(Tables(catalogue).notes().file_uris()) == 1
    other.note("run_0", "later")
    assert nbboard.open(catalogue).noted["run_0"] == Noted(("kept",), "later")


def test_tables_are_filtered_by_it(log):
    """Tags and note are columns as soon as anybody has written, for conditions and for SQL."""
    assert "note" not in log.runs_table.columns
    log.tag("run_3", "baseline", "good")
    log.note("run_1", HOSTILE)
    table = log.runs_table

    assert table.where("tags contains 'GOOD'").page(0, 9)["run"].tolist() == ["run_3"]
    assert table.where("note is not missing").page(0, 9)["note"].tolist() == [HOSTILE]
    assert table.sort("tags").page(0, 2, ["run"])["run"].tolist() == ["run_3", "run_0"]
    assert table.where("loss > 0.7").page(0, 9, ["tags"])["tags"].tolist() == [
        None,
        "baseline, good",
    ]
    found = table.relation.filter("tags = 'baseline, good'").fetchall()
    assert [row[0] for row in found] == ["run_3"]


def test_views_show_it_and_what_is_written_there_is_kept(log, catalogue):
    """A change in the page goes to the catalogue, and touches no other run."""
    log.tag("run_1", "baseline")
    view = log.runs_view(search="baseline")
    listed = run_list_of(log)

    assert view.data[["run", "tags"]].values.tolist() == [["run_1", "baseline"]]
    assert listed.kept == "catalogue"
    assert "run_tags" not in view.code
    nbboard.open(catalogue).note("run_3", "by another")
    listed.set_state({"notes": {"run_2": "typed"}})
    listed.set_state({"tags": {}})
    assert nbboard.open(catalogue).noted == {
        "run_2": Noted((), "typed"),
        "run_3": Noted((), "by another"),
    }


def test_what_cannot_be_kept_is_told(log, monkeypatch):
    """Where the catalogue may not be written to the page says why, and still has the words."""
    view = log.runs_view()

    def refused(*_):
        raise PermissionError("read-only")

    monkeypatch.setattr(Tables, "add_notes", refused)
    view.run_list.set_state({"notes": {"run_2": "typed"}})
    assert view.run_list.unkept == "read-only"
    assert view.run_list.notes == {"run_2": "typed"}


def test_options_of_a_view_are_no_words_of_the_catalogue(log, catalogue):
    """What code gives to a view holds in the notebook."""
    log.runs_view(run_notes={"run_1": "for this view"})
    assert nbboard.open(catalogue).noted == {}
