"""What filters, brushes, sorting and reduction mean, for Python.

The page does the same in labextension/src/views/hparams ({reduce,condition,order}.ts);
tests/vectors/hparams.json holds the two together.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.hparams.cells import (
    MISSING,
    Cell,
    cell_text,
    cell_type,
    is_missing,
    sort_key,
)

if TYPE_CHECKING:
    from nbboard.kinds.hparams.messages import HParamValue
    from nbboard.views.hparams.table import TrialTable

__all__ = [
    "best_trial",
    "condition",
    "is_lower",
    "passing",
    "reduce_metrics",
    "sorted_trials",
]


def condition(given: Any) -> dict[str, Any]:
    """Return a condition on a column in the form that the page has.

    Parameters
    ----------
    given
        A pair ``(low, high)`` of numbers, either of which may be None; a set or list of
        values, None among them; a regular expression; None for "has no value"; or the form
        itself.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    if given is None:
        return {"values": [None], "missing": True}
    if isinstance(given, str):
        try:
            re.compile(given)
        except re.error as error:
            raise ValueError(f"{given!r} is not a regular expression: {error}") from error
        return {"regex": given}
    if isinstance(given, tuple) and len(given) == 2 and all(_bound(end) for end in given):
        # JSON has no infinity; an open end is the same.
        low, high = (None if end is None or math.isinf(end) else end for end in given)
        if low is not None and high is not None and low > high:
            low, high = high, low
        return {"low": low, "high": high}
    if isinstance(given, set | frozenset | list | tuple):
        values = sorted(given, key=str) if isinstance(given, set | frozenset) else list(given)
        rest: list[HParamValue] = [value for value in values if not is_missing(value)]
        if not all(value is None or isinstance(value, bool | int | float | str) for value in rest):
            raise ValueError(f"values are numbers, text, booleans and None, not {values!r}")
        return {"values": rest, **({"missing": True} if len(rest) < len(values) else {})}
    if isinstance(given, Mapping):
        known = {"low", "high"} if "low" in given or "high" in given else {"values"}
        known = {"regex"} if "regex" in given else known
        if known & set(given) and set(given) <= known | {"missing"}:
            full = {"low": None, "high": None, **given} if "low" in known else dict(given)
            return {**full, "values": list(full["values"])} if "values" in full else full
    raise ValueError(
        "a condition is a pair (low, high), a set of values, a regular expression or None,"
        f" not {given!r}"
    )


def _bound(end: Any) -> bool:
    return end is None or (isinstance(end, int | float) and not isinstance(end, bool))


def _test(given: Mapping[str, Any]) -> Callable[[Cell], bool]:
    missing = bool(given.get("missing", False))
    if "values" in given:
        values = {(cell_type(value), value) for value in given["values"]}
        return lambda cell: missing if is_missing(cell) else (cell_type(cell), cell) in values
    if "regex" in given:
        try:
            pattern = re.compile(given["regex"], re.IGNORECASE)
        except re.error:
            return lambda cell: missing and is_missing(cell)
        return lambda cell: (
            missing if is_missing(cell) else pattern.search(cell_text(cell)) is not None
        )
    low = -math.inf if given.get("low") is None else given["low"]
    high = math.inf if given.get("high") is None else given["high"]
    return lambda cell: (
        missing
        if is_missing(cell) or cell is None
        else isinstance(cell, int | float) and not isinstance(cell, bool) and low <= cell <= high
    )


def passing(
    columns: Mapping[str, Sequence[Cell]], conditions: Mapping[str, Any], length: int
) -> np.ndarray:
    """Return which trials meet all conditions; those on unknown columns are left aside."""
    mask = np.ones(length, bool)
    for key, given in conditions.items():
        if key in columns:
            test = _test(given)
            mask &= np.fromiter((test(cell) for cell in columns[key]), bool, length)
    return mask


def sorted_trials(
    columns: Mapping[str, Sequence[Cell]], sort: Sequence[str], rows: Sequence[int]
) -> list[int]:
    """Return trials in order: by several columns, "-" descending, missing values last."""
    ordered = list(rows)
    for entry in reversed(sort):
        key = entry.removeprefix("-")
        cells = columns.get(key)
        if cells is None:
            continue
        parts: tuple[list[int], ...] = ([], [], [], [])
        for row in ordered:
            parts[_last_part(cells[row])].append(row)
        # Sorting in reverse is stable too: equal trials keep their order.
        parts[0].sort(key=lambda row: sort_key(cells[row]), reverse=entry.startswith("-"))
        ordered = [row for part in parts for row in part]
    return ordered


