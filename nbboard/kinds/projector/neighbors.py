"""The nearest neighbours of points among all their dimensions, and how far a picture keeps them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nbboard.errors import UsageError
from nbboard.kinds.projector.geometry import finite_rows
from nbboard.kinds.projector.threads import one_thread

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["METRICS", "nearest", "preserved"]

#: Cosine: one less the cosine of the angle, as TensorBoard has it; 1 where a vector is zero.
METRICS = ("cosine", "euclidean")
#: Cells of the matrix of distances that are in memory at a time.
_CELLS = 4 << 20


def nearest(
    vectors: NDArray[np.float32],
    count: int,
    metric: str,
    of: NDArray[np.intp] | None = None,
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    """Return the nearest neighbours of points, exactly, the nearest first, ties by number.

    Parameters
    ----------
    vectors
        (points, dimensions). A row with NaN is nobody's neighbour and has none: its own entries
        are its own number at the distance NaN.
    count
        How many; fewer if there are no more.
    metric
        ``"cosine"`` or ``"euclidean"``.
    of
        The points whose neighbours are wanted; None for all.

    Returns
    -------
    rows : uint32, (wanted, count)
    distances : float32, (wanted, count)

    Raises
    ------
    UsageError
        For another metric.
    """
    if metric not in METRICS:
        raise UsageError(f"metric is {' or '.join(map(repr, METRICS))}, not {metric!r}")
    wanted = np.arange(len(vectors)) if of is None else np.asarray(of, np.intp)
    with one_thread(len(wanted) * vectors.size):
        return _nearest(vectors, count, metric, wanted)


def _nearest(
    vectors: NDArray[np.float32], count: int, metric: str, wanted: NDArray[np.intp]
) -> tuple[NDArray[np.uint32], NDArray[np.float32]]:
    total = len(vectors)
    count = max(0, min(count, total - 1))
    rows = np.repeat(wanted[:, None], count, axis=1).astype(np.uint32)
    distances = np.full((len(wanted), count), np.nan, np.float32)
    if not count:
        return rows, distances
    finite: NDArray[np.bool_] = finite_rows(vectors)
    base = vectors
    if not finite.all():
        base = vectors.copy()
        base[~finite] = 0
    length = squares = np.zeros(0, np.float32)  # one of them is wanted
    if metric == "cosine":
        length = np.sqrt(np.einsum("ij,ij->i", base, base, dtype=np.float64))
        length = np.where(length > 0, length, 1).astype(np.float32)
    else:
        # Distances do not change, and the squares below lose fewer digits.
        base = base - (base[finite].mean(axis=0) if finite.any() else 0)
        squares = np.einsum("ij,ij->i", base, base)
    step = max(1, _CELLS // total)
    for first in range(0, len(wanted), step):
        part = wanted[first : first + step]
        if metric == "cosine":
            far = (base[part] / length[part, None]) @ base.T
            far /= length
            np.subtract(1, far, out=far)
        else:
            far = base[part] @ base.T
            far *= -2
            far += squares[part, None]
            far += squares
            np.maximum(far, 0, out=far)
        far[:, ~finite] = np.inf
        far[np.arange(len(part)), part] = np.inf
        chosen = np.argpartition(far, count - 1, axis=1)[:, :count]
        chosen.sort(axis=1)
        near = np.take_along_axis(far, chosen, axis=1)
        order = np.argsort(near, axis=1, kind="stable")
        near = np.take_along_axis(near, order, axis=1)
        chosen = np.take_along_axis(chosen, order, axis=1)
        good = np.logical_and(np.isfinite(near), finite[part, None])
        at = slice(first, first + len(part))
        rows[at] = np.where(good, chosen, part[:, None])
        distances[at] = np.where(good, np.sqrt(near) if metric == "euclidean" else near, np.nan)
    return rows, distances


def preserved(rows: NDArray[np.uint32], cloud: NDArray[np.float32], of: NDArray[np.intp]) -> float:
    """Return which share of points' neighbours are their neighbours in a picture, too.

    Parameters
    ----------
    rows
        (wanted, count): the neighbours among all dimensions, see :func:`nearest`.
    cloud
        (points, 2 or 3): the picture.
    of
        The points that `rows` is for.

    Returns
    -------
    float
        From 0 to 1; NaN where there is nothing to compare.
    """
    if not rows.size:
        return float("nan")
    shown, _ = nearest(cloud, rows.shape[1], "euclidean", of)
    kept = [len(np.intersect1d(a, b)) for a, b in zip(rows, shown, strict=True)]
    return float(np.sum(kept) / rows.size)
