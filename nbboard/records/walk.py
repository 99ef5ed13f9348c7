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
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nbboard.records.framing import HEADER, MAX_RECORD, OVERHEAD, read_header
from nbboard.records.tables import header_checksum, header_checksums

__all__ = ["SLACK", "Repeat", "Walk", "first_header", "walk", "walk_pieces"]

#: Bytes that must exist in a buffer behind its last record, so that rows of a
#: fixed width can be read from any record.
SLACK = 64
#: Records longer than this are walked over one by one; they are few a megabyte.
_SMALL = 1 << 16

#: Pieces above this are walked each for itself: in lockstep with others they
#: would take as many steps as they have records.
_LONG_PIECE = 1 << 14
_HEADER = struct.Struct("<QI")
#: Checksums of the lengths that have occurred.
_known: dict[int, int] = {}
_MOST_KNOWN = 1 << 16
#: Longer periods are not looked for.
_LONGEST_PERIOD = 24
#: Turns compared at first when a period is verified.
_FIRST_TURNS = 128
#: If records are longer than this, their headers are far apart.
_LARGE = 1024
#: How many records are walked one by one before something faster is tried: three of the
#: longest turns, as the first of them may hold a change.
_SAMPLE = 72

Positions = NDArray[np.int64]


class Repeat(NamedTuple):
    """``count`` times the same ``period`` lengths, from record number ``first`` on."""

    first: int
    period: int
    count: int  # type: ignore[assignment]  # shadows tuple.count, which nobody needs here


