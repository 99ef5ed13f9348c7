"""Sets of time as sorted, disjoint ranges: union, overlap, what is left.

A set is an int64 array of shape (n, 2), start and end of each range in picoseconds.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Ranges", "common", "covered", "length", "subtract", "union"]

if TYPE_CHECKING:
    Ranges = NDArray[np.int64]
else:
    Ranges = np.ndarray


def union(starts: NDArray[np.int64], ends: NDArray[np.int64]) -> Ranges:
    """Merge ranges in any order, overlapping or not, into sorted disjoint ones.

    Ranges without a length, or with a negative one, are nothing.
    """
    kept = ends > starts
    starts, ends = starts[kept], ends[kept]
    if not len(starts):
        return np.empty((0, 2), np.int64)
    order = np.argsort(starts, kind="stable")
    starts = starts[order]
    reach = np.maximum.accumulate(ends[order])
    first = np.flatnonzero(np.concatenate([[True], starts[1:] > reach[:-1]]))
    last = np.concatenate([first[1:] - 1, [len(starts) - 1]])
    return np.stack([starts[first], reach[last]], axis=1)


def length(ranges: Ranges) -> int:
    """Return the total length in picoseconds."""
    return int((ranges[:, 1] - ranges[:, 0]).sum())


def common(one: Ranges, other: Ranges) -> Ranges:
    """Return the time that is in both."""
    if not len(one) or not len(other):
        return np.empty((0, 2), np.int64)
    # For each range of one, those of the other that reach into it are neighbours.
    first = np.searchsorted(other[:, 1], one[:, 0], "right")
    stop = np.searchsorted(other[:, 0], one[:, 1], "left")
    counts = np.maximum(stop - first, 0)
    mine = np.repeat(np.arange(len(one)), counts)
    offset = np.arange(len(mine)) - np.repeat(np.cumsum(counts) - counts, counts)
    theirs = first[mine] + offset
    return np.stack(
        [
            np.maximum(one[mine, 0], other[theirs, 0]),
            np.minimum(one[mine, 1], other[theirs, 1]),
        ],
        axis=1,
    )


def subtract(one: Ranges, other: Ranges) -> Ranges:
    """Return the time that is in one and not in the other."""
    if not len(one) or not len(other):
        return one
    low, high = one[0, 0], one[-1, 1]
    gaps = np.stack(
        [
            np.concatenate([[min(low, other[0, 0])], other[:, 1]]),
            np.concatenate([other[:, 0], [max(high, other[-1, 1])]]),
        ],
        axis=1,
    )
    return common(one, gaps[gaps[:, 1] > gaps[:, 0]])


def covered(
    ranges: Ranges, starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return how much of each window is covered by a set of ranges.

    Parameters
    ----------
    ranges
        The set.
    starts, ends
        Shape (m,): the windows, which may overlap.

    Returns
    -------
    ndarray
        int64, shape (m,), picoseconds.
    """
    if not len(ranges):
        return np.zeros(len(starts), np.int64)
    total = np.concatenate([[0], np.cumsum(ranges[:, 1] - ranges[:, 0])])

    def until(times: NDArray[np.int64]) -> NDArray[np.int64]:
        begun = np.searchsorted(ranges[:, 0], times, "right")
        last = np.maximum(begun - 1, 0)
        partial = np.clip(times - ranges[last, 0], 0, ranges[last, 1] - ranges[last, 0])
        return np.where(begun > 0, total[last] + partial, 0)

    inside: NDArray[np.int64] = np.maximum(until(ends) - until(starts), 0)
    return inside
