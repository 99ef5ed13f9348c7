"""Indexing: what is new, changed, replaced or gone; where it may not; from the command line."""

from __future__ import annotations

import itertools
import subprocess
import sys

import numpy as np
import pytest
from tensorboard.plugins.hparams import summary_v2

import nbboard
from nbboard.catalogue import indexer
from nbboard.errors import LogdirError, UsageError
from tests.catalogue.conftest import assert_equal


def fill(logs, count=6):
    """Write trials, one of them with a run below it, an image run, and a damaged one."""
    for i in range(count):
        run = f"sweep/run_{i}"
        logs.event(run, summary=summary_v2.hparams_pb({"lr": 10.0**-i, "on": i % 2 == 0}))
        logs.scalars(run, "val/accuracy", [0.1 * i, 0.2 * i])
        logs.scalars(run, "Loss", [float("nan"), 1.0 / (i + 1)])
    logs.scalars("sweep/run_0/eval", "val/accuracy", [0.5])
    logs.scalars("plain", "val/accuracy", [0.25])


@pytest.fixture
def small_tasks(monkeypatch):
    """Have a task for every few runs, so that there are several parts."""
    monkeypatch.setattr(indexer, "RUNS", 2)


def test_a_catalogue_says_what_the_logs_say(logs, catalogue, small_tasks):
    """Series, points, hyperparameters of runs below trials, and problems are the same."""
    fill(logs)
    with logs.file("sweep/run_1").open("r+b") as file:
        file.seek(-20, 2)
        file.write(b"\xff" * 8)
    found = nbboard.index(logs.root, catalogue)

    assert (found.runs, found.read, found.removed) == (8, 8, 0)
    _, indexed = assert_equal(logs.root, catalogue)
    assert indexed.runs_table.where("run = 'sweep/run_0/eval'").page(0, 1)["hp.lr"] == [1.0]
    assert indexed.runs_table.where("damaged > 0").page(0, 9, ["run"])["run"] == ["sweep/run_1"]


def test_only_what_changed_is_read_again(logs, catalogue, small_tasks):
    """Grown, new, replaced and deleted runs are, each told by the state of its files."""
    fill(logs)
    nbboard.index(logs.root, catalogue)
    log = nbboard.open(catalogue)

    assert nbboard.index(logs.root, catalogue).read == 0
    assert not log.refresh()

    logs.scalars("sweep/run_2", "val/accuracy", [0.9], steps=[2])
    logs.scalars("sweep/run_7", "val/accuracy", [0.7])
    path = logs.file("sweep/run_3")
    path.unlink()
    logs.scalars("sweep/run_3", "other", [3.0])
    logs.file("plain").unlink()
    found = nbboard.index(logs.root, catalogue)

    assert (found.read, found.removed) == (3, 1)
    assert_equal(logs.root, catalogue)

    before = log.version
    changes = log.refresh()

    assert changes.runs_added == ("sweep/run_7",)
    assert changes.runs_removed == ("plain",)
    assert {key.run for key in changes.reread} == {"sweep/run_2"}
    assert {key[:2] for key in changes.came} == {
        ("sweep/run_3", "other"),
        ("sweep/run_7", "val/accuracy"),
    }
    assert log.version == before + 1
    assert log.scalars["sweep/run_2", "val/accuracy"].value[-1] == np.float32(0.9)


def test_parameters_of_files_and_texts_are_kept(logs, catalogue, small_tasks):
    """Of the run's own folder and those above it; a file that changed is read again."""
    fill(logs)
    logs.text("sweep/run_4", "hyperparameters", "|param|value|\n|-|-|\n|gamma|0.9|")
    (logs.root / "sweep" / "config.yaml").write_text("model:\n  depth: 3\nseed: 1\n")
    (logs.root / "sweep" / "run_2" / "hparams.yaml").write_text("depth: 4\nlr: 0.01\n")
    (logs.root / "sweep" / "run_3" / ".hydra").mkdir()
    (logs.root / "sweep" / "run_3" / ".hydra" / "config.yaml").write_text("seed: 7\n")
    nbboard.index(logs.root, catalogue)
    _, indexed = assert_equal(logs.root, catalogue)

    page = indexed.runs_table.where("hp.seed = 7 or hp.depth = 4").page(0, 9)
    assert page["run"].tolist() == ["sweep/run_2", "sweep/run_3"]
    assert indexed.params["sweep/run_2"]["model.depth"].value == 3.0
    assert set(nbboard.diff(indexed, runs=["sweep/run_2", "sweep/run_3"]).names) >= {
        "seed",
        "depth",
    }
    (logs.root / "sweep" / "run_3" / ".hydra" / "config.yaml").write_text("seed: 8\n")
    assert nbboard.index(logs.root, catalogue).read == 1
    _, indexed = assert_equal(logs.root, catalogue)
    assert len(indexed.runs_table.where("hp.seed = 8")) == 1


def test_what_is_committed_one_after_another_is_in_natural_order(
    logs, catalogue, small_tasks, monkeypatch
):
    """So a million runs need not be put in order by whoever opens them."""
    monkeypatch.setattr(indexer, "_EVERY", 0.0)
    for i in range(12):
        logs.scalars(f"run_{i}", "loss", [float(i)])
    nbboard.index(logs.root, catalogue)
    ranges = sorted(span for _, span in nbboard.open(catalogue).store.snapshot.facts.ranges)

    assert len(ranges) > 3
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ranges))


