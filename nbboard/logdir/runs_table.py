"""The table of runs: one row a run, with hyperparameters and metrics as columns."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import UsageError
from nbboard.logdir.names import names_like
from nbboard.logdir.table import Tabular, require, to_arrow
from nbboard.logdir.where import (
    Compare,
    Condition,
    Join,
    Missing,
    Not,
    OneOf,
    Scalar,
    columns_in,
    parse,
)
from nbboard.text import counted, natural_key

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from typing_extensions import Self

    from nbboard.logdir.coded import Table

__all__ = ["FIXED", "MemoryRunsTable", "RunsTable", "order_of"]

#: The columns that every table of runs has, with their types.
FIXED = {
    "run": "text",
    "path": "text",
    "writer": "text",
    "kinds": "text",
    "first": "float64",
    "last": "float64",
    "points": "int64",
    "damaged": "int64",
}
#: What Python's types are called in columns.
_TYPES: dict[type, str] = {bool: "bool", float: "float64", str: "text"}


class RunsTable(Tabular):
    """Runs as the rows of a table that is filtered and sorted where it lies.

    It is never changed: each method returns another table.

    Columns are ``run``, ``path``, ``writer``, ``kinds``, ``first`` and ``last`` (wall times
    in seconds), ``points``, ``damaged`` (the number of problems); each hyperparameter as
    ``hp.NAME``; of each scalar the last value under its tag, and ``best.TAG`` and
    ``mean.TAG`` of the values that are finite. A tag that is called like another column is
    ``last.TAG``.
    """

    @property
    @abstractmethod
    def columns(self) -> dict[str, str]:
        """The columns by name: ``"text"``, ``"float64"``, ``"int64"`` or ``"bool"``.

        What is missing is NaN in numbers, None in the others.
        """

    @property
    def noted(self) -> tuple[str, ...]:
        """The columns of what people wrote about runs."""
        return ()

    @abstractmethod
    def __len__(self) -> int:
        """How many rows there are."""

    def where(self, text: str) -> Self:
        """Return the rows that fulfil a condition.

        Parameters
        ----------
        text
            For example ``"hp.lr < 0.1 and writer = 'lightning'"``. Names with blanks or
            signs stand in double quotes; see :mod:`nbboard.logdir.where` for what there is.

        Raises
        ------
        UsageError
            If it is no condition, names no column, or compares unlike things.
        """
        condition = parse(text)
        for name in columns_in(condition):
            self._insist(name)
        self._check(condition)
        return self._filtered(condition)

    def sort(self, column: str, descending: bool = False) -> Self:
        """Return the rows in order of a column; what is missing comes last, names in natural order.

        Raises
        ------
        UsageError
            If there is no such column.
        """
        self._insist(column)
        return self._sorted(column, descending)

    def top(self, metric: str, n: int = 20, *, smallest: bool | None = None) -> Self:
        """Return the `n` best rows by a metric, the best first.

        Parameters
        ----------
        metric
            A column of numbers, such as ``"val/accuracy"`` or ``"best.val/loss"``.
        n
            How many at the most.
        smallest
            Whether less is better; None goes by the name: of losses, errors and times it is.

        Raises
        ------
        UsageError
            If there is no such column, or it holds no numbers.
        """
        self._insist(metric)
        if self.columns[metric] not in {"float64", "int64"}:
            raise UsageError(f"{metric!r} holds no numbers: .sort({metric!r}) puts it in order")
        if smallest is None:
            smallest = self._smaller_is_better(metric.removeprefix("best.").removeprefix("mean."))
        return self._top(metric, max(int(n), 0), smallest)

    def read_ahead(self, columns: Sequence[str]) -> None:
        """Read some columns of all rows in a thread, where reading takes a while."""

    @abstractmethod
    def among(self, runs: Iterable[str]) -> Self:
        """Return the rows of some runs, in the order of this table; of others there are none."""

    def head(self, count: int) -> Self:
        """Return the first rows."""
        return self._head(max(int(count), 0))

    @abstractmethod
    def page(
        self, start: int, stop: int, columns: Sequence[str] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return some rows as columns.

        Parameters
        ----------
        start, stop
            Which rows, as in a slice.
        columns
            Which columns; all by default.

        Returns
        -------
        dict
            NumPy arrays by name: float64, int64, or object for text and bool.

        Raises
        ------
        UsageError
            If there is no such column.
        """

    @property
    @abstractmethod
    def relation(self) -> Any:
        """The rows as a DuckDB relation, for those who want SQL.

        Raises
        ------
        MissingExtraError
            If DuckDB is not installed.
        """

    @abstractmethod
    def _filtered(self, condition: Condition) -> Self: ...

    @abstractmethod
    def _sorted(self, column: str, descending: bool) -> Self: ...

    @abstractmethod
    def _head(self, count: int) -> Self: ...

    def _top(self, metric: str, count: int, smallest: bool) -> Self:
        there = self._filtered(Not(Missing(metric)))
        return there._sorted(metric, not smallest)._head(count)  # noqa: SLF001 - of this class

    @abstractmethod
    def _smaller_is_better(self, metric: str) -> bool: ...

    def _table(self) -> Table:
        page = self.page(0, len(self))
        return {n: a.tolist() if a.dtype == object else a for n, a in page.items()}

    def _insist(self, name: str) -> None:
        if name in self.columns:
            return
        near = names_like(name, self.columns, 3, 0.5)
        there = f"did you mean {' or '.join(map(repr, near))}?" if near else ""
        raise UsageError(f"there is no column {name!r}; {there or '.columns lists them'}")

    def _check(self, condition: Condition) -> None:
        """Refuse comparisons of unlike things."""
        if isinstance(condition, Not):
            self._check(condition.inner)
        elif isinstance(condition, Join):
            for part in condition.parts:
                self._check(part)
        elif isinstance(condition, Compare):
            if condition.sign == "contains":
                self._insist_like(condition.column, "")
            self._insist_like(condition.column, condition.value)
        elif isinstance(condition, OneOf):
            for value in condition.values:
                self._insist_like(condition.column, value)

    def _insist_like(self, column: str, value: Scalar) -> None:
        there, asked = self.columns[column], _TYPES[type(value)]
        if there != asked and (there, asked) != ("int64", "float64"):
            said = {"text": "text: 'value' stands in single quotes", "bool": "true or false"}
            raise UsageError(
                f"the column {column!r} holds {said.get(there, 'numbers')}, not {value!r}"
            )

    def __repr__(self) -> str:
        names = [name for name in self.columns if name not in FIXED]
        shown = ", ".join(names[:8]) + (f", ... ({len(names):,})" if len(names) > 8 else "")
        return f"{counted(len(self), 'run')}: run, path, writer, ..., {shown}"


