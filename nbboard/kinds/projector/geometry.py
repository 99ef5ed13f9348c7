"""Principal components, spheres, and clouds that are turned onto each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.kinds.projector.threads import one_thread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Components", "aligned", "finite_rows", "principal_components", "project", "sphereized"]

#: Rows that are worked on together: float64 copies stay small.
_ROWS = 8192
#: Up to here the matrix of products is decomposed whole; beyond, only its foremost part.
_WHOLE = 1536
_SEED = 0
_ITERATIONS = 64


class Components(NamedTuple):
    """The directions of most variance.

    Attributes
    ----------
    center
        float64, (dimensions,): subtracted first.
    axes
        float64, (components, dimensions): unit vectors, the one of most variance first. The sign
        is that in which the largest entry of each (the first of equal ones) is positive.
    variance
        float64, (components,): the share of all variance along each; 0 where there is none.
    """

    center: NDArray[np.float64]
    axes: NDArray[np.float64]
    variance: NDArray[np.float64]


def finite_rows(vectors: NDArray[np.float32]) -> NDArray[np.bool_]:
    """Return which rows have finite numbers only."""
    found = np.empty(len(vectors), bool)
    for first in range(0, len(vectors), _ROWS):
        found[first : first + _ROWS] = np.isfinite(vectors[first : first + _ROWS]).all(axis=1)
    return found


def sphereized(vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return vectors with the mean subtracted, each of length one; those of length 0 stay.

    As TensorBoard's projector does before everything else where its box is ticked.
    """
    center = vectors.mean(axis=0, dtype=np.float64)
    moved: NDArray[np.float64] = vectors.astype(np.float64) - center
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    length[length == 0] = 1
    moved /= length
    return moved.astype(np.float32)


def principal_components(
    vectors: NDArray[np.float32], count: int = 10, *, centered: bool = True
) -> Components:
    """Return the principal components of finite vectors, exactly.

    Parameters
    ----------
    vectors
        (points, dimensions).
    count
        How many at most.
    centered
        Whether the mean is subtracted first. TensorBoard does not, so its picture of spheres is
        had by False.
    """
    rows, width = vectors.shape
    with one_thread(rows * width * min(rows, width)):
        return _components(vectors, count, centered=centered)


def _components(vectors: NDArray[np.float32], count: int, *, centered: bool) -> Components:
    rows, width = vectors.shape
    center = np.zeros(width)
    if centered and rows:
        center = vectors.mean(axis=0, dtype=np.float64)
    count = min(count, rows, width)
    if rows == 0 or width == 0:
        return Components(center, np.zeros((0, width)), np.zeros(0))
    # Squares of very large and very small numbers are none: only these are scaled.
    largest = max(float(vectors.max()), -float(vectors.min()))
    scale = 1.0 if 1e-30 < largest < 1e30 else largest or 1.0
    if min(rows, width) > _WHOLE:
        values, axes, total = _foremost(vectors, center, scale, count)
    elif width <= rows:
        products = np.zeros((width, width))
        for part in _parts(vectors, center, scale):
            products += part.T @ part
        values, axes, total = _decomposed(products, count)
    else:
        part = (vectors - center) / scale
        values, left, total = _decomposed(part @ part.T, count)
        axes = left @ part
        length = np.linalg.norm(axes, axis=1, keepdims=True)
        axes = np.divide(axes, length, out=np.zeros_like(axes), where=length > 1e-12)
    share = values / total if total > 0 else np.zeros(len(values))
    return Components(center, _signed(axes), share)


def project(vectors: NDArray[np.float32], onto: Components) -> NDArray[np.float32]:
    """Return coordinates of vectors, float32 (points, components)."""
    found = np.empty((len(vectors), len(onto.axes)), np.float32)
    with one_thread(vectors.size * len(onto.axes)), np.errstate(over="ignore"):
        for first in range(0, len(vectors), _ROWS):
            part = vectors[first : first + _ROWS] - onto.center
            found[first : first + _ROWS] = part @ onto.axes.T
    return found


def aligned(
    cloud: NDArray[np.float32], onto: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float64]]:
    """Return a cloud turned, or mirrored, so that it lies as near to another as can be.

    Orthogonal Procrustes (Schönemann 1966): neither is stretched. Rows belong together; those
    with NaN in either have no say.

    Parameters
    ----------
    cloud, onto
        (points, components), of the same shape.

    Returns
    -------
    cloud
        Turned.
    turn
        float64, (components, components): ``cloud @ turn``.
    """
    both = np.isfinite(cloud).all(axis=1) & np.isfinite(onto).all(axis=1)
    products = cloud[both].astype(np.float64).T @ onto[both].astype(np.float64)
    left, _, right = np.linalg.svd(products)
    turn = left @ right
    return (cloud.astype(np.float64) @ turn).astype(np.float32), turn


def _parts(
    vectors: NDArray[np.float32], center: NDArray[np.float64], scale: float
) -> Iterator[NDArray[np.float64]]:
    """Yield the rows of vectors, moved and scaled, a few thousand at a time."""
    for first in range(0, len(vectors), _ROWS):
        part = vectors[first : first + _ROWS] - center
        if scale != 1:
            part /= scale
        yield part


def _decomposed(
    products: NDArray[np.float64], count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Return the largest eigenvalues, their unit vectors as rows, and the sum of all values."""
    values, vectors = np.linalg.eigh(products)
    largest = slice(None, -count - 1, -1)
    return np.maximum(values[largest], 0), vectors[:, largest].T, float(np.trace(products))


def _foremost(
    vectors: NDArray[np.float32], center: NDArray[np.float64], scale: float, count: int
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Find the foremost components by subspace iteration, seeded, until nothing changes."""
    random = np.random.default_rng(_SEED)
    basis = np.linalg.qr(random.standard_normal((vectors.shape[1], 3 * count + 8)))[0]
    total, values = 0.0, np.zeros(count)
    axes = basis[:, :count].T
    for _ in range(_ITERATIONS):
        product, total = np.zeros_like(basis), 0.0
        for part in _parts(vectors, center, scale):
            product += part.T @ (part @ basis)
            total += float(np.einsum("ij,ij->", part, part))
        found, inner, _ = _decomposed(basis.T @ product, count)
        axes = inner @ basis.T
        basis = np.linalg.qr(product)[0]
        if np.allclose(found, values, rtol=1e-9, atol=1e-12 * total):
            break
        values = found
    return found, axes, total


def _signed(axes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return axes in the one of their two directions that is always chosen."""
    size = np.abs(axes)
    # Entries that are equal but for rounding are equal: the first of them decides.
    largest = np.argmax(size >= size.max(axis=1, keepdims=True) * (1 - 1e-9), axis=1)
    sign = np.sign(axes[np.arange(len(axes)), largest])
    sign[sign == 0] = 1
    signed: NDArray[np.float64] = axes * sign[:, None]
    return signed
