"""What buckets tell of the values that fell into them: mean, spread, zeros, health of a layer.

The page computes the same (labextension/src/views/histograms/moments.ts); the cases in
``tests/vectors/histogram_moments.json`` tie the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

__all__ = ["Moments", "health", "moments", "usable"]

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
    odd = int((~np.isfinite(buckets).all(axis=1)).sum())
    left, right, counts = usable(buckets).T
    count = float(counts.sum())
    if not count:
        nothing = dict.fromkeys(("mean", "std", "zeros", "zeros_most", "low", "high"), np.nan)
        return Moments(count=0.0, zeros_exact=True, odd=odd, **nothing)
    share = counts / count
    # Halves first: the sum of two edges may be beyond what a float holds.
    middle = left / 2 + right / 2
    mean = float((share * middle).sum())
    with np.errstate(over="ignore"):
        width = right - left
        variance = float((share * ((middle - mean) ** 2 + width**2 / 12)).sum())
    zeros = _zeros(left, right, counts, count)
    ends = float(left.min()), float(right.max())
    return Moments(count, mean, variance**0.5, *zeros, *ends, odd)


def _zeros(
    left: np.ndarray, right: np.ndarray, counts: np.ndarray, count: float
) -> tuple[float, bool, float]:
    """Return the share of zeros, whether it is certain, and what it is at most."""
    # Writers put a value on an edge into the bucket to its right.
    around = np.flatnonzero((left <= 0) & (right >= 0))
    if not len(around):
        return 0.0, True, 0.0
    inner = [i for i in around if right[i] > 0 or left[i] == 0]
    at = int(inner[-1] if inner else around[-1])
    width = float(right[at] - left[at])
    held = float(counts[at])
    if width / 2 <= NARROW * float(right.max() / 2 - left.min() / 2):
        return held / count, True, held / count
    beside = [
        float(counts[i] / (right[i] - left[i]))
        for i in range(len(left))
        if i != at and right[i] > left[i] and (right[i] == left[at] or left[i] == right[at])
    ]
    usual = width * max(beside, default=0.0)
    return max(held - usual, 0.0) / count, False, held / count


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
