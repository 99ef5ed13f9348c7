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
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.records.chains import flatten, jump, lockstep
from nbboard.records.framing import HEADER, OVERHEAD, read_header
from nbboard.records.headers import Positions, first_header, headers_hold
from nbboard.records.repeats import SAMPLE, Repeat, extended, repeat, same_before

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["SLACK", "Repeat", "Walk", "first_header", "walk", "walk_pieces"]

#: Bytes that must exist in a buffer behind its last record, so that rows of a
#: fixed width can be read from any record.
SLACK = 64

#: Fewer pieces are not worth a look at whether they are alike.
_FEW_PIECES = 8
#: Pieces above this are walked each for itself: in lockstep with others they
#: would take as many steps as they have records.
_LONG_PIECE = 1 << 14
_HEADER = struct.Struct("<QI")
#: Checksums of the lengths that have occurred.
_known: dict[int, int] = {}
_MOST_KNOWN = 1 << 16


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
    sample = SAMPLE
    while True:
        head, position, length = _one_by_one(data, position, stop, sample)
        found.append(np.array(head, np.int64))
        if length != 0:
            break
        more, position, period = repeat(data, head, position, stop)
        if len(more):
            # Records before it have the same period, as far back as that goes.
            back = same_before([*head, int(more[0])], period)
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
            sample = 8 * SAMPLE
            continue  # large records: nothing is gained by jumping ahead
        sample = SAMPLE
        end = min(stop, position + reach)
        # Chains of about 64 records: short ones are walked in fewer steps, long
        # ones are entered less often.
        pitch = max(span, 1024)
        more, position, complete = jump(data, position, end, stop, pitch)
        found.append(more)
        # A bad guess costs what was walked in vain, so the next is smaller.
        reach = min(reach * 4, 1 << 30) if complete else max(reach // 4, 1 << 16)
    positions = np.concatenate(found) if len(found) > 1 else found[0]
    if length > 0:
        length -= 1
    for number in open_ended:
        limit = repeats[number + 1].first if number + 1 < len(repeats) else len(positions)
        repeats[number] = extended(repeats[number], positions, position, limit)
    return Walk(positions, position, length, repeats)


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
    alike = _alike(data, starts, stops)
    if alike is not None:
        return alike
    table, counts, ends = lockstep(data, starts, stops, stops)
    positions = flatten(table, counts)
    hold = headers_hold(data, positions)
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


def _alike(
    data: NDArray[np.uint8], starts: Positions, stops: Positions
) -> tuple[Positions, NDArray[np.int64], Positions] | None:
    """Return what :func:`walk_pieces` does if all pieces have the same headers in the same places.

    Runs of one sweep that have done the same number of steps are so. None if
    they are not, or are too few to try.
    """
    sizes = stops - starts
    if len(sizes) < _FEW_PIECES or not (sizes == sizes[0]).all():
        return None
    first = walk(data, int(starts[0]), int(stops[0]))
    if first.stop != stops[0]:
        return None
    positions = (starts[:, None] + (first.positions - starts[0])).ravel()
    window: NDArray[Any] = np.ndarray((len(data) - HEADER + 1,), f"V{HEADER}", data.data, 0, (1,))
    headers = window[positions].view("<u4").reshape(len(starts), -1)
    if (headers != headers[0]).any():
        return None
    return positions, np.full(len(starts), len(first.positions)), stops.copy()


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
