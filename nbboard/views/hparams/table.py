"""Trials as columns: hyperparameters, and of each metric what the page can choose from.

A metric of a session is kept as eight numbers (how many points; its last, least, greatest
and mean value, with their steps), so that the page can reduce it in any way without asking
the kernel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.kinds.hparams.goals import is_seed, lower_is_better, measures_training
from nbboard.kinds.hparams.sessions import SessionIndex
from nbboard.kinds.hparams.trials import judged_by, run_of
from nbboard.logdir.restarts import kept_by_latest
from nbboard.views.hparams.cells import MISSING, Cell
from nbboard.views.hparams.rows import RowChange, Rows
from nbboard.views.hparams.statistics import Statistics, measure, not_purged, values_at

if TYPE_CHECKING:
    from nbboard.kinds.hparams.collection import HParams
    from nbboard.kinds.hparams.messages import HParamValue, Metric, SessionEnd, SessionStart

__all__ = ["FIXED", "HparamColumn", "MetricColumn", "SessionRow", "TableChange", "TrialTable"]

#: Columns that every table has; hyperparameters and metrics of these names are prefixed.
FIXED = ("trial", "status", "started", "duration")


@dataclass(frozen=True)
class HparamColumn:
    """A hyperparameter: `name` as logged, `key` as the column is called."""

    key: str
    label: str
    title: str
    name: str

    @property
    def is_seed(self) -> bool:
        """Whether trials that differ in it alone repeat each other."""
        return is_seed(self.name)


@dataclass(frozen=True)
class MetricColumn:
    """A metric: `tag` at the run `group` below a session's run; less of it may be better.

    Of the training itself are those that tell epochs, steps, rates and times.
    """

    key: str
    label: str
    title: str
    metric: Metric
    lower: bool
    of_training: bool


class SessionRow(NamedTuple):
    """A session: its run, what it logged of itself, and the runs that are its."""

    run: str
    start: SessionStart
    end: SessionEnd | None
    runs: tuple[str, ...]

    @property
    def status(self) -> str:
        """How it ended; ``"unknown"`` if it did not say."""
        return "unknown" if self.end is None else self.end.status


class TrialRow(NamedTuple):
    """A trial: what it is called, its first session, and its hyperparameters as logged."""

    label: str
    run: str
    hparams: Mapping[str, HParamValue]


class TableChange(NamedTuple):
    """What an update changed."""

    trials: RowChange
    sessions: RowChange

    def __bool__(self) -> bool:
        return bool(self.trials) or bool(self.sessions)


class TrialTable:
    """The trials of a collection, kept up to date at the cost of what changed.

    Trials and sessions stand in the natural order of their runs, as in a table that is
    made anew.

    Attributes
    ----------
    source
        The collection ``log.hparams``, or a selection of it.
    metrics_shown
        ``"declared"`` or ``"all"``; see :meth:`nbboard.kinds.hparams.collection.HParams.trials`.
    trials
        What the trials are called: the run, or the group where there are several sessions.
    hparams, metrics
        Columns.
    judge
        The key of the metric that trials are judged by unless another is named; ``""`` if
        there is none.
    statistics
        Of shape (metrics, sessions).
    trial_of
        int32: the trial of each session.
    version
        Counts the updates that changed something.
    """

    def __init__(self, source: HParams, metrics_shown: str = "declared") -> None:
        self.source = source
        self.metrics_shown = metrics_shown
        self.trials: list[str] = []
        self.hparams: list[HparamColumn] = []
        self.metrics: list[MetricColumn] = []
        self.judge = ""
        self.statistics = Statistics.blank(0, 0)
        self.trial_of = np.empty(0, np.int32)
        self.version = 0
        self._index = SessionIndex()
        self._sessions: Rows[SessionRow] = Rows()
        self._trials: Rows[TrialRow] = Rows()
        #: How many trials have each hyperparameter.
        self._names: Counter[str] = Counter()
        self._cells: dict[str, list[Cell]] = {}

    @property
    def sessions(self) -> list[SessionRow]:
        """The sessions, in order."""
        return self._sessions.items

    @property
    def info(self) -> dict[str, HparamColumn | MetricColumn]:
        """The columns of hyperparameters and metrics by key."""
        columns: list[HparamColumn | MetricColumn] = [*self.hparams, *self.metrics]
        return {column.key: column for column in columns}

    @property
    def restarts(self) -> str:
        """Which points count: those that a restart took back do not, unless they are asked for."""
        rule: str = self.source.log.scalars.restarts_on_screen
        return rule

    def row(self, trial: int) -> TrialRow:
        """Return a trial."""
        return self._trials.items[trial]

    def cells(self, column: HparamColumn) -> list[Cell]:
        """Return a hyperparameter of every trial."""
        found = self._cells.get(column.name)
        if found is None:
            rows = self._trials.items
            found = self._cells[column.name] = [
                row.hparams.get(column.name, MISSING) for row in rows
            ]
        return found

    def has_scalar(self, name: str) -> bool:
        """Whether the sessions log a scalar of this name, whether it is declared or not."""
        return any(metric.name == name for metric in self._index.metrics("all"))

    def points(self, metric: int, session: int) -> tuple[np.ndarray, np.ndarray]:
        """Return steps (int64) and values (float64) of one metric of one session."""
        run, tag = self._pair(self.metrics[metric], self.sessions[session].run)
        try:
            step, wall_time, value = self.source.log.store.scalar(run, tag)
        except KeyError:
            return np.empty(0, np.int64), np.empty(0)
        kept = None
        if self.restarts == "latest":
            kept = kept_by_latest(step, wall_time)
        elif self.restarts == "purge":
            kept = not_purged(self.source.log.store, (run, tag), len(step))
        if kept is not None:
            step, value = step[kept], value[kept]
        return step, value.astype(np.float64)

    def values_at(self, step: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return each metric's value last logged at or before a step, and that value's step.

        Returns
        -------
        there, at, value : numpy.ndarray
            bool, int64 and float64 of shape (metrics, sessions).
        """
        shape = self.statistics.count.shape
        found = values_at(
            self.source.log.store,
            [self._pair(metric, row.run) for metric in self.metrics for row in self.sessions],
            step,
            restarts=self.restarts,
        )
        there, at, value = (part.reshape(shape) for part in found)
        return there, at, value

    # ------------------------------------------------------------ keeping up

    def update(self, metrics_shown: str | None = None) -> TableChange | None:
        """Read what the log has now.

        Parameters
        ----------
        metrics_shown
            Which metrics from now on; as before if None.

        Returns
        -------
        TableChange or None
            None if nothing changed.
        """
        if metrics_shown is not None:
            self.metrics_shown = metrics_shown
        affected = self.source.update(self._index)
        groups = set(affected.groups)
        # Whether a trial may be called like its run depends on the groups there are.
        for name in affected.groups:
            if (said := self._index.logged.get(name)) is not None and said.start is not None:
                groups.add(said.start.group_name or name)
        moved = self._update_trials(groups)
        renewed = {*affected.sessions}
        for name in moved:
            renewed.update(self._index.groups.get(name, ()))
        old_metrics = {column.metric.name: n for n, column in enumerate(self.metrics)}
        old_columns = ([*self.hparams], [*self.metrics])
        trials = self._trials.update({name: self._trial(name) for name in groups})
        sessions = self._sessions.update({run: self._session(run) for run in renewed})
        self.trials = [row.label for row in self._trials.items] if trials else self.trials
        self._cells.clear()
        self._name_columns()
        if trials.moves or sessions.moves or affected.groups:
            group_of = (row.start.group_name or row.run for row in self.sessions)
            place = self._trials.place
            self.trial_of = np.fromiter((place[name] for name in group_of), np.int32)
        sessions = self._measure(sessions, old_metrics)
        change = TableChange(trials, sessions)
        if not change and old_columns == (self.hparams, self.metrics):
            return None
        self.version += 1
        return change

    def _update_trials(self, groups: set[str]) -> list[str]:
        """Count hyperparameters anew; return the trials that move to another place."""
        moved = []
        for name in groups:
            at = self._trials.place.get(name)
            runs = self._index.groups.get(name)
            if at is not None:
                self._names.subtract(list(self._trials.items[at].hparams))
            if runs:
                start = self._index.logged[runs[0]].start
                self._names.update(list(start.hparams) if start else [])
            if at is not None and runs:
                moved.append(name)
        self._names = +self._names
        return moved

    def _trial(self, name: str) -> tuple[str, TrialRow] | None:
        runs = self._index.groups.get(name)
        if not runs:
            return None
        start = self._index.logged[runs[0]].start
        label = name
        if len(runs) == 1 and (runs[0] == name or runs[0] not in self._index.groups):
            label = runs[0]
        return runs[0], TrialRow(label, runs[0], start.hparams if start else {})

    def _session(self, run: str) -> tuple[str, SessionRow] | None:
        said = self._index.logged.get(run)
        if said is None or said.start is None:
            return None
        return run, SessionRow(run, said.start, said.end, self._index.runs[run])

    def _name_columns(self) -> None:
        taken = set(FIXED)
        declared = self._index.declared()[0]
        found = [(info.name, info.display_name, info.description) for info in declared.values()]
        found += [(name, "", "") for name in sorted(self._names) if name not in declared]
        self.hparams = [
            HparamColumn(
                key=_free(name, "hparam", taken),
                label=label or name,
                title=_title(label, name, description),
                name=name,
            )
            for name, label, description in found
        ]
        metrics = self._index.metrics(self.metrics_shown)
        self.metrics = [
            MetricColumn(
                key=_free(metric.name, "metric", taken),
                label=metric.display_name or metric.name,
                title=_title(metric.display_name, metric.name, metric.description),
                metric=metric,
                lower=lower_is_better(metric.name),
                of_training=measures_training(metric.name),
            )
            for metric in metrics
        ]
        judge = judged_by(metrics)
        self.judge = next((c.key for c in self.metrics if c.metric.name == judge), "")

    def _measure(self, change: RowChange, old_metrics: Mapping[str, int]) -> RowChange:
        """Compute the statistics of what changed; return the change, with what they changed."""
        old = self.statistics
        shape = (len(self.metrics), len(self.sessions))
        held = [old_metrics.get(column.metric.name, -1) for column in self.metrics]
        if not change and held == list(range(len(old_metrics))):
            return change
        now = Statistics.blank(*shape)
        known = [row for row, at in enumerate(held) if at >= 0]
        if known:
            rows = [held[row] for row in known]
            for before, after in (
                (old.count, now.count),
                (old.step, now.step),
                (old.value, now.value),
            ):
                after[..., known, :] = change.merged(before[..., rows, :], after[..., known, :])
        every = np.arange(shape[1])
        sent = set(change.sent.tolist())
        for row, column in enumerate(self.metrics):
            places = change.sent if held[row] >= 0 else every
            pairs = [self._pair(column, self.sessions[place].run) for place in places.tolist()]
            found = measure(self.source.log.store, pairs, restarts=self.restarts)
            now.count[row, places] = found.count
            now.step[:, row, places] = found.step
            now.value[:, row, places] = found.value
            if held[row] < 0:
                sent.update(np.flatnonzero(found.count).tolist())
        self.statistics = now
        return change._replace(sent=np.array(sorted(sent), np.int32))

    @staticmethod
    def _pair(column: MetricColumn, session: str) -> tuple[str, str]:
        return run_of(column.metric, session), column.metric.tag


def _free(name: str, prefix: str, taken: set[str]) -> str:
    key = name
    while key in taken:
        key = f"{prefix}/{key}"
    taken.add(key)
    return key


def _title(name: str, label: str, description: str) -> str:
    return "\n".join(dict.fromkeys(part for part in (label, name, description) if part))
