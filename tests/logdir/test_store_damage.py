"""Damage: what is lost is only what was touched, and nothing is ever wrong or silent."""

from __future__ import annotations

import contextlib
import random
import struct

import pytest

from nbboard.errors import DamagedError
from nbboard.events.decode import Decoder, Thresholds
from nbboard.records import frame, masked_crc
from nbboard.series.store import Source, Store
from tests.logdir.bytes_storage import (
    BytesStorage,
    field,
    points_of,
    scalar_event,
    small_log,
    store_of,
)
from tests.logdir.flaky_system import peak_memory

RECORDS = small_log()
LOG = b"".join(RECORDS)
STORE, _ = store_of(LOG)
STORE.refresh()
TRUTH = {(tag, *point) for tag, points in points_of(STORE).items() for point in points}


#: Small logs go through protobuf, unless a few records are enough for columns.
DECODERS = (Decoder(), Decoder(thresholds=Thresholds(4, 4, 64, 4)))


def read(data, truth=TRUTH, **options):
    """Read a file; return the points that are missing, and the store."""
    store, _ = store_of(data, **options)
    store.refresh()
    found = [(tag, *point) for tag, points in points_of(store).items() for point in points]

    assert set(found) <= truth
    assert len(found) == len(set(found))
    return truth - set(found), store


def check_flips(places, masks):
    """Flip each byte with each mask; return (cases, records lost)."""
    cases = lost = 0
    for place in places:
        for mask in masks:
            data = bytearray(LOG)
            data[place] ^= mask
            missing, store = read(bytes(data), decoder=DECODERS[(place + mask) % 2])

            assert len(missing) <= 1
            assert store.problems, (place, mask)
            cases += 1
            lost += len(missing)
    return cases, lost


def test_one_flipped_byte_costs_at_most_its_record_and_is_reported():
    """Each byte of the file flipped by two masks: nothing wrong, nothing silent."""
    cases, lost = check_flips(range(len(LOG)), (0x01, 0xFF))

    print(f"{cases:,} flips: {lost:,} records lost, none wrong, all reported")
    assert len(LOG) >= 1200


@pytest.mark.soak
@pytest.mark.parametrize("part", range(8))
def test_every_flip_of_every_byte(part):
    """Each byte by each of 255 masks: 312,120 files, an eighth in each part."""
    places = range(part, len(LOG), 8)
    cases, lost = check_flips(places, range(1, 256))

    print(f"{cases:,} flips: {lost:,} records lost, none wrong, all reported")
    assert cases == 255 * len(places) >= 308_040 / 8


#: Every way to take whole records out of the log, which leaves no trace.
WHOLE = {
    b"".join(RECORDS[:i] + RECORDS[k:])
    for i in range(len(RECORDS) + 1)
    for k in range(i, len(RECORDS) + 1)
}


def damaged(rng):
    """Return a torn, lengthened or zeroed copy of the log and the indices of touched records."""
    bounds = [0]
    for record in RECORDS:
        bounds.append(bounds[-1] + len(record))
    start = rng.randrange(len(LOG))
    size = rng.randrange(1, 60)
    kind = rng.choice(("cut", "insert", "zero"))
    if kind == "insert":
        data = LOG[:start] + rng.randbytes(size) + LOG[start:]
        # Between two records nothing is touched.
        touched = {i for i in range(len(RECORDS)) if bounds[i] < start < bounds[i + 1]}
        return data, touched
    stop = min(start + size, len(LOG))
    touched = {i for i in range(len(RECORDS)) if bounds[i] < stop and start < bounds[i + 1]}
    middle = b"" if kind == "cut" else bytes(stop - start)
    return LOG[:start] + middle + LOG[stop:], touched


def check_tears(count, seed):
    """Damage the log at random places; return how many cases lost more than was touched."""
    rng = random.Random(seed)
    worse = 0
    for _ in range(count):
        data, touched = damaged(rng)
        missing, store = read(data)
        # The first record holds no point.
        worse += len(missing) > len(touched - {0})
        # Nothing is lost in silence, but for a last record that is too short: it may still come.
        unfinished = len(data) < len(LOG) and len(RECORDS) - 1 in touched
        if missing and not unfinished and data not in WHOLE:
            assert store.problems
    return worse


def test_tears_insertions_and_zeroed_ranges_cost_only_what_they_touch():
    """500 random places: no wrong point, no untouched record lost, none lost in silence."""
    assert check_tears(500, 1) == 0


@pytest.mark.soak
def test_many_tears_insertions_and_zeroed_ranges():
    """5,000 random places: no wrong point, no untouched record lost, none lost in silence."""
    assert check_tears(5_000, 2) == 0


@pytest.mark.parametrize("spoil", ["header", "header and payload"])
def test_records_inside_a_damaged_record_are_never_shown(spoil):
    """A payload that holds framed records surfaces none of them when its own header breaks."""
    rng = random.Random(3)
    for _ in range(100):
        fake = b"".join(frame(scalar_event(i, 666.0, "FAKE")) for i in range(rng.randrange(1, 6)))
        junk = rng.randbytes(rng.randrange(30))
        outer = frame(version_event_with(junk + fake + rng.randbytes(rng.randrange(1, 30))))
        data = bytearray(b"".join([*RECORDS[:9], outer, *RECORDS[9:]]))
        begin = sum(map(len, RECORDS[:9]))
        data[begin + rng.randrange(12)] ^= rng.randrange(1, 256)
        if spoil != "header":
            data[begin + 14] ^= 0x55
        missing, store = read(bytes(data))

        assert not missing
        assert store.problems
        assert "FAKE" not in {key.tag for key in store.series("scalars")}


