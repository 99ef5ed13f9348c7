"""What options make of trials: which are on screen, in which order, which are brushed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.hparams.trials import nearest
from nbboard.views.hparams.cells import MISSING, Cell, cell_type
from nbboard.views.hparams.repeats import Spread, groups_of_repeats, same_or_missing, spread
from nbboard.views.hparams.rules import (
    best_trial,
    is_lower,
    passing,
    reduce_metrics,
    sorted_trials,
)
from nbboard.views.hparams.table import FIXED
from nbboard.views.shared.options import OptionError

if TYPE_CHECKING:
    from nbboard.views.hparams.table import TrialTable
    from nbboard.views.run_list import RunList

__all__ = ["Shown", "check_names"]

_WORST = {"failure": 0, "running": 1, "unknown": 2, "success": 3}


class Shown:
    """What options make of trials: which are shown, in which order, and which are brushed.

    A row is a trial, or with the option ``mean_over`` the trials that repeat each other.

    Attributes
    ----------
    names
        What each row is called; that of repeats as their first trial.
    members
        The trials of each row that count: those that are checked, unless none is.
    columns
        By key: one cell a row.
    spreads
        By key of the metric, where rows are repeats: mean and spread of each.
    keys, visible
        Columns in order; those that are not hidden.
    metric
        The key of the metric that rows are judged by; ``""`` if there is none.
    rows
        The rows shown, in order.
    brushed
        bool, one for each row.
    """

    def __init__(self, table: TrialTable, options: Mapping[str, Any], run_list: RunList) -> None:
        self.table = table
        self.options = options
        self.hparam_keys = [column.key for column in table.hparams]
        self.metric_keys = [column.key for column in table.metrics]
        metric = options["metric"]
        self.metric = metric if metric in self.metric_keys else table.judge
        checked = _checked(table, run_list)
        columns: dict[str, Sequence[Cell]] = {
            "trial": list(table.trials),
            **_times(table),
            **{column.key: table.cells(column) for column in table.hparams},
            **reduce_metrics(
                table,
                metric=self.metric,
                **{name: options[name] for name in ("reduce", "step", "aggregation", "goals")},
            ),
        }
        self.spreads: dict[str, list[Spread]] = {}
        over = options["mean_over"]
        if over is None:
            self.members = [[trial] for trial in range(len(table.trials))]
            mask = checked
        else:
            groups = groups_of_repeats(
                {key: columns[key] for key in self.hparam_keys}, over, len(table.trials)
            )
            self.members = [[t for t in group if checked[t]] or group for group in groups]
            mask = np.array([bool(checked[group].any()) for group in groups], bool)
            columns = self._of_groups(columns, groups)
        self.columns = columns
        self.names = [str(name) for name in columns["trial"]]
        self.keys = _ordered(
            ["trial", *self.hparam_keys, *self.metric_keys, "status", "started", "duration"],
            options["columns"],
        )
        hidden = options["hidden"]
        left_out = self.constant if hidden is None else {*hidden}
        # One row has many of these.
        left_out |= set(over or ())
        self.visible = [key for key in self.keys if key not in left_out]
        count = len(self.members)
        mask &= passing(self.columns, options["filters"], count)
        self.brushed = mask & passing(self.columns, options["brush"], count)
        self.rows = sorted_trials(self.columns, self.sort, np.flatnonzero(mask).tolist())

    @property
    def sort(self) -> list[str]:
        """What rows are sorted by: a metric that was chosen, best first, unless said otherwise."""
        sort: list[str] | None = self.options["sort"]
        if sort is not None:
            return sort
        if not self.metric or self.options["metric"] != self.metric:
            return []
        return [self.metric if self.lower else f"-{self.metric}"]

    @property
    def constant(self) -> set[str]:
        """What is hidden unasked: columns that say nothing about how rows differ, or came out."""
        fixed = {"started", "duration"}
        metrics = self.table.metrics
        if not all(column.of_training for column in metrics):
            fixed |= {column.key for column in metrics if column.of_training} - {self.metric}
        if len(set(self.columns["status"])) < 2:
            fixed.add("status")
        if len(self.table.trials) < 2:
            return fixed
        return fixed | {
            column.key
            for column in self.table.hparams
            if len({(cell_type(cell), str(cell)) for cell in self.table.cells(column)}) < 2
        }

    @property
    def lower(self) -> bool:
        """Whether less of the metric is better."""
        column = next((c for c in self.table.metrics if c.key == self.metric), None)
        return column is not None and is_lower(column, self.options["goals"])

    @property
    def best(self) -> int | None:
        """The best of the rows that are shown, and brushed while anything is; None if none has a value."""
        if not self.metric:
            return None
        rows = np.flatnonzero(self.brushed).tolist()
        return best_trial(self.columns[self.metric], lower=self.lower, rows=rows)

    def kind(self, key: str) -> str:
        """Return ``metric``, ``hparam`` or ``fixed``."""
        if key in self.metric_keys:
            return "metric"
        return "hparam" if key in self.hparam_keys else "fixed"

    def first_runs(self) -> list[str]:
        """Return the first run of each row, whose colour the row has."""
        first: dict[int, str] = {}
        for session, trial in zip(self.table.sessions, self.table.trial_of.tolist(), strict=True):
            first.setdefault(trial, session.run)
        return [first[trials[0]] for trials in self.members]

    def _of_groups(
        self, columns: Mapping[str, Sequence[Cell]], groups: Sequence[Sequence[int]]
    ) -> dict[str, Sequence[Cell]]:
        """Return the columns of repeats, from those of their trials."""
        found: dict[str, Sequence[Cell]] = {}
        for key, cells in columns.items():
            if key == "trial":
                found[key] = [cells[group[0]] for group in groups]
            elif key in self.metric_keys:
                spreads = [spread([cells[t] for t in trials]) for trials in self.members]
                self.spreads[key] = spreads
                found[key] = [one.mean for one in spreads]
            elif key == "status":
                found[key] = [
                    min((cells[t] for t in trials), key=lambda said: _WORST.get(str(said), 2))
                    for trials in self.members
                ]
            elif key == "started":
                found[key] = [_least([cells[t] for t in trials]) for trials in self.members]
            elif key == "duration":
                found[key] = [spread([cells[t] for t in trials]).mean for trials in self.members]
            else:
                found[key] = [same_or_missing([cells[t] for t in group]) for group in groups]
        return found


def _least(cells: Sequence[Cell]) -> Cell:
    return min((cell for cell in cells if isinstance(cell, float)), default=MISSING)


def _checked(table: TrialTable, run_list: RunList) -> np.ndarray:
    """Return which trials have a run that is checked and passes the filter."""
    mask = np.zeros(len(table.trials), bool)
    runs = [session.run for session in table.sessions]
    shown = set(run_list.shown(runs, all_at_once=True))
    if runs:
        mask[table.trial_of[[run in shown for run in runs]]] = True
    return mask


def _times(table: TrialTable) -> dict[str, Sequence[Cell]]:
    """Return status, start and duration of each trial: worst, first, sum."""
    status: list[Cell] = [MISSING] * len(table.trials)
    started: list[Cell] = [MISSING] * len(table.trials)
    duration: list[Cell] = [MISSING] * len(table.trials)
    for session, trial in zip(table.sessions, table.trial_of.tolist(), strict=True):
        said = status[trial]
        if said is MISSING or _WORST[session.status] < _WORST[str(said)]:
            status[trial] = session.status
        start = session.start.start_time
        end = session.end.end_time if session.end is not None else 0.0
        if start:
            first = started[trial]
            started[trial] = min(first, start) if isinstance(first, float) else start
        if start and end:
            before = duration[trial]
            duration[trial] = (before if isinstance(before, float) else 0.0) + end - start
    return {"status": status, "started": started, "duration": duration}


def _ordered(keys: Sequence[str], first: Sequence[str]) -> list[str]:
    named = [key for key in dict.fromkeys(first) if key in keys]
    return [*named, *(key for key in keys if key not in named)]


def check_names(table: TrialTable, options: Mapping[str, Any]) -> None:
    """Refuse options that name a column which is not there.

    Nothing is refused while there are no trials, and no metric while none is logged: what
    is being trained may log it yet.

    Raises
    ------
    OptionError
        With the nearest name there is.
    """
    hparams = [column.key for column in table.hparams]
    metrics = [column.key for column in table.metrics]
    if not table.trials:
        return
    if metrics:
        for name in [
            *([options["metric"]] if options.get("metric") else []),
            *options.get("goals", ()),
        ]:
            _insist(name, metrics, "metric", table)
    for name in options.get("mean_over") or ():
        _insist(name, hparams, "hyperparameter", table)
    every = [*FIXED, *hparams, *metrics]
    if not metrics:
        return
    named = [
        *options.get("columns", ()),
        *(options.get("hidden") or ()),
        *(entry.removeprefix("-") for entry in options.get("sort") or ()),
        *options.get("filters", ()),
        *options.get("brush", ()),
        *options.get("scales", ()),
        *options.get("scatter", ()),
        *([options["color"]] if options.get("color") not in {None, "", "run"} else []),
    ]
    for name in named:
        _insist(name, every, "column", table)


def _insist(name: str, known: Sequence[str], what: str, table: TrialTable) -> None:
    if name in known:
        return
    if table.metrics_shown == "declared" and table.has_scalar(name):
        raise OptionError(
            f"there is no {what} {name!r} among those that the experiment declares;"
            " metrics='all' shows every scalar"
        )
    raise OptionError(f"there is no {what} {name!r}; {nearest(name, known)}")
