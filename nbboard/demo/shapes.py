"""What a network learns, in three dimensions: where it puts the digits, and what a neuron sees."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from nbboard.demo.network import Array

__all__ = ["HiddenCloud", "Shape", "filter_surface"]

#: Vertices (n, 3) as float32, colours (n, 3) as bytes, and triangles (m, 3) or None.
Shape = tuple[Array, npt.NDArray[np.uint8], "npt.NDArray[np.int32] | None"]

#: Of the digits from 0 to 9.
_COLORS = [
    "4269d0",
    "efb118",
    "ff725c",
    "6cc5b0",
    "3ca951",
    "ff8ab7",
    "a463f2",
    "97bbf5",
    "9c6b4e",
    "9498a0",
]
#: Pixels along each side of a digit.
_SIDE = 8


def _rgb(colors: list[str]) -> npt.NDArray[np.uint8]:
    return np.array([list(bytes.fromhex(color)) for color in colors], np.uint8)


class HiddenCloud:
    """The digits as points: the first three principal components of a hidden layer.

    From one epoch to the next the cloud is turned so that it lies as near as can be to the one
    before (P. Schönemann, 1966): what moves then is what was learnt.
    """

    def __init__(self) -> None:
        self._before: npt.NDArray[np.float64] | None = None

    def points(self, hidden: Array, labels: npt.NDArray[np.int64]) -> Shape:
        """Return a point for each row of the layer, in the colour of its digit."""
        centred = hidden.astype(float) - hidden.mean(axis=0)
        left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
        points = np.zeros((len(hidden), 3))
        found = min(3, lengths.size)
        points[:, :found] = left[:, :found] * lengths[:found]
        if self._before is not None:
            one, _, two = np.linalg.svd(points.T @ self._before)
            points = points @ one @ two
        self._before = points
        return points.astype(np.float32), _rgb(_COLORS)[labels], None


def filter_surface(weights: Array) -> Shape:
    """Return the weights of the first neuron, a height for each pixel of a digit, as a surface."""
    heights = weights[:, 0].reshape(_SIDE, _SIDE)
    row, column = np.mgrid[0:_SIDE, 0:_SIDE]
    places = [column - (_SIDE - 1) / 2, 4 * heights, row - (_SIDE - 1) / 2]
    vertices = np.stack(places, axis=-1).reshape(-1, 3).astype(np.float32)
    level = np.clip(0.5 + heights.reshape(-1, 1), 0, 1)
    low, high = _rgb(["4269d0", "ff725c"]).astype(float)
    colors = np.round(low + level * (high - low)).astype(np.uint8)
    return vertices, colors, np.array(list(_triangles()), np.int32)


def _triangles() -> Iterator[tuple[int, int, int]]:
    for row in range(_SIDE - 1):
        for column in range(_SIDE - 1):
            corner = row * _SIDE + column
            yield corner, corner + _SIDE, corner + 1
            yield corner + 1, corner + _SIDE, corner + _SIDE + 1
