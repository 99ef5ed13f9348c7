"""File systems that fail, files that must not be opened: nobody waits, nothing is lost."""

from __future__ import annotations

import errno
import os
import random
import socket
import sys
import time

import pytest

import nbboard
from nbboard.errors import DamagedError, UndecodableError
from nbboard.records import frame
from nbboard.series.store import Source, Store
from tests.logdir.bytes_storage import NAME, points_of, scalar_event, small_log
from tests.logdir.flaky_system import flaky_store, peak_memory

LOG = b"".join(small_log())
ERRNOS = ["ESTALE", "EIO", "EINTR", "EAGAIN", "ENOENT", "ETIMEDOUT", "EBUSY", "ENOTCONN",
          "EACCES", "EMFILE"]  # fmt: skip


def write_runs(root, count=3):
    """Write a few runs; return their points."""
    for i in range(count):
        folder = root / f"run{i}"
        folder.mkdir(parents=True)
        (folder / NAME).write_bytes(LOG)


def everything(store):
    """Return the points of all runs."""
    return {run: points_of(store, run) for run in store.runs}


@pytest.mark.parametrize("name", ERRNOS)
def test_a_failing_call_loses_and_doubles_nothing(tmp_path, name):
    """Each of 20 calls fails once with each error: afterwards everything is there once."""
    number = getattr(errno, name)
    failed = 0
    for site in range(1, 21):
        root = tmp_path / str(site)
        write_runs(root)
        store, system = flaky_store(root)
        system.fail_at = {site: number}
        store.refresh()
        half = everything(store)
        # The failing call may also be one of a later refresh.
        system.fail_at = {system.calls + site: number}
        for i in range(3):
            with (root / f"run{i}" / NAME).open("ab") as out:
                out.write(frame(scalar_event(100, 1.0, "news")))
        store.refresh()
        later = everything(store)
        for run, tags in half.items():
            for tag, points in tags.items():
                assert later[run][tag][: len(points)] == points
        store.refresh()
        clean = Store([Source("", str(root))])
        clean.refresh()

        assert everything(store) == everything(clean)
        assert not store.problems
        failed += system.failed
    print(f"{failed} calls ended with {name}: nothing lost, nothing doubled")
    # One in the first refresh for each site, and most of those in the second.
    assert failed >= 20


def test_short_reads_are_continued(tmp_path):
    """Reads that return a part only, at random."""
    write_runs(tmp_path)
    store, system = flaky_store(tmp_path)
    system.short = random.Random(1)
    store.refresh()

    assert {len(points["loss"]) for points in everything(store).values()} == {14}
    assert not store.problems


def test_points_stay_while_the_file_system_is_away(tmp_path):
    """Every call fails for three refreshes: nothing is dropped, and the problem is told."""
    write_runs(tmp_path)
    store, system = flaky_store(tmp_path)
    store.refresh()
    before = everything(store)
    for _ in range(3):
        system.fail_at = dict.fromkeys(range(system.calls, system.calls + 5000), errno.ESTALE)
        store.refresh()

        assert everything(store) == before
        assert store.problems
    system.fail_at = {}
    store.refresh()

    assert everything(store) == before
    assert not store.problems


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_only_regular_files_are_opened(tmp_path):
    """FIFO, socket, device, loops, dangling link, folder: skipped without a wait, and told."""
    live = tmp_path / "live"
    live.mkdir()
    (live / NAME).write_bytes(LOG)
    os.mkfifo(tmp_path / "fifo.tfevents")
    (tmp_path / "pipe.tfevents").symlink_to(tmp_path / "fifo.tfevents")
    (tmp_path / "nowhere.tfevents").symlink_to(tmp_path / "not there")
    (tmp_path / "self.tfevents").symlink_to(tmp_path / "self.tfevents")
    (tmp_path / "zero.tfevents").symlink_to("/dev/zero")
    (tmp_path / "folder.tfevents").mkdir()
    (live / "loop").symlink_to(tmp_path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(os.path.relpath(tmp_path / "socket.tfevents"))
    started = time.monotonic()
    store = Store([Source("", str(tmp_path))])
    store.refresh()
    took = time.monotonic() - started
    listener.close()
    print(f"8 kinds of files that must not be opened: {took:.3f} s")

    assert took < 5
    assert store.runs == ("live",)
    assert {problem.file.rsplit("/", 1)[-1] for problem in store.problems} == {
        "fifo.tfevents",
        "pipe.tfevents",
        "nowhere.tfevents",
        "self.tfevents",
        "zero.tfevents",
        "socket.tfevents",
        "loop",
    }


def test_a_link_to_an_event_file_or_run_is_read(tmp_path):
    """Links that lead to something are as good as what they lead to."""
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / NAME).write_bytes(LOG)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "linked").symlink_to(tmp_path / "real")
    (tmp_path / "logs" / NAME).symlink_to(tmp_path / "real" / NAME)
    store = Store([Source("", str(tmp_path / "logs"))])
    store.refresh()

    assert store.runs == (".", "linked")
    assert points_of(store, "linked") == points_of(store, ".")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="needs to be root")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_an_unreadable_file_heals_after_chmod(tmp_path):
    """As another user: reported, then read at the next refresh."""
    write_runs(tmp_path, 2)
    for folder in (tmp_path, *tmp_path.parents[:-2]):
        folder.chmod(0o755)
    (tmp_path / "run0" / NAME).chmod(0)
    answers, say = os.pipe()
    hear, go_on = os.pipe()
    child = os.fork()
    if child == 0:
        # A fork, because the other user may not be allowed to start this Python.
        try:
            os.setgroups([])
            os.setgid(65534)
            os.setuid(65534)
            store = Store([Source("", str(tmp_path))], workers=1)
            for _ in range(2):
                store.refresh()
                os.write(say, f"{len(store.series('scalars'))} {len(store.problems)};".encode())
                os.read(hear, 1)
        finally:
            os._exit(0)
    first = os.read(answers, 100)
    (tmp_path / "run0" / NAME).chmod(0o644)
    os.write(go_on, b"\n")
    second = os.read(answers, 100)
    os.write(go_on, b"\n")
    os.waitpid(child, 0)

    assert first == b"2 1;"
    assert second == b"4 0;"


