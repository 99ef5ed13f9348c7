"""Which span is inside of which, on each track."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Nested", "enclosing", "nest", "self_times"]


class Nested(NamedTuple):
    """Spans on tracks, sorted as for :func:`nest`, and the parent of each."""

    track: NDArray[np.int32]
    start: NDArray[np.int64]
    end: NDArray[np.int64]
    parent: NDArray[np.int32]


def nest(
    track: NDArray[np.int32], start: NDArray[np.int64], end: NDArray[np.int64]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Return the parent and the depth of each span.

    A span that begins inside of another and ends after it is no child of it, but stands
    one row deeper, so that both can be seen.

    Parameters
    ----------
    track, start, end
        Sorted by track, start, and the longer one first.

    Returns
    -------
    ndarray
        int32: the smallest span that contains it; -1 if none does.
    ndarray
        int32: how many spans are open when it begins.
    """
    count = len(start)
    parent = np.full(count, -1, np.int32)
    depth = np.zeros(count, np.int32)
    if not count:
        return parent, depth
    bounds = np.flatnonzero(np.concatenate([[True], track[1:] != track[:-1], [True]]))
    for first, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        # Streams of devices rarely overlap: nothing to do for them.
        if np.all(start[first + 1 : stop] >= end[first : stop - 1]):
            continue
        _nest_track(first, start[first:stop].tolist(), end[first:stop].tolist(), parent, depth)
    return parent, depth


def _nest_track(
    first: int,
    starts: list[int],
    ends: list[int],
    parent: NDArray[np.int32],
    depth: NDArray[np.int32],
) -> None:
    parents = [-1] * len(starts)
    depths = [0] * len(starts)
    open_spans: list[int] = []
    for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
        while open_spans and ends[open_spans[-1]] <= start:
            open_spans.pop()
        depths[i] = len(open_spans)
        for outer in reversed(open_spans):
            if ends[outer] >= end:
                parents[i] = outer + first
                break
        open_spans.append(i)
    parent[first : first + len(starts)] = parents
    depth[first : first + len(starts)] = depths


def self_times(parent: NDArray[np.int32], duration: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the duration of each span without that of its children, picoseconds, never below 0."""
    inside = np.zeros(len(duration), np.int64)
    has = parent >= 0
    np.add.at(inside, parent[has], duration[has])
    own: NDArray[np.int64] = np.maximum(duration - inside, 0)
    return own


def enclosing(
    spans: Nested, at_track: NDArray[np.int64], at_time: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the innermost span around moments on tracks; -1 where there is none.

    Parameters
    ----------
    spans
        The spans.
    at_track, at_time
        The moments.
    """
    track, start, end, parent = spans
    found = np.full(len(at_time), -1, np.int64)
    if not len(start):
        return found
    bounds = np.searchsorted(track, np.arange(int(track[-1]) + 2))
    for number in np.unique(at_track).tolist():
        if not 0 <= number < len(bounds) - 1:
            continue
        first, stop = bounds[number], bounds[number + 1]
        asked = np.flatnonzero(at_track == number)
        place = first + np.searchsorted(start[first:stop], at_time[asked], "right") - 1
        place = np.where(place >= first, place, -1)
        # The last to begin may be over: then it is one of those around it, or one before.
        while True:
            over = (place >= 0) & (end[place] < at_time[asked])
            if not over.any():
                break
            place[over] = parent[place[over]]
        found[asked] = place
    return found
