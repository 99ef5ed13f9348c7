"""Records are found where they are, many at a time."""

from __future__ import annotations

import random
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nbboard.records import HEADER, OVERHEAD, crc32c, frame, masked_crc, read_header
from nbboard.records import walk as walking
from nbboard.records.crc_tables import header_checksum, mask, pair_table, unmask
from nbboard.records.headers import first_header
from nbboard.records.resync import resynchronise
from nbboard.records.walk import walk, walk_segments


def buffer(data):
    """Return bytes as an array with room behind them."""
    return np.frombuffer(data + bytes(8192), np.uint8)


def one_by_one(data, start=0):
    """Find records the plain way."""
    found = []
    while len(data) - start >= HEADER:
        length = read_header(data, start)
        if length < 0 or start + OVERHEAD + length > len(data):
            break
        found.append(start)
        start += OVERHEAD + length
    return found, start


def check(data):
    """The walk finds what the plain way finds."""
    found = walk(buffer(data), 0, len(data))

    assert (found.positions.tolist(), found.stop) == one_by_one(data)
    for cycles in found.cycles:
        rows = found.positions[cycles.first :][: cycles.period * cycles.count]

        assert len(rows) == cycles.period * cycles.count
        if cycles.count > 2:
            steps = np.diff(rows.reshape(cycles.count, cycles.period), axis=0)

            assert (steps == steps[0]).all()


def check_segments(segments):
    """Walking segments together finds what the plain way finds in each."""
    data = buffer(b"".join(segments))
    stops = np.cumsum([len(segment) for segment in segments])
    starts = stops - [len(segment) for segment in segments]
    positions, counts, ends = walk_segments(data, starts, stops, [])
    expected = [one_by_one(segment) for segment in segments]

    assert counts.tolist() == [len(found) for found, _ in expected]
    assert (ends - starts).tolist() == [stop for _, stop in expected]
    assert positions.tolist() == [
        position + start
        for (found, _), start in zip(expected, starts.tolist(), strict=True)
        for position in found
    ]


@pytest.mark.parametrize("sizes", [(30,), (20, 25, 31), tuple(range(20, 60)), (0,), (3000, 10)])
@pytest.mark.parametrize("count", [1, 63, 64, 65, 5000, 40_000])
def test_regular_logs(sizes, count):
    """Lengths that repeat, complete and cut off."""
    data = b"".join(frame(bytes([i % 251]) * sizes[i % len(sizes)]) for i in range(count))[
        : 5 << 20
    ]
    check(data)
    check(data[:-5])


@pytest.mark.parametrize("seed", range(6))
def test_irregular_logs_with_large_records(seed):
    """Random lengths, a few beyond 64 KiB, payloads full of zeros and of framed records."""
    rng = random.Random(seed)
    inner = frame(b"inside") * 40
    records = []
    for _ in range(20_000):
        kind = rng.random()
        if kind < 0.001:
            records.append(frame(rng.randbytes(rng.randrange(60_000, 90_000))))
        elif kind < 0.01:
            records.append(frame(bytes(rng.randrange(3000))))
        elif kind < 0.02:
            records.append(frame(rng.randbytes(rng.randrange(50)) + inner))
        else:
            records.append(frame(rng.randbytes(rng.randrange(20, 60))))
    check(b"".join(records))


def test_the_walk_stops_at_a_damaged_header():
    """Wherever it is; what is before it is found."""
    data = b"".join(frame(bytes(30)) for _ in range(3000))
    rng = random.Random(9)
    for _ in range(30):
        spoilt = bytearray(data)
        record = rng.randrange(3000)
        spoilt[record * 46 + rng.randrange(HEADER)] ^= rng.randrange(1, 256)
        found = walk(buffer(bytes(spoilt)), 0, len(data))

        assert (len(found.positions), found.stop, found.length) == (record, record * 46, -1)


@pytest.mark.parametrize("odd", ["none", "other lengths", "a damaged header", "cut short", "empty"])
def test_segments_of_equal_size(odd):
    """Runs of one sweep have files of one size; one of them may hold something else."""
    same = b"".join(frame(bytes(size)) for size in (20, 31, 31, 40) * 10)
    other = {
        "none": same,
        "other lengths": b"".join(frame(bytes(size)) for size in (31, 20, 40, 31) * 10),
        "a damaged header": same[:36] + bytes([same[36] ^ 4]) + same[37:],
        "cut short": same[:-3],
        "empty": b"",
    }[odd]
    for place in (0, 7, 19):
        check_segments([same] * place + [other] + [same] * (19 - place))
    check_segments([other] * 20)


@given(st.lists(st.lists(st.integers(0, 80), max_size=30), min_size=1, max_size=30), st.randoms())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_segments_of_many_files(files, rng):
    """Small files side by side, some cut, some long, some damaged."""
    segments = [b"".join(frame(bytes(size)) for size in sizes) for sizes in files]
    segments.append(b"".join(frame(bytes(i % 7)) for i in range(1500)))
    for i, segment in enumerate(segments):
        if segment and rng.random() < 0.3:
            segments[i] = segment[: rng.randrange(len(segment))]
        elif segment and rng.random() < 0.2:
            changed = bytearray(segment)
            changed[rng.randrange(len(segment))] ^= 0x21
            segments[i] = bytes(changed)
    check_segments(segments)


def test_tables_give_what_the_hardware_gives():
    """Sums of look-ups are CRCs; masks and header checksums agree with one record's."""
    rng = random.Random(2)
    for size in (2, 8, 30):
        base, other = rng.randbytes(size), rng.randbytes(size)
        expected = crc32c(base) ^ crc32c(other)
        difference = bytes(a ^ b for a, b in zip(base, other, strict=True))
        by_pairs = 0
        for i in range(0, size, 2):
            pair = int.from_bytes(difference[i : i + 2], "little")
            by_pairs ^= int(pair_table(size - 2 - i)[pair])

        assert by_pairs == expected
    lengths = np.array([0, 1, 255, 65535, 65536, 2**28], np.uint32)
    heads = [struct.pack("<Q", length) for length in lengths.tolist()]

    assert header_checksum(lengths).tolist() == [masked_crc(head) for head in heads]
    crc = np.array([crc32c(b"x"), 0, 2**32 - 1], np.uint32)

    assert mask(crc)[0] == masked_crc(b"x")
    assert unmask(mask(crc)).tolist() == crc.tolist()


def test_the_next_header_is_found_across_windows():
    """Behind any amount of noise; none is -1."""
    rng = random.Random(5)
    for noise in (0, 1, 11, 4090, 100_000):
        data = rng.randbytes(noise) + frame(b"payload")

        assert first_header(buffer(data), 0, len(data)) == noise
    assert first_header(buffer(b"x" * 5000), 0, 5000) == -1


def test_a_damaged_header_is_repaired_by_the_payloads_own_checksum():
    """Framed records inside the payload are not mistaken for what follows it."""
    inner = frame(b"fake") * 3
    outer = bytearray(frame(b"head" + inner + b"tail"))
    outer[3] ^= 1
    data = bytes(outer) + frame(b"next")
    found = resynchronise(buffer(data), 0, len(data), at_end=True)

    assert found == (len(outer), True)
    assert resynchronise(buffer(bytes(outer)), 0, len(outer), at_end=True) == (len(outer), True)


def test_the_published_check_value():
    """CRC-32C of the digits, as in RFC 3720's appendix and everywhere."""
    assert crc32c(b"123456789") == 0xE3069283
    assert walking.SLACK >= HEADER
