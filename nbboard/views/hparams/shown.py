"""What options make of trials: which are on screen, in which order, which are brushed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.hparams.rules import (
    Cell,
    best_trial,
    is_lower,
    passing,
    reduce_metrics,
    sorted_trials,
)

if TYPE_CHECKING:
    from nbboard.views.hparams.table import TrialTable
    from nbboard.views.run_list import RunList

__all__ = ["Shown"]


class Shown:
    """What options make of trials: which are shown, in which order, and which are brushed.

    Attributes
    ----------
    columns
        By key: one cell a trial.
    keys, visible
        Columns in order; those that are not hidden.
    rows
        The trials shown, in order.
    brushed
        bool, one a trial of the table.
    best
        The best trial shown, or None.
    """

    def __init__(self, table: TrialTable, options: Mapping[str, Any], run_list: RunList) -> None:
        self.table = table
        self.options = options
        self.hparam_keys = [column.key for column in table.hparams]
        self.metric_keys = [column.key for column in table.metrics]
        metric = options["metric"]
        self.metric = metric if metric in self.metric_keys else (self.metric_keys or [""])[0]
        self.columns: dict[str, Sequence[Cell]] = {
            "trial": list(table.trials),
            **_times(table),
            **{column.key: column.values for column in table.hparams},
            **reduce_metrics(
                table,
                metric=self.metric,
                **{name: options[name] for name in ("reduce", "step", "aggregation", "goals")},
            ),
        }
        self.keys = _ordered(
            ["trial", *self.hparam_keys, *self.metric_keys, "status", "started", "duration"],
            options["columns"],
        )
        hidden = options["hidden"]
        self.visible = [
            k for k in self.keys if k not in (self.constant if hidden is None else hidden)
        ]
        count = len(table.trials)
        mask = passing(self.columns, options["filters"], count)
        mask &= self._listed(run_list)
        self.brushed = mask & passing(self.columns, options["brush"], count)
        self.rows = sorted_trials(self.columns, options["sort"], np.flatnonzero(mask).tolist())

    @property
    def constant(self) -> set[str]:
        """What is hidden unasked: columns that say nothing about how trials differ."""
        fixed = {"started", "duration"}
        if len(set(self.columns["status"])) < 2:
            fixed.add("status")
        if len(self.table.trials) < 2:
            return fixed
        return fixed | {
            column.key
            for column in self.table.hparams
            if len({(type(value), value) for value in column.values}) < 2
        }

    @property
    def lower(self) -> bool:
        """Whether less of the metric is better."""
        column = next((c for c in self.table.metrics if c.key == self.metric), None)
        return column is not None and is_lower(column, self.options["goals"])

    @property
    def best(self) -> int | None:
        """The place of the best trial in the table."""
        if not self.metric:
            return None
        return best_trial(self.columns[self.metric], lower=self.lower, rows=sorted(self.rows))

    def kind(self, key: str) -> str:
        """Return ``metric``, ``hparam`` or ``fixed``."""
        if key in self.metric_keys:
            return "metric"
        return "hparam" if key in self.hparam_keys else "fixed"

    def _listed(self, run_list: RunList) -> np.ndarray:
        """Return which trials have a run that is checked and passes the filter."""
        mask = np.zeros(len(self.table.trials), bool)
        runs = [session.run for session in self.table.sessions]
        shown = set(run_list.shown(runs))
        for run, trial in zip(runs, self.table.trial_of, strict=True):
            mask[trial] |= run in shown
        return mask


def _times(table: TrialTable) -> dict[str, Sequence[Cell]]:
    """Return status, start and duration of each trial: worst, first, sum."""
    worst = {"failure": 0, "running": 1, "unknown": 2, "success": 3}
    status: list[Cell] = [None] * len(table.trials)
    started: list[Cell] = [None] * len(table.trials)
    duration: list[Cell] = [None] * len(table.trials)
    for session, trial in zip(table.sessions, table.trial_of, strict=True):
        said = status[trial]
        if said is None or worst[session.status] < worst[str(said)]:
            status[trial] = session.status
        start = session.start.start_time
        end = session.end.end_time if session.end is not None else 0.0
        if start:
            first = started[trial]
            started[trial] = start if first is None else min(float(first), start)
        if start and end:
            duration[trial] = float(duration[trial] or 0.0) + end - start
    return {"status": status, "started": started, "duration": duration}


def _ordered(keys: Sequence[str], first: Sequence[str]) -> list[str]:
    named = [key for key in first if key in keys]
    return [*named, *(key for key in keys if key not in named)]