def _last_part(cell: Cell) -> int:
    """Behind the values stand NaN, None, and what was not logged, in either direction."""
    if cell is None:
        return 2
    return (3 if cell is MISSING else 1) if is_missing(cell) else 0


def reduce_metrics(
    table: TrialTable,
    *,
    reduce: str = "last",
    step: int | None = None,
    aggregation: str = "avg",
    metric: str = "",
    goals: Mapping[str, str] | None = None,
) -> dict[str, list[Cell]]:
    """Return one value a trial of each metric.

    First within each session, then over the sessions of a trial by TensorBoard's rules
    (``tensorboard/plugins/hparams/list_session_groups.py``): the mean, or all metrics
    of the one session whose chosen metric is the lower median, the least or the
    greatest.

    Parameters
    ----------
    table
        The trials.
    reduce
        ``"last"``, ``"best"``, ``"mean"`` (of the finite values) or ``"step"``.
    step
        For ``"step"``: the value last logged at or before it; None for the last.
    aggregation
        ``"avg"``, ``"median"``, ``"min"`` or ``"max"``.
    metric
        The key of the metric that chooses the session; the first if empty.
    goals
        ``"min"`` or ``"max"`` by metric, where it is not as its name suggests.

    Returns
    -------
    dict
        By key of the metric; missing where a trial does not have it.
    """
    value, there = _session_values(table, reduce, step, goals or {})
    groups: list[list[int]] = [[] for _ in table.trials]
    for session, trial in enumerate(table.trial_of.tolist()):
        groups[trial].append(session)
    keys = [column.key for column in table.metrics]
    if aggregation != "avg" and keys:
        by = keys.index(metric) if metric in keys else 0
        groups = [_choose(group, value[by], there[by], aggregation) for group in groups]
    found: dict[str, list[Cell]] = {}
    for number, key in enumerate(keys):
        values, have = value[number].tolist(), there[number].tolist()
        found[key] = [_mean([values[s] for s in group if have[s]]) for group in groups]
    return found


def _session_values(
    table: TrialTable, reduce: str, step: int | None, goals: Mapping[str, str]
) -> tuple[np.ndarray, np.ndarray]:
    last, low, high, mean = table.statistics.value
    there = table.statistics.count > 0
    if reduce == "step" and step is not None:
        there, _, value = table.values_at(step)
        return value, there
    if reduce == "mean":
        return mean, there
    if reduce == "best":
        least = [is_lower(column, goals) for column in table.metrics]
        return np.where(np.array(least, bool)[:, None], low, high), there
    return last, there


def is_lower(column: Any, goals: Mapping[str, str]) -> bool:
    """Tell whether less is better: as said, otherwise as the name of the metric suggests."""
    goal = goals.get(column.key)
    return bool(column.lower) if goal is None else goal == "min"


def _choose(group: list[int], value: np.ndarray, there: np.ndarray, aggregation: str) -> list[int]:
    measured = [session for session in group if there[session]]
    # NaN compares with nothing: it is chosen only where there is nothing else.
    numbers = [session for session in measured if not np.isnan(value[session])] or measured
    if not numbers:
        return []
    if aggregation == "median":
        ordered = sorted(numbers, key=lambda session: float(value[session]))
        return [ordered[(len(ordered) - 1) // 2]]
    pick = min if aggregation == "min" else max
    return [pick(numbers, key=lambda session: float(value[session]))]


def _mean(values: Sequence[float]) -> Cell:
    return sum(values) / len(values) if values else MISSING


def best_trial(cells: Sequence[Cell], *, lower: bool, rows: Sequence[int]) -> int | None:
    """Return the first trial with the best number; None if none has one, or all the same."""
    numbers = {
        row: cell for row in rows if isinstance(cell := cells[row], float) and not is_missing(cell)
    }
    if not numbers or len(numbers) > 1 == len(set(numbers.values())):
        return None
    return (min if lower else max)(numbers, key=lambda row: numbers[row])
