"""Spans for the screen: all of them, or what a window of time looks like at its width.

Millions of spans are more than a page holds, and more than it has pixels for. What is
narrower than a pixel is merged with its neighbours of the same row; the rest comes as it
is. Zooming in asks for the window again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.trace import PS_PER_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.profile.trace import Trace

__all__ = ["MOST_SPANS", "pack_all", "pack_window"]

#: A page gets so many spans at most as they are.
MOST_SPANS = 500_000
#: Widths that the whole trace is summed up for, where there are more.
OVERVIEW_BINS = 4096
#: Rows deeper than this are drawn nowhere.
MOST_DEPTH = 255


def pack_all(trace: Trace, roles: NDArray[np.int8]) -> dict[str, Any]:
    """Return the spans of a trace for its first picture; see :func:`pack_window`."""
    if len(trace.spans) <= MOST_SPANS:
        return _packed(trace, roles, np.arange(len(trace.spans)), None)
    return pack_window(trace, roles, trace.begin, trace.end, OVERVIEW_BINS)


def pack_window(
    trace: Trace, roles: NDArray[np.int8], begin: int, end: int, bins: int
) -> dict[str, Any]:
    """Return the spans that a window shows.

    Parameters
    ----------
    trace, roles
        The trace, and the role of each span.
    begin, end
        The window in picoseconds.
    bins
        How many pixels wide it is.

    Returns
    -------
    dict
        Columns, one row a span or a group of merged ones: ``start`` and
        ``duration`` (float64 and float32, microseconds), ``name`` (uint32), ``row`` (track
        and depth: uint32, ``track << 8 | depth``), ``role`` (uint8), ``id`` (uint32, the
        span, or the first of a group), ``merged`` (uint32: how many, 1 for a span as it
        is); ``complete``, whether nothing was merged; ``begin`` and ``end`` in microseconds.
    """
    spans = trace.spans
    inside = np.flatnonzero((spans.start < end) & (spans.end >= begin))
    width = max((end - begin) // max(bins, 1), 1)
    narrow = spans.duration[inside] < width
    if len(inside) <= MOST_SPANS // 4 or not narrow.any():
        packed = _packed(trace, roles, inside, None)
        packed["complete"] = len(inside) == len(spans)
    else:
        packed = _packed(trace, roles, inside[~narrow], _merge(trace, inside[narrow], begin, width))
        packed["complete"] = False
    packed["begin"], packed["end"] = begin / PS_PER_US, end / PS_PER_US
    return packed


def _merge(
    trace: Trace, narrow: NDArray[np.int64], begin: int, width: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the first span, the end and the size of each group of neighbours in a pixel."""
    spans = trace.spans
    cell = np.maximum(spans.start[narrow] - begin, 0) // width
    row = _rows(trace)[narrow].astype(np.int64)
    order = np.lexsort((spans.start[narrow], cell, row))
    narrow, row, cell = narrow[order], row[order], cell[order]
    new = np.concatenate([[True], (row[1:] != row[:-1]) | (cell[1:] != cell[:-1])])
    first = np.flatnonzero(new)
    size = np.diff(np.concatenate([first, [len(narrow)]]))
    last = np.maximum.reduceat(spans.end[narrow], first)
    return narrow[first], last, size


def _rows(trace: Trace) -> NDArray[np.uint32]:
    depth = np.minimum(trace.spans.depth, MOST_DEPTH).astype(np.uint32)
    rows: NDArray[np.uint32] = (trace.spans.track.astype(np.uint32) << np.uint32(8)) | depth
    return rows


def _packed(
    trace: Trace,
    roles: NDArray[np.int8],
    places: NDArray[np.int64],
    groups: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]] | None,
) -> dict[str, Any]:
    spans = trace.spans
    duration = spans.duration[places]
    merged = np.ones(len(places), np.int64)
    if groups is not None:
        first, last, size = groups
        places = np.concatenate([places, first])
        duration = np.concatenate([duration, last - spans.start[first]])
        merged = np.concatenate([merged, size])
    rows = _rows(trace)[places]
    order = np.lexsort((spans.start[places], rows)) if len(places) else places
    places, duration, merged, rows = places[order], duration[order], merged[order], rows[order]
    return {
        "start": (spans.start[places] / PS_PER_US).astype(np.float64),
        "duration": (duration / PS_PER_US).astype(np.float32),
        "name": spans.name[places].astype(np.uint32),
        "row": rows.astype(np.uint32),
        "role": roles[places].astype(np.uint8),
        "id": places.astype(np.uint32),
        "merged": merged.astype(np.uint32),
        "complete": True,
        "total": len(spans),
        "begin": trace.begin / PS_PER_US,
        "end": trace.end / PS_PER_US,
    }
