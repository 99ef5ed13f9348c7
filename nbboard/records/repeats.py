"""Lengths with a period: a loop that logs the same tags again and again writes such records."""

from __future__ import annotations

import struct
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.records.headers import Positions

__all__ = ["SAMPLE", "Repeat", "extended", "repeat", "same_before"]

_HEADER = struct.Struct("<QI")
#: Longer periods are not looked for.
_LONGEST_PERIOD = 24
#: How many records are walked one by one before something faster is tried: three of the
#: longest turns, as the first of them may hold a change.
SAMPLE = 72
#: Turns compared at first when a period is verified.
_FIRST_TURNS = 1024
#: If records are longer than this, their headers are far apart.
_LARGE = 1024


class Repeat(NamedTuple):
    """``count`` times the same ``period`` lengths, from record number ``first`` on."""

    first: int
    period: int
    count: int  # type: ignore[assignment]  # shadows tuple.count, which nobody needs here


def repeat(
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


def _same_turns(
    data: NDArray[np.uint8],
    position: int,
    span: int,
    count: int,
    headers: list[tuple[int, int, int]],
) -> int:
    """Return how many of ``count`` turns have these headers, (offset, length, checksum)."""
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


def extended(found: Repeat, positions: Positions, stop: int, limit: int) -> Repeat:
    """Return a period with the whole turns behind it that were walked one by one.

    None of their records is ``limit`` or behind it.
    """
    first, period, count = found
    end = first + period * count
    some = min(limit, end + SAMPLE + period)
    bounds = positions[end - period : some + 1].tolist()
    if some == len(positions):
        bounds.append(stop)
    lengths = [b - a for a, b in pairwise(bounds)]
    more = period
    while lengths[more : more + period] == lengths[:period]:
        more += period
    return found._replace(count=count + more // period - 1)
