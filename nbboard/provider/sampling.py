"""Which points of a series TensorBoard's page gets when it asks for fewer than there are.

TensorBoard's own loaders draw them at random, and lose peaks. Here the least and the
greatest value of each stretch stay, and the first and the last point.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

__all__ = ["evenly", "extremes"]


def evenly(size: int, count: int) -> NDArray[np.int64]:
    """Choose points at equal distances, the last one always among them.

    Parameters
    ----------
    size
        How many points there are.
    count
        How many to choose.

    Returns
    -------
    numpy.ndarray
        int64 (min(size, count),): ascending positions.
    """
    if count >= size:
        return np.arange(size)
    if count <= 1:
        return np.arange(size - max(count, 0), size)
    return np.arange(count) * (size - 1) // (count - 1)


def extremes(values: Sequence[NDArray[Any]], count: int) -> NDArray[np.int64]:
    """Choose points so that peaks stay; the first and the last are always among them.

    Parameters
    ----------
    values
        Arrays of equal length, of series that are to be drawn at the same steps: mostly
        a single one; a curve and its two margins are three.
    count
        How many to choose.

    Returns
    -------
    numpy.ndarray
        int64 (min(size, count),): ascending positions.
    """
    size = len(values[0])
    if count >= size or count < 3:
        return evenly(size, count)
    share = (count - 2) // len(values)
    found = [_least_and_greatest(value, share) for value in values]
    return _filled_up(np.unique(np.concatenate([[0, size - 1], *found])), size, count)


def _least_and_greatest(value: NDArray[Any], count: int) -> NDArray[np.int64]:
    """Return at most `count` positions: of each stretch's extremes, and of what is no number."""
    finite = np.isfinite(value)
    whole = bool(finite.all())
    buckets = count // (2 if whole else 3)
    if not buckets:
        return np.empty(0, np.int64)
    if value.dtype not in (np.float32, np.float64):
        value = value.astype(np.float64)
    from tsdownsample import MinMaxDownsampler

    smooth = np.ascontiguousarray(value if whole else np.where(finite, value, np.nan))
    found = np.asarray(MinMaxDownsampler().downsample(smooth, n_out=2 * buckets), np.int64)
    if whole:
        return found
    odd = np.flatnonzero(~finite)
    _, firsts = np.unique(odd * buckets // len(value), return_index=True)
    return np.concatenate((found, odd[firsts]))


def _filled_up(chosen: NDArray[np.int64], size: int, count: int) -> NDArray[np.int64]:
    """Add points at about equal distances until there are as many as were asked for."""
    missing = count - len(chosen)
    if not missing:
        return chosen
    free = np.ones(size, bool)
    free[chosen] = False
    left = np.flatnonzero(free)
    added = left[np.arange(missing) * len(left) // missing]
    return np.sort(np.concatenate((chosen, added)))
