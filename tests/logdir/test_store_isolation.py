"""One bad run: whatever is wrong with it, the others go on, and it is said."""

from __future__ import annotations

import os
import shutil
import struct
import sys
import time

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2

from nbboard.errors import DamagedError
from nbboard.records import frame, masked_crc
from tests.logdir.bytes_storage import (
    NAME,
    field,
    points_of,
    scalar_event,
    small_log,
    version_event,
)
from tests.logdir.flaky_system import flaky_store

RECORDS = small_log()
LOG = b"".join(RECORDS)
HALF = sum(map(len, RECORDS[: len(RECORDS) // 2]))
GOOD = {
    "loss": [(i, 1000.0 + i, i / 8) for i in range(0, 27, 2)],
    "accuracy": [(i, 1000.0 + i, i / 8) for i in range(1, 27, 2)],
}


def header(length):
    """Return a valid header that claims a length."""
    head = struct.pack("<Q", length)
    return head + struct.pack("<I", masked_crc(head))


def flipped(place):
    """Return the log with a byte changed."""
    data = bytearray(LOG)
    data[place] ^= 0x10
    return bytes(data)


def tensor(sizes, numbers):
    """Encode an event with a tensor of any shape it likes."""
    event = event_pb2.Event(step=1, wall_time=5)
    value = event.summary.value.add(tag="bomb")
    value.metadata.plugin_data.plugin_name = "scalars"
    value.tensor.dtype = 1
    value.tensor.float_val.extend(numbers)
    for size in sizes:
        value.tensor.tensor_shape.dim.add(size=size)
    return event.SerializeToString()


def nested(depth):
    """Encode a tensor that holds a variant that holds a tensor ... deeper than parsers go."""
    inner = b"\x08\x15"
    for _ in range(depth):
        inner = b"\x08\x15" + field(15, field(3, inner))
    return b"\x09" + bytes(8) + field(5, field(1, field(1, b"nested") + field(8, inner)))


def extremes():
    """Return points with the strangest numbers that can be logged."""
    numbers = (float("nan"), float("inf"), -float("inf"), -0.0)
    steps = (2**53 + 1, 2**63 - 1, -(2**63), -1)
    return [
        scalar_event(step, number, wall_time=number)
        for step, number in zip(steps, numbers, strict=True)
    ]


#: What is wrong with a run: the bytes of its file, and whether that is a problem to be reported.
#: An unfinished record is none, and neither is anything that was logged so.
STILL = {
    "an unfinished record": (LOG[:-3], False),
    "bytes torn out of the middle": (LOG[:500] + LOG[510:], True),
    "a damaged length": (flipped(HALF), True),
    "a damaged checksum of a length": (flipped(HALF + 9), True),
    "a damaged value": (flipped(HALF + 20), True),
    "a right checksum over no event": (LOG + frame(b"\xff\xff\xff"), True),
    "a tag that is not UTF-8": (
        LOG + frame(scalar_event(1, 1.0).replace(b"loss", b"l\xffss")),
        False,
    ),
    "a length of 2**40": (LOG + header(2**40) + bytes(100), True),
    "a length of 2**63": (LOG + header(2**63) + bytes(100), True),
    "a length of 2**64 - 4": (LOG + header(2**64 - 4) + bytes(100), True),
    "an empty record": (LOG + frame(b""), False),
    "garbage behind": (LOG + b"garbage " * 40, True),
    "zeros behind": (LOG + bytes(4096), True),
    "nothing but zeros": (bytes(4096), True),
    "an empty file": (b"", False),
    "a single byte": (b"x", False),
    "another kind of file": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", True),
    "steps that go back": (LOG + LOG, False),
    "the same step again and again": (
        b"".join(frame(scalar_event(0, float(i))) for i in range(50)),
        False,
    ),
    "extreme numbers": (b"".join(map(frame, extremes())), False),
    "ten thousand tags": (
        b"".join(frame(scalar_event(0, 1.0, f"t{i}")) for i in range(10_000)),
        False,
    ),
    "a tensor of 2**33 elements": (LOG + frame(tensor([2**33], [1.0])), False),
    "a tensor of negative size": (LOG + frame(tensor([-5, 3], [1.0])), False),
    "a tensor in a tensor, 200 deep": (LOG + frame(nested(200)), None),
    "a varint without an end": (LOG + frame(b"\x10" + b"\xff" * 30), True),
    "records inside a damaged record": (
        LOG + b"\1" + frame(field(6, frame(scalar_event(9, 9.0, "FAKE"))))[1:],
        True,
    ),
}


def write(root, name, data):
    """Make a run's only file."""
    (root / name).mkdir(exist_ok=True)
    (root / name / NAME).write_bytes(data)


def truncated(folder, i):
    """Write the file anew in place, shorter and longer by turns."""
    (folder / NAME).write_bytes(LOG[: len(LOG) // (1 + i % 3)])


def renamed(folder, i):
    """Put another file in its place."""
    (folder / "new").write_bytes(LOG * (1 + i % 2))
    (folder / "new").replace(folder / NAME)


def removed(folder, i):
    """Remove the run and make it anew by turns."""
    if i % 2:
        shutil.rmtree(folder)
    else:
        write(folder.parent, folder.name, LOG)


def preceded(folder, i):
    """Let a file appear that stands before all that are there."""
    (folder / f"events.out.tfevents.0.{99 - i}").write_bytes(LOG)


def torn_again(folder, i):
    """Append half a record, and the rest of another one."""
    with (folder / NAME).open("ab") as out:
        out.write(frame(scalar_event(i, 1.0))[5 * (i % 2) : 20])


#: What happens to a run before every refresh.
MOVING = {
    "truncated": truncated,
    "replaced": renamed,
    "removed and made anew": removed,
    "earlier files": preceded,
    "torn again": torn_again,
}


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX files")
def test_one_bad_run_never_stops_the_others(tmp_path):
    """Beside 36 kinds of trouble a live run gains its points at every one of 20 refreshes."""
    for name, (data, _) in STILL.items():
        write(tmp_path, name, data)
    for name in (*MOVING, "may not be read", "live"):
        write(tmp_path, name, LOG)
    odd = tmp_path / "odd"
    odd.mkdir()
    os.mkfifo(odd / "fifo.tfevents")
    (odd / "endless.tfevents").symlink_to("/dev/zero")
    (odd / "nowhere.tfevents").symlink_to(odd / "not there")
    (odd / "loop").symlink_to(tmp_path)
    trouble = len(STILL) + len(MOVING) + 1 + len(list(odd.iterdir()))
    store, system = flaky_store(tmp_path)
    system.denied.add(str(tmp_path / "may not be read" / NAME))
    store.refresh()
    slowest = 0.0
    for i in range(20):
        for name, act in MOVING.items():
            act(tmp_path / name, i)
        with (tmp_path / "live" / NAME).open("ab") as out:
            out.write(frame(scalar_event(i, 1.0, "live", 2000.0 + i)))
        started = time.monotonic()
        changes = store.refresh()
        slowest = max(slowest, time.monotonic() - started)

        assert changes.series[("live", "live")] == 1
        assert len(points_of(store, "live")["live"]) == i + 1
        # That it lives shows in the time of its last event.
        assert store.last_wall_time("live") == 2000.0 + i
    print(f"{trouble} kinds of trouble beside a live run: 20 of 20; slowest {slowest:.3f} s")
    assert trouble >= 26

    said = {problem.file for problem in store.problems}
    for name, (_, reported) in STILL.items():
        if reported is not None:
            assert (str(tmp_path / name / NAME) in said) is reported, name
    assert str(tmp_path / "may not be read" / NAME) in said
    assert {str(path) for path in odd.iterdir()} <= said
    assert str(tmp_path / "live" / NAME) not in said


@pytest.mark.parametrize("name", STILL)
def test_what_is_good_in_a_bad_run_is_kept(tmp_path, name):
    """The points before the damage are all there, and so is what is appended behind it."""
    data, _ = STILL[name]
    write(tmp_path, "bad", data)
    store, _ = flaky_store(tmp_path)
    store.refresh()
    before = points_of(store, "bad")

    assert "FAKE" not in before
    if data.startswith(LOG):
        assert before["loss"][:14] == GOOD["loss"]
        assert before["accuracy"] == GOOD["accuracy"] * (len(before["accuracy"]) // 13)

    finish = LOG[len(data) :] if name == "an unfinished record" else b""
    with (tmp_path / "bad" / NAME).open("ab") as out:
        out.write(finish + frame(version_event()) + frame(scalar_event(50, 5.0, "later")))
    store.refresh()

    assert points_of(store, "bad")["later"] == [(50, 1000.5, 5.0)]


def test_every_value_of_a_bad_run_can_be_asked_for(tmp_path):
    """Fetching gives the value or an error of nbboard's own; tables hold what is logged."""
    for name, (data, _) in STILL.items():
        write(tmp_path, name, data)
    store, _ = flaky_store(tmp_path)
    store.refresh()
    asked = refused = 0
    for key in (k for k in store.series() if k.plugin != "scalars"):
        for i in range(key.count):
            asked += 1
            try:
                store.fetch(key.run, key.tag, key.plugin, i)
            except DamagedError:
                refused += 1
    print(f"{asked} values of bad runs asked for, {refused} refused")
    table = store.scalar_table()

    assert asked
    assert len(table.value) == sum(key.count for key in store.series("scalars"))
    steps = store.scalar("extreme numbers", "loss").step
    assert steps.tolist() == [2**53 + 1, 2**63 - 1, -(2**63), -1]
    assert np.isnan(store.scalar("extreme numbers", "loss").wall_time[0])
