"""What buckets tell of the values that fell into them: mean, spread, zeros, health of a layer.

The page computes the same (labextension/src/views/histograms/moments.ts); the cases in
``tests/vectors/histogram_moments.json`` tie the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Moments", "health", "moments", "moments_of", "usable"]

#: A bucket around zero this much narrower than the range of values holds zeros alone.
NARROW = 1e-6
#: From this share of zeros on a layer is called dead.
DEAD = 0.9
#: So many times the median size of its earlier steps, and a layer is called exploding.
EXPLODING = 100.0


@dataclass(frozen=True)
class Moments:
    """What is known of the values of one histogram.

    Attributes
    ----------
    count
        How many values there were; those in buckets that are not finite are left out.
    mean, std
        As if the values lay evenly within each bucket; NaN for the histogram of nothing.
    zeros
        The share of values that are 0, from 0 to 1; NaN for the histogram of nothing.
    zeros_exact
        Whether that is certain: no bucket, or a very narrow one, contains 0. Otherwise it is
        an estimate: what the bucket that contains 0 has beyond its neighbours' density.
    zeros_most
        The share that it cannot exceed: that of the bucket that contains 0.
    low, high
        The outermost edges of buckets with a count.
    odd
        How many buckets have an edge or a count that is not finite.
    """

    count: float
    mean: float
    std: float
    zeros: float
    zeros_exact: bool
    zeros_most: float
    low: float
    high: float
    odd: int

    @property
    def size(self) -> float:
        """The root of the mean square: how large the values are."""
        return float(np.hypot(self.mean, self.std))


def usable(buckets: np.ndarray) -> np.ndarray:
    """Return the buckets that can be computed with: finite, with a count above 0.

    Parameters
    ----------
    buckets
        float64 of shape ``(k, 3)``: left edge, right edge, count.

    Returns
    -------
    numpy.ndarray
        Those rows; edges that were logged the wrong way round are swapped.
    """
    kept = buckets[np.isfinite(buckets).all(axis=1) & (buckets[:, 2] > 0)]
    edges = np.sort(kept[:, :2], axis=1)
    return np.column_stack([edges, kept[:, 2]])


def moments(buckets: np.ndarray) -> Moments:
    """Return what buckets, as logged, tell of their values."""
    return moments_of([buckets])[0]


def moments_of(histograms: Sequence[np.ndarray]) -> list[Moments]:
    """Return the same of many histograms at once, in a fraction of the time.

    Parameters
    ----------
    histograms
        The buckets of each, float64 of shape ``(k, 3)``; `k` may differ.
    """
    if not histograms:
        return []
    grid = np.zeros((len(histograms), max(1, *map(len, histograms)), 3))
    for row, buckets in zip(grid, histograms, strict=True):
        row[: len(buckets)] = buckets
    finite = np.isfinite(grid).all(axis=2)
    used = finite & (grid[:, :, 2] > 0)
    # What is not used holds nothing, at 0.
    grid[~used] = 0
    left, right, counts = grid[:, :, :2].min(axis=2), grid[:, :, :2].max(axis=2), grid[:, :, 2]
    count = counts.sum(axis=1)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        share = counts / count[:, None]
        # Halves first: the sum of two edges may be beyond what a float holds.
        middle = left / 2 + right / 2
        mean = (share * middle).sum(axis=1)
        spread = (middle - mean[:, None]) ** 2 + (right - left) ** 2 / 12
        variance = np.where(used, share * spread, 0).sum(axis=1)
        low = np.where(used, left, np.inf).min(axis=1)
        high = np.where(used, right, -np.inf).max(axis=1)
        zeros = _zeros(left, right, counts, used)
        share_of = [np.where(count > 0, part / count, np.nan) for part in (zeros[0], zeros[2])]
    odd = (~finite).sum(axis=1)
    columns = (count, mean, np.sqrt(variance), share_of[0], zeros[1], share_of[1], low, high, odd)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [_of_row(row) for row in rows]


def _of_row(row: tuple[Any, ...]) -> Moments:
    count, *_, odd = row
    if count:
        return Moments(*row)
    nothing = dict.fromkeys(("mean", "std", "zeros", "zeros_most", "low", "high"), np.nan)
    return Moments(count=0.0, zeros_exact=True, odd=odd, **nothing)


def _zeros(
    left: np.ndarray, right: np.ndarray, counts: np.ndarray, used: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return how many values are 0, whether that is certain, and how many it are at most.

    Each argument has a row for a histogram, each result an element.
    """
    around = used & (left <= 0) & (right >= 0)
    # Writers put a value on an edge into the bucket to its right.
    inner = around & ((right > 0) | (left == 0))
    chosen = np.where(inner.any(axis=1)[:, None], inner, around)
    rows = np.arange(len(left))
    at = left.shape[1] - 1 - np.argmax(chosen[:, ::-1], axis=1)
    there = chosen.any(axis=1)
    from_, to = left[rows, at], right[rows, at]
    held = np.where(there, counts[rows, at], 0.0)
    width = to - from_
    low, high = np.where(used, left, np.inf).min(axis=1), np.where(used, right, -np.inf).max(axis=1)
    certain = ~there | (width / 2 <= NARROW * (high / 2 - low / 2))
    beside = used & (right > left) & ((right == from_[:, None]) | (left == to[:, None]))
    beside[rows, at] = False
    density = np.where(beside, counts / (right - left), 0.0).max(axis=1)
    estimate = np.maximum(held - width * density, 0.0)
    return np.where(certain, held, estimate), certain, held


def health(steps: Sequence[Moments]) -> str:
    """Return what is wrong with a layer at the last of some steps, in a word or two.

    Returns
    -------
    str
        ``"not finite"``: a bucket has an edge or a count that is no number. ``"dead"``: all
        values are the same, or nine in ten are zeros (which a wide bucket tells only of values
        that all lie on one side of 0). ``"exploding"``: the values are a
        hundred times as large as they were at the median of the steps before. Empty if
        nothing is wrong.
    """
    now = steps[-1]
    if now.odd or (now.count and not np.isfinite(now.size)):
        return "not finite"
    if not now.count:
        return ""
    certain = now.zeros_exact or now.low == 0 or now.high == 0
    if (now.zeros >= DEAD and certain) or (now.low == now.high and now.count > 1):
        return "dead"
    before = sorted(one.size for one in steps[:-1] if one.count and np.isfinite(one.size))
    if len(before) >= 2:
        usual = before[len(before) // 2]
        if usual > 0 and now.size >= EXPLODING * usual:
            return "exploding"
    return ""