def test_a_tensor_bomb_is_not_unpacked(tmp_path):
    """A few bytes that claim 2**27 to 2**62 elements stay a few bytes."""
    from tensorboard.compat.proto import event_pb2

    records = []
    for sizes in ([2**27], [2**33], [2**62], [-1], [-5, 3], [2**31, 2**31]):
        event = event_pb2.Event(step=1)
        value = event.summary.value.add(tag="bomb")
        value.metadata.plugin_data.plugin_name = "scalars"
        value.tensor.dtype = 1
        value.tensor.float_val.append(1.0)
        for size in sizes:
            value.tensor.tensor_shape.dim.add(size=size)
        records.append(frame(event.SerializeToString()))
    (tmp_path / NAME).write_bytes(b"".join(records))
    store = Store([Source("", str(tmp_path))])
    with peak_memory() as peak:
        store.refresh()
        for i in range(len(records)):
            store.fetch(".", "bomb", "tensors", i)
        log = nbboard.open(tmp_path)
        for i in range(len(records)):
            with pytest.raises(UndecodableError):
                _ = log.tensors[".", "bomb"][i]
    print(f"{len(records)} tensor bombs: memory rises by {peak.grown / 2**20:.1f} MiB at most")

    assert peak.grown <= 16 << 20
    assert not store.series("scalars")


def test_a_fetch_from_a_replaced_file_raises(tmp_path):
    """A reference means the value it was made for, or nothing."""
    from tensorboard.compat.proto import event_pb2

    event = event_pb2.Event(step=1)
    value = event.summary.value.add(tag="note")
    value.metadata.plugin_data.plugin_name = "text"
    value.tensor.dtype = 7
    value.tensor.string_val.append(b"one")
    path = tmp_path / NAME
    path.write_bytes(frame(event.SerializeToString()))
    store = Store([Source("", str(tmp_path))])
    store.refresh()
    ref = store.values(".", "note", "text").ref[0]

    assert store.fetch_ref(".", "note", "text", ref).tensor.string_val[0] == b"one"

    value.tensor.string_val[0] = b"two"
    path.unlink()
    path.write_bytes(frame(event.SerializeToString()))
    store.refresh()

    assert store.fetch(".", "note", "text", 0).tensor.string_val[0] == b"two"
    with pytest.raises(DamagedError, match="gone"):
        store.fetch_ref(".", "note", "text", ref)


def test_a_failing_call_in_a_long_damaged_file_loses_nothing(tmp_path):
    """Sections, damage and the search behind it: each of many calls fails once."""
    data = bytearray(b"".join(frame(scalar_event(i, i / 4)) for i in range(120_000)))
    data[1_000_000] ^= 1
    data[3_000_000:3_004_096] = bytes(4096)
    (tmp_path / NAME).write_bytes(data)
    clean = Store([Source("", str(tmp_path))])
    clean.refresh()
    expected = everything(clean)

    assert len(clean.problems) == 2 or len(clean.problems) == 3
    for site in range(3, 40, 4):
        store, system = flaky_store(tmp_path)
        system.fail_at = {site: errno.EACCES, site + 9: errno.EACCES}
        store.refresh()
        store.refresh()
        store.refresh()

        assert everything(store) == expected


def test_an_error_of_our_own_stops_no_other_file(tmp_path):
    """Should the decoder fail on one file, the rest is read and the file is reported."""
    from nbboard.events.decode import Decoder

    class Failing(Decoder):
        def decode(self, records):
            if b"poison" in records.data.tobytes():
                raise RuntimeError("a mistake")
            return super().decode(records)

    write_runs(tmp_path)
    (tmp_path / "run1" / NAME).write_bytes(LOG + frame(scalar_event(1, 1.0, "poison")))
    store = Store([Source("", str(tmp_path))], decoder=Failing())
    store.refresh()

    assert len(points_of(store, "run0")["loss"]) == 14
    assert len(points_of(store, "run2")["loss"]) == 14
    # The plainest decoder has no such mistake.
    assert points_of(store, "run1")["poison"] == [(1, 1000.5, 1.0)]
