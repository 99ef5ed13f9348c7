"""Where the records of a buffer begin, for many records at once.

A record tells where the next one begins, so they can only be found one after
the other. But many chains can be followed at once: those of many small files,
or of many stretches of one file, each entered at a header that is recognised
by its checksum. Where the chain of one stretch does not end exactly where the
next was entered, the entry was not a record (but bytes inside one that look
like one), and the walk goes on from the true place.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.records.chains import flatten, jump, lockstep
from nbboard.records.cycles import SAMPLE, Cycles, extend, find_cycles, same_before
from nbboard.records.framing import HEADER, OVERHEAD, read_header
from nbboard.records.headers import headers_hold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nbboard.records.headers import Positions

__all__ = ["SLACK", "Cycles", "Walk", "walk", "walk_segments"]

#: Bytes that must exist in a buffer behind its last record, so that rows of a
#: fixed width can be read from any record.
SLACK = 64

#: Fewer segments are not worth a look at whether they are alike.
_FEWEST_ALIKE = 8
#: Longer segments are walked each for itself: in lockstep with others they
#: would take as many steps as they have records.
_LONG_SEGMENT = 1 << 14
#: Where cycles have ended after fewer records so many times in a row, what lies between
#: them costs more than they save: the walk then jumps ahead instead.
_SHORT = 4096
_MANY_SHORT = 3
_HEADER = struct.Struct("<QI")
#: Checksums of the lengths that have occurred.
_known_checksums: dict[int, int] = {}
_MOST_KNOWN = 1 << 16

#: Why :func:`_one_by_one` ended; otherwise one more than an unfinished record's length.
_ENOUGH, _DAMAGED, _NO_HEADER = 0, -1, -2


class Walk(NamedTuple):
    """Consecutive records of a buffer.

    Attributes
    ----------
    positions
        Where they begin.
    stop
        Where the walk ended: behind the last record that is complete.
    length
        The payload's length of the record at ``stop``: -1 if its header is
        damaged, -2 if not even a header is there.
    cycles
        Where the lengths have a period.
    """

    positions: Positions
    stop: int
    length: int
    cycles: Sequence[Cycles] = ()


def walk(data: NDArray[np.uint8], start: int, stop: int) -> Walk:
    """Follow the chain of records that begins at ``start``.

    Every header's checksum is verified.

    Parameters
    ----------
    data
        The buffer, with :data:`SLACK` bytes behind ``stop``.
    start, stop
        Where the first record begins, and where the bytes end.
    """
    found: list[Positions] = []
    cycles: list[Cycles] = []
    open_ended: list[int] = []
    position = start
    reach = 1 << 21
    sample = SAMPLE
    short = 0
    while True:
        last, position, length = _one_by_one(data, position, stop, sample)
        found.append(np.array(last, np.int64))
        if length != _ENOUGH:
            break
        span = position - last[0]
        more, position, period = find_cycles(data, last, position, stop)
        if len(more):
            # Records before it have the same period, as far back as that goes.
            back = same_before([*last, int(more[0])], period)
            whole, left = divmod(back + len(more), period)
            first = sum(map(len, found)) - back
            cycles.append(Cycles(first, period, whole))
            found.append(more)
            if left:
                # Cycles are counted from their first record on; more of them may follow.
                open_ended.append(len(cycles) - 1)
                position = int(more[-left])
                found[-1] = more[:-left]
            short = short + 1 if len(more) < _SHORT else 0
            if short < _MANY_SHORT:
                continue
        elif len(found) == 1:
            continue  # a log's first records (a version, steps of 0) are unlike the later ones
        if span > sample * 2048:
            sample = 8 * SAMPLE
            continue  # large records: nothing is gained by jumping ahead
        sample = SAMPLE
        end = min(stop, position + reach)
        # Chains of about 20 records: shorter ones are walked in fewer steps, longer
        # ones are entered less often.
        pitch = max(span // 4, 1024)
        more, position, complete = jump(data, position, end, stop, pitch)
        found.append(more)
        # A bad guess costs what was walked in vain, so the next is smaller.
        reach = min(reach * 4, 1 << 30) if complete else max(reach // 4, 1 << 16)
    positions = np.concatenate(found) if len(found) > 1 else found[0]
    if length > 0:
        length -= 1
    for i in open_ended:
        limit = cycles[i + 1].first if i + 1 < len(cycles) else len(positions)
        cycles[i] = extend(cycles[i], positions, position, limit)
    return Walk(positions, position, length, cycles)


def _one_by_one(
    data: NDArray[np.uint8], position: int, stop: int, most: int
) -> tuple[list[int], int, int]:
    """Walk at most ``most`` records.

    Returns
    -------
    tuple
        Positions, where it ended, and why: 0 enough, -1 damaged header, -2 no
        whole header left, else one more than the length of an incomplete record.
    """
    found: list[int] = []
    view = data.data
    unpack, known, add = _HEADER.unpack_from, _known_checksums.get, found.append
    last = stop - HEADER
    for _ in range(most):
        if position > last:
            return found, position, _NO_HEADER
        length, stored = unpack(view, position)
        # Few lengths occur, again and again.
        if known(length) != stored:
            if read_header(view, position) < 0:
                return found, position, _DAMAGED
            if len(_known_checksums) < _MOST_KNOWN:
                _known_checksums[length] = stored
        end = position + OVERHEAD + length
        if end > stop:
            return found, position, length + 1
        add(position)
        position = end
    return found, position, _ENOUGH


def walk_segments(
    data: NDArray[np.uint8], starts: Positions, stops: Positions, cycles: list[Cycles]
) -> tuple[Positions, NDArray[np.int64], Positions]:
    """Follow the chains of many segments of a buffer, such as small files, all at once.

    Parameters
    ----------
    data
        The buffer.
    starts, stops
        Where each segment begins and ends.
    cycles
        What is found out about periods is added here.

    Returns
    -------
    tuple
        The positions of all records, segment by segment; how many each segment has;
        and where in each segment the walk ended. Headers are verified; a chain
        ends before the first damaged one.
    """
    long = np.flatnonzero(stops - starts > _LONG_SEGMENT)
    if len(long):
        return _with_long_segments(data, starts, stops, long, cycles)
    alike = _walk_alike(data, starts, stops, cycles)
    if alike is not None:
        return alike
    table, counts, ends = lockstep(data, starts, stops, stops)
    positions = flatten(table, counts)
    hold = headers_hold(data, positions)
    if not hold.all():
        segment = np.repeat(np.arange(len(starts)), counts)
        damaged = np.flatnonzero(~hold)
        # The first damaged header of each segment ends it.
        segments, where = np.unique(segment[damaged], return_index=True)
        begins = np.cumsum(counts) - counts
        keep = np.ones(len(positions), bool)
        for i, at in zip(segments, damaged[where], strict=True):
            keep[at : begins[i] + counts[i]] = False
            ends[i] = positions[at]
            counts[i] = at - begins[i]
        positions = positions[keep]
    return positions, counts, ends


def _walk_alike(
    data: NDArray[np.uint8], starts: Positions, stops: Positions, cycles: list[Cycles]
) -> tuple[Positions, NDArray[np.int64], Positions] | None:
    """Return what :func:`walk_segments` does if all have the same headers in the same places.

    Runs of one sweep that have done the same number of steps are so: then each of
    the segments is a cycle. None if they are not, or are too few to try.
    """
    sizes = stops - starts
    if len(sizes) < _FEWEST_ALIKE or not (sizes == sizes[0]).all():
        return None
    first = walk(data, int(starts[0]), int(stops[0]))
    if first.stop != stops[0]:
        return None
    positions = (starts[:, None] + (first.positions - starts[0])).ravel()
    window: NDArray[Any] = np.ndarray((len(data) - HEADER + 1,), f"V{HEADER}", data.data, 0, (1,))
    headers = window[positions].view("<u4").reshape(len(starts), -1)
    if (headers != headers[0]).any():
        return None
    period = len(first.positions)
    if period and (starts[1:] == stops[:-1]).all():
        cycles.append(Cycles(0, period, len(starts)))
    return positions, np.full(len(starts), period), stops.copy()


def _with_long_segments(
    data: NDArray[np.uint8],
    starts: Positions,
    stops: Positions,
    long: Positions,
    cycles: list[Cycles],
) -> tuple[Positions, NDArray[np.int64], Positions]:
    """Walk long segments each for itself, and those between them together."""
    found: list[Positions] = []
    counts, ends = np.zeros(len(starts), np.int64), starts.copy()
    before = 0
    for i in [*long.tolist(), len(starts)]:
        if i > before:
            between = slice(before, i)
            passed = sum(map(len, found))
            alike: list[Cycles] = []
            some, counts[between], ends[between] = walk_segments(
                data, starts[between], stops[between], alike
            )
            cycles.extend(c._replace(first=c.first + passed) for c in alike)
            found.append(some)
        if i < len(starts):
            walked = walk(data, int(starts[i]), int(stops[i]))
            passed = sum(map(len, found))
            cycles.extend(c._replace(first=c.first + passed) for c in walked.cycles)
            found.append(walked.positions)
            counts[i], ends[i] = len(walked.positions), walked.stop
        before = i + 1
    return np.concatenate(found), counts, ends
