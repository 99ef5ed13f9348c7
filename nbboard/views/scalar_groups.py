"""Runs that differ only in their seed, as one line with a band (as in groups.ts)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Band", "combine"]

MOST_PLACES = 2000

# Two-sided 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom.
STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086),
    *(2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042),
)


class Band(NamedTuple):
    """The line of a group and its band, all float64 (k,)."""

    x: np.ndarray
    center: np.ndarray
    low: np.ndarray
    high: np.ndarray


def combine(curves: Sequence[tuple[np.ndarray, np.ndarray]], center: str, band: str) -> Band:
    """Combine curves on the places where they have points.

    Parameters
    ----------
    curves
        x and y of each; x need not be sorted. Between its points a curve is interpolated,
        beyond its ends it does not count.
    center
        ``"mean"`` or ``"median"``.
    band
        ``"minmax"``, ``"std"``, ``"se"``, ``"ci95"`` or ``"none"``.
    """
    clean = [_finite(x, y) for x, y in curves]
    x = np.unique(np.concatenate([x for x, _ in clean])) if clean else np.empty(0)
    if len(x) > MOST_PLACES:
        x = x[np.round(np.linspace(0, len(x) - 1, MOST_PLACES)).astype(int)]
    table = np.array(
        [
            np.interp(x, xs, ys, left=np.nan, right=np.nan) if len(xs) else np.full(len(x), np.nan)
            for xs, ys in clean
        ]
    ).reshape(len(clean), len(x))
    count = np.isfinite(table).sum(axis=0)
    x, table, count = x[count > 0], table[:, count > 0], count[count > 0]
    if len(x) == 0:
        return Band(x, x, x, x)
    mean = np.nanmean(table, axis=0)
    line = mean if center == "mean" else np.nanmedian(table, axis=0)
    if band == "minmax":
        return Band(x, line, np.nanmin(table, axis=0), np.nanmax(table, axis=0))
    squares = np.nansum((table - mean) ** 2, axis=0)
    std = np.sqrt(squares / np.maximum(count - 1, 1))
    quantile = np.array([student(int(n) - 1) for n in range(int(count.max()) + 1)])
    reach = {
        "none": np.zeros(len(x)),
        "std": std,
        "se": std / np.sqrt(count),
        "ci95": np.where(count > 1, quantile[count] * std / np.sqrt(count), 0.0),
    }[band]
    return Band(x, line, line - reach, line + reach)


def student(degrees: int) -> float:
    """Return the 97.5 % quantile of Student's t."""
    if degrees < 1:
        return 0.0
    return STUDENT[degrees - 1] if degrees <= len(STUDENT) else 1.96 + 2.5 / degrees


def _finite(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    good = np.isfinite(x) & np.isfinite(y)
    x, y = x[good], y[good]
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    # Of points at the same place the last, as in the browser.
    last = np.append(x[1:] != x[:-1], True) if len(x) else np.empty(0, bool)
    return x[last], y[last]