@dataclass(frozen=True, slots=True)
class Walk:
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
    repeats
        Where the lengths have a period.
    """

    positions: Positions
    stop: int
    length: int
    repeats: list[Repeat] = field(default_factory=list)


def first_header(data: NDArray[np.uint8], start: int, stop: int) -> int:
    """Return the first place at or behind ``start`` that holds a valid header, else -1.

    Only headers of records that may be (up to 256 MiB) count.

    Parameters
    ----------
    data
        The buffer.
    start, stop
        The header must lie in this range.
    """
    position, reach = start, 1 << 12
    while stop - position >= HEADER:
        end = min(stop, position + reach)
        found = _candidates(data[position:end])
        if len(found):
            return position + int(found[0])
        if end == stop:
            break
        position, reach = end - HEADER + 1, min(reach * 4, 1 << 18)
    return -1


def _candidates(data: NDArray[np.uint8]) -> Positions:
    """Return where valid headers are."""
    size = len(data) - HEADER + 1
    # Below 256 MiB the upper four bytes of the length are zero.
    zero = data[4:] == 0
    quiet = zero[:size] & zero[1 : 1 + size]
    quiet &= zero[2 : 2 + size]
    quiet &= zero[3 : 3 + size]
    quiet &= data[3 : 3 + size] <= MAX_RECORD >> 24
    places = np.flatnonzero(quiet)
    if not len(places):
        return places
    window: NDArray[Any] = np.ndarray((size,), "V12", data.data, 0, (1,))
    headers = np.ascontiguousarray(window[places]).view("<u4").reshape(-1, 3)
    good: Positions = places[header_checksum(headers[:, 0]) == headers[:, 2]]
    return good


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
    repeats: list[Repeat] = []
    open_ended: list[int] = []
    position = start
    reach = 1 << 21
    sample = _SAMPLE
    while True:
        head, position, length = _one_by_one(data, position, stop, sample)
        found.append(np.array(head, np.int64))
        if length != 0:
            break
        more, position, period = _repeat(data, head, position, stop)
        if len(more):
            # Records before it have the same period, as far back as that goes.
            back = _same_before([*head, int(more[0])], period)
            whole, left = divmod(back + len(more), period)
            first = sum(map(len, found)) - back
            repeats.append(Repeat(first, period, whole))
            found.append(more)
            if left:
                # Turns are counted from their first record on; more of them may follow.
                open_ended.append(len(repeats) - 1)
                position = int(more[-left])
                found[-1] = more[:-left]
            continue
        if len(found) == 1:
            continue  # a log's first records (a version, steps of 0) are unlike the later ones
        span = position - head[0]
        if span > sample * 2048:
            sample = 8 * _SAMPLE
            continue  # large records: nothing is gained by jumping ahead
        sample = _SAMPLE
        end = min(stop, position + reach)
        # Chains of about 64 records: short ones are walked in fewer steps, long
        # ones are entered less often.
        pitch = max(span, 1024)
        more, position, complete = _jump(data, position, end, stop, pitch)
        found.append(more)
        # A bad guess costs what was walked in vain, so the next is smaller.
        reach = min(reach * 4, 1 << 30) if complete else max(reach // 4, 1 << 16)
    positions = np.concatenate(found) if len(found) > 1 else found[0]
    if length > 0:
        length -= 1
    for number in open_ended:
        limit = repeats[number + 1].first if number + 1 < len(repeats) else len(positions)
        repeats[number] = _extended(repeats[number], positions, position, limit)
    return Walk(positions, position, length, repeats)


def _extended(repeat: Repeat, positions: Positions, stop: int, limit: int) -> Repeat:
    """Return a period with the whole turns behind it that were walked one by one.

    None of their records is ``limit`` or behind it.
    """
    first, period, count = repeat
    end = first + period * count
    some = min(limit, end + _SAMPLE + period)
    bounds = positions[end - period : some + 1].tolist()
    if some == len(positions):
        bounds.append(stop)
    lengths = [b - a for a, b in pairwise(bounds)]
    more = period
    while lengths[more : more + period] == lengths[:period]:
        more += period
    return repeat._replace(count=count + more // period - 1)


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
    unpack, known, add = _HEADER.unpack_from, _known.get, found.append
    last = stop - HEADER
    for _ in range(most):
        if position > last:
            return found, position, -2
        length, stored = unpack(view, position)
        # Few lengths occur, again and again.
        if known(length) != stored:
            if read_header(view, position) < 0:
                return found, position, -1
            if len(_known) < _MOST_KNOWN:
                _known[length] = stored
        end = position + OVERHEAD + length
        if end > stop:
            return found, position, length + 1
        add(position)
        position = end
    return found, position, 0


def _repeat(
    data: NDArray[np.uint8], head: list[int], position: int, stop: int
) -> tuple[Positions, int, int]:
    """Predict that the lengths go on repeating as in ``head``, and verify it.

    A loop that logs the same tags again and again writes records whose lengths
    have a period; where it holds, whole columns of headers are compared at once.
    """
    # What the log began with, or how it was before, is of no interest any more.
    head = head[-2 * _LONGEST_PERIOD :]
    lengths = [b - a for a, b in pairwise((*head, position))]
    size = len(lengths)
    period = next((m for m in range(1, size // 2 + 1) if lengths[m:] == lengths[:-m]), 0)
    none = np.empty(0, np.int64)
    if not period:
        return none, position, 0
    # The next record continues the pattern; the pattern in use starts there.
    pattern = lengths[size - period :]
    offsets = np.cumsum([0, *pattern])
    span = int(offsets[-1])
    if span > _LARGE * period:
        return none, position, 0  # large records: they are few, and would all be looked at
    whole = (stop - position) // span
    if whole < 32:
        return none, position, period
    headers = [
        (int(offset), *_HEADER.unpack_from(data.data, head[size - period + i]))
        for i, offset in enumerate(offsets[:-1])
    ]
    # A few first: most periods that are seen in a log of many tags do not last.
    start, most = position, _FIRST_TURNS
    while whole:
        # All turns' headers of one place in the turn, then of the next.
        count = min(most, whole)
        same = _same_turns(data, position, span, count, headers)
        position += same * span
        whole = whole - count if same == count else 0
        most *= 16
    grid = np.arange(start, position, span)[:, None] + offsets[:-1]
    found: Positions = grid.ravel()
    return found, position, period


def _same_before(bounds: list[int], period: int) -> int:
    """Return how many of the last records between these bounds have lengths of this period."""
    lengths = [b - a for a, b in pairwise(bounds)]
    size = len(lengths) - period
    if period == 1 and lengths.count(lengths[-1]) == len(lengths):
        return len(lengths)
    while size and lengths[size - 1] == lengths[size - 1 + period]:
        size -= 1
    return len(lengths) - size


def _same_turns(
    data: NDArray[np.uint8],
    position: int,
    span: int,
    count: int,
    headers: list[tuple[int, int, int]],
) -> int:
    """Return how many of ``count`` turns have these headers, (offset, length, checksum)."""
    for offset, length, checksum in headers:
        begin = position + offset
        lengths: NDArray[Any] = np.ndarray((count,), "<u8", data.data, begin, (span,))
        checksums: NDArray[Any] = np.ndarray((count,), "<u4", data.data, begin + 8, (span,))
        same = lengths == np.uint64(length)
        same &= checksums == np.uint32(checksum)
        if not same.all():
            count = int(np.argmin(same))
    return count


def _jump(
    data: NDArray[np.uint8], start: int, end: int, stop: int, pitch: int
) -> tuple[Positions, int, bool]:
    """Walk from ``start`` to about ``end`` along many chains at once.

    Returns
    -------
    tuple
        Positions, where the walk ended, and whether it got as far as it could.
    """
    count = (end - start) // pitch
    if count < 8:
        return np.empty(0, np.int64), start, True
    entries = _entries(data, start, pitch, count)
    starts = np.concatenate(([start], entries))
    limits = np.concatenate((entries, [end]))
    table, counts, ends = _lockstep(data, starts, limits, np.full(len(starts), stop, np.int64))
    # Chain by chain: each must end where the next begins.
    broken = np.flatnonzero(ends[:-1] != starts[1:])
    last = int(broken[0]) if len(broken) else len(starts) - 1
    positions = _flatten(table[:, : last + 1], counts[: last + 1])
    good = _headers_hold(data, positions)
    if not good.all():
        bad = int(np.argmin(good))
        return positions[:bad], int(positions[bad]), False
    return positions, int(ends[last]), not len(broken)


def _entries(data: NDArray[np.uint8], start: int, pitch: int, count: int) -> Positions:
    """Return places where records seem to begin, at most one in each ``pitch`` bytes."""
    origin = start + pitch
    rows = count - 1
    found = np.full(rows, -1, np.int64)
    todo = np.arange(rows)
    width = min(256, pitch)
    while len(todo) and width <= pitch:
        shape = (rows, width + HEADER - 1)
        last = origin + (rows - 1) * pitch + shape[1]
        if last > len(data):  # the last row would reach beyond the buffer
            rows -= 1
            todo, found = todo[todo < rows], found[:rows]
            continue
        window = np.lib.stride_tricks.as_strided(data[origin:], shape, (pitch, 1), writeable=False)
        window = window[todo] if len(todo) < rows else window
        zero = window == 0
        quiet = zero[:, 2 : 2 + width].copy()
        for i in range(3, 8):
            quiet &= zero[:, i : i + width]
        row, column = np.divmod(np.flatnonzero(quiet), width)
        places = origin + todo[row] * pitch + column
        hold = _headers_hold(data, places)
        row, places = row[hold], places[hold]
        # The first of each row: assigned last where several are.
        found[todo[row[::-1]]] = places[::-1]
        todo = todo[found[todo] < 0]
        if width == pitch:
            break
        width = min(width * 4, pitch)
    return found[found >= 0]


def _headers_hold(data: NDArray[np.uint8], positions: Positions) -> NDArray[np.bool_]:
    """Whether each place holds the header of a record below 64 KiB, checksum verified."""
    if not len(positions):
        return np.zeros(0, bool)
    window: NDArray[Any] = np.ndarray((len(data) - HEADER + 1,), "V12", data.data, 0, (1,))
    headers = window[positions].view("<u4").reshape(-1, 3)
    length = headers[:, 0]
    checksums = header_checksums()
    hold: NDArray[np.bool_] = checksums.take(length, mode="clip") == headers[:, 2]
    hold &= headers[:, 1] == 0
    hold &= length < _SMALL
    return hold


def _lockstep(
    data: NDArray[np.uint8], starts: Positions, limits: Positions, stops: Positions
) -> tuple[Positions, NDArray[np.int64], Positions]:
    """Follow many chains, each from its start until it reaches its limit.

    A chain ends before its limit where a record would reach beyond its stop.
    Lengths are taken from two bytes, unverified.

    Returns
    -------
    tuple
        A table with a column a chain, the number of records in each column,
        and where each chain ended.
    """
    ends = starts.copy()
    counts = np.zeros(len(starts), np.int64)
    rows: list[Positions] = []
    active = np.arange(len(starts))
    position, limit, stop = starts, limits, stops
    size = len(data)
    full = True
    while True:
        going = position < limit
        # A header must be there to be read.
        going &= position + OVERHEAD <= stop
        safe = position if full else np.minimum(position, size - 2)
        following = data.take(safe, mode="clip").astype(np.int64)
        following += data.take(safe + 1, mode="clip").astype(np.int64) << 8
        following += position
        following += OVERHEAD
        going &= following <= stop
        if not going.all():
            ended = ~going
            ends[active[ended]] = position[ended]
            active, position, following = active[going], position[going], following[going]
            limit, stop = limit[going], stop[going]
        if not len(active):
            break
        if len(active) == len(starts):
            rows.append(position)
        else:
            row = np.zeros(len(starts), np.int64)
            row[active] = position
            rows.append(row)
        counts[active] += 1
        position = following
    table = np.array(rows) if rows else np.empty((0, len(starts)), np.int64)
    return table, counts, ends


def _flatten(table: Positions, counts: NDArray[np.int64]) -> Positions:
    """Return a table's columns one after another, each as long as it counts."""
    if not len(table):
        return np.empty(0, np.int64)
    used = np.arange(len(table)) < counts[:, None]
    flat: Positions = np.ascontiguousarray(table.T)[used]
    return flat


