"""Jobs that say where they begin: SessionLog.START and its step."""

from __future__ import annotations

import pytest
from tensorboard.compat.proto import event_pb2

from tests.logdir.conftest import Logs

FIRST, SECOND = "events.out.tfevents.1", "events.out.tfevents.2"


@pytest.fixture
def logs(tmp_path):
    """Return an empty folder to write runs into."""
    return Logs(tmp_path / "logs")


def start(logs, step, name):
    """Log that a job begins at a step."""
    logs.event("a", name, step=step, session_log=event_pb2.SessionLog(status=1))


def kept(log, tag="loss"):
    """Return the steps that remain."""
    mask = log.store.kept_by_purge("a", tag, "scalars")
    step = log.store.scalar("a", tag).step
    return (step if mask is None else step[mask]).tolist()


def test_a_start_voids_what_the_crashed_job_logged_from_its_step_on(logs):
    """Also where the new job logs more rarely than the old one did."""
    logs.scalars("a", "loss", [0.0] * 10, name=FIRST)
    start(logs, 4, SECOND)
    logs.scalars("a", "loss", [1.0, 1.0], steps=[4, 8], name=SECOND)

    log = logs.open()

    assert kept(log) == [0, 1, 2, 3, 4, 8]


def test_a_start_in_the_same_file_voids_what_was_logged_before_it(logs):
    """Earlier points of the same file go, later ones stay."""
    logs.scalars("a", "loss", [0.0] * 5, name=FIRST)
    start(logs, 2, FIRST)
    logs.scalars("a", "loss", [1.0, 1.0], steps=[2, 3], name=FIRST)

    assert kept(logs.open()) == [0, 1, 2, 3]


def test_a_tag_that_the_new_job_does_not_log_is_purged_too(logs):
    """A start concerns every series of its run."""
    logs.scalars("a", "old", [0.0] * 5, name=FIRST)
    start(logs, 2, SECOND)
    logs.scalars("a", "loss", [1.0], steps=[2], name=SECOND)

    assert kept(logs.open(), "old") == [0, 1]


def test_without_a_start_every_point_remains(logs):
    """Steps that go back are no start."""
    logs.scalars("a", "loss", [0.0] * 3 + [1.0] * 3, steps=[0, 1, 2, 0, 1, 2])

    log = logs.open()

    assert log.store.kept_by_purge("a", "loss", "scalars") is None


def test_a_start_that_comes_later_counts(logs):
    """A job that begins again while somebody looks voids what is there already."""
    logs.scalars("a", "loss", [0.0] * 5, name=FIRST)
    log = logs.open()
    start(logs, 3, SECOND)
    log.refresh()

    assert kept(log) == [0, 1, 2]
