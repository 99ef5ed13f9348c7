"""Following a logdir: a thread that reads what is appended, and stops cleanly."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import threading
import weakref

import pytest

import nbboard


class Heard:
    """A callback that remembers, and lets a test wait for what it hears."""

    def __init__(self) -> None:
        self.changes = []
        self.threads = set()
        self._news = threading.Condition()

    def __call__(self, changes):
        with self._news:
            self.changes.append(changes)
            self.threads.add(threading.current_thread())
            self._news.notify_all()

    def wait_for(self, test):
        """Wait until a test of all changes holds."""
        with self._news:
            assert self._news.wait_for(lambda: test(self.changes), timeout=20)

    def points(self):
        """Return how many points all changes brought."""
        return sum(sum(change.series.values()) for change in self.changes)


def test_every_point_is_heard_once(logs):
    """Appended points, new runs and problems are reported, each once, on one thread."""
    logs.scalars("run", "loss", [0.0])
    log, heard = logs.open(), Heard()

    with log.follow(heard, interval=0.01) as follower:
        assert follower.is_alive
        for step in range(1, 6):
            logs.scalars("run", "loss", [float(step)], steps=[step])
        logs.scalars("new", "loss", [1.0, 2.0])
        heard.wait_for(lambda _: heard.points() == 7)
        logs.file("bad").write_bytes(b"no event file" * 10)
        heard.wait_for(lambda changes: any(change.problems for change in changes))

    assert not follower.is_alive
    assert [run for change in heard.changes for run in change.runs_added] == ["new", "bad"]
    assert len(heard.threads) == 1
    assert threading.current_thread() not in heard.threads
    assert log.scalars["run", "loss"].value.tolist() == [0, 1, 2, 3, 4, 5]
    assert follower.error is None


def test_what_a_refresh_found_is_said_in_a_line(logs):
    """However many runs and points that are."""
    logs.scalars("run", "loss", [0.0])
    log = logs.open()

    assert repr(log.refresh()) == "<changes: none>"
    logs.scalars("run", "loss", [1.0], steps=[1])

    assert repr(log.refresh()) == "<changes: 1 new point>"
    for run in range(40):
        logs.scalars(f"new{run}", "loss", [1.0, 2.0])
    logs.file("bad").write_bytes(b"no event file" * 10)

    assert repr(log.refresh()) == "<changes: 41 new runs, 80 new points, 1 new problem>"


def test_nothing_is_said_when_nothing_changed(logs):
    """Looking without finding calls nobody."""
    logs.scalars("run", "loss", [0.0])
    log, heard = logs.open(), Heard()

    with log.follow(heard, interval=0.005):
        threading.Event().wait(0.1)

    assert heard.changes == []


def test_followers_hear_of_a_refresh_of_ones_own(logs):
    """What log.refresh() finds is not lost on those who follow, however rarely they look."""
    logs.scalars("run", "loss", [0.0])
    log, first, second = logs.open(), Heard(), Heard()

    with log.follow(first, interval=3600), log.follow(second, interval=3600):
        first_look = threading.Event()
        first_look.wait(0.05)
        logs.scalars("run", "loss", [1.0], steps=[1])
        assert log.refresh()
        first.wait_for(len)
        second.wait_for(len)

    assert first.points() == second.points() == 1
    assert first.threads == second.threads


def test_a_callback_that_raises_ends_nobody(logs):
    """Its error is kept and it is called again; others hear everything."""
    log, heard = logs.open(), Heard()
    calls = []

    def broken(changes):
        calls.append(changes)
        raise ValueError("mine")

    with log.follow(broken, interval=0.01) as follower, log.follow(heard, interval=0.01):
        for run in ("a", "b"):
            logs.scalars(run, "loss", [1.0])
            heard.wait_for(lambda changes, run=run: any(run in c.runs_added for c in changes))

    assert isinstance(follower.error, ValueError)
    assert len(calls) >= 2


@pytest.mark.parametrize("error", [SystemExit(3), KeyboardInterrupt()])
def test_a_callback_that_would_exit_ends_nobody(logs, error):
    """The thread is not the callback's to end: it and others go on being called."""
    log, heard = logs.open(), Heard()

    def leaving(_changes):
        raise error

    with log.follow(leaving, interval=0.01) as follower, log.follow(heard, interval=0.01):
        for run in ("a", "b"):
            logs.scalars(run, "loss", [1.0])
            heard.wait_for(lambda changes, run=run: any(run in c.runs_added for c in changes))
        assert follower.is_alive

    assert follower.error is error


def test_a_follower_says_what_it_follows(logs):
    """Its text names the logdir and how often it looks, or that it has stopped."""
    log = logs.open()
    follower = log.follow(print, interval=60)

    assert repr(follower) == f"<Follower of {str(logs.root)!r}: every 60 s>"

    follower.stop()

    assert repr(follower) == f"<Follower of {str(logs.root)!r}: stopped>"


