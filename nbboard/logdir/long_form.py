"""Points of many series as one table in long form: run, tag, step, wall_time, and what was logged."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import Problem, UndecodableError
from nbboard.logdir import table as tables
from nbboard.logdir.bulk import read_points
from nbboard.logdir.kind import not_decoded
from nbboard.logdir.restarts import kept_by_latest
from nbboard.progress import tracked

if TYPE_CHECKING:
    from nbboard.logdir.kind import Kind
    from nbboard.logdir.series import ValueSeries
    from nbboard.series.store import SeriesKey

__all__ = ["kept_rows", "name_columns", "value_table"]


def name_columns(keys: Sequence[SeriesKey], code: np.ndarray) -> tables.Table:
    """Return the columns run and tag for rows that name their series by number."""
    table: tables.Table = {}
    for field in ("run", "tag"):
        numbers: dict[str, int] = {}
        of_series = [numbers.setdefault(getattr(key, field), len(numbers)) for key in keys]
        codes = np.array(of_series, np.int32)[code] if of_series else np.zeros(0, np.int32)
        table[field] = tables.Coded(codes, tuple(numbers))
    return table


def kept_rows(
    code: np.ndarray, step: np.ndarray, wall_time: np.ndarray, series: int
) -> np.ndarray | None:
    """Return which rows ``restarts="latest"`` keeps; the rows of a series stand together."""
    back = (step[1:] < step[:-1]) & (code[1:] == code[:-1])
    affected = np.unique(code[1:][back])
    if not len(affected):
        return None
    kept = np.ones(len(step), bool)
    starts = np.searchsorted(code, np.arange(series + 1))
    for number in affected.tolist():
        rows = slice(starts[number], starts[number + 1])
        of_series = kept_by_latest(step[rows], wall_time[rows])
        if of_series is not None:
            kept[rows] = of_series
    return kept


def value_table(
    series: Sequence[ValueSeries[Any]],
    kind: Kind[Any],
    note: Callable[[Problem, str], None] | None = None,
) -> tables.Table:
    """Read every value of some series into a long-form table.

    A value that is damaged or cannot be decoded is left out and reported to `note`, with its run.
    """
    points = [(one, i) for one in series for i in range(len(one))]
    code_of = [number for number, one in enumerate(series) for _ in range(len(one))]
    rows: dict[int, list[Mapping[str, object]]] = {}
    for point in tracked(read_points(points), len(points), f"reading {kind.name}", "value"):
        error: Exception | None = point.error
        try:
            rows[point.number] = [_row(kind, item) for item in point.samples]
        except UndecodableError as raised:
            error = raised
        if error is not None and note is not None:
            one, i = points[point.number]
            reason = f"{kind.name} {one.tag!r} at step {one.step[i]}: {error}"
            note(Problem(*one.place(i), reason, 0), one.run)
    code: list[int] = []
    step: list[int] = []
    wall: list[float] = []
    sample: list[int] = []
    cells: dict[str, list[Any]] = {name: [] for name in kind.cells}
    for number in sorted(rows):
        one, i = points[number]
        for k, row in enumerate(rows[number]):
            code.append(code_of[number])
            step.append(int(one.step[i]))
            wall.append(float(one.wall_time[i]))
            sample.append(k)
            _add_row(cells, row, len(code))
    table: tables.Table = {
        **name_columns([one.key for one in series], np.array(code, np.int32)),
        "step": np.array(step, np.int64),
        "wall_time": np.array(wall, np.float64),
    }
    if kind.several:
        table["sample"] = np.array(sample, np.int64)
    table.update(cells)
    return table


def _row(kind: Kind[Any], item: object) -> Mapping[str, object]:
    try:
        return kind.columns(item)
    except Exception as error:
        raise not_decoded(kind.name, error) from error


def _add_row(cells: dict[str, list[Any]], row: Mapping[str, object], count: int) -> None:
    for name, value in row.items():
        # A cell that the rows before did not have.
        cells.setdefault(name, [None] * (count - 1)).append(value)
    for column in cells.values():
        if len(column) < count:
            column.append(None)
