"""The points of a curve that its picture needs: the least and the greatest of each stretch."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np

__all__ = ["extremes"]


def extremes(value: np.ndarray, count: int) -> np.ndarray:
    """Return the positions of the least and the greatest value of equal stretches.

    Values that are not numbers are passed over; a stretch of nothing else gives any two.

    Parameters
    ----------
    value
        Floats, one for each point, shape (n,).
    count
        How many positions to return, even and less than n: two for each stretch.

    Returns
    -------
    numpy.ndarray
        int64, shape (count,) or less, unsorted.
    """
    try:
        from tsdownsample import MinMaxDownsampler
    except ImportError:  # there is none for a Python in the browser
        return _by_numpy(value, count // 2)
    found: Any = MinMaxDownsampler().downsample(np.ascontiguousarray(value), n_out=count)
    return np.asarray(found, np.int64)


def _by_numpy(value: np.ndarray, stretches: int) -> np.ndarray:
    """Return what tsdownsample does, in some ten times the time."""
    edges = np.linspace(0, len(value), stretches + 1).astype(np.int64)
    known = ~np.isnan(value)
    places = []
    for start, stop in itertools.pairwise(edges):
        part = value[start:stop]
        if not known[start:stop].any():
            places += [start, stop - 1]
        else:
            places += [start + np.nanargmin(part), start + np.nanargmax(part)]
    return np.array(places, np.int64)