class MemoryRunsTable(RunsTable):
    """A table of runs in memory.

    Parameters
    ----------
    columns
        The columns by name: float64, int64, or object for text and bool.
    types
        The type of each.
    smaller_is_better
        Told a metric's name, whether less of it is better.
    rows
        int64: which rows, in order; all by default.
    """

    def __init__(
        self,
        columns: Mapping[str, NDArray[Any]],
        types: Mapping[str, str],
        smaller_is_better: Callable[[str], bool],
        rows: NDArray[np.int64] | None = None,
    ) -> None:
        self._all = columns
        self._types = dict(types)
        self._smaller = smaller_is_better
        self._rows = np.arange(len(columns["run"])) if rows is None else rows

    @property
    def columns(self) -> dict[str, str]:
        """The columns by name, with their types."""
        return dict(self._types)

    def __len__(self) -> int:
        return len(self._rows)

    def page(
        self, start: int, stop: int, columns: Sequence[str] | None = None
    ) -> dict[str, NDArray[Any]]:
        """Return some rows as columns; see :meth:`RunsTable.page`."""
        names = list(self._types) if columns is None else list(columns)
        for name in names:
            self._insist(name)
        rows = self._rows[start:stop]
        return {name: self._all[name][rows] for name in names}

    @property
    def relation(self) -> Any:
        """The rows as a DuckDB relation."""
        duckdb = require("duckdb", "catalogue")
        settings = {"enable_external_access": "false", "autoinstall_known_extensions": "false"}
        connection = duckdb.connect(config=settings)
        return connection.from_arrow(to_arrow(self._table()))

    def _with(self, rows: NDArray[np.int64]) -> Self:
        return type(self)(self._all, self._types, self._smaller, rows)

    def _smaller_is_better(self, metric: str) -> bool:
        return self._smaller(metric)

    def _head(self, count: int) -> Self:
        return self._with(self._rows[:count])

    def among(self, runs: Iterable[str]) -> Self:
        """Return the rows of some runs; see :meth:`RunsTable.among`."""
        wanted = set(runs)
        names = self._all["run"][self._rows]
        return self._with(self._rows[[name in wanted for name in names]])

    def _filtered(self, condition: Condition) -> Self:
        return self._with(self._rows[self._test(condition)])

    def _sorted(self, column: str, descending: bool) -> Self:
        values = self._all[column][self._rows]
        if values.dtype == object:
            text = [natural_key(value) if isinstance(value, str) else value for value in values]
            values = np.array(text, object)
        return self._with(self._rows[order_of(values, descending)])

    def _test(self, condition: Condition) -> NDArray[np.bool_]:
        """Return which of the rows fulfil a condition."""
        if isinstance(condition, Not):
            return ~self._test(condition.inner)
        if isinstance(condition, Join):
            found = [self._test(part) for part in condition.parts]
            join = np.logical_and if condition.word == "and" else np.logical_or
            return np.asarray(join.reduce(found), bool)
        values = self._all[condition.column][self._rows]
        missing = _missing(values)
        if isinstance(condition, Missing):
            return missing
        result = np.zeros(len(values), bool)
        there = values[~missing]
        if isinstance(condition, OneOf):
            wanted = set(condition.values)
            result[~missing] = np.fromiter((v in wanted for v in there.tolist()), bool, len(there))
        else:
            result[~missing] = _compared(there, condition.sign, condition.value)
        return result


