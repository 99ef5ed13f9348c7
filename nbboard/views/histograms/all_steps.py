"""Percentiles at every step of a series, in as many points as a screen can show."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.histograms.tensorboard import percentiles
from nbboard.views.shared.points import read_points

if TYPE_CHECKING:
    from nbboard.views.shared.points import Entry

__all__ = ["percentiles_of"]

#: Steps are put into so many groups, each of which gives two of its steps at most.
GROUPS = 500
#: How long one answer may take.
SECONDS = 0.5


def percentiles_of(entry: Entry, start: int) -> dict[str, Any]:
    """Return the percentiles of some steps of a series that stand for all of them.

    Every step is read. Of each group of steps beside each other the one with the least
    minimum and the one with the greatest maximum are returned, as they are: no extreme is
    lost, and nothing is averaged.

    Parameters
    ----------
    entry
        The series.
    start
        With which of its points, in order of step, to go on.

    Returns
    -------
    dict
        ``position``, uint32, of the points; ``values``, float32, nine for each point, one
        after the other; ``next``, where to go on, None at the end.
    """
    size = max(1, -(-len(entry.order) // GROUPS))
    positions: list[int] = []
    values: list[np.ndarray] = []
    end = time.monotonic() + SECONDS
    while start < len(entry.order) and time.monotonic() < end:
        group = entry.order[start : start + size].tolist()
        start += size
        found = [
            (position, percentiles(items[0].buckets))
            for _, position, items in read_points((entry, position) for position in group)
            if not isinstance(items, Exception) and len(items) and items[0].count
        ]
        if not found:
            continue
        lowest = min(range(len(found)), key=lambda i: found[i][1][0])
        highest = max(range(len(found)), key=lambda i: found[i][1][-1])
        for place in sorted({lowest, highest}):
            positions.append(found[place][0])
            values.append(found[place][1])
    flat = np.concatenate(values) if values else np.empty((0,))
    return {
        "position": np.array(positions, np.uint32),
        "values": flat.astype(np.float32),
        "next": start if start < len(entry.order) else None,
    }
