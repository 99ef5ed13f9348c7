"""A note of how a run came about travels with its log."""

from __future__ import annotations

import subprocess
import sys

import pytest

import nbboard
from nbboard.kinds.params import note

SCRIPT = """
import sys, nbboard
from tensorboardX import SummaryWriter
writer = SummaryWriter(sys.argv[1])
noted = nbboard.note_run(sys.argv[1])
writer.add_scalar("loss", 1.0, 0)
writer.close()
"""


@pytest.fixture
def repository(tmp_path):
    """A script under git, with a hook that must not run."""
    folder = tmp_path / "code"
    folder.mkdir()
    (folder / "train.py").write_text(SCRIPT)
    for words in (
        ["init", "-q"],
        ["config", "user.email", "a@b"],
        ["config", "user.name", "a"],
        ["config", "core.fsmonitor", f"touch {tmp_path}/ran"],
        ["add", "."],
        ["-c", "core.fsmonitor=false", "commit", "-q", "-m", "first"],
    ):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    (tmp_path / "ran").unlink(missing_ok=True)
    return folder


def train(repository, log):
    """Run the script beside its repository."""
    subprocess.run(
        [sys.executable, "train.py", str(log), "--api-key", "hidden"],
        cwd=repository,
        check=True,
        env={"PATH": "/usr/bin:/bin", "SECRET": "in-the-environment"},
    )


def test_a_note_is_read_back_by_diff(repository, tmp_path):
    """Commit, what is changed, command, packages and machine; no secret, nothing run."""
    logs = tmp_path / "logs"
    train(repository, logs / "clean")
    (repository / "train.py").write_text(SCRIPT + "# changed\n")
    train(repository, logs / "dirty")
    log = nbboard.open(logs)

    found = nbboard.diff(log)

    commit = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=repository, capture_output=True, text=True, check=True
    ).stdout.strip()
    assert found.names == ("command", "git.diff")
    assert found["git.diff"]["clean"] == "none"
    assert len(found["git.diff"]["dirty"]) == 16
    assert found.constant["git.commit"] == commit
    assert found.constant["package.numpy"]
    assert found.constant["machine.python"]
    assert found["command"]["clean"].endswith("--api-key ***")
    assert not (tmp_path / "ran").exists()
    everything = b"".join(file.read_bytes() for file in logs.rglob("*tfevents*"))
    assert b"hidden" not in everything
    assert b"in-the-environment" not in everything


def test_a_note_stands_before_the_writers_file(tmp_path):
    """TensorBoard's reader leaves a file when there is a later one; the writer's stays the last."""
    tensorboardx = pytest.importorskip("tensorboardX")
    with tensorboardx.SummaryWriter(str(tmp_path / "run")) as writer:
        nbboard.note_run(tmp_path / "run")
        writer.add_scalar("loss", 1.0, 0)
    names = sorted(file.name for file in (tmp_path / "run").iterdir())
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    theirs = EventAccumulator(str(tmp_path / "run"))
    theirs.Reload()

    assert names[0].startswith("events.out.tfevents.0000000000.nbboard.")
    assert theirs.Tags()["scalars"] == ["loss"]
    assert theirs.Tags()["tensors"] == [note.NOTE_TAG]
    log = nbboard.open(tmp_path)
    assert log.problems == ()
    assert "|param|value|" in str(log.text["run", note.NOTE_TAG][0])


def test_a_note_of_a_job_that_began_again_replaces_the_first(tmp_path):
    """The last one counts."""
    first = nbboard.note_run(tmp_path / "run")
    second = nbboard.note_run(tmp_path / "run")

    given = nbboard.open(tmp_path).params["run"]

    assert first.keys() == second.keys() <= given.keys()


def test_a_note_needs_a_local_folder():
    """What is a URL is refused in words."""
    with pytest.raises(nbboard.UsageError, match="local folder"):
        nbboard.note_run("s3://bucket/run")
