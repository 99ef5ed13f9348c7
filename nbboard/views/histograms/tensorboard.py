"""TensorBoard's own numbers: its 30 bins and its nine percentiles.

The page computes the same (labextension/src/views/histograms/{bins,percentiles}.ts); the
cases in ``tests/vectors/histogram_bins.json`` and ``histogram_percentiles.json``, which
TensorBoard's own functions answered, tie all three.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

__all__ = ["BASIS_POINTS", "BINS", "MEDIAN", "percentiles", "rebinned"]

#: As in TensorBoard's ``plugins/distribution/compressor.py``: multiples of half a standard
#: deviation of a normal distribution around its median, in hundredths of a percent.
BASIS_POINTS = (0, 668, 1587, 3085, 5000, 6915, 8413, 9332, 10000)
#: Where the median stands among them.
MEDIAN = 4
#: As in TensorBoard's ``webapp/widgets/histogram/histogram_util.ts``.
BINS = 30


def percentiles(buckets: np.ndarray) -> np.ndarray:
    """Return the values at TensorBoard's nine basis points.

    Parameters
    ----------
    buckets
        float64 of shape ``(k, 3)``: left edge, right edge, count.

    Returns
    -------
    numpy.ndarray
        float64 of shape ``(9,)``; zeros for the histogram of nothing.

    Notes
    -----
    Linear interpolation of the cumulative counts, as in ``compress_histogram`` of
    TensorBoard's ``plugins/distribution/compressor.py``; the outermost values are the first
    left and the last right edge.
    """
    if not len(buckets):
        return np.zeros(len(BASIS_POINTS))
    left, right, counts = buckets.T
    low, high = float(left[0]), float(right[-1])
    total = float(counts.sum())
    # A sum that is 0 or no number weighs nothing, as it does there.
    weights = np.cumsum(counts * BASIS_POINTS[-1] / (total or 1.0))
    found = []
    for point in BASIS_POINTS:
        at = int(np.searchsorted(weights, point, side="right"))
        while at < len(weights) and weights[at] == (weights[at - 1] if at else 0.0):
            at += 1
        if at >= len(weights):
            found.append(high)
            continue
        before = float(weights[at - 1]) if at else 0.0
        start = max(float(right[at - 1]), low) if before else low
        end = min(float(right[at]), high)
        found.append(start + (point - before) * (end - start) / (float(weights[at]) - before))
    return np.array(found)


def rebinned(histograms: Sequence[np.ndarray], bins: int = BINS) -> np.ndarray:
    """Return histograms over equal bins that span all of them.

    Parameters
    ----------
    histograms
        Each float64 of shape ``(k, 3)``: left edge, right edge, count.
    bins
        How many bins there are.

    Returns
    -------
    numpy.ndarray
        float64 of shape ``(n, bins, 3)``: of each histogram the left edge, the width and the
        count of each bin; ``(n, 0, 3)`` if none has a bucket.

    Notes
    -----
    As ``buildNormalizedHistograms`` in TensorBoard's histogram_util.ts: counts are split by
    overlap; where there is no width at all the span is from l / 1.1 - 1 to 1.1 r + 1; a
    bucket of no width on an inner edge belongs to the bin on its right.
    """
    # There a bucket is a left edge and a width; its right edge is their sum.
    given = [_as_widths(buckets) for buckets in histograms]
    ends = [(one[0][0], one[-1][0] + one[-1][1]) for one in given if one]
    if not ends:
        return np.empty((len(given), 0, 3))
    low, high = min(left for left, _ in ends), max(right for _, right in ends)
    if low == high:
        low, high = low / 1.1 - 1, high * 1.1 + 1
    return np.array([_split(one, low, high, bins) for one in given]).reshape(-1, bins, 3)


Bin = tuple[float, float, float]


def _as_widths(buckets: np.ndarray) -> list[Bin]:
    return [(left, right - left, count) for left, right, count in buckets.tolist()]


def _split(buckets: list[Bin], low: float, high: float, bins: int) -> list[Bin]:
    width = (high - low) / bins
    result = []
    at, carried = 0, 0.0
    for number in range(bins):
        left = low + number * width
        right = left + width
        count, carried = carried, 0.0
        while at < len(buckets):
            here, after = _overlap(buckets[at], left, right, last=number == bins - 1)
            count += here
            carried += after
            if buckets[at][0] + buckets[at][1] > right:
                break  # it may have a part in the next bin, too
            at += 1
        result.append((left, width, count))
    return result


def _overlap(bucket: Bin, left: float, right: float, *, last: bool) -> tuple[float, float]:
    """Return what a bucket gives to a bin, and to the one after it."""
    start, width, count = bucket
    end = start + width
    if start > right or end < left:
        return 0.0, 0.0
    if width == 0:
        return (0.0, count) if not last and end >= right else (count, 0.0)
    return count * (min(end, right) - max(start, left)) / width, 0.0