def version_event_with(content):
    """Encode an event whose log message holds any bytes."""
    return b"\x09" + struct.pack("<d", 1000.0) + field(6, field(2, content))


def test_a_payload_flip_with_a_right_checksum_costs_one_record():
    """Whatever a payload says, no exception escapes and the record behind it is kept."""
    tried = 0
    payload = scalar_event(5, 1.0, "victim")
    for place in range(len(payload)):
        for mask in range(1, 256, 4):
            changed = bytearray(payload)
            changed[place] ^= mask
            data = RECORDS[0] + frame(bytes(changed)) + frame(scalar_event(9, 2.0, "after"))
            store, _ = store_of(data, decoder=DECODERS[mask // 4 % 2])
            store.refresh()
            tried += 1

            assert points_of(store)["after"] == [(9, 1000.5, 2.0)]
            for key in (k for k in store.series() if k.plugin != "scalars"):
                for i in range(key.count):
                    with contextlib.suppress(DamagedError):
                        store.fetch(key.run, key.tag, key.plugin, i)
    print(f"{tried:,} payload flips with a right checksum: none escapes")
    assert tried >= 1_599


HUGE = [2**31, 2**32 - 1, 2**32, 2**40, 2**48, 2**62, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 16,
        2**64 - 4, 2**64 - 1]  # fmt: skip


@pytest.mark.parametrize("length", HUGE)
def test_a_huge_length_is_never_allocated(length):
    """A valid header that claims up to 2**64 bytes costs no memory and stops nobody."""
    head = struct.pack("<Q", length)
    evil = head + struct.pack("<I", masked_crc(head)) + bytes(100)
    good = b"".join(RECORDS)
    storage = BytesStorage({"a.tfevents": good + evil, "b.tfevents": good})
    store = Store([Source("", "m")], storages=[(storage, "m")])
    with peak_memory() as peak:
        store.refresh()
        storage.files["b.tfevents"] += frame(scalar_event(99, 1.0, "news"))
        store.refresh()

    assert points_of(store)["news"] == [(99, 1000.5, 1.0)]
    assert len(points_of(store)["loss"]) == 28
    assert any("a.tfevents" in problem.file for problem in store.problems)
    assert peak.grown <= 16 << 20


def test_a_record_behind_a_huge_length_is_found():
    """Reading goes on at the next valid header."""
    head = struct.pack("<Q", 2**40)
    data = LOG + head + struct.pack("<I", masked_crc(head)) + frame(scalar_event(99, 1.0, "news"))
    store, _ = store_of(data)
    store.refresh()

    assert points_of(store)["news"] == [(99, 1000.5, 1.0)]


def test_an_unfinished_record_is_no_damage():
    """A file cut anywhere in its last record reads without a problem, as far as it goes."""
    for cut in range(1, len(RECORDS[-1])):
        missing, store = read(LOG[:-cut])

        assert len(missing) == 1
        assert not store.problems, cut


@pytest.mark.parametrize("tail", [b"\0" * 4096, b"garbage " * 40])
def test_garbage_behind_the_records_is_reported_and_read_past_later(tail):
    """What is appended behind garbage is read once it is there."""
    store, storage = store_of(LOG + tail)
    store.refresh()

    assert points_of(store) == points_of(STORE)
    assert [problem.offset for problem in store.problems] == [len(LOG)]
    assert store.problems[0].lost == len(tail)

    storage.files["events.out.tfevents.1"] += frame(scalar_event(50, 5.0, "later"))
    store.refresh()

    assert points_of(store)["later"] == [(50, 1000.5, 5.0)]


def test_a_hole_that_is_filled_later_is_no_damage_any_more():
    """Zeros that a crashing or remote file system shows before the data heal."""
    hole = LOG[: len(LOG) // 2] + bytes(len(LOG) - len(LOG) // 2)
    store, storage = store_of(hole)
    store.refresh()

    assert store.problems

    storage.files["events.out.tfevents.1"] = LOG + frame(scalar_event(99, 1.0))
    store.refresh()

    assert len(points_of(store)["loss"]) == 15


def test_what_is_not_an_event_file_is_reported():
    """Any text called tfevents is a run without points and one problem."""
    store, _ = store_of(b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 7\n")
    store.refresh()

    assert store.runs == (".",)
    assert [problem.reason for problem in store.problems] == ["not an event file"]


def test_fetch_verifies_the_bytes_again():
    """A value whose record was changed after it was indexed raises DamagedError."""
    value = field(1, b"note") + field(9, field(1, field(1, b"text"))) + field(8, b"\x08\x07")
    record = frame(b"\x09" + bytes(8) + field(5, field(1, value)))
    store, storage = store_of(LOG + record)
    store.refresh()

    assert store.fetch(".", "note", "text", 0).tag == "note"
    for place in range(len(LOG), len(LOG) + len(record)):
        changed = bytearray(LOG + record)
        changed[place] ^= 4
        storage.files["events.out.tfevents.1"] = bytes(changed)
        with pytest.raises(DamagedError):
            store.fetch(".", "note", "text", 0)
