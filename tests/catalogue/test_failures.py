"""Workers that die, indexers that meet, drivers that are killed: the catalogue stays whole."""

from __future__ import annotations

import concurrent.futures
import os
import random
import signal
import subprocess
import sys
import threading
import time

import pytest

import nbboard
from nbboard.catalogue import indexer
from nbboard.catalogue.compact import compact
from nbboard.catalogue.part import read_part
from nbboard.catalogue.tables import ConflictError, Tables
from nbboard.errors import LogdirError, NbboardError
from tests.catalogue.conftest import assert_equal

#: What an indexer in a process of its own does; it says when it has begun.
DRIVER = """
import sys, nbboard
from nbboard.catalogue import indexer
indexer.RUNS, indexer._EVERY = 5, 0.0
print("begun", flush=True)
nbboard.index(sys.argv[1], sys.argv[2], progress=False)
"""


def fill(logs, count, points=3):
    """Write runs, each with two curves."""
    for i in range(count):
        logs.scalars(f"run_{i:04}", "loss", [float(i + j) for j in range(points)])
        logs.scalars(f"run_{i:04}", "accuracy", [1.0 / (i + 1)])


def assert_whole(source, catalogue):
    """Check that every run that a reader sees has all its points."""
    try:
        log = nbboard.open(catalogue)
    except LogdirError:
        return
    if log.as_of is None:
        return  # there is no catalogue yet
    read = nbboard.open(source, progress=False)
    for run in log.runs:
        for tag in ("loss", "accuracy"):
            assert log.scalars[run, tag].value.tolist() == read.scalars[run, tag].value.tolist()


class Failing(concurrent.futures.ThreadPoolExecutor):
    """An executor whose first few tasks fail."""

    def __init__(self, failures, error):
        super().__init__(2)
        self.failures, self.error = failures, error

    def submit(self, call, *arguments):
        if self.failures:
            self.failures -= 1
            return super().submit(self._fail)
        return super().submit(call, *arguments)

    def _fail(self):
        raise self.error


@pytest.fixture(autouse=True)
def small_tasks(monkeypatch):
    """Have a task for every few runs, each committed when it is read."""
    monkeypatch.setattr(indexer, "RUNS", 5)
    monkeypatch.setattr(indexer, "_EVERY", 0.0)


def test_a_lost_task_is_given_away_again(logs, catalogue):
    """Whoever worked on it was lost; somebody else reads the same runs."""
    fill(logs, 20)
    found = nbboard.index(logs.root, catalogue, Failing(3, RuntimeError("killed")))

    assert found.read == 20
    assert_equal(logs.root, catalogue)


def test_what_was_read_before_a_failure_is_kept(logs, catalogue):
    """A task that cannot be done is an error that says what to do; the rest is there."""
    fill(logs, 20)
    with pytest.raises(LogdirError, match="goes on from there"):
        nbboard.index(logs.root, catalogue, Failing(1, OSError(28, "No space left on device")))

    assert len(nbboard.open(catalogue).runs) == 15
    assert_whole(logs.root, catalogue)
    assert nbboard.index(logs.root, catalogue).read == 5
    assert_equal(logs.root, catalogue)


def test_a_scheduler_that_is_lost_is_said(logs, catalogue):
    """Its tasks come back as cancelled."""
    fill(logs, 20)
    lost = Failing(99, concurrent.futures.CancelledError())
    with pytest.raises(NbboardError, match="scheduler"):
        nbboard.index(logs.root, catalogue, lost)
    nbboard.index(logs.root, catalogue)

    assert_equal(logs.root, catalogue)


def test_an_interrupt_keeps_what_was_read(logs, catalogue, monkeypatch):
    """Ctrl-C in the middle: the next index goes on."""
    fill(logs, 20)
    done = []

    def interrupted(task):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(task)
        return read_part(task)

    monkeypatch.setattr(indexer, "read_part", interrupted)
    with pytest.raises((KeyboardInterrupt, NbboardError)):
        nbboard.index(logs.root, catalogue)
    monkeypatch.undo()
    assert_whole(logs.root, catalogue)
    nbboard.index(logs.root, catalogue)

    assert_equal(logs.root, catalogue)


def test_a_full_disk_leaves_the_catalogue_as_it_was(logs, catalogue, monkeypatch):
    """A file that cannot be written is not committed."""
    fill(logs, 4)
    nbboard.index(logs.root, catalogue)
    logs.scalars("run_0001", "loss", [7.0], steps=[3])

    def full(self, table, name, data, *, group=0):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Tables, "write", full)
    with pytest.raises(LogdirError, match="No space left"):
        nbboard.index(logs.root, catalogue)
    monkeypatch.undo()

    assert len(nbboard.open(catalogue).scalars["run_0001", "loss"]) == 3
    nbboard.index(logs.root, catalogue)
    assert_equal(logs.root, catalogue)


def test_what_could_not_be_read_is_tried_again(logs, catalogue, monkeypatch):
    """A storage that fails once is no reason to believe that a run is empty for ever."""
    from nbboard.storage import LocalStorage

    fill(logs, 3)

    def fails(*arguments):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(LocalStorage, "read_whole", lambda *arguments: None)
    monkeypatch.setattr(LocalStorage, "open", fails)
    nbboard.index(logs.root, catalogue)
    monkeypatch.undo()
    log = nbboard.open(catalogue)

    assert len(log.problems) == 3
    assert log.kinds == {}
    assert nbboard.index(logs.root, catalogue).read == 3
    assert_equal(logs.root, catalogue)