def test_a_storage_that_fails_does_not_end_it(logs, monkeypatch):
    """A refresh that raises is tried again."""
    log, heard = logs.open(), Heard()
    refresh, failures = log.store.refresh, []

    def failing(*arguments):
        if len(failures) < 3:
            failures.append(1)
            raise OSError("away")
        return refresh(*arguments)

    monkeypatch.setattr(log.store, "refresh", failing)
    logs.scalars("run", "loss", [1.0])

    with log.follow(heard, interval=0.01):
        heard.wait_for(len)

    assert len(failures) == 3


def test_stop_waits_for_a_call_under_way(logs):
    """When stop returns the callback is not running and never runs again."""
    log = logs.open()
    entered, leave, done = threading.Event(), threading.Event(), []

    def slow(changes):
        entered.set()
        leave.wait(10)
        done.append(changes)

    follower = log.follow(slow, interval=0.01)
    logs.scalars("run", "loss", [1.0])
    assert entered.wait(10)
    threading.Timer(0.05, leave.set).start()

    follower.stop()

    assert len(done) == 1
    follower.stop()
    logs.scalars("run2", "loss", [1.0])
    log.refresh()
    threading.Event().wait(0.05)
    assert len(done) == 1


def test_a_callback_may_stop_itself(logs):
    """stop() from inside the callback does not wait for itself."""
    log, heard = logs.open(), Heard()
    follower = None

    def once(changes):
        follower.stop()
        heard(changes)

    follower = log.follow(once, interval=0.01)
    logs.scalars("run", "loss", [1.0])
    heard.wait_for(len)

    assert not follower.is_alive


def test_closing_ends_the_thread_and_keeps_the_data(logs):
    """After close, or the end of a with block, nobody is called; columns stay readable."""
    logs.scalars("run", "loss", [1.0])
    heard = Heard()
    with logs.open() as log:
        follower = log.follow(heard, interval=0.01)
        thread = log._watcher._thread
    thread.join(10)

    assert not thread.is_alive()
    assert not follower.is_alive
    assert log.scalars["run", "loss"].value.tolist() == [1.0]


def test_following_alone_keeps_nothing_alive(logs):
    """A logdir that nobody refers to any more is freed, and its thread ends."""
    log = logs.open()
    log.follow(Heard(), interval=0.01)
    thread, gone = log._watcher._thread, weakref.ref(log)

    del log
    gc.collect()
    thread.join(10)

    assert gone() is None
    assert not thread.is_alive()


def test_a_script_that_follows_ends(logs):
    """The thread does not keep the interpreter from exiting, nor make it complain."""
    logs.scalars("run", "loss", [1.0])
    code = f"import nbboard; nbboard.open({str(logs.root)!r}).follow(print, interval=0.001)\n"
    code += "import nbboard; log = nbboard.open('.'); f = log.follow(print, 0.001)"

    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
        cwd=logs.root,
    )

    assert done.stderr == ""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
def test_a_forked_child_can_follow_and_end(logs):
    """A child of a process that follows has no thread, may start its own, and exits."""
    code = (
        "import nbboard, os, sys\n"
        f"log = nbboard.open({str(logs.root)!r})\n"
        "follower = log.follow(print, interval=0.001)\n"
        "for _ in range(10):\n"
        "    child = os.fork()\n"
        "    if not child:\n"
        "        assert not follower.is_alive\n"
        "        log.follow(print, interval=0.001)\n"
        "        sys.exit(0)\n"
        "    assert os.waitpid(child, 0)[1] == 0\n"
        "assert follower.is_alive"
    )

    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], capture_output=True, timeout=60, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("interval", [0, -1, float("nan"), "1", None])
def test_an_interval_is_above_zero(logs, interval):
    """Looking all the time is not a thing."""
    with pytest.raises(nbboard.UsageError, match="above 0"):
        logs.open().follow(print, interval=interval)


def test_only_functions_are_called_back(logs):
    """What cannot be called is refused at once, not at the first change."""
    with pytest.raises(nbboard.UsageError, match="a function that is called with changes"):
        logs.open().follow(None)


def test_reading_while_it_grows(logs):
    """Threads that read while the watcher reads see columns of one length, never less than before."""
    logs.scalars("run", "loss", [0.0])
    log, wrong, stop = logs.open(), [], threading.Event()

    def read():
        seen = 0
        while not stop.is_set():
            series = log.scalars["run", "loss"]
            count = len(series.step)
            if not len(series.value) == len(series.wall_time) == count or count < seen:
                wrong.append((seen, count))
            if series.value.tolist() != list(range(count)):
                wrong.append(series.value)
            seen = count

    heard = Heard()
    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    with log.follow(heard, interval=0.001):
        for step in range(1, 200):
            logs.scalars("run", "loss", [float(step)], steps=[step])
        heard.wait_for(lambda _: heard.points() == 199)
    stop.set()
    for reader in readers:
        reader.join(10)

    assert wrong == []
