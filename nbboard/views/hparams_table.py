"""Trials as columns: hyperparameters, and of each metric what the page can choose from.

A metric of a session is sent as eight numbers (count, last, least, greatest and mean
value, with their steps) and a bounded curve, so that the page can reduce it in any way
without asking the kernel.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nbboard.kinds.hparams.collection import HParams
    from nbboard.kinds.hparams.messages import HParamValue
    from nbboard.kinds.hparams.trials import Session, Trial, Trials
    from nbboard.logdir.series import ScalarSeries

__all__ = ["FIXED", "STATISTICS", "HparamColumn", "MetricColumn", "TrialTable"]

#: Columns that every table has; hyperparameters and metrics of these names are prefixed.
FIXED = ("trial", "status", "started", "duration")

#: What is kept of each metric of each session; the order is that of the payload.
STATISTICS = ("count", "last", "lastStep", "min", "minStep", "max", "maxStep", "mean")

_LOWER = re.compile(
    r"loss|err(or)?s?\b|error|mse|mae\b|rmse|mape|perplex|ppl\b|nll|cost|\bfid\b|\b[wc]er\b|"
    r"latency|duration|divergence|regret|bpd|bpc",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class HparamColumn:
    """A hyperparameter: one value a trial, None where it has none."""

    key: str
    label: str
    title: str
    values: list[HParamValue | None]


@dataclass(frozen=True)
class MetricColumn:
    """A metric: `tag` at the run `group` below a session's run."""

    key: str
    label: str
    title: str
    tag: str
    group: str
    lower: bool


