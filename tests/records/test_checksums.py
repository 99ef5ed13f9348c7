"""The checksums of many payloads, verified in one pass."""

from __future__ import annotations

import random

import numpy as np
import pytest

from nbboard.records import OVERHEAD, checksums, frame
from nbboard.records.checksums import payloads_hold, payloads_hold_singly
from nbboard.records.walk import walk


def log_of(sizes, *, seed, gaps=False):
    """Return a buffer of records, and where they are; with gaps bytes of no record between some."""
    rng = random.Random(seed)
    data, positions = bytearray(), []
    for size in sizes:
        if gaps and rng.random() < 0.05:
            data += rng.randbytes(rng.randrange(1, 40))
        positions.append(len(data))
        data += frame(rng.randbytes(size))
    end = len(data)
    buffer = np.frombuffer(data + bytes(64), np.uint8)
    return buffer, np.array(positions, np.int64), np.array(sizes, np.int64), end


LOGS = {
    "few": [28, 30, 0],
    "irregular": [random.Random(1).randrange(90) for _ in range(900)],
    "a loop": [28, 30, 45] * 700,
    "loops and others": [28] * 400 + [31, 7, 900] + [33, 40] * 300 + [5],
    "long ones between": [40, 70_000, 30, 30, 65_535, 65_536, 0] * 3,
}


@pytest.mark.parametrize("gaps", [False, True])
@pytest.mark.parametrize("name", LOGS)
def test_intact_records_hold_and_the_buffer_is_as_before(name, gaps):
    """Whatever their lengths, side by side or not."""
    data, positions, lengths, end = log_of(LOGS[name], seed=2, gaps=gaps)
    before = data.tobytes()
    cycles = [] if gaps else walk(data, 0, end).cycles

    assert payloads_hold(data, positions, lengths, cycles) is None
    assert payloads_hold(data, positions, lengths) is None
    assert data.tobytes() == before


@pytest.mark.parametrize("name", LOGS)
def test_gaps_that_are_named_cost_no_second_look(name, monkeypatch):
    """Files side by side, some with an unfinished record behind them, hold in the one quick pass."""
    data, positions, lengths, _ = log_of(LOGS[name], seed=2, gaps=True)
    behind = np.flatnonzero(positions[:-1] + lengths[:-1] + OVERHEAD != positions[1:]).tolist()
    before = data.tobytes()
    if len(positions) >= 12:  # fewer are looked at one by one in any case
        monkeypatch.setattr(checksums, "payloads_hold_singly", None)

    assert payloads_hold(data, positions, lengths, (), behind) is None
    assert data.tobytes() == before


@pytest.mark.parametrize("name", LOGS)
def test_exactly_the_damaged_records_are_told(name):
    """One flipped bit, or a few, in payloads and in stored checksums."""
    data, positions, lengths, end = log_of(LOGS[name], seed=3)
    cycles = walk(data, 0, end).cycles
    rng = random.Random(4)
    for count in (1, 1, 1, 2, 3) * 8:
        spoilt = data.copy()
        chosen = rng.sample(range(len(positions)), min(count, len(positions)))
        for record in chosen:
            at = int(positions[record]) + 12 + rng.randrange(int(lengths[record]) + 4)
            spoilt[at] ^= 1 << rng.randrange(8)
        before = spoilt.tobytes()
        hold = payloads_hold(spoilt, positions, lengths, cycles)

        assert hold is not None
        assert np.flatnonzero(~hold).tolist() == sorted(chosen)
        assert spoilt.tobytes() == before


def test_records_that_changed_places_or_checksums_are_told():
    """Two records whose checksums are exchanged, and two equal flips far apart."""
    data, positions, lengths, _ = log_of([40] * 500, seed=5)
    ends = positions + lengths + OVERHEAD
    swapped = data.copy()
    first, second = slice(ends[10] - 4, ends[10]), slice(ends[20] - 4, ends[20])
    swapped[first], swapped[second] = data[second], data[first]
    twice = data.copy()
    twice[positions[3] + 20] ^= 1
    twice[positions[400] + 20] ^= 1
    for spoilt, bad in ((swapped, [10, 20]), (twice, [3, 400])):
        hold = payloads_hold(spoilt, positions, lengths)

        assert hold is not None
        assert np.flatnonzero(~hold).tolist() == bad
        assert (hold == payloads_hold_singly(spoilt, positions, lengths)).all()


def test_no_records_at_all_hold():
    """Nothing is damaged where nothing is."""
    nothing = np.empty(0, np.int64)

    assert payloads_hold(np.zeros(64, np.uint8), nothing, nothing) is None
