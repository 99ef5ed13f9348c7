"""How runs travel to the page: all of them once, and after that the values that changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.runs.columns import visible_unasked
from nbboard.views.shared.wire import size_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.views.runs.columns import RunColumn

__all__ = ["news_of", "packed"]

#: So many bytes of cells travel unasked.
_BUDGET = 3_500_000
#: Which columns go first, by what they tell.
_RANK = ("hparam", "metric", "run", "best", "circumstance", "mean")


def packed(
    numbers: NDArray[np.uint32], counts: tuple[int, int], columns: Mapping[str, RunColumn]
) -> dict[str, Any]:
    """Return everything: the runs by their numbers in the run list, and their columns.

    Parameters
    ----------
    numbers
        The run of each row.
    counts
        How many runs fulfil the condition of the view, and how many the log has.
    columns
        By key.
    """
    return {
        "rows": numbers,
        "fitting": counts[0],
        "total": counts[1],
        "columns": _within_budget(columns),
        "unasked": _unasked(columns),
    }


def news_of(
    before: Mapping[str, RunColumn], now: Mapping[str, RunColumn], counts: tuple[int, int]
) -> dict[str, Any] | None:
    """Return what changed of the columns of the same rows; None if nothing did."""
    news: dict[str, Any] = {}
    if list(before) != list(now):
        news["order"] = list(now)
    changed: list[dict[str, Any]] = []
    patches: dict[str, Any] = {}
    for key, column in now.items():
        old = before.get(key)
        if old is None or not _alike(old, column):
            changed.append(column.packed())
        elif column.numbers is not None and old.numbers is not None:
            there = ~((column.numbers == old.numbers) | np.isnan(column.numbers + old.numbers))
            there |= np.isnan(column.numbers) != np.isnan(old.numbers)
            rows = np.flatnonzero(there).astype(np.uint32)
            if len(rows):
                patches[key] = {"rows": rows, "to": column.numbers[rows]}
    if changed:
        news["columns"] = changed
        news["unasked"] = _unasked(now)
    if patches:
        news["patches"] = patches
    return {**news, "fitting": counts[0], "total": counts[1]} if news else None


def _within_budget(columns: Mapping[str, RunColumn]) -> list[dict[str, Any]]:
    """Return the columns; those that nobody sees at first without cells, where there are many."""
    first = [*dict.fromkeys(key for keys in _unasked(columns) for key in keys)]
    ranked = sorted(columns, key=lambda key: _RANK.index(columns[key].group))
    whole: dict[str, dict[str, Any]] = {}
    room = _BUDGET
    for key in dict.fromkeys([*first, *ranked]):
        column = columns[key].packed()
        room -= size_of(column)
        whole[key] = column if room >= 0 or key in first else columns[key].packed(whole=False)
    return [whole[key] for key in columns]


def _unasked(columns: Mapping[str, RunColumn]) -> list[list[str]]:
    """Return the columns that are shown unasked: only what differs, and whatever there is."""
    return [visible_unasked(columns, differ=True), visible_unasked(columns, differ=False)]


def _alike(old: RunColumn, column: RunColumn) -> bool:
    """Whether two states of a column differ in the numbers of some rows at most."""
    return (
        old.differs == column.differs
        and old.lacks == column.lacks
        and old.values == column.values
        and np.array_equal(old.codes, column.codes)
        and np.array_equal(old.logged_nan, column.logged_nan)
    )
