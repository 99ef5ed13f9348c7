"""The rows of ``runs`` in natural order, column by column: what is asked for is read and kept."""

from __future__ import annotations

import itertools
import threading
from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.logdir.table import require

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa
    from numpy.typing import NDArray

    from nbboard.catalogue.tables import Tables

__all__ = ["RunRows", "numbers"]

#: Of more groups of rows than one in so many a column is read as a whole, and kept.
_SPARSE = 4


def numbers(values: NDArray[np.int64]) -> pa.Array:
    """Return numbers as an Arrow array; ``pyarrow.array`` would import pandas first."""
    arrow = require("pyarrow", "catalogue")
    data = arrow.py_buffer(np.ascontiguousarray(values, np.int64))
    return arrow.Array.from_buffers(arrow.int64(), len(values), [None, data])


class RunRows:
    """The rows of some files of ``runs``.

    Parameters
    ----------
    tables
        The catalogue.
    names
        The files.
    ranges
        By file the first and the last of its natural keys, where that is known: each file is
        in order.
    """

    def __init__(
        self, tables: Tables, names: Sequence[str], ranges: Mapping[str, tuple[str, str]]
    ) -> None:
        self._tables = tables
        self._lock = threading.RLock()
        self._columns: dict[str, Any] = {}
        self._names = list(names)
        #: Whether the files, one after another, are in order.
        self._ordered = all(name in ranges for name in names)
        if self._ordered:
            self._names.sort(key=lambda name: ranges[name])
            found = [ranges[name] for name in self._names]
            self._ordered = all(a[1] <= b[0] for a, b in itertools.pairwise(found))

    @cached_property
    def _files(self) -> list[Any]:
        parquet = require("pyarrow.parquet", "catalogue")
        return [
            parquet.ParquetFile(self._tables.open("runs", name), pre_buffer=False)
            for name in self._names
        ]

    def __len__(self) -> int:
        return sum(file.metadata.num_rows for file in self._files)

    @cached_property
    def _order(self) -> NDArray[np.int64] | None:
        """Which row of the files stands at each place; None if they are in order."""
        if self._ordered:
            return None
        compute = require("pyarrow.compute", "catalogue")
        order: NDArray[np.int64] = compute.sort_indices(self._stored("natural")).to_numpy()
        return order

    def column(self, name: str) -> Any:
        """Return a column of all rows in natural order, as a pyarrow array."""
        with self._lock:
            column = self._columns.get(name)
            if column is None:
                order = self._order
                column = self._stored(name)
                if order is not None:
                    column = column.take(numbers(order))
                self._columns[name] = column
            return column

    def read_ahead(self, names: Sequence[str]) -> None:
        """Read columns in a thread; whoever asks for one meanwhile waits for that one alone.

        Not from an object store: there bytes cost, and somebody may never ask.
        """
        lacking = [name for name in names if name not in self._columns]
        if not lacking or not self._tables.is_local:
            return

        def read() -> None:
            # What fails here, say because the catalogue was compacted, is told where it is asked.
            with suppress(Exception):
                for name in lacking:
                    self.column(name)

        threading.Thread(target=read, name="nbboard-ahead", daemon=True).start()

    def _stored(self, name: str) -> Any:
        """Return a column in the order of the files; null where a file does not have it."""
        arrow = require("pyarrow", "catalogue")
        pieces = []
        missing: list[int] = []
        for i, file in enumerate(self._files):
            if name in file.schema_arrow.names:
                pieces.append(file.read([name], use_threads=False)[name])
            else:
                pieces.append(None)
                missing.append(i)
        kind = next((piece.type for piece in pieces if piece is not None), arrow.null())
        for i in missing:
            pieces[i] = arrow.chunked_array([arrow.nulls(self._files[i].metadata.num_rows, kind)])
        chunks = [chunk for piece in pieces for chunk in piece.chunks]
        return arrow.chunked_array(chunks, kind).combine_chunks()

    def table(self, names: Sequence[str], rows: NDArray[np.int64] | None) -> pa.Table:
        """Return columns of some rows, by their places in natural order; None for all of them.

        Of a few rows only the groups are read that these lie in, unless a column is at hand.
        """
        arrow = require("pyarrow", "catalogue")
        if rows is None:
            return arrow.table([self.column(name) for name in names], names=list(names))
        groups = self._groups_of(rows)
        held = set(names)
        if len(groups.needed) * _SPARSE < len(groups.ends):
            held = {name for name in names if name in self._columns}
        sparse = self._sparse([name for name in names if name not in held], groups)
        columns = [
            self.column(name).take(numbers(rows)) if name in held else sparse[name]
            for name in names
        ]
        return arrow.table(columns, names=list(names))

    @cached_property
    def _group_sizes(self) -> list[tuple[int, int, int]]:
        """File, number and rows of each group."""
        return [
            (i, group, file.metadata.row_group(group).num_rows)
            for i, file in enumerate(self._files)
            for group in range(file.num_row_groups)
        ]

    def _groups_of(self, rows: NDArray[np.int64]) -> _Groups:
        stored = rows if self._order is None else self._order[rows]
        ends = np.cumsum([size for _, _, size in self._group_sizes], dtype=np.int64)
        needed = np.unique(np.searchsorted(ends, stored, side="right"))
        return _Groups(stored, ends, needed)

    def _sparse(self, names: list[str], groups: _Groups) -> dict[str, Any]:
        """Return columns of some rows, of whose groups alone they are read."""
        arrow = require("pyarrow", "catalogue")
        if not names:
            return {}
        group_of = np.searchsorted(groups.ends, groups.stored, side="right")
        order = np.argsort(group_of, kind="stable")
        cuts = np.searchsorted(group_of[order], groups.needed).tolist()
        pieces = []
        for group, start, stop in zip(
            groups.needed.tolist(), cuts, [*cuts[1:], len(order)], strict=True
        ):
            i, number, size = self._group_sizes[group]
            file = self._files[i]
            with self._lock:
                there = [name for name in names if name in file.schema_arrow.names]
                read = file.read_row_group(number, there, use_threads=False)
            begin = int(groups.ends[group]) - size
            pieces.append(read.take(numbers(groups.stored[order[start:stop]] - begin)))
        if not pieces:
            return {name: arrow.nulls(0) for name in names}
        found = arrow.concat_tables(pieces, promote_options="default")
        back = numbers(np.argsort(order))
        return {
            name: found[name].combine_chunks().take(back)
            if name in found.column_names
            else arrow.nulls(len(back))
            for name in names
        }


class _Groups(NamedTuple):
    """Rows as they are stored, where each group of rows ends, and which groups these need."""

    stored: NDArray[np.int64]
    ends: NDArray[np.int64]
    needed: NDArray[np.int64]
