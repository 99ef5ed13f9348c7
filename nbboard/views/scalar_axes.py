"""Which part of the axes scalars need, by TensorBoard's rules (as in extent.ts)."""

from __future__ import annotations

import math

import numpy as np

__all__ = ["nice_domain", "visible_extent"]

PADDING = 0.05


def visible_extent(values: np.ndarray, *, ignore_outliers: bool) -> tuple[float, float] | None:
    """Return the extent of what is seen (``line_chart_internal_utils.ts``).

    All finite values, or from the 5th to the 95th percentile where outliers are ignored
    and there are more than two.
    """
    values = np.sort(values[np.isfinite(values)])
    if len(values) == 0:
        return None
    if not ignore_outliers or len(values) <= 2:
        return float(values[0]), float(values[-1])
    last = len(values) - 1
    return float(values[math.ceil(0.05 * last)]), float(values[math.floor(0.95 * last)])


def nice_domain(low: float, high: float, scale: str = "linear") -> tuple[float, float]:
    """Return the domain of an axis around an extent (``lib/scale.ts``)."""
    if scale == "log":
        return (0.5 * low, 2 * high) if low > 0 else (1e-3, 1.0)
    if low == high:
        if low == 0:
            return -1.0, 1.0
        return (0.0, 2 * low) if low > 0 else (2 * low, 0.0)
    pad = (high - low + np.finfo(float).eps) * PADDING
    return _nice(low - pad, high + pad, 10)


def _nice(start: float, stop: float, count: int) -> tuple[float, float]:
    """Extend to round numbers, as d3's ``nice`` does."""
    before = 0.0
    for _ in range(10):
        step = _increment(start, stop, count)
        if step in {before, 0} or not math.isfinite(step):
            break
        if step > 0:
            start, stop = math.floor(start / step) * step, math.ceil(stop / step) * step
        else:
            start, stop = math.ceil(start * step) / step, math.floor(stop * step) / step
        before = step
    return start, stop


def _increment(start: float, stop: float, count: int) -> float:
    """Return d3's tick step; below 1 it is negative and inverted, to be exact."""
    power = math.floor(math.log10((stop - start) / count))
    error = (stop - start) / count / 10.0**power
    factor = 10 if error >= 50**0.5 else 5 if error >= 10**0.5 else 2 if error >= 2**0.5 else 1
    if power < 0:
        return -(10.0**-power) / factor
    return 10.0**power * factor
