"""Histograms: buckets with a left edge, a right edge and a count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

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
