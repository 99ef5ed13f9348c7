"""Histograms: buckets with a left edge, a right edge and a count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue
from nbboard.logdir.sketch import png_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["KIND", "Histogram"]


@dataclass(frozen=True, repr=False, eq=False)
class Histogram:
    """The histogram logged at one step.

    Attributes
    ----------
    buckets
        float64 of shape ``(k, 3)``: left edge, right edge, count. ``k`` is 0 for the
        histogram of nothing.
    """

    buckets: np.ndarray

    @property
    def left(self) -> np.ndarray:
        """The left edges, shape ``(k,)``."""
        return self._column(0)

    @property
    def right(self) -> np.ndarray:
        """The right edges, shape ``(k,)``."""
        return self._column(1)

    @property
    def counts(self) -> np.ndarray:
        """How many values fell into each bucket, shape ``(k,)``."""
        return self._column(2)

    @property
    def count(self) -> float:
        """How many values there were."""
        return float(self.counts.sum())

    def _column(self, index: int) -> np.ndarray:
        column: np.ndarray = self.buckets[:, index]
        return column

    def _repr_png_(self) -> bytes | None:
        def draw(axes: Axes) -> None:
            width = self.right - self.left
            # What is narrower than can be seen has its count all the same.
            known = np.where(width > 0, width, 1.0)
            edges = np.concatenate([self.left, self.right[-1:]])
            axes.stairs(np.where(width > 0, self.counts / known, 0.0), edges, fill=True)
            axes.set_xlabel("value")
            axes.set_ylabel("count by width")

        return png_of(draw) if len(self.buckets) else None

    def __repr__(self) -> str:
        if not len(self.buckets):
            return "Histogram(empty)"
        return (
            f"Histogram({len(self.buckets)} buckets from {self.left[0]:g} to {self.right[-1]:g},"
            f" {self.count:,g} values)"
        )


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[Histogram]:
    array = tensor_to_numpy(value.tensor)
    if array.ndim != 2 or array.shape[1] != 3 or array.dtype.kind not in "fiu":
        raise UndecodableError(
            f"a histogram stored as {array.dtype} of shape {array.shape}, not numbers of (k, 3)"
        )
    return (Histogram(array.astype(np.float64)),)


def _columns(item: Histogram) -> Mapping[str, object]:
    return {
        "left": item.left.tolist(),
        "right": item.right.tolist(),
        "count": item.counts.tolist(),
    }


KIND = Kind(
    name="histograms",
    plugins=("histograms",),
    decode=_decode,
    columns=_columns,
    order=40,
    cells=("left", "right", "count"),
)
