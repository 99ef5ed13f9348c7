"""What of a series goes to the browser: every point, or what the eye could tell apart.

A long series is cut into buckets of equal numbers of points. Of each bucket the least
and the greatest value are kept as they were logged, and besides the first and the last
point of all, the points where a restart hides or shows others, and those that are not
finite. Each kept point also carries the mean of the points since the kept one before
it, so that a smoothed line can be computed from all points, not from the extremes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from nbboard.logdir.dates import dates_of
from nbboard.logdir.restarts import kept_by_latest
from nbboard.views.extremes import extremes

__all__ = ["Sample", "sample_series"]

# Beyond this, restarts or gaps are so many that keeping each exactly would be no sampling.
_MOST_EXTRA = 4


@dataclass(frozen=True)
class Sample:
    """Some points of a series, in written order.

    Attributes
    ----------
    index
        uint32 (k,): which points of the series.
    step, wall_time, value
        (k,): as they were logged.
    mean
        (k,): mean of the finite values after the kept point before, up to this one;
        NaN if there is none.
    off
        bool (k,) or None: points that a restart hides; None for none.
    total
        Number of points of the series.
    hidden
        How many of all of them a restart hides.
    undated
        How many of all of them have a wall time that is no date.
    """

    index: np.ndarray
    step: np.ndarray
    wall_time: np.ndarray
    value: np.ndarray
    mean: np.ndarray
    off: np.ndarray | None
    total: int
    hidden: int
    undated: int

    @property
    def whole(self) -> bool:
        """Whether these are all the points."""
        return len(self.index) == self.total


def sample_series(series: Any, budget: int, start: int = 0, stop: int | None = None) -> Sample:
    """Sample the points `start` to `stop` of a series.

    Parameters
    ----------
    series
        Has ``step``, ``wall_time`` and ``value`` of equal length, in written order.
    budget
        About how many points to keep; fewer than that are all kept.
    start, stop
        The part of the series to sample, as in a slice.

    Returns
    -------
    Sample
        With indices that count from the start of the series.
    """
    step, value = np.asarray(series.step), np.asarray(series.value)
    total = len(step)
    stop = total if stop is None else min(stop, total)
    wall_time = np.asarray(series.wall_time)
    shown = kept_by_latest(step, wall_time)
    part = value[start:stop]
    index = np.arange(start, stop, dtype=np.uint32)
    mean = part
    if len(part) > budget:
        keep = _choose(part, None if shown is None else shown[start:stop], budget)
        mean = _means(part, keep)
        index = index[keep]
    return Sample(
        index=index,
        step=step[index],
        wall_time=wall_time[index],
        value=value[index],
        mean=mean,
        off=None if shown is None else ~shown[index],
        total=total,
        hidden=0 if shown is None else total - int(np.count_nonzero(shown)),
        undated=dates_of(wall_time).none,
    )


def _choose(value: np.ndarray, shown: np.ndarray | None, budget: int) -> np.ndarray:
    """Return the sorted positions of the points to keep."""
    finite = np.isfinite(value)
    whole = bool(finite.all())
    buckets = max(budget // 2, 1)
    if value.dtype not in (np.float32, np.float64):
        value = value.astype(np.float64)
    found = extremes(value if whole else np.where(finite, value, np.nan), 2 * buckets)
    keep = [found, np.array([0, len(value) - 1])]
    if not whole:
        # The first of each bucket that is not finite, so that none goes unseen.
        odd = np.flatnonzero(~finite)
        _, firsts = np.unique(odd * buckets // len(value), return_index=True)
        keep.append(odd[firsts])
    if shown is not None:
        # Both sides of each place where points begin or end to be hidden.
        turns = np.flatnonzero(shown[1:] != shown[:-1])
        if len(turns) <= _MOST_EXTRA * budget:
            keep += [turns, turns + 1]
    return np.unique(np.concatenate(keep))


def _means(value: np.ndarray, keep: np.ndarray) -> np.ndarray:
    """Return the mean of the finite values up to each kept point from the one before."""
    finite = np.isfinite(value)
    starts = np.concatenate(([0], keep[:-1] + 1))
    sums = np.add.reduceat(np.where(finite, value, 0.0), starts)
    counts = np.add.reduceat(finite.astype(np.int64), starts)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(counts > 0, sums / counts, np.nan)
