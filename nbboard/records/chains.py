"""Following many chains of records at once, in one buffer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nbboard.records.framing import HEADER, OVERHEAD
from nbboard.records.headers import Positions, headers_hold

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["flatten", "jump", "lockstep"]


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
    if count < 8:
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
        short = zero[:, 2 : 2 + width].copy()
        for i in range(3, 8):
            short &= zero[:, i : i + width]
        row, column = np.divmod(np.flatnonzero(short), width)
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


def flatten(table: Positions, counts: NDArray[np.int64]) -> Positions:
    """Return a table's columns one after another, each as long as it counts."""
    if not len(table):
        return np.empty(0, np.int64)
    used = np.arange(len(table)) < counts[:, None]
    flat: Positions = np.ascontiguousarray(table.T)[used]
    return flat
