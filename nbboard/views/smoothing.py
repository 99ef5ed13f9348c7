"""Smoothing of curves; the browser has the same formulas (labextension/src/scalars/smoothing.ts).

A series of up to 1,000 points is smoothed point by point, as TensorBoard does.
TensorBoard samples longer ones down to 1,000 points at random and smooths those; here
every point counts, and the weight of a point is such that the curve looks the same:
:math:`w^{1000/N}` for each of `N` points. What was sampled for the screen therefore
does not change the smoothed curve.
"""

from __future__ import annotations

import numpy as np

__all__ = ["METHODS", "smooth"]

#: Names of the methods, by what the option ``smoothing_method`` takes.
METHODS = ("ema", "twema", "gaussian", "mean")

#: The number of points from which on the weight of one is reduced.
REFERENCE = 1000
#: wandb's scale of the time-weighted average: the x range counts as this many points.
VIEWPORT_SCALE = 1000


def smooth(
    value: np.ndarray,
    *,
    weight: float,
    method: str = "ema",
    x: np.ndarray | None = None,
    mean: np.ndarray | None = None,
    count: np.ndarray | None = None,
    total: int | None = None,
) -> np.ndarray:
    """Smooth a series.

    Parameters
    ----------
    value
        (k,) its points; those that are not finite are passed through.
    weight
        From 0 (nothing) to below 1.
    method
        ``"ema"``: TensorBoard's exponential moving average, debiased
        (``data_transformer.ts``); ``"twema"``: the same weighted by the distance in x,
        as wandb does; ``"gaussian"`` and ``"mean"``: symmetric windows, of standard
        deviation or half width ``weight / (1 - weight)`` points.
    x
        (k,) positions, for ``"twema"``.
    mean, count
        (k,) what each point stands for, if the series was sampled: the mean and number
        of the points since the one before.
    total
        Number of points of the series before sampling.

    Returns
    -------
    numpy.ndarray
        float64 (k,).
    """
    value = np.asarray(value, np.float64)
    if weight <= 0 or len(value) == 0:
        return np.array(value)
    mean = value if mean is None else np.asarray(mean, np.float64)
    count = np.ones(len(value)) if count is None else np.asarray(count, np.float64)
    total = len(value) if total is None else total
    # Points of TensorBoard's sample that one point stands for.
    unit = min(1.0, REFERENCE / max(total, 1))
    finite = value[np.isfinite(value)]
    if len(finite) == 0 or finite.min() == finite.max():
        return np.array(value)
    if method == "ema":
        return _ema(value, mean, count * unit, weight, whole=bool((count == 1).all()))
    if method == "twema":
        return _twema(value, mean, count, weight, value if x is None else np.asarray(x, np.float64))
    radius = weight / (1 - weight) / unit
    return _window(value, mean, count, radius, gaussian=method == "gaussian")


def _ema(
    value: np.ndarray, mean: np.ndarray, count: np.ndarray, weight: float, *, whole: bool
) -> np.ndarray:
    out: np.ndarray = np.array(value)
    good = np.isfinite(value) & np.isfinite(mean)
    if whole and len(count) and bool((count == count[0]).all()):
        # All weigh the same: a linear recurrence, computed block by block.
        w = weight ** float(count[0])
        out[good] = _recurrence(value[good], w)
        return out
    last, seen = 0.0, 0.0
    values, means, counts = value.tolist(), mean.tolist(), count.tolist()
    ok = np.isfinite(mean).tolist()
    show = np.isfinite(value).tolist()
    for i in range(len(values)):
        if ok[i]:
            power = weight ** counts[i]
            last = last * power + (1 - power) * means[i]
            seen += counts[i]
        if show[i] and seen:
            correction = 1 - weight**seen
            out[i] = last / (correction or 1.0)
    return out


def _recurrence(value: np.ndarray, w: float, block: int = 128) -> np.ndarray:
    """Return ``last = last * w + (1 - w) * y`` over ``1 - w**n`` for each y."""
    n = len(value)
    if w >= 1:
        return np.asarray(np.zeros(n))
    i = np.arange(block)
    lag = i[:, None] - i[None, :]
    matrix = np.where(lag >= 0, (1 - w) * w ** np.maximum(lag, 0), 0.0)
    decay = w ** (i + 1)
    out: np.ndarray = np.empty(n)
    last = 0.0
    for start in range(0, n, block):
        part = value[start : start + block]
        size = len(part)
        result = matrix[:size, :size] @ part + decay[:size] * last
        out[start : start + size] = result
        last = float(result[-1])
    return np.asarray(out / (1 - w ** np.arange(1.0, n + 1)))


def _twema(
    value: np.ndarray, mean: np.ndarray, count: np.ndarray, weight: float, x: np.ndarray
) -> np.ndarray:
    out: np.ndarray = np.array(value)
    w = min(weight**0.5, 0.999)
    finite = x[np.isfinite(x)]
    span = float(finite.max() - finite.min()) if len(finite) else 0.0
    last, debias, before = 0.0, 0.0, None
    for i in range(len(value)):
        if not np.isfinite(mean[i]) or not np.isfinite(x[i]):
            continue
        change = 0.0 if before is None or span == 0 else abs(x[i] - before) / span * VIEWPORT_SCALE
        power = w**change
        last = last * power + mean[i] * count[i]
        debias = debias * power + count[i]
        before = x[i]
        if np.isfinite(value[i]):
            out[i] = last / debias
    return out


def _window(
    value: np.ndarray, mean: np.ndarray, count: np.ndarray, radius: float, *, gaussian: bool
) -> np.ndarray:
    out: np.ndarray = np.array(value)
    ok = np.isfinite(mean)
    center = np.cumsum(count) - (count - 1) / 2 - 1
    reach = 3 * radius if gaussian else np.floor(radius + 1e-9)
    at, y, n = center[ok], mean[ok], count[ok]
    first = np.searchsorted(at, at - reach, "left")
    last = np.searchsorted(at, at + reach, "right")
    if gaussian:
        result = np.empty(len(at))
        for i in range(len(at)):
            part = slice(first[i], last[i])
            g = n[part] * np.exp(-0.5 * ((at[part] - at[i]) / max(radius, 1e-9)) ** 2)
            result[i] = float(g @ y[part]) / float(g.sum())
    else:
        sums = np.concatenate(([0.0], np.cumsum(n * y)))
        weights = np.concatenate(([0.0], np.cumsum(n)))
        result = (sums[last] - sums[first]) / (weights[last] - weights[first])
    smoothed = np.full(len(value), np.nan)
    smoothed[ok] = result
    show = np.isfinite(value) & ok
    out[show] = smoothed[show]
    return out
