"""Following many chains of records at once, in one buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.records.framing import HEADER, OVERHEAD
from nbboard.records.headers import headers_hold

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.records.headers import Positions

__all__ = ["flatten", "jump", "lockstep"]

#: How many steps chains take before it is looked which of them have ended.
_STEPS_BETWEEN = 8
#: Fewer chains are not worth the cost of entering them.
_FEWEST_CHAINS = 8
#: How many bytes are first searched for a header where a chain is to be entered.
_FIRST_WIDTH = 96


def jump(
    data: NDArray[np.uint8], start: int, end: int, stop: int, pitch: int
) -> tuple[Positions, int, bool]:
    """Walk from ``start`` to about ``end`` along many chains at once.

    Returns
    -------
    tuple
        Positions, where the walk ended, and whether it got as far as it could.
    """
    count = (end - start) // pitch
    if count < _FEWEST_CHAINS:
        return np.empty(0, np.int64), start, True
    entries = _entries(data, start, pitch, count)
    starts = np.concatenate(([start], entries))
    limits = np.concatenate((entries, [end]))
    table, counts, ends = lockstep(data, starts, limits, np.full(len(starts), stop, np.int64))
    # Chain by chain: each must end where the next begins.
    broken = np.flatnonzero(ends[:-1] != starts[1:])
    last = int(broken[0]) if len(broken) else len(starts) - 1
    positions = flatten(table[:, : last + 1], counts[: last + 1])
    good = headers_hold(data, positions)
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
    width = min(_FIRST_WIDTH, pitch)
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
        # Of records below 64 KiB the length's upper six bytes are zero.
        two = zero[:, 2:-1] & zero[:, 3:]
        four = two[:, :-2] & two[:, 2:]
        six = four[:, :width] & two[:, 4 : 4 + width]
        row, column = np.divmod(np.flatnonzero(six), width)
        places = origin + todo[row] * pitch + column
        hold = headers_hold(data, places)
        row, places = row[hold], places[hold]
        # The first of each row: assigned last where several are.
        found[todo[row[::-1]]] = places[::-1]
        todo = todo[found[todo] < 0]
        if width == pitch:
            break
        width = min(width * 4, pitch)
    return found[found >= 0]


def lockstep(
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
    lengths: NDArray[Any] = np.ndarray((len(data) - 1,), "<u2", data.data, 0, (1,))
    last = len(lengths) - 1
    active = np.arange(len(starts))
    position, limit = starts, limits
    rows = [(active, position)]
    while len(active):
        # Chains take a few steps beyond their limit: to look at every step whether
        # one has ended would cost more.
        for _ in range(_STEPS_BETWEEN):
            position = position + lengths[np.minimum(position, last)]
            position += OVERHEAD
            rows.append((active, position))
        going = position < limit
        if 2 * np.count_nonzero(going) < len(active):
            active, position, limit = active[going], position[going], limit[going]
    if len(rows[-1][0]) == len(starts):
        table = np.array([row for _, row in rows])
    else:
        table = np.full((len(rows), len(starts)), np.iinfo(np.int64).max)
        for step, (chains, row) in enumerate(rows):
            table[step, chains] = row
    # Positions grow along a chain, so what belongs to it comes first.
    counts = np.count_nonzero((table[:-1] < limits) & (table[1:] <= stops), axis=0)
    return table, counts, table[counts, np.arange(len(starts))]


def flatten(table: Positions, counts: NDArray[np.int64]) -> Positions:
    """Return a table's columns one after another, each as long as it counts."""
    if not len(table):
        return np.empty(0, np.int64)
    used = np.arange(len(table)) < counts[:, None]
    flat: Positions = np.ascontiguousarray(table.T)[used]
    return flat
