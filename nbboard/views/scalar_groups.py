"""Runs that differ only in their seed, as one line with a band (as in groups.ts)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

__all__ = ["Band", "band_opacity", "combine"]

MOST_PLACES = 2000

# Two-sided 97.5 % quantiles of Student's t for 1, 2, ... degrees of freedom.
STUDENT = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.16, 2.145, 2.131, 2.12, 2.11, 2.101, 2.093, 2.086),
    *(2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042),
)


class Band(NamedTuple):
    """The line of a group and its band, all (k,), float64 but for the members."""

    x: np.ndarray
    center: np.ndarray
    low: np.ndarray
    high: np.ndarray
    #: How many members have a finite value there.
    members: np.ndarray


def band_opacity(bands: int) -> float:
    """Return how opaque each of so many bands is: many over each other must not hide the lines."""
    return max(0.05, min(0.2, 0.8 / bands)) if bands else 0.2


def combine(curves: Sequence[tuple[np.ndarray, np.ndarray]], center: str, band: str) -> Band:
    """Combine curves on the places where they have points.

    Parameters
    ----------
    curves
        x and y of each; x need not be sorted. Between its points a curve is interpolated;
        it does not count beyond its ends, nor where it is not finite, nor next to that.
    center
        ``"mean"`` or ``"median"``.
    band
        ``"minmax"``, ``"std"``, ``"se"``, ``"ci95"`` or ``"none"``.

    Returns
    -------
    Band
        NaN where no curve counts.
    """
    clean = [_sorted(x, y) for x, y in curves]
    x = np.unique(np.concatenate([x for x, _ in clean])) if clean else np.empty(0)
    if len(x) > MOST_PLACES:
        chosen = np.round(np.linspace(0, len(x) - 1, MOST_PLACES)).astype(int)
        # Where a member was lost, and where one ends, must be seen.
        lost = [xs[_lost(ys)] for xs, ys in clean]
        x = np.unique(np.concatenate([x[chosen], *lost, *(xs[-1:] for xs, _ in clean)]))
    table = np.array([_values_at(xs, ys, x) for xs, ys in clean]).reshape(len(clean), len(x))
    finite = np.isfinite(table)
    count = finite.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(finite, table, 0.0).sum(axis=0) / np.where(count, count, np.nan)
        line = mean if center == "mean" else _median(table, count)
        if band == "minmax":
            low = np.where(finite, table, np.inf).min(axis=0, initial=np.inf)
            high = np.where(finite, table, -np.inf).max(axis=0, initial=-np.inf)
            low[count == 0], high[count == 0] = np.nan, np.nan
            return Band(x, line, low, high, count)
        squares = np.where(finite, (table - mean) ** 2, 0.0).sum(axis=0)
        std = np.where(count > 1, np.sqrt(squares / (count - 1)), 0.0)
    quantile = np.array([student(int(n) - 1) for n in range(int(count.max(initial=0)) + 1)])
    root = np.sqrt(np.maximum(count, 1))
    reach = {
        "none": np.zeros(len(x)),
        "std": std,
        "se": std / root,
        "ci95": quantile[count] * std / root,
    }[band]
    return Band(x, line, line - reach, line + reach, count)


def _median(table: np.ndarray, count: np.ndarray) -> np.ndarray:
    ordered = np.sort(np.where(np.isfinite(table), table, np.inf), axis=0)
    found = np.full(len(count), np.nan)
    for place in np.flatnonzero(count):
        found[place] = np.median(ordered[: count[place], place])
    return found


def student(degrees: int) -> float:
    """Return the 97.5 % quantile of Student's t."""
    if degrees < 1:
        return 0.0
    return STUDENT[degrees - 1] if degrees <= len(STUDENT) else 1.96 + 2.5 / degrees


def _sorted(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return points by ascending x; of several at one place the one written last."""
    good = np.isfinite(x)
    x, y = x[good], y[good]
    order = np.argsort(x, kind="stable")
    x, y = x[order], y[order]
    last = np.append(x[1:] != x[:-1], True) if len(x) else np.empty(0, bool)
    return x[last], y[last]


def _values_at(xs: np.ndarray, ys: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the values of a member at ascending places; NaN where it does not count."""
    out = np.full(len(at), np.nan)
    if not len(xs):
        return out
    ys = np.where(np.isfinite(ys), ys, np.nan)
    after = np.searchsorted(xs, at)
    inside = (after < len(xs)) & (at >= xs[0])
    place, k = at[inside], after[inside]
    before = np.maximum(k - 1, 0)
    width = np.where(k > before, xs[k] - xs[before], 1.0)
    between = ys[before] + (place - xs[before]) / width * (ys[k] - ys[before])
    out[inside] = np.where(xs[k] == place, ys[k], between)
    return out


def _lost(y: np.ndarray) -> np.ndarray:
    """Return where a member was lost: the first of the points in a row that are not finite."""
    odd: np.ndarray = ~np.isfinite(y)
    return np.asarray(odd & ~np.concatenate(([False], odd[:-1])))