def order_of(values: NDArray[Any], descending: bool) -> NDArray[np.int64]:
    """Return the places of values in their order; equal ones stay as they are, none come last."""
    missing = _missing(values)
    place = np.flatnonzero(~missing)
    there = values[place]
    if there.dtype.kind in "fi":
        order = _order_of_numbers(there, descending)
    elif descending:
        # Backwards and back again, so that equal ones stay in the order they had.
        order = len(place) - 1 - np.argsort(there[::-1], kind="stable")[::-1]
    else:
        order = np.argsort(there, kind="stable")
    return np.concatenate([place[order], np.flatnonzero(missing)])


def _order_of_numbers(there: NDArray[Any], descending: bool) -> NDArray[np.int64]:
    """Return a stable order: NumPy's own for a million is several times as slow as its fastest."""
    if descending:
        there = -there if there.dtype.kind == "f" else ~there
    order = np.argsort(there)
    ordered = there[order]
    same = ordered[1:] == ordered[:-1]
    if not same.any():
        return order
    # Each stretch of equal ones is put in order of their places, all in one sort.
    tied = np.zeros(len(there), bool)
    tied[1:] |= same
    tied[:-1] |= same
    stretch = np.zeros(len(there), np.int64)
    np.cumsum(~same, out=stretch[1:])
    offset = stretch[tied] * len(there)
    order[tied] = np.sort(offset + order[tied]) - offset
    return order


def _missing(values: NDArray[Any]) -> NDArray[np.bool_]:
    if values.dtype == object:
        return np.fromiter((value is None for value in values), bool, len(values))
    return np.asarray(np.isnan(values))


def _compared(values: NDArray[Any], sign: str, value: Any) -> NDArray[np.bool_]:
    if sign == "contains":
        wanted = value.lower()
        return np.fromiter((wanted in text.lower() for text in values), bool, len(values))
    tests = {
        "=": np.equal,
        "!=": np.not_equal,
        "<": np.less,
        "<=": np.less_equal,
        ">": np.greater,
        ">=": np.greater_equal,
    }
    return np.asarray(tests[sign](values, value), bool)