def test_many_updates_do_not_leave_many_files(logs, catalogue):
    """Small files become one before they are many, and nothing is lost by it."""
    for i in range(20):
        logs.scalars(f"run_{i}", "loss", [float(i)])
        nbboard.index(logs.root, catalogue)

    log, _ = assert_equal(logs.root, catalogue)
    assert len(nbboard.open(catalogue).store.snapshot.files) < 9
    assert len(log.runs) == 20


def test_compacting_keeps_what_is_there_and_nothing_else(logs, catalogue, small_tasks):
    """After it there is one file of runs, and no file that no run needs."""
    from nbboard.catalogue.compact import compact
    from nbboard.catalogue.tables import Tables

    fill(logs)
    nbboard.index(logs.root, catalogue)
    for run in ("sweep/run_1", "plain"):
        logs.scalars(run, "val/accuracy", [0.9], steps=[2])
        nbboard.index(logs.root, catalogue)
    tables = Tables(catalogue)
    orphan = logs.root.parent / "catalogue" / "scalars" / f"{0:032x}.parquet"
    orphan.write_bytes(b"half a file")
    compact(tables, hours=0)

    assert_equal(logs.root, catalogue)
    snapshot = nbboard.open(catalogue).store.snapshot
    parts = {part for file in snapshot.files for _, part in snapshot.names_in(file)}
    for table in ("scalars", "series", "files"):
        there = {path.stem for path in (logs.root.parent / "catalogue" / table).glob("*.parquet")}
        assert there == parts
    assert len(snapshot.files) == 1


def test_a_reader_of_files_that_were_compacted_away_is_told(logs, catalogue):
    """What is gone says that a refresh takes what is there now."""
    from nbboard.catalogue.compact import compact
    from nbboard.catalogue.tables import Tables

    logs.scalars("run", "loss", [1.0])
    nbboard.index(logs.root, catalogue)
    log = nbboard.open(catalogue)
    assert len(log.runs) == 1
    logs.scalars("run", "loss", [2.0], steps=[1])
    nbboard.index(logs.root, catalogue)
    compact(Tables(catalogue), hours=0)
    with pytest.raises(LogdirError, match=r"compacted.*refresh"):
        _ = log.scalars["run", "loss"]
    log.refresh()

    assert log.scalars["run", "loss"].value.tolist() == [1.0, 2.0]


def test_another_logdir_is_refused(logs, catalogue, tmp_path):
    """A catalogue is of the logs it was made of: those of others would seem deleted."""
    logs.scalars("run", "loss", [1.0])
    nbboard.index(logs.root, catalogue)
    (tmp_path / "others").mkdir()
    with pytest.raises(LogdirError, match="another folder"):
        nbboard.index(tmp_path / "others", catalogue)
    with pytest.raises(UsageError, match="name another folder"):
        nbboard.index(logs.root, str(tmp_path))


def test_logs_that_are_away_are_not_taken_for_deleted(logs, catalogue):
    """If the folder cannot be reached the catalogue stays as it is."""
    logs.scalars("run", "loss", [1.0])
    nbboard.index(logs.root, catalogue)
    logs.root.rename(logs.root.with_name("moved"))
    with pytest.raises(LogdirError, match="no such folder"):
        nbboard.index(logs.root, catalogue)

    assert tuple(nbboard.open(catalogue).runs) == ("run",)


def test_several_logdirs_in_one_catalogue(logs, catalogue, tmp_path):
    """Their names prefix the runs, as of an open mapping."""
    logs.scalars("run", "loss", [1.0])
    logs.images("run", "pic", [b"no image"])
    sources = {"a": logs.root, "b/c": logs.root}
    nbboard.index(sources, catalogue)
    _, indexed = assert_equal(sources, catalogue)

    assert tuple(indexed.runs) == ("a/run", "b/c/run")
    assert len(indexed.images["b/c/run", "pic"]) == 1


def test_a_logdir_without_runs_and_one_without_a_catalogue(logs, catalogue, tmp_path):
    """An empty folder makes an empty catalogue; a folder that is none is a logdir."""
    logs.root.mkdir()
    nbboard.index(logs.root, catalogue)
    log = nbboard.open(catalogue)

    assert len(log.runs) == 0
    assert len(log.runs_table.where("points > 1")) == 0
    assert log.runs_table.to_pandas().empty
    assert nbboard.open(logs.root).as_of is None


def test_the_command(logs, catalogue):
    """``nbboard index`` says what it did, and other commands take the catalogue."""
    fill(logs)
    command = [sys.executable, "-m", "nbboard", "index", str(logs.root), catalogue, "--compact"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    listed = subprocess.run(
        [sys.executable, "-m", "nbboard", "ls", catalogue],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "8 runs: 8 read, 0 removed" in done.stdout
    assert "sweep/run_0/eval" in listed.stdout


@pytest.mark.parametrize(
    ("flags", "said"),
    [(["--watch", "0"], "above 0"), (["--scheduler", "localhost:1"], "tcp://HOST:PORT")],
)
def test_flags_that_cannot_be(logs, catalogue, flags, said):
    """A wrong flag is told with what it takes."""
    command = [sys.executable, "-m", "nbboard", "index", str(logs.root), catalogue, *flags]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert done.returncode == 2
    assert said in done.stderr
