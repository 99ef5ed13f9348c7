"""Scalars as a wide table: one row a step, one column a series."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.logdir.table import require

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from nbboard.logdir.series import ScalarSeries

__all__ = ["wide_frame"]


def wide_frame(scalars: Iterable[ScalarSeries]) -> pd.DataFrame:
    """Return scalar series side by side, by step.

    Of several points of a series at one step the last counts.

    Parameters
    ----------
    scalars
        The series, in the order of the columns.

    Returns
    -------
    pandas.DataFrame
        Indexed by ``step``, ascending; NaN where a series has no such step. Columns are runs
        where all series have one tag, else pairs of run and tag.
    """
    pandas: Any = require("pandas", "pandas")
    found = list(scalars)
    columns = {(one.run, one.tag): _by_step(one.step, one.value) for one in found}
    steps = np.unique(np.concatenate([step for step, _ in columns.values()] or [_no_steps()]))
    data = [_spread(steps, *column) for column in columns.values()]
    tags = {one.tag for one in found}
    names: Any = pandas.MultiIndex.from_tuples(list(columns) or [], names=["run", "tag"])
    if len(tags) == 1:
        names = pandas.Index([one.run for one in found], name="run")
    index = pandas.Index(steps, name="step")
    frame: pd.DataFrame = pandas.DataFrame(dict(enumerate(data)), index=index)
    frame.columns = names
    return frame


def _no_steps() -> np.ndarray:
    return np.empty(0, np.int64)


def _by_step(step: np.ndarray, value: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return steps in order, each once, with the value that was written last."""
    if len(step) < 2 or bool(np.all(step[1:] > step[:-1])):
        return step, value
    order = np.argsort(step, kind="stable")
    step, value = step[order], value[order]
    last = np.append(step[1:] != step[:-1], True)
    return step[last], value[last]


def _spread(steps: np.ndarray, step: np.ndarray, value: np.ndarray) -> np.ndarray:
    """Return values at all steps; whole numbers stay whole where none is missing."""
    if len(step) == len(steps):
        return value.astype(np.int64 if value.dtype.kind in "iub" else np.float64)
    full = np.full(len(steps), np.nan)
    full[np.searchsorted(steps, step)] = value
    return full
