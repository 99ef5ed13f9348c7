"""The columns of runs: what each holds, packed as the page has it, and which say how runs differ.

Numbers are one array, as float32 where that loses nothing; texts and truth values are codes
into the different ones that there are. A column in which all runs agree is one value.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.kinds.hparams.goals import measures_training
from nbboard.text import natural_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.logdir.log import LogDir
    from nbboard.logdir.runs_table import RunsTable

__all__ = ["Most", "RunColumn", "RunRows", "columns_of", "filled", "same", "visible_unasked"]

#: So many hyperparameters and metrics a table begins with; the others are a click away.
FEW_HPARAMS = 12
FEW_METRICS = 6

#: What the fixed columns are called on screen, and what they hold.
_FIXED: dict[str, tuple[str, str]] = {
    "writer": ("writer", "text"),
    "kinds": ("kinds", "text"),
    "first": ("started", "time"),
    "last": ("last update", "time"),
    "points": ("points", "number"),
    "damaged": ("problems", "number"),
}
#: The name stands before all columns; a report must not tell where the logs lie.
_NOT_SHOWN = frozenset({"run", "path"})
#: What describes the circumstances of a run, not what was chosen for it.
_CIRCUMSTANCES = ("git", "command", "machine", "package", "program")


@dataclass(frozen=True)
class RunColumn:
    """One column.

    Attributes
    ----------
    key
        Its name, as in the table of runs.
    label
        What stands above it.
    form
        How it is written: ``"text"``, ``"number"``, ``"time"`` or ``"duration"``.
    group
        What it tells: ``"run"``, ``"hparam"``, ``"circumstance"``, ``"metric"``, ``"best"`` or
        ``"mean"``.
    numbers
        float64, NaN for none; None for texts.
    values, codes
        The different texts and truth values; uint32 for each row which of them it has, from
        1, 0 for none. Empty for numbers.
    logged_nan
        int32: the rows whose NaN was logged.
    differs
        Whether it tells runs apart.
    lacks
        Whether its cells are not read yet, which are very many.
    """

    key: str
    label: str
    form: str
    group: str
    numbers: NDArray[np.float64] | None
    values: tuple[Any, ...]
    codes: NDArray[np.uint32]
    logged_nan: NDArray[np.int32]
    differs: bool
    lacks: bool = False

    def cell(self, row: int) -> Any:
        """Return the value of a row; None for none."""
        if self.numbers is not None:
            value = float(self.numbers[row])
            return value if value == value or row in set(self.logged_nan.tolist()) else None  # noqa: PLR0124
        code = int(self.codes[row])
        return self.values[code - 1] if code else None

    def order(self) -> NDArray[np.float64]:
        """Return what rows are sorted by: NaN for those without a value."""
        if self.numbers is not None:
            return self.numbers
        ranked = sorted(range(len(self.values)), key=lambda i: natural_key(str(self.values[i])))
        rank = np.full(len(self.values) + 1, np.nan)
        for place, i in enumerate(ranked):
            rank[i + 1] = place
        return rank[self.codes]

    def packed(self, *, whole: bool = True) -> dict[str, Any]:
        """Return it as the page has it; if not whole, without its cells."""
        about: dict[str, Any] = {
            "key": self.key,
            "label": self.label,
            "form": self.form,
            "group": self.group,
            "differs": self.differs,
        }
        if self.lacks or not whole:
            about["lacks"] = True
        elif self.numbers is not None:
            with np.errstate(over="ignore"):
                short = self.numbers.astype(np.float32)
            exact = np.array_equal(short.astype(np.float64), self.numbers, equal_nan=True)
            about["numbers"] = short if exact else self.numbers
            if len(self.logged_nan):
                about["nan"] = self.logged_nan
        else:
            about["values"] = list(self.values)
            about["codes"] = self.codes.astype(np.min_scalar_type(len(self.values)))
        return about


class Most(NamedTuple):
    """How many rows are read: all if they are no more than `whole`, else the `first` ones."""

    whole: int
    first: int


class RunRows(NamedTuple):
    """Rows of runs.

    Attributes
    ----------
    names
        The run of each.
    columns
        Their columns by key.
    fitting
        How many rows there are, of which these may be the first only.
    table
        These rows, of which columns can be read that lack.
    """

    names: list[str]
    columns: dict[str, RunColumn]
    fitting: int
    table: RunsTable


def columns_of(
    log: LogDir, where: str, sort: Sequence[str], most: Most, runs: Sequence[str]
) -> RunRows:
    """Return the table of the runs of a log.

    Parameters
    ----------
    log
        The log.
    where
        Which of its runs, as in :meth:`RunsTable.where`; all if empty.
    sort
        In which order rows are the first, where there are more than are read.
    most
        How many rows are read; they stand in natural order.
    runs
        Runs whose rows alone are kept.
    """
    names, types, page, fitting, table = _page(log, where, sort, most, runs)
    given = np.zeros(len(names), bool)
    for key, kind in types.items():
        if key.startswith("hp."):
            given |= ~_missing(page[key], kind)
    found: dict[str, RunColumn] = {}
    for key, (label, form) in _FIXED.items():
        if key in types:
            found[key] = _column(_About(key, label, form, "run"), page[key], types[key])
    if "first" in page and "last" in page:
        length = page["last"].astype(np.float64) - page["first"].astype(np.float64)
        found["duration"] = _column(
            _About("duration", "duration", "duration", "run"), length, "float64"
        )
    logged = _logged_rows(log, names)
    for key, kind in types.items():
        if key in found or key in _NOT_SHOWN:
            continue
        about = _about(key, kind)
        if key not in page:
            found[key] = _lacking(about)
            continue
        column = _column(about, page[key], kind, given if key.startswith("hp.") else None)
        if about.group == "metric":
            column = _with_nan(column, logged.get(about.label, ()))
        found[key] = column
    return RunRows(names, found, fitting, table)


def filled(column: RunColumn, table: RunsTable) -> RunColumn:
    """Return a column with its cells, which are read if they lack."""
    if not column.lacks:
        return column
    about = _About(column.key, column.label, column.form, column.group)
    cells = table.page(0, len(table), [column.key])[column.key]
    return _column(about, cells, table.columns[column.key])


class _Page(NamedTuple):
    """Rows: their names, types and cells of columns, how many there are, and where they are from."""

    names: list[str]
    types: dict[str, str]
    cells: dict[str, NDArray[Any]]
    fitting: int
    table: RunsTable


def _page(log: LogDir, where: str, sort: Sequence[str], most: Most, runs: Sequence[str]) -> _Page:
    """Read the rows; of very many columns that are not seen at first are left for later."""
    table = log.runs_table
    if len(runs) < len(log.runs):
        table = table.among(runs)
    if where and len(table):
        table = table.where(where)
    fitting = len(table)
    left: list[str] = []
    if fitting > most.whole:
        for entry in reversed(sort):
            key, descending = entry.removeprefix("-"), entry.startswith("-")
            if key in table.columns:
                table = table.sort(key, descending)
        table = table.head(most.first).sort("run")
        left = [key for key in table.columns if key.startswith(("best.", "mean."))]
    apart = {"path", *table.noted}  # which the list of runs has
    types = {name: kind for name, kind in table.columns.items() if name not in apart}
    page = table.page(0, len(table), [name for name in types if name not in left])
    names = [str(run) for run in page["run"]]
    return _Page(names, types, page, fitting, table)


def _logged_rows(log: LogDir, names: Sequence[str]) -> dict[str, list[int]]:
    """Return by scalar tag the rows that logged it, to tell NaN from nothing."""
    row_of = {name: row for row, name in enumerate(names)}
    logged: dict[str, list[int]] = {}
    for series in () if log.is_lazy else log.scalars.keys:
        if series.run in row_of:
            logged.setdefault(series.tag, []).append(row_of[series.run])
    return logged


class _About(NamedTuple):
    """What a column is called, how it is written, and what it tells; as in RunColumn."""

    key: str
    label: str
    form: str
    group: str


def _about(key: str, kind: str) -> _About:
    form = "text" if kind in {"text", "bool"} else "number"
    if key.startswith("hp."):
        name = key[3:]
        apart = name.partition(".")[0] in _CIRCUMSTANCES
        return _About(key, name, form, "circumstance" if apart else "hparam")
    for group in ("best", "mean"):
        if key.startswith(f"{group}."):
            return _About(key, f"{group} {key[len(group) + 1 :]}", form, group)
    return _About(key, key.removeprefix("last."), form, "metric")


def _lacking(about: _About) -> RunColumn:
    """Return a column of which only that it is there is known."""
    return RunColumn(
        *about, None, (), np.zeros(0, np.uint32), np.zeros(0, np.int32), differs=True, lacks=True
    )


def _missing(values: NDArray[Any], kind: str) -> NDArray[np.bool_]:
    if kind in {"text", "bool"}:
        return np.fromiter((value is None for value in values), bool, len(values))
    return np.isnan(values.astype(np.float64))


def _column(
    about: _About, cells: NDArray[Any], kind: str, among: NDArray[np.bool_] | None = None
) -> RunColumn:
    """Pack one column; it differs if the rows that count are not all alike."""
    numbers = None
    values: tuple[Any, ...] = ()
    codes = np.zeros(0, np.uint32)
    if kind in {"text", "bool"}:
        places: dict[Any, int] = {}
        codes = np.fromiter(
            (0 if cell is None else places.setdefault(cell, len(places) + 1) for cell in cells),
            np.uint32,
            len(cells),
        )
        values = tuple(bool(v) if kind == "bool" else str(v) for v in places)
        compared: NDArray[Any] = codes
    else:
        numbers = compared = cells.astype(np.float64)
    if among is not None:
        compared = compared[among]
    differs = not same(compared)
    return RunColumn(*about, numbers, values, codes, np.zeros(0, np.int32), differs)


def same(values: NDArray[Any]) -> bool:
    """Whether all values are alike; NaN is like NaN."""
    if len(values) < 2:
        return True
    first = values[0]
    if values.dtype.kind == "f" and np.isnan(first):
        return bool(np.isnan(values).all())
    return bool((values == first).all())


def _with_nan(column: RunColumn, rows: Sequence[int]) -> RunColumn:
    if column.numbers is None or not rows:
        return column
    logged = np.array(sorted(rows), np.int32)
    lost = logged[np.isnan(column.numbers[logged])]
    return replace(column, logged_nan=lost) if len(lost) else column


def visible_unasked(columns: Mapping[str, RunColumn], *, differ: bool) -> list[str]:
    """Return the columns that a table begins with: how runs differ, then what came of them.

    Parameters
    ----------
    columns
        All columns.
    differ
        Whether hyperparameters that are the same in all runs are left out.
    """
    hparams = [c.key for c in columns.values() if c.group == "hparam" and (c.differs or not differ)]
    metrics = [c for c in columns.values() if c.group == "metric"]
    telling = [c for c in metrics if not measures_training(c.label)] or metrics
    run = [key for key in ("writer", "damaged") if key in columns and columns[key].differs]
    times = [key for key in ("first", "duration") if key in columns]
    return [
        *hparams[:FEW_HPARAMS],
        *(column.key for column in telling[:FEW_METRICS]),
        *run,
        *times,
    ]
