"""Interrupts while logs are read: in good order if they can be, and never wrong numbers."""

from __future__ import annotations

import signal
import threading

import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2

import nbboard
from nbboard.series import columns
from nbboard.series.buffers import PIECE
from nbboard.series.content import Content
from nbboard.series.interrupts import Interrupts
from nbboard.storage import LocalStorage
from nbboard.storage.local import LocalFile
from tests.logdir.conftest import framed

SITES = [(LocalStorage, "scan"), (LocalStorage, "stat"), (LocalFile, "read_into")]
SITES += [(Content, "add_file"), (Content, "apply")]


@pytest.fixture(autouse=True)
def _interruptible():
    """A shell's background processes, and what they start, ignore interrupts; not these tests."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def points(log):
    """Return the steps and values of every scalar series."""
    return {(s.run, s.tag): (s.step.tolist(), s.value.tolist()) for s in log.scalars}


def write(logs, start):
    """Append to short runs and to a long one."""
    for run in ("a", "b", "c/d"):
        logs.scalars(run, "loss", [0.5, 0.25], steps=[start, start + 1])
    logs.scalars("long", "loss", [float(start)], steps=[start])
    with logs.file("long").open("ab") as file:
        file.write(several_pieces(start))


def several_pieces(start):
    """Return the bytes of records that take more than one reading of a file."""
    events = []
    for step in range(start + 1, start + 2 + 3 * PIECE // 4000):
        text = summary_pb2.Summary.Value(tag=f"{step % 7}" * 4000, simple_value=step)
        summary = summary_pb2.Summary(value=[text])
        events.append(event_pb2.Event(step=step, wall_time=step, summary=summary))
    return b"".join(framed(event.SerializeToString()) for event in events)


def interrupt_at(patch, site, count, act):
    """Have the count-th call of a method interrupt; return a list that tells whether it did."""
    owner, name = site
    original = getattr(owner, name)
    calls = []

    def method(*arguments, **options):
        calls.append(1)
        if len(calls) == count:
            act()
        return original(*arguments, **options)

    patch.setattr(owner, name, method)
    return calls


@pytest.mark.parametrize("site", SITES, ids=lambda site: site[1])
@pytest.mark.parametrize("count", [1, 3, 4])
def test_a_refresh_that_is_interrupted_is_gone_on_with(logs, monkeypatch, site, count):
    """What was read until then is right, and the next refresh reads the rest, wherever it was."""
    write(logs, 0)
    log = logs.open()
    write(logs, 10_000)
    logs.scalars("new", "loss", [1.0])
    logs.file("b").unlink()
    logs.scalars("b", "loss", [7.0, 8.0])
    version = log.version
    whole = points(logs.open())

    with monkeypatch.context() as patch:
        calls = interrupt_at(patch, site, count, lambda: signal.raise_signal(signal.SIGINT))
        if site[1] == "add_file" and count > 1:
            log.refresh()
        else:
            with pytest.raises(KeyboardInterrupt):
                log.refresh()
    part = points(log)
    for key, (steps, values) in part.items():
        if key in whole and key[0] != "b":
            assert steps == whole[key][0][: len(steps)]
            assert values == whole[key][1][: len(values)]
    log.refresh()

    assert calls
    assert points(log) == whole
    assert log.version > version
    assert log.problems == ()
    assert not log.refresh()


@pytest.mark.parametrize("site", SITES, ids=lambda site: site[1])
def test_what_may_be_torn_is_forgotten_and_read_anew(logs, monkeypatch, site):
    """An exception in the very middle (a second interrupt) leaves nothing rather than half."""
    write(logs, 0)
    log = logs.open()
    image = log.scalars["a", "loss"]
    write(logs, 10_000)

    def act():
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        interrupt_at(patch, site, 2 if site[1] != "add_file" else 1, act)
        logs.scalars("new", "loss", [1.0])
        with pytest.raises(KeyboardInterrupt):
            log.refresh()
    assert points(log) == {}
    assert log.runs == ()
    log.refresh()

    assert points(log) == points(logs.open())
    assert image.value.tolist() == [0.5, 0.25]


def test_a_table_that_is_interrupted_loses_nothing(logs, monkeypatch):
    """Points that are being laid out for the first time are all there the second time."""
    for name in ("events.out.tfevents.1", "events.out.tfevents.2"):
        for run in ("a", "b"):
            logs.scalars(run, "loss", [1.0, 2.0], name=name)
    log = logs.open()

    for ask in (log.scalars.to_arrow, lambda: log.scalars["b", "loss"]):
        with monkeypatch.context() as patch:
            site = (columns, "_common_dtype")
            calls = interrupt_at(patch, site, 2, lambda: signal.raise_signal(signal.SIGINT))
            with pytest.raises(KeyboardInterrupt):
                ask()
        assert len(calls) >= 2
        logs.scalars("b", "loss", [3.0], name="events.out.tfevents.0")
        log.refresh()

    assert points(log) == points(logs.open())


def test_only_the_first_interrupt_is_held_back():
    """It is raised at the end; a second one at once; Python's handler is back in any case."""
    reached = []

    def interrupted(times):
        with Interrupts() as interrupts:
            for time in range(times):
                signal.raise_signal(signal.SIGINT)
                assert interrupts.asked()
                reached.append(time)

    for times in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            interrupted(times)
    assert reached == [0, 0]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_a_handler_of_the_program_is_left_alone():
    """Whoever handles interrupts in a way of their own goes on doing so; so do other threads."""
    heard = []
    before = signal.signal(signal.SIGINT, lambda *_: heard.append(1))
    try:
        with Interrupts() as interrupts:
            signal.raise_signal(signal.SIGINT)
            assert not interrupts.asked()
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [1]

    def elsewhere():
        with Interrupts():
            heard.append(signal.getsignal(signal.SIGINT))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    assert heard[1] is signal.default_int_handler


def test_opening_is_interrupted_like_anything_else(logs, monkeypatch):
    """There is no half-read log to be had: nbboard.open raises."""
    write(logs, 0)
    with monkeypatch.context() as patch:
        interrupt_at(patch, SITES[-1], 1, lambda: signal.raise_signal(signal.SIGINT))
        with pytest.raises(KeyboardInterrupt):
            nbboard.open(logs.root)