def test_two_commits_at_once_exclude_each_other(logs, catalogue):
    """The second is refused, and what it had read is committed after another look."""
    fill(logs, 4)
    nbboard.index(logs.root, catalogue)
    tables = Tables(catalogue)
    first, second = tables.runs(), tables.runs()
    tables.commit_runs(first, [], [], tables.facts(first))
    with pytest.raises(ConflictError):
        tables.commit_runs(second, [], [], tables.facts(second))


def test_two_indexers_at_once(logs, catalogue):
    """Each reads what it finds; together they make one catalogue."""
    fill(logs, 30)
    _two_at_once(logs.root, catalogue)

    assert_equal(logs.root, catalogue)


def _two_at_once(source, catalogue):
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        both = [pool.submit(nbboard.index, source, catalogue, progress=False) for _ in range(2)]
        for one in both:
            one.result()


def test_a_cluster(logs, catalogue):
    """A LocalCluster's workers read, by its client and by the scheduler's address."""
    distributed = pytest.importorskip("distributed")
    fill(logs, 40)
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
        ) as cluster,
        distributed.Client(cluster) as client,
    ):
        found = nbboard.index(logs.root, catalogue, client)
        logs.scalars("run_0001", "loss", [7.0], steps=[3])
        command = [sys.executable, "-m", "nbboard", "index", str(logs.root), catalogue]
        done = subprocess.run(
            [*command, "--scheduler", cluster.scheduler_address],
            capture_output=True,
            text=True,
            check=True,
        )

    assert found.read == 40
    assert "40 runs: 1 read" in done.stdout
    assert_equal(logs.root, catalogue)


@pytest.mark.soak
def test_workers_killed_at_any_time(logs, tmp_path):
    """20 rounds: a worker is killed once or twice while it reads; nothing is missing."""
    distributed = pytest.importorskip("distributed")
    fill(logs, 100, points=20)
    chance = random.Random(0)
    for number in range(20):
        catalogue = str(tmp_path / f"catalogue_{number}")
        with (
            distributed.LocalCluster(
                n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            client.run(lambda: __import__("nbboard.catalogue"))
            killers = []
            for _ in range(chance.choice([1, 2])):
                worker = chance.choice(list(cluster.workers.values()))
                delay = chance.uniform(0.05, 1.0)
                pid = worker.process.pid
                killer = threading.Timer(delay, _kill, [pid])
                killer.start()
                killers.append(killer)
            nbboard.index(logs.root, catalogue, client, progress=False)
            for killer in killers:
                killer.join()
        assert_whole(logs.root, catalogue)
        compact(Tables(catalogue), hours=0)
        assert_equal(logs.root, catalogue)
        _no_orphans(catalogue)


def _kill(pid):
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _no_orphans(catalogue):
    """Check that there is no file that the catalogue does not consist of."""
    from pathlib import Path

    snapshot = nbboard.open(catalogue).store.snapshot
    parts = {part for file in snapshot.files for _, part in snapshot.names_in(file)}
    for table in ("scalars", "series", "files"):
        assert {path.stem for path in (Path(catalogue) / table).glob("*.parquet")} == parts
    assert {path.name for path in (Path(catalogue) / "runs").glob("*.parquet")} == snapshot.files


@pytest.mark.soak
def test_two_indexers_at_once_many_times(logs, catalogue):
    """20 rounds with runs that grow, come and go meanwhile; a reader sees nothing half."""
    fill(logs, 60)
    for number in range(20):
        reading = threading.Event()
        seen = []

        def look(reading=reading, seen=seen):
            while not reading.is_set():
                seen.extend(_what_is_half(catalogue))

        reader = threading.Thread(target=look)
        reader.start()
        for run in random.Random(number).sample(range(60), 8):
            logs.scalars(f"run_{run:04}", "loss", [float(number)], steps=[3 + number])
        logs.scalars(f"new_{number}", "loss", [1.0])
        if number:
            logs.file(f"new_{number - 1}").unlink()
        _two_at_once(logs.root, catalogue)
        reading.set()
        reader.join()

        assert not seen
        assert_equal(logs.root, catalogue)


def _what_is_half(catalogue):
    """Return the runs whose points are not those that the table of runs counts."""
    log = nbboard.open(catalogue)
    if log.as_of is None or "loss" not in log.runs_table.columns:
        return []
    page = log.runs_table.page(0, len(log.runs_table), ["run", "points", "loss"])
    found = []
    for run, points, last in zip(*page.values(), strict=True):
        series = [log.scalars[key.run, key.tag] for key in log.store.series_of(run)]
        if sum(map(len, series)) != points or log.scalars[run, "loss"].value[-1] != last:
            found.append(run)
    return found


@pytest.mark.soak
def test_the_driver_is_killed_at_any_time(logs, tmp_path):
    """20 rounds: what a reader sees is whole, the next index completes it, orphans go."""
    fill(logs, 200, points=10)
    chance = random.Random(1)
    for number in range(20):
        catalogue = str(tmp_path / f"catalogue_{number}")
        for _ in range(2):
            driver = subprocess.Popen(
                [sys.executable, "-c", DRIVER, str(logs.root), catalogue],
                stdout=subprocess.PIPE,
                text=True,
            )
            assert driver.stdout.readline() == "begun\n"
            time.sleep(chance.uniform(0.2, 2.0))
            driver.kill()
            driver.wait()
            assert_whole(logs.root, catalogue)
        nbboard.index(logs.root, catalogue, progress=False)
        assert_equal(logs.root, catalogue)
        compact(Tables(catalogue), hours=0)
        assert_equal(logs.root, catalogue)
        _no_orphans(catalogue)