@dataclass
class TrialTable:
    """The trials of a collection, kept up to date.

    Trials and sessions keep their places: new ones are added at the end, so that what
    changed can be sent alone.

    Attributes
    ----------
    source
        The collection ``log.hparams``, or a selection of it.
    metrics_shown
        ``"declared"`` or ``"all"``; see :meth:`nbboard.kinds.hparams.collection.HParams.trials`.
    trials
        Names.
    hparams, metrics
        Columns.
    sessions
        In the order of `trial_of`, which has the trial of each.
    statistics
        float64 of shape (8, metrics, sessions); steps stand in it exactly up to 2**53.
    """

    source: HParams
    metrics_shown: str = "declared"
    trials: list[str] = field(default_factory=list)
    hparams: list[HparamColumn] = field(default_factory=list)
    metrics: list[MetricColumn] = field(default_factory=list)
    sessions: list[Session] = field(default_factory=list)
    trial_of: list[int] = field(default_factory=list)
    statistics: np.ndarray = field(default_factory=lambda: np.zeros((8, 0, 0)))
    _seen: dict[tuple[int, int], tuple[Any, ...]] = field(default_factory=dict)
    _version: tuple[Any, ...] | None = None

    @property
    def info(self) -> dict[str, HparamColumn | MetricColumn]:
        """The columns of hyperparameters and metrics by key."""
        columns: list[HparamColumn | MetricColumn] = [*self.hparams, *self.metrics]
        return {column.key: column for column in columns}

    @property
    def scalars(self) -> Any:
        """The scalar series, as TensorBoard shows them: without what a restart took back."""
        return self.source.log.scalars.select(restarts="latest")

    def run_of(self, metric: MetricColumn, session: int) -> str:
        """Return the run whose scalar a metric is."""
        return posixpath.normpath(posixpath.join(self.sessions[session].run, metric.group))

    def series(self, metric: int, session: int, scalars: Any) -> ScalarSeries | None:
        """Return the scalars of one metric of one session, or None if it logged none."""
        column = self.metrics[metric]
        where = (self.run_of(column, session), column.tag)
        if where not in scalars:
            return None
        series: ScalarSeries = scalars[where]
        return series

    def update(self) -> list[int] | None:
        """Read what the log has now.

        Returns
        -------
        list of int or None
            The sessions that are new or changed; None if columns, or the places of
            trials, are not what they were, so that everything must be read again.
        """
        # Hyperparameters are logged once: while their series and the scalar tags stay,
        # only numbers can have changed.
        log = self.source.log
        version = (
            self.metrics_shown,
            tuple((key.run, key.tag, key.count) for key in self.source.keys),
            len(log.scalars.keys),
        )
        same = True
        fresh: set[int] = set()
        if version != self._version:
            same, fresh = self._arrange(self.source.trials(metrics=self.metrics_shown))
            self._version = version
        changed = fresh | self._measure()
        return sorted(changed) if same else None

    def _arrange(self, trials: Trials) -> tuple[bool, set[int]]:
        """Take over trials and columns, at their places.

        Returns
        -------
        bool
            Whether what was there before stands where it stood, unchanged.
        set of int
            The sessions that are new or ended.
        """
        rows: dict[str, Trial] = {}
        for trial in trials.rows:
            rows[trial.label if trial.label not in rows else trial.name] = trial
        found = {session.run: (session, name) for name, t in rows.items() for session in t.sessions}
        before, old_columns, old_metrics = self.sessions, self.hparams, self.metrics
        old_trials = self.trials
        same = all(name in rows for name in old_trials) and all(s.run in found for s in before)
        if not same:
            # Something went away: everything is put in the order of the log again.
            before = []
        self.trials = (
            [*old_trials, *(n for n in rows if n not in set(old_trials))] if same else [*rows]
        )
        known = dict.fromkeys(session.run for session in before)
        self.sessions = [found[run][0] for run in (*known, *(r for r in found if r not in known))]
        places = {name: place for place, name in enumerate(self.trials)}
        trial_of = [places[found[session.run][1]] for session in self.sessions]
        same = same and trial_of[: len(before)] == self.trial_of
        self.trial_of = trial_of
        taken = set(FIXED)
        ordered = [rows[name] for name in self.trials]
        self.hparams = [
            HparamColumn(
                key=_free(info.name, "hparam", taken),
                label=info.display_name or info.name,
                title=_title(info.display_name, info.name, info.description),
                values=[trial.hparams.get(info.name) for trial in ordered],
            )
            for info in trials.hparams
        ]
        self.metrics = [
            MetricColumn(
                key=_free(metric.name, "metric", taken),
                label=metric.display_name or metric.name,
                title=_title(metric.display_name, metric.name, metric.description),
                tag=metric.tag,
                group=metric.group,
                lower=_LOWER.search(metric.name) is not None,
            )
            for metric in trials.metrics
        ]
        count = len(old_trials)
        same = (
            same
            and old_metrics == self.metrics
            and [(c.key, c.label, c.values) for c in old_columns]
            == [(c.key, c.label, c.values[:count]) for c in self.hparams]
        )
        fresh = {
            seat
            for seat, session in enumerate(self.sessions)
            if seat >= len(before)
            or (before[seat].end, before[seat].runs) != (session.end, session.runs)
        }
        return same, fresh

    def _measure(self) -> set[int]:
        """Compute the statistics of what has more points, or others, than before."""
        shape = (len(STATISTICS), len(self.metrics), len(self.sessions))
        if self.statistics.shape != shape:
            old = self.statistics
            self.statistics = np.full(shape, np.nan)
            self.statistics[0] = 0
            if old.shape[1] == shape[1] and old.shape[2] <= shape[2]:
                self.statistics[:, :, : old.shape[2]] = old
            else:
                self._seen.clear()
        scalars = self.scalars
        counts = {(key.run, key.tag): key.count for key in scalars.keys}
        changed = set()
        for number, metric in enumerate(self.metrics):
            for seat in range(len(self.sessions)):
                run = self.run_of(metric, seat)
                count = counts.get((run, metric.tag), 0)
                # A run that was written anew may have as many points as before.
                mark = (run, count, self.source.log.last_wall_time(run) if count else None)
                if mark != self._seen.get((number, seat)):
                    series = self.series(number, seat, scalars)
                    self.statistics[:, number, seat] = statistics(series)
                    self._seen[number, seat] = mark
                    changed.add(seat)
        return changed

    def values_at(self, step: int) -> tuple[np.ndarray, np.ndarray]:
        """Return each metric's value last logged at or before a step, and that value's step.

        Returns
        -------
        value, at : numpy.ndarray
            float64 of shape (metrics, sessions); `at` is NaN where there is none.
        """
        shape = self.statistics.shape[1:]
        value, at = np.full(shape, np.nan), np.full(shape, np.nan)
        scalars = self.scalars
        for number in range(shape[0]):
            for seat in range(shape[1]):
                series = self.series(number, seat, scalars)
                if series is None:
                    continue
                place = int(np.searchsorted(series.step, step, side="right")) - 1
                if place >= 0:
                    value[number, seat] = series.value[place]
                    at[number, seat] = series.step[place]
        return value, at


def statistics(series: ScalarSeries | None) -> tuple[float, ...]:
    """Return the numbers named by :data:`STATISTICS`.

    Least, greatest and mean are of the finite values; NaN where there are none.
    """
    if series is None or not len(series):
        return (0.0, *[float("nan")] * 7)
    step, value = series.step, series.value.astype(np.float64, copy=False)
    finite = np.isfinite(value)
    least = greatest = (float("nan"), float("nan"))
    mean = float("nan")
    if finite.any():
        inside = value if finite.all() else value[finite]
        at = step if finite.all() else step[finite]
        low, high = int(inside.argmin()), int(inside.argmax())
        least = (float(inside[low]), float(at[low]))
        greatest = (float(inside[high]), float(at[high]))
        mean = float(inside.mean())
    return (
        float(len(step)),
        float(value[-1]),
        float(step[-1]),
        *least,
        *greatest,
        mean,
    )


def _free(name: str, prefix: str, taken: set[str]) -> str:
    key = name
    while key in taken:
        key = f"{prefix}/{key}"
    taken.add(key)
    return key


def _title(name: str, label: str, description: str) -> str:
    return "\n".join(dict.fromkeys(part for part in (label, name, description) if part))
