"""Two profiles side by side: what got slower, what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["compare_tables", "status_of"]

#: Changes smaller than this share of either are no news.
_ALIKE = 0.05


def status_of(before: float, after: float) -> str:
    """Return ``"new"``, ``"gone"``, ``"slower"``, ``"faster"`` or ``"alike"``."""
    if not before:
        return "new" if after else "alike"
    if not after:
        return "gone"
    change = after - before
    if abs(change) <= _ALIKE * max(before, after):
        return "alike"
    return "slower" if change > 0 else "faster"


def compare_tables(
    before: dict[str, Any], after: dict[str, Any], columns: Sequence[str], steps: tuple[int, int]
) -> dict[str, Any]:
    """Compare two tables by name, each divided by its number of steps.

    Parameters
    ----------
    before, after
        Tables with ``name``, ``calls`` and `columns`.
    columns
        The times that are added up, in microseconds.
    steps
        How many steps each was recorded over.

    Returns
    -------
    dict
        ``name``, ``before_us`` and ``after_us`` (a step), ``change_us``, ``ratio`` (NaN for
        what is new), ``before_calls``, ``after_calls`` (a step), ``status``; the largest
        change first.
    """
    rows: dict[str, list[float]] = {}
    for side, (table, count) in enumerate(zip((before, after), steps, strict=True)):
        time = sum(np.asarray(table[column], np.float64) for column in columns)
        for name, spent, calls in zip(
            table["name"], np.asarray(time).tolist(), table["calls"].tolist(), strict=True
        ):
            row = rows.setdefault(name, [0.0, 0.0, 0.0, 0.0])
            row[side] += spent / max(count, 1)
            row[2 + side] += calls / max(count, 1)
    names = list(rows)
    values = np.array([rows[name] for name in names], np.float64).reshape(-1, 4)
    change = values[:, 1] - values[:, 0]
    order = np.argsort(-np.abs(change), kind="stable")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(values[:, 0] > 0, values[:, 1] / values[:, 0], np.nan)
    return {
        "name": [names[place] for place in order.tolist()],
        "before_us": values[order, 0],
        "after_us": values[order, 1],
        "change_us": change[order],
        "ratio": ratio[order],
        "before_calls": values[order, 2],
        "after_calls": values[order, 3],
        "status": [status_of(*values[place, :2].tolist()) for place in order.tolist()],
    }
