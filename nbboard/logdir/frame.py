"""Runs as the rows of one table: what they were given, and what came of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import UsageError
from nbboard.logdir.table import require

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd

    from nbboard.logdir.log import LogDir
    from nbboard.logdir.names import Names

__all__ = ["frame_of"]

_BEST: dict[str, Callable[[np.ndarray], Any]] = {
    "last": lambda values: values[-1],
    "min": np.min,
    "max": np.max,
}


def frame_of(log: LogDir, metrics: Names | None, best: str) -> pd.DataFrame:
    """Return one row a run; see :meth:`nbboard.LogDir.frame`."""
    if best not in _BEST:
        raise UsageError(f"best is 'last', 'min' or 'max', not {best!r}")
    pandas: Any = require("pandas", "pandas")
    scalars = log.scalars.select(metrics)
    scalars = scalars.select(restarts=scalars.restarts_on_screen)
    hparams: dict[str, dict[str, Any]] = log.hparams.by_run() if "hparams" in log.kinds else {}
    given = list(dict.fromkeys(name for values in hparams.values() for name in values))
    runs = [run for run in log.runs if run in hparams or run in set(scalars.runs)]
    columns: dict[str, list[Any]] = {
        name: [hparams.get(run, {}).get(name) for run in runs] for name in given
    }
    found = {(one.run, one.tag): _best(one.value, best) for one in scalars}
    for tag in scalars.tags:
        name = f"metric/{tag}" if tag in columns else tag
        columns[name] = [found.get((run, tag), np.nan) for run in runs]
    index = pandas.Index(runs, name="run")
    frame: pd.DataFrame = pandas.DataFrame(columns, index=index)
    return frame


def _best(values: np.ndarray, best: str) -> Any:
    """Return one of the values; of those that are finite, unless it is the last."""
    kept = values if best == "last" else values[np.isfinite(values)]
    return _BEST[best](kept).item() if len(kept) else np.nan
