"""The points at a step or within a range, from all points (as in labextension/src/scalars/hits.ts).

The browser has samples of long series: what its tables and tooltips say of a step is asked
here, as soon as the kernel is free.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from nbboard.views.scalar_curves import smooth_pieces, x_of

__all__ = ["exact_rows", "last_at_or_below"]

#: The columns of a row, all float64: what stands at the start and at the end of the range
#: (a step is a range of one), then of all points between, these two included.
_COLUMNS = (
    *("start_x", "start_step", "start_wall", "start_value", "start_smoothed"),
    *("end_x", "end_step", "end_wall", "end_value", "end_smoothed"),
    *("least", "greatest", "mean"),
)


def exact_rows(
    source: Any,
    names: Iterable[tuple[int, tuple[str, str]]],
    by: str,
    at: tuple[float, float],
    *,
    weight: float,
    method: str,
) -> dict[str, Any]:
    """Return what series are at a place of the x axis, or from one place to another.

    Parameters
    ----------
    source
        The scalars, with the rule for restarts that is on screen.
    names
        Number, run and tag of each series.
    by
        The x axis.
    at
        Two places in its unit; the same one twice for a single step.
    weight, method
        The smoothing.

    Returns
    -------
    dict
        ``series``, uint32 (k,): the numbers of those that have a point there or before;
        and float64 (k,) columns. ``least`` and ``greatest`` are of the smoothed values, the
        mean is of the finite logged ones.
    """
    numbers: list[int] = []
    rows: list[tuple[float, ...]] = []
    for number, name in names:
        if name not in source:
            continue
        series = source[name]
        x = x_of(by, source, series)
        row = _row(x, series, at, smooth_pieces(x, series.value, weight=weight, method=method))
        if row is not None:
            numbers.append(number)
            rows.append(row)
    table = np.array(rows, np.float64).reshape(len(rows), len(_COLUMNS))
    columns = {name: table[:, i].copy() for i, name in enumerate(_COLUMNS)}
    return {"series": np.array(numbers, np.uint32), **columns}


def last_at_or_below(x: np.ndarray, at: float) -> int:
    """Return the point that counts at a place: the nearest at or below it, -1 if there is none.

    Of several at one place the last one that was written.
    """
    with np.errstate(invalid="ignore"):
        below = np.where(x <= at, x, -np.inf)
    if not len(x) or not np.isfinite(below.max()):
        return -1
    return int(len(x) - 1 - np.argmax(below[::-1]))


def _row(
    x: np.ndarray, series: Any, at: tuple[float, float], smoothed: np.ndarray
) -> tuple[float, ...] | None:
    start, end = last_at_or_below(x, at[0]), last_at_or_below(x, at[1])
    if end < 0:
        return None
    if start < 0:
        # The series begins within the range.
        start = int(np.nanargmin(np.where(x >= at[0], x, np.nan)))
    ends = [
        float(value)
        for i in (start, end)
        for value in (x[i], series.step[i], series.wall_time[i], series.value[i], smoothed[i])
    ]
    part = slice(min(start, end), max(start, end) + 1)
    shown = smoothed[part][np.isfinite(smoothed[part])]
    values = np.asarray(series.value[part], np.float64)
    values = values[np.isfinite(values)]
    if not len(values) or not len(shown):
        return (*ends, np.nan, np.nan, np.nan)
    return (*ends, float(shown.min()), float(shown.max()), float(values.mean()))
