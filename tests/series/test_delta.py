"""What a refresh says of series: grown, new, gone, or read anew, by identity."""

from __future__ import annotations

import shutil

import pytest

from tests.logdir.conftest import Logs


@pytest.fixture
def logs(tmp_path):
    """Return an empty folder to write runs into."""
    return Logs(tmp_path / "logs")


def names(keys):
    """Return run and tag of each series."""
    return [(key.run, key.tag) for key in keys]


def test_appended_points_are_growth_of_the_same_series(logs):
    """A series that only got longer says from where to where, and keeps its generation."""
    logs.scalars("a", "loss", [1.0, 2.0])
    logs.scalars("b", "loss", [1.0])
    log = logs.open()
    before = log.store.key("a", "loss", "scalars")
    logs.scalars("a", "loss", [3.0], steps=[2])

    changes = log.refresh()

    (growth,) = changes.grew
    assert (growth.key.run, growth.start, growth.key.count) == ("a", 2, 3)
    assert growth.key.generation == before.generation
    assert not changes.came
    assert not changes.gone
    assert not changes.reread


def test_new_series_of_new_and_known_runs_have_come(logs):
    """A new tag and a new run are new series; what was there is not mentioned."""
    logs.scalars("a", "loss", [1.0])
    log = logs.open()
    logs.scalars("a", "accuracy", [1.0])
    logs.scalars("b", "loss", [1.0])

    changes = log.refresh()

    assert sorted(names(changes.came)) == [("a", "accuracy"), ("b", "loss")]
    assert changes.runs_added == ("b",)
    assert not changes.grew


def test_a_deleted_run_is_told_series_by_series(logs):
    """The series of a run that is deleted have gone, as they were."""
    logs.scalars("a", "loss", [1.0, 2.0])
    logs.scalars("b", "loss", [1.0])
    log = logs.open()
    shutil.rmtree(logs.root / "a")

    changes = log.refresh()

    assert [(key.run, key.tag, key.count) for key in changes.gone] == [("a", "loss", 2)]
    assert changes.runs_removed == ("a",)


@pytest.mark.parametrize("count", [1, 3, 5], ids=["fewer", "as many", "more"])
def test_a_run_that_was_trained_again_is_read_anew(logs, count):
    """Whatever the number of points, a replaced file's series are another generation."""
    logs.scalars("a", "loss", [1.0, 2.0, 3.0])
    log = logs.open()
    before = log.store.key("a", "loss", "scalars")
    shutil.rmtree(logs.root / "a")
    logs.scalars("a", "loss", [7.0] * count)

    changes = log.refresh()

    (key,) = changes.reread
    assert names([key]) == [("a", "loss")]
    assert key.generation != before.generation
    assert key.count == count
    assert not changes.grew
    assert not changes.gone
    assert log.scalars["a", "loss"].value.tolist() == [7.0] * count


def test_points_of_an_earlier_file_move_the_series(logs):
    """Points that belong before those that are there make it another generation."""
    logs.scalars("a", "loss", [1.0], name="events.out.tfevents.2")
    log = logs.open()
    logs.scalars("a", "loss", [0.0], name="events.out.tfevents.1")

    changes = log.refresh()

    assert names(changes.reread) == [("a", "loss")]
    assert log.scalars["a", "loss"].value.tolist() == [0.0, 1.0]


def test_a_tag_that_is_gone_from_a_rewritten_run_has_gone(logs):
    """Of a run that is written anew with other tags the old ones have gone, the new ones come."""
    logs.scalars("a", "loss", [1.0])
    log = logs.open()
    shutil.rmtree(logs.root / "a")
    logs.scalars("a", "accuracy", [1.0])

    changes = log.refresh()

    assert names(changes.gone) == [("a", "loss")]
    assert names(changes.came) == [("a", "accuracy")]


def test_an_interrupted_refresh_leaves_every_series_told(logs):
    """After a refresh that failed half-way the next tells all series as read anew or gone."""
    logs.scalars("a", "loss", [1.0])
    logs.scalars("b", "loss", [1.0])
    log = logs.open()
    shutil.rmtree(logs.root / "b")
    log.store._forget()

    changes = log.refresh()

    assert names(changes.reread) == [("a", "loss")]
    assert names(changes.gone) == [("b", "loss")]


def test_files_of_one_second_are_read_in_the_order_of_their_numbers(logs):
    """Process 9 of the same second comes before process 10."""
    logs.scalars("a", "loss", [1.0], name="events.out.tfevents.1700000000.host.10.0", steps=[1])
    logs.scalars("a", "loss", [0.0], name="events.out.tfevents.1700000000.host.9.0", steps=[0])

    log = logs.open()

    assert log.scalars["a", "loss"].step.tolist() == [0, 1]
    assert log.scalars.select(restarts="latest")["a", "loss"].hidden == 0