def walk_pieces(
    data: NDArray[np.uint8], starts: Positions, stops: Positions, repeats: list[Repeat]
) -> tuple[Positions, NDArray[np.int64], Positions]:
    """Follow the chains of many small pieces, such as files, all at once.

    Parameters
    ----------
    data
        The buffer.
    starts, stops
        Where each piece begins and ends.
    repeats
        What is found out about periods is added here.

    Returns
    -------
    tuple
        The positions of all records, piece by piece; how many each piece has;
        and where in each piece the walk ended. Headers are verified; a chain
        ends before the first damaged one.
    """
    long = np.flatnonzero(stops - starts > _LONG_PIECE)
    if len(long):
        return _with_long_pieces(data, starts, stops, long, repeats)
    table, counts, ends = _lockstep(data, starts, stops, stops)
    positions = _flatten(table, counts)
    hold = _headers_hold(data, positions)
    if not hold.all():
        piece = np.repeat(np.arange(len(starts)), counts)
        first = np.flatnonzero(~hold)
        # The first damaged header of each piece ends it.
        pieces, where = np.unique(piece[first], return_index=True)
        begins = np.cumsum(counts) - counts
        keep = np.ones(len(positions), bool)
        for number, at in zip(pieces, first[where], strict=True):
            keep[at : begins[number] + counts[number]] = False
            ends[number] = positions[at]
            counts[number] = at - begins[number]
        positions = positions[keep]
    return positions, counts, ends


def _with_long_pieces(
    data: NDArray[np.uint8],
    starts: Positions,
    stops: Positions,
    long: Positions,
    repeats: list[Repeat],
) -> tuple[Positions, NDArray[np.int64], Positions]:
    """Walk long pieces each for itself, and those between them together."""
    found: list[Positions] = []
    counts, ends = np.zeros(len(starts), np.int64), starts.copy()
    before = 0
    for piece in [*long.tolist(), len(starts)]:
        if piece > before:
            between = slice(before, piece)
            some, counts[between], ends[between] = walk_pieces(
                data, starts[between], stops[between], []
            )
            found.append(some)
        if piece < len(starts):
            walked = walk(data, int(starts[piece]), int(stops[piece]))
            passed = sum(map(len, found))
            repeats.extend(r._replace(first=r.first + passed) for r in walked.repeats)
            found.append(walked.positions)
            counts[piece], ends[piece] = len(walked.positions), walked.stop
        before = piece + 1
    return np.concatenate(found), counts, ends
