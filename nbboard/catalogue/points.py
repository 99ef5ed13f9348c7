"""The points of a part's scalars: read in groups of rows, as far as somebody asks."""

from __future__ import annotations

import threading
from bisect import bisect_left
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.logdir.table import require

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.catalogue.tables import Tables

__all__ = ["Points", "PointsFile", "column_for"]


class Points(NamedTuple):
    """Points of scalars; the values of a series are in one of the last three columns."""

    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[np.float32]
    double: NDArray[np.float64]
    integer: NDArray[np.int64]

    def slice(self, start: int, stop: int) -> Points:
        """Return some of them."""
        span = slice(start, stop)
        return Points(
            self.step[span],
            self.wall_time[span],
            self.value[span],
            self.double[span],
            self.integer[span],
        )

    def values(self, dtype: str) -> NDArray[Any]:
        """Return the values as they were logged."""
        kind = np.dtype(dtype or "f4")
        column: NDArray[Any] = getattr(self, column_for(kind))
        return column.astype(kind)


def column_for(dtype: np.dtype[Any]) -> str:
    """Return in which column values of a type are kept."""
    if dtype.kind in "iub":
        return "integer"
    return "value" if dtype.itemsize <= 4 else "double"


class PointsFile:
    """A file of ``scalars``; of it only the groups of rows are read that are asked for."""

    def __init__(self, tables: Tables, name: str) -> None:
        parquet = require("pyarrow.parquet", "catalogue")
        self._file = parquet.ParquetFile(tables.open("scalars", name))
        sizes = [
            self._file.metadata.row_group(i).num_rows for i in range(self._file.num_row_groups)
        ]
        self._ends = np.cumsum([0, *sizes]).tolist()
        self._lock = threading.Lock()

    def read(self, spans: list[tuple[int, int]]) -> list[Points]:
        """Return the points of each of several spans of rows."""
        groups = sorted(
            {
                group
                for start, stop in spans
                for group in range(
                    max(bisect_left(self._ends, start + 1) - 1, 0), bisect_left(self._ends, stop)
                )
            }
        )
        with self._lock:
            rows = self._file.read_row_groups(groups, list(Points._fields))
        points = Points(
            *(rows[name].combine_chunks().fill_null(0).to_numpy() for name in Points._fields)
        )
        # Where each group begins among the rows that were read.
        begins = {}
        count = 0
        for group in groups:
            begins[group] = count
            count += self._ends[group + 1] - self._ends[group]
        found = []
        for start, stop in spans:
            group = max(bisect_left(self._ends, start + 1) - 1, 0)
            shift = begins.get(group, 0) - self._ends[group]
            found.append(points.slice(start + shift, stop + shift))
        return found
