"""The table of runs of a catalogue: filtered and sorted by DuckDB, which sees nothing else.

Conditions become SQL of bound values and quoted names; the database may read no file, load no
extension and change no setting: it is handed the columns that are asked for, as Arrow arrays.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.catalogue.names import from_column, from_text, to_text
from nbboard.catalogue.rows import numbers
from nbboard.logdir.run_columns import metric_name
from nbboard.logdir.runs_table import FIXED, RunsTable, order_of
from nbboard.logdir.table import require
from nbboard.logdir.where import Compare, Condition, Join, Missing, Not, OneOf, columns_in

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Self

    from nbboard.catalogue.notes import Noted
    from nbboard.catalogue.snapshot import Snapshot

__all__ = ["CatalogueRunsTable", "connect"]

_SETTINGS = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_NOTED = ("tags", "note")
_FIRST = {"hp": "float64", "hp_text": "text", "hp_bool": "bool"}


def connect() -> Any:
    """Return a DuckDB connection that can reach nothing but what is registered with it."""
    duckdb = require("duckdb", "catalogue")
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    connection.execute("SET GLOBAL lock_configuration = true")
    return connection


@dataclass(frozen=True)
class _Names:
    """What the columns are called, their types, how SQL says them, and what that needs."""

    types: dict[str, str] = field(default_factory=dict)
    sql: dict[str, str] = field(default_factory=dict)
    stored: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Sequence[str], noted: Sequence[str]) -> _Names:
        """Return the names for the columns of ``runs``, and for those of what people wrote."""
        names = cls()
        for name, kind in FIXED.items():
            names._add(name, kind, _quoted(name), [name])
        for name in noted:
            names._add(name, "text", _quoted(name), [name])
        hparams: dict[str, list[str]] = {}
        for column in columns:
            group, name = from_column(column)
            if group in _FIRST and "/" in column:
                hparams.setdefault(name, []).append(column)
        for name, found in hparams.items():
            if len(found) == 1:
                names._add(f"hp.{name}", _FIRST[from_column(found[0])[0]], _quoted(found[0]), found)
            else:
                texts = ", ".join(f"CAST({_quoted(column)} AS VARCHAR)" for column in found)
                names._add(f"hp.{name}", "text", f"coalesce({texts})", found)
        taken = dict(names.types)
        for group in ("last", "best", "mean"):
            for column in columns:
                found_group, name = from_column(column)
                if found_group == group and "/" in column:
                    names._add(
                        metric_name(group, name, taken), "float64", _quoted(column), [column]
                    )
        return names

    def _add(self, name: str, kind: str, sql: str, stored: list[str]) -> None:
        self.types[name] = kind
        self.stored[name] = stored
        # NaN is missing, too.
        self.sql[name] = f"nullif({sql}, 'nan'::DOUBLE)" if kind == "float64" else sql


class CatalogueRunsTable(RunsTable):
    """The runs of a catalogue as of one commit.

    Parameters
    ----------
    snapshot
        That commit.
    smaller_is_better
        Told a metric's name, whether less of it is better.
    noted
        What people wrote, by run; columns only if anybody has.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        smaller_is_better: Callable[[str], bool],
        noted: Mapping[str, Noted],
    ) -> None:
        self._snapshot = snapshot
        self._smaller = smaller_is_better
        self._noted = noted
        self._names = _Names.of(snapshot.columns, self.noted)
        self._connection = connect()
        # Which rows, by their places in natural order; None for all of them.
        self._rows: NDArray[np.int64] | None = None

    def _with(self, rows: NDArray[np.int64]) -> Self:
        other: Self = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._rows = rows
        return other

    @property
    def columns(self) -> dict[str, str]:
        """The columns by name, with their types."""
        return dict(self._names.types)

    @property
    def noted(self) -> tuple[str, ...]:
        """The columns of what people wrote about runs."""
        return _NOTED if self._noted else ()

    def __len__(self) -> int:
        return len(self._snapshot) if self._rows is None else len(self._rows)

    def _ask(
        self,
        names: Iterable[str],
        rows: NDArray[np.int64] | None,
        text: str,
        values: Sequence[Any] = (),
    ) -> dict[str, Any]:
        """Return the answer to a query of some columns of some rows, as NumPy columns.

        ``FROM runs`` has what the columns are made of, and ``place``, counted from 0.
        """
        arrow = require("pyarrow", "catalogue")
        with self._snapshot.telling_gone():
            stored = list(dict.fromkeys(c for name in names for c in self._names.stored[name]))
            kept = [name for name in stored if name not in self.noted]
            table = self._snapshot.run_rows.table(kept, rows)
            count = len(self._snapshot) if rows is None else len(rows)
            place = numbers(np.arange(count, dtype=np.int64))
            said = [name for name in stored if name in self.noted]
            columns = [*table.columns, *(self._said(name, rows) for name in said), place]
            table = arrow.table(columns, names=[*kept, *said, "place"])
            # A connection of its own: threads do not wait for each other.
            cursor = self._connection.cursor()
            cursor.register("runs", table)
            found: dict[str, Any] = cursor.execute(text, list(values)).fetchnumpy()
            return found

    def _said(self, name: str, rows: NDArray[np.int64] | None) -> Any:
        """Return the column of what people wrote, null for runs about which nobody did."""
        arrow = require("pyarrow", "catalogue")
        compute: Any = require("pyarrow.compute", "catalogue")
        texts: dict[int, str] = {}
        for run, (tags, note) in self._noted.items():
            for place in self._snapshot.places([run]):
                texts[place] = to_text(note if name == "note" else ", ".join(tags))
        every = np.arange(len(self._snapshot), dtype=np.int64) if rows is None else rows
        wanted = numbers(np.array([*texts], np.int64))
        # Which of the texts each row has; null for none.
        which = compute.index_in(numbers(every), value_set=wanted)
        found = arrow.array(list(texts.values()), arrow.string()).take(which)
        return compute.if_else(compute.equal(found, ""), None, found)

    def _chosen(self, names: Iterable[str], text: str, values: Sequence[Any] = ()) -> Self:
        """Return the rows whose places a query gives."""
        places = np.asarray(np.ma.getdata(self._ask(names, self._rows, text, values)["place"]))
        return self._with(places if self._rows is None else self._rows[places])

    def page(
        self, start: int, stop: int, columns: Sequence[str] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return some rows as columns; see :meth:`RunsTable.page`."""
        names = list(self._names.types) if columns is None else list(columns)
        for name in names:
            self._insist(name)
        start, stop, _ = slice(start, stop).indices(len(self))
        if self._rows is not None:
            rows: NDArray[np.int64] | None = self._rows[start:stop]
        else:
            rows = None if stop - start == len(self) else np.arange(start, max(start, stop))
        # Numbered, because names of columns that differ in case only are the same to DuckDB.
        chosen = ", ".join(f"{self._names.sql[n]} AS c{i}" for i, n in enumerate(names)) or "1"
        found = self._ask(names, rows, f"SELECT {chosen} FROM runs ORDER BY place")
        return {
            name: _column(found[f"c{i}"], self._names.types[name]) for i, name in enumerate(names)
        }

    def read_ahead(self, columns: Sequence[str]) -> None:
        """Read some columns of all rows in a thread, so that the first order need not wait."""
        names = [name for name in columns if name not in self.noted]
        stored = dict.fromkeys(c for name in names for c in self._names.stored[name])
        self._snapshot.run_rows.read_ahead(list(stored))

    @property
    def relation(self) -> Any:
        """The rows as a DuckDB relation, its columns named as here.

        The connection that it belongs to sees this table only: no file, no extension. Names
        that differ in case only are numbered.
        """
        arrow = require("pyarrow", "catalogue")
        seen: dict[str, int] = {}
        chosen = []
        for name, sql in self._names.sql.items():
            count = seen[name.lower()] = seen.get(name.lower(), 0) + 1
            told = name if count == 1 else f"{name}_{count}"
            chosen.append(f"{sql} AS {_quoted(to_text(told))}")
        cursor = self._connection.cursor()
        cursor.register("runs", self._snapshot.dataset)
        source = "runs"
        if self._noted:
            words = [
                (to_text(r), ", ".join(map(to_text, t)), to_text(n))
                for r, (t, n) in self._noted.items()
            ]
            texts = [arrow.array(list(one), arrow.string()) for one in zip(*words, strict=True)]
            cursor.register("noted", arrow.table(texts, names=["run", *_NOTED]))
            source = "runs LEFT JOIN noted USING (run)"
        if self._rows is None:
            return cursor.sql(f'SELECT {", ".join(chosen)} FROM {source} ORDER BY "natural"')
        runs = self._snapshot.run_rows.table(["run"], self._rows)["run"]
        place = numbers(np.arange(len(runs)))
        cursor.register("chosen", arrow.table([runs, place], names=["run", "place"]))
        text = f"SELECT {', '.join(chosen)} FROM {source} JOIN chosen USING (run) ORDER BY place"
        return cursor.sql(text)

    def _smaller_is_better(self, metric: str) -> bool:
        return self._smaller(metric)

    def among(self, runs: Iterable[str]) -> Self:
        """Return the rows of some runs; see :meth:`RunsTable.among`."""
        wanted = np.array(self._snapshot.places(runs), np.int64)
        if self._rows is None:
            return self._with(np.sort(wanted))
        return self._with(self._rows[np.isin(self._rows, wanted)])

    def _head(self, count: int) -> Self:
        rows = np.arange(len(self)) if self._rows is None else self._rows
        return self._with(rows[: max(int(count), 0)])

    def _sorted(self, column: str, descending: bool) -> Self:
        if column == "run":
            rows = np.arange(len(self)) if self._rows is None else np.sort(self._rows)
            return self._with(rows[::-1] if descending else rows)
        if self._names.types[column] in {"float64", "int64"}:
            (stored,) = self._names.stored[column]
            with self._snapshot.telling_gone():
                found = self._snapshot.run_rows.table([stored], self._rows)[stored]
            # One array: pyarrow would import pandas for a chunked one.
            places = order_of(found.combine_chunks().to_numpy(zero_copy_only=False), descending)
            return self._with(places if self._rows is None else self._rows[places])
        order = f"{self._names.sql[column]} {'DESC' if descending else 'ASC'} NULLS LAST, place"
        return self._chosen([column], f"SELECT place FROM runs ORDER BY {order}")

    def _top(self, metric: str, count: int, smallest: bool) -> Self:
        value = self._names.sql[metric]
        order = f"{value} {'ASC' if smallest else 'DESC'}, place LIMIT {count:d}"
        text = f"SELECT place FROM runs WHERE {value} IS NOT NULL ORDER BY {order}"
        return self._chosen([metric], text)

    def _filtered(self, condition: Condition) -> Self:
        values: list[Any] = []
        test = _sql(condition, self._names.sql, values)
        text = f"SELECT place FROM runs WHERE {test} ORDER BY place"
        return self._chosen(columns_in(condition), text, values)


def _quoted(name: str) -> str:
    """Return a name as an identifier of SQL."""
    return '"' + name.replace('"', '""') + '"'


def _sql(condition: Condition, names: Mapping[str, str], values: list[Any]) -> str:
    """Return a condition as SQL with placeholders; the values go to a list, in their order."""
    if isinstance(condition, Not):
        return f"(NOT {_sql(condition.inner, names, values)})"
    if isinstance(condition, Join):
        parts = [_sql(part, names, values) for part in condition.parts]
        return f"({f' {condition.word.upper()} '.join(parts)})"
    name = names[condition.column]
    if isinstance(condition, Missing):
        return f"({name} IS NULL)"
    if isinstance(condition, OneOf):
        values += [_bound(value) for value in condition.values]
        return f"coalesce({name} IN ({', '.join('?' * len(condition.values))}), false)"
    return _comparison(condition, name, values)


def _comparison(condition: Compare, name: str, values: list[Any]) -> str:
    if condition.sign == "contains":
        values.append(str(_bound(condition.value)).lower())
        return f"coalesce(contains(lower({name}), ?), false)"
    values.append(_bound(condition.value))
    return f"coalesce({name} {condition.sign} ?, false)"


def _bound(value: Any) -> Any:
    return to_text(value) if isinstance(value, str) else value


def _column(found: Any, kind: str) -> NDArray[Any]:
    """Return a column that DuckDB gave as what :meth:`RunsTable.page` promises."""
    missing = np.ma.getmaskarray(found)
    data = np.ma.getdata(found)
    if kind == "float64":
        return np.where(missing, np.nan, data.astype(np.float64))
    if kind == "int64":
        return data.astype(np.int64)
    values = np.empty(len(data), object)
    if kind == "bool":
        values[:] = [None if gone else bool(v) for v, gone in zip(data, missing, strict=True)]
    else:
        values[:] = [
            None if gone or v is None else from_text(v)
            for v, gone in zip(data, missing, strict=True)
        ]
    return values
