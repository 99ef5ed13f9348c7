"""Lengths that repeat: a loop that logs the same tags again and again writes such records.

One round of that loop is a cycle. Where the lengths of a cycle's records come
again and again, the headers need not be followed one after the other: whole
columns of them are compared at once.
"""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.records.headers import Positions

__all__ = ["SAMPLE", "Cycles", "extend", "find_cycles", "same_before"]

_HEADER = struct.Struct("<QI")
#: Cycles of more records are not looked for.
_LONGEST_PERIOD = 24
#: How many records are walked one by one before something faster is tried: three of the
#: longest cycles, as the first of them may hold a change.
SAMPLE = 72
#: Cycles compared at first when a period is verified.
_FIRST_CYCLES = 1024
#: If records are longer than this, their headers are far apart, and comparing
#: them at once is no faster than following them.
_LARGE = 1024
#: Fewer cycles are not worth comparing at once.
_FEWEST_CYCLES = 32


class Cycles(NamedTuple):
    """``count`` cycles of ``period`` records with the same lengths.

    The first of these records is number ``first`` among those of the buffer. They
    are all of one segment, or each cycle is a whole segment.
    """

    first: int
    period: int
    count: int  # type: ignore[assignment]  # shadows tuple.count, which nobody needs here


def find_cycles(
    data: NDArray[np.uint8], last: list[int], position: int, stop: int
) -> tuple[Positions, int, int]:
    """Find how far the lengths go on repeating as in the last records that were walked.

    Parameters
    ----------
    data
        The buffer.
    last
        Where the last records before ``position`` begin.
    position, stop
        Where the next record begins, and where the bytes end.

    Returns
    -------
    tuple
        The positions of the records in whole cycles from ``position`` on, where the
        record behind them begins, and the period; 0 if there is none.
    """
    # What the log began with, or how it was before, says nothing about what comes.
    last = last[-2 * _LONGEST_PERIOD :]
    lengths = [b - a for a, b in pairwise((*last, position))]
    size = len(lengths)
    period = next((m for m in range(1, size // 2 + 1) if lengths[m:] == lengths[:-m]), 0)
    none = np.empty(0, np.int64)
    if not period:
        return none, position, 0
    # The next record continues the pattern, so a cycle starts there.
    cycle = lengths[size - period :]
    offsets = np.cumsum([0, *cycle])
    span = int(offsets[-1])
    if span > _LARGE * period:
        return none, position, 0
    whole = (stop - position) // span
    if whole < _FEWEST_CYCLES:
        return none, position, period
    headers = [
        (int(offset), *_HEADER.unpack_from(data.data, last[size - period + i]))
        for i, offset in enumerate(offsets[:-1])
    ]
    # A few first: most periods that are seen in a log of many tags do not last.
    start, most = position, _FIRST_CYCLES
    while whole:
        count = min(most, whole)
        same = _same_cycles(data, position, span, count, headers)
        position += same * span
        whole = whole - count if same == count else 0
        most *= 16
    grid = np.arange(start, position, span)[:, None] + offsets[:-1]
    found: Positions = grid.ravel()
    return found, position, period


def _same_cycles(
    data: NDArray[np.uint8],
    position: int,
    span: int,
    count: int,
    headers: list[tuple[int, int, int]],
) -> int:
    """Return how many of ``count`` cycles have these headers, (offset, length, checksum).

    All cycles' headers of one record of the cycle are compared, then those of the next.
    """
    lengths: NDArray[Any] = np.ndarray((len(data) - 7,), "<u8", data.data, 0, (1,))
    checksums: NDArray[Any] = np.ndarray((len(data) - 3,), "<u4", data.data, 0, (1,))
    for offset, length, checksum in headers:
        begin, end = position + offset, position + count * span
        same = lengths[begin:end:span] == np.uint64(length)
        same &= checksums[begin + 8 : end : span] == np.uint32(checksum)
        first = int(same.argmin())
        if not same[first]:
            count = first
            if not count:
                break
    return count


def same_before(bounds: list[int], period: int) -> int:
    """Return how many of the last records between these bounds have lengths of this period."""
    lengths = [b - a for a, b in pairwise(bounds)]
    size = len(lengths) - period
    if period == 1 and lengths.count(lengths[-1]) == len(lengths):
        return len(lengths)
    while size and lengths[size - 1] == lengths[size - 1 + period]:
        size -= 1
    return len(lengths) - size


def extend(cycles: Cycles, positions: Positions, stop: int, limit: int) -> Cycles:
    """Return the cycles with the whole ones behind them that were walked one by one.

    None of their records is number ``limit`` or a later one.
    """
    first, period, count = cycles
    end = first + period * count
    last = min(limit, end + SAMPLE + period)
    bounds = positions[end - period : last + 1].tolist()
    if last == len(positions):
        bounds.append(stop)
    lengths = [b - a for a, b in pairwise(bounds)]
    more = period
    while lengths[more : more + period] == lengths[:period]:
        more += period
    return cycles._replace(count=count + more // period - 1)
