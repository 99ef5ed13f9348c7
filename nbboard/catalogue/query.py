"""The table of runs of a catalogue: filtered and sorted by DuckDB, which sees nothing else.

Conditions become SQL of bound values and quoted names; the database may read no file, load no
extension and change no setting: it is handed the table as a pyarrow dataset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.catalogue.names import from_column, from_text, to_text
from nbboard.logdir.run_columns import metric_name
from nbboard.logdir.runs_table import FIXED, RunsTable
from nbboard.logdir.table import require
from nbboard.logdir.where import Compare, Condition, Join, Missing, Not, OneOf

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Self

    from nbboard.catalogue.snapshot import Snapshot

__all__ = ["CatalogueRunsTable", "connect"]

_SETTINGS = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_FIRST = {"hp": "float64", "hp_text": "text", "hp_bool": "bool"}


def connect() -> Any:
    """Return a DuckDB connection that can reach nothing but what is registered with it."""
    duckdb = require("duckdb", "catalogue")
    connection = duckdb.connect(":memory:", config=_SETTINGS)
    connection.execute("SET GLOBAL lock_configuration = true")
    return connection


@dataclass(frozen=True)
class _Query:
    """What is asked: the conditions with their values, the order, how many at the most."""

    base: str = "runs"
    values: tuple[Any, ...] = ()
    tests: tuple[str, ...] = ()
    order: tuple[str, ...] = ()
    limit: int | None = None

    def body(self) -> str:
        """Return all of it but for what is selected."""
        tests = f" WHERE {' AND '.join(self.tests)}" if self.tests else ""
        order = ", ".join((*self.order, '"natural"'))
        limit = "" if self.limit is None else f" LIMIT {self.limit:d}"
        return f"FROM {self.base}{tests} ORDER BY {order}{limit}"

    def with_limit_inside(self) -> _Query:
        """Return the same with its limit in a query of its own, so that more can be asked."""
        if self.limit is None:
            return self
        return _Query(f"(SELECT * {self.body()})", self.values, (), self.order)


@dataclass(frozen=True)
class _Names:
    """What the columns are called, their types, and how SQL says them."""

    types: dict[str, str] = field(default_factory=dict)
    sql: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, columns: Sequence[str]) -> _Names:
        """Return the names for the columns of ``runs``."""
        names = cls()
        for name, kind in FIXED.items():
            names._add(name, kind, _quoted(name))
        hparams: dict[str, list[str]] = {}
        for column in columns:
            group, name = from_column(column)
            if group in _FIRST and "/" in column:
                hparams.setdefault(name, []).append(column)
        for name, found in hparams.items():
            if len(found) == 1:
                names._add(f"hp.{name}", _FIRST[from_column(found[0])[0]], _quoted(found[0]))
            else:
                texts = ", ".join(f"CAST({_quoted(column)} AS VARCHAR)" for column in found)
                names._add(f"hp.{name}", "text", f"coalesce({texts})")
        taken = dict(names.types)
        for group in ("last", "best", "mean"):
            for column in columns:
                found_group, name = from_column(column)
                if found_group == group and "/" in column:
                    names._add(metric_name(group, name, taken), "float64", _quoted(column))
        return names

    def _add(self, name: str, kind: str, sql: str) -> None:
        self.types[name] = kind
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
    """

    def __init__(self, snapshot: Snapshot, smaller_is_better: Callable[[str], bool]) -> None:
        self._snapshot = snapshot
        self._smaller = smaller_is_better
        self._names = _Names.of(snapshot.columns)
        self._connection = connect()
        self._query = _Query()
        self._count: int | None = None

    def _with(self, query: _Query) -> Self:
        other: Self = object.__new__(type(self))
        other.__dict__.update(self.__dict__)
        other._query, other._count = query, None
        return other

    def _cursor(self) -> Any:
        """Return a connection of its own for a query: threads do not wait for each other."""
        cursor = self._connection.cursor()
        cursor.register("runs", self._snapshot.dataset)
        return cursor

    @property
    def columns(self) -> dict[str, str]:
        """The columns by name, with their types."""
        return dict(self._names.types)

    def __len__(self) -> int:
        if self._count is None:
            if self._query == _Query():
                self._count = len(self._snapshot)
            else:
                query = f"SELECT count(*) FROM (SELECT 1 {self._query.body()})"  # noqa: S608 - values are bound, names quoted
                with self._snapshot.telling_gone():
                    found = self._cursor().execute(query, self._query.values)
                    self._count = int(found.fetchone()[0])
        return self._count

    def page(
        self, start: int, stop: int, columns: Sequence[str] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return some rows as columns; see :meth:`RunsTable.page`."""
        names = list(self._names.types) if columns is None else list(columns)
        for name in names:
            self._insist(name)
        start, stop, _ = slice(start, stop).indices(len(self))
        query = self._query.with_limit_inside() if self._query.limit is not None else self._query
        # Numbered, because names of columns that differ in case only are the same to DuckDB.
        chosen = ", ".join(f"{self._names.sql[n]} AS c{i}" for i, n in enumerate(names)) or "1"
        text = f"SELECT {chosen} {query.body()} LIMIT {max(stop - start, 0):d} OFFSET {start:d}"
        with self._snapshot.telling_gone():
            found = self._cursor().execute(text, query.values).fetchnumpy()
        return {
            name: _column(found[f"c{i}"], self._names.types[name]) for i, name in enumerate(names)
        }

    @property
    def relation(self) -> Any:
        """The rows as a DuckDB relation, its columns named as here.

        The connection that it belongs to sees this table only: no file, no extension. Names
        that differ in case only are numbered.
        """
        seen: dict[str, int] = {}
        chosen = []
        for name, sql in self._names.sql.items():
            count = seen[name.lower()] = seen.get(name.lower(), 0) + 1
            told = name if count == 1 else f"{name}_{count}"
            chosen.append(f"{sql} AS {_quoted(to_text(told))}")
        text = f"SELECT {', '.join(chosen)} {self._query.body()}"
        return self._cursor().sql(text, params=list(self._query.values))

    def _smaller_is_better(self, metric: str) -> bool:
        return self._smaller(metric)

    def _head(self, count: int) -> Self:
        return self._with(replace(self._query.with_limit_inside(), limit=max(int(count), 0)))

    def _sorted(self, column: str, descending: bool) -> Self:
        query = self._query.with_limit_inside()
        name = '"natural"' if column == "run" else self._names.sql[column]
        order = f"{name} {'DESC' if descending else 'ASC'} NULLS LAST"
        return self._with(replace(query, order=(order, *query.order)))

    def _filtered(self, condition: Condition) -> Self:
        query = self._query.with_limit_inside()
        values: list[Any] = []
        test = _sql(condition, self._names.sql, values)
        return self._with(
            replace(query, tests=(*query.tests, test), values=(*query.values, *values))
        )


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
