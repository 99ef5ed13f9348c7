"""Trials: sessions with hyperparameters, grouped and aggregated by TensorBoard's rules.

The rules are those of tensorboard/plugins/hparams: sessions with one group name are one
trial, which has the hyperparameters of its first session; a metric is the last scalar of
its tag at "session/group".
"""

from __future__ import annotations

import difflib
import math
import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from nbboard.errors import UsageError
from nbboard.kinds.hparams.goals import preferred
from nbboard.kinds.hparams.messages import (
    HParam,
    HParamValue,
    Metric,
    SessionEnd,
    SessionStart,
)

if TYPE_CHECKING:
    from nbboard.kinds.hparams.sessions import SessionIndex

__all__ = ["MetricValue", "Session", "Trial", "Trials", "make_trials"]


class MetricValue(NamedTuple):
    """The last point of a metric (its means, where sessions are averaged)."""

    value: float | int
    step: int
    wall_time: float


@dataclass(frozen=True)
class Session:
    """One run with hyperparameters.

    Attributes
    ----------
    run
        The run that holds its start.
    start, end
        What was logged; `end` is None if none was.
    metrics
        The last point of each metric that it has, by the metric's name.
    runs
        The runs whose curves belong to it: its own and those below, and for a run made
        by PyTorch's ``add_hparams`` the run that it was called in.
    """

    run: str
    start: SessionStart
    end: SessionEnd | None
    metrics: Mapping[str, MetricValue]
    runs: tuple[str, ...]

    @property
    def status(self) -> str:
        """``"success"``, ``"failure"``, ``"running"`` or ``"unknown"``."""
        return self.end.status if self.end is not None else "unknown"


@dataclass(frozen=True)
class Trial:
    """One set of hyperparameters, tried in one or several sessions.

    Attributes
    ----------
    name
        TensorBoard's name of it: the group's, or the run's where there is no group.
    hparams
        Those of the first session, as logged: NaN, infinities and None (null) too, which
        TensorBoard takes for not set. What was not logged is not there.
    metrics
        By the metric's name, aggregated over the sessions.
    sessions
        Sorted by run.
    """

    name: str
    hparams: Mapping[str, HParamValue]
    metrics: Mapping[str, MetricValue]
    sessions: tuple[Session, ...]

    @property
    def label(self) -> str:
        """The run, where there is one session; otherwise the name."""
        return self.sessions[0].run if len(self.sessions) == 1 else self.name


@dataclass(frozen=True)
class Trials:
    """All trials of a logdir.

    Attributes
    ----------
    hparams
        Declared ones first, by all experiments together, then those only found.
    metrics
        The same for metrics.
    rows
        The trials, in the order of their first runs.
    """

    hparams: tuple[HParam, ...] = ()
    metrics: tuple[Metric, ...] = ()
    rows: tuple[Trial, ...] = ()

    @property
    def differing(self) -> tuple[str, ...]:
        """The names of the hyperparameters that are not the same in every trial."""
        return tuple(
            info.name
            for info in self.hparams
            if len({_identity(info.name, trial) for trial in self.rows}) > 1
        )


def _identity(name: str, trial: Trial) -> tuple[bool, str, HParamValue]:
    value = trial.hparams.get(name)
    # NaN is the same value everywhere; 1, 1.0 and True are not.
    same: HParamValue = "NaN" if isinstance(value, float) and math.isnan(value) else value
    return name in trial.hparams, type(value).__name__, same


@dataclass(frozen=True)
class TrialOptions:
    """How trials are made; see :meth:`HParams.trials`."""

    aggregation: str = "avg"
    metric: str | None = None
    metrics: str = "declared"


def make_trials(
    index: SessionIndex, last: Callable[[str, str], MetricValue | None], options: TrialOptions
) -> Trials:
    """Make the trials of sessions.

    Parameters
    ----------
    index
        The sessions.
    last
        Returns the last point of a run's tag; None if it has none.
    options
        Aggregation and choice of metrics.
    """
    if options.metrics not in {"declared", "all"}:
        raise UsageError(f"metrics is 'declared' or 'all', not {options.metrics!r}")
    metrics = index.metrics(options.metrics)
    _insist_on_known(options, metrics)
    rows = []
    for name in trial_order(index):
        runs = index.groups[name]
        sessions = [_session(index, run, metrics, last) for run in runs]
        # The first one in natural order gives the hyperparameters; that by run is for the rest.
        given = sessions[0].start.hparams
        sessions.sort(key=lambda session: session.run)
        values = _aggregate(sessions, metrics, options)
        rows.append(Trial(name, given, values, tuple(sessions)))
    return Trials(_hparams(index, rows), metrics, tuple(rows))


def trial_order(index: SessionIndex) -> list[str]:
    """Return the names of trials in the order of their first sessions."""
    firsts = {runs[0]: name for name, runs in index.groups.items()}
    return [firsts[run] for run in index.order(firsts)]


def _insist_on_known(options: TrialOptions, metrics: Sequence[Metric]) -> None:
    """Refuse what no trial could be made with, whether there are trials or not."""
    if options.aggregation not in {"avg", "median", "min", "max"}:
        raise UsageError(
            f"aggregation is 'avg', 'median', 'min' or 'max', not {options.aggregation!r}"
        )
    names = [metric.name for metric in metrics]
    if options.metric and names and options.metric not in names:
        raise UsageError(f"there is no metric {options.metric!r}; {nearest(options.metric, names)}")


def nearest(name: str, names: Sequence[str]) -> str:
    """Say what was meant by a name that is not there, or which names are."""
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.5)
    if near:
        return f"did you mean {near[0]!r}?"
    more = f", ... ({len(names):,})" if len(names) > 12 else ""
    return f"there is {', '.join(map(repr, names[:12]))}{more}"


def _hparams(index: SessionIndex, rows: Sequence[Trial]) -> tuple[HParam, ...]:
    found = dict(index.declared()[0])
    undeclared: dict[str, list[HParamValue]] = {}
    for row in rows:
        for name, value in row.hparams.items():
            if name not in found:
                undeclared.setdefault(name, []).append(value)
    for name, values in sorted(undeclared.items()):
        found[name] = _deduced(name, values)
    return tuple(found.values())


def _deduced(name: str, values: Sequence[HParamValue]) -> HParam:
    given = [value for value in values if value is not None]
    numbers = [float(v) for v in given if not isinstance(v, str | bool) and math.isfinite(v)]
    types = {
        "bool" if isinstance(v, bool) else "string" if isinstance(v, str) else "number"
        for v in given
    }
    if types == {"number"}:
        interval = (min(numbers), max(numbers)) if numbers else None
        return HParam(name, display_name=name, type="number", interval=interval)
    kind = types.pop() if len(types) == 1 else "string"
    return HParam(name, display_name=name, type=kind, values=tuple(dict.fromkeys(values)))


def _session(
    index: SessionIndex,
    run: str,
    metrics: Sequence[Metric],
    last: Callable[[str, str], MetricValue | None],
) -> Session:
    said = index.logged[run]
    assert said.start is not None  # noqa: S101 - that is what makes it a session
    values = {}
    for metric in metrics:
        value = last(run_of(metric, run), metric.tag)
        if value is not None:
            values[metric.name] = value
    return Session(run, said.start, said.end, values, index.runs[run])


def run_of(metric: Metric, session: str) -> str:
    """Return the run that has a metric of a session."""
    return posixpath.normpath(posixpath.join(session, metric.group)) if metric.group else session


def _aggregate(
    sessions: Sequence[Session], metrics: Sequence[Metric], options: TrialOptions
) -> Mapping[str, MetricValue]:
    name = options.metric or judged_by(metrics)
    if options.aggregation == "avg":
        return _averages(sessions)
    measured = [session for session in sessions if name in session.metrics]
    if not measured:
        return {}

    def value(session: Session) -> float:
        return session.metrics[name].value

    # All metrics come from the one session that the chosen metric picks.
    if options.aggregation == "median":
        return sorted(measured, key=value)[(len(measured) - 1) // 2].metrics
    return (min if options.aggregation == "min" else max)(measured, key=value).metrics


def judged_by(metrics: Sequence[Metric]) -> str:
    """Return the name of the metric that trials are judged by where none is named."""
    at = preferred([_meant(metric) for metric in metrics])
    return "" if at is None else metrics[at].name


def _meant(metric: Metric) -> str:
    return f"{metric.name} {metric.dataset}" if metric.dataset else metric.name


def _averages(sessions: Sequence[Session]) -> Mapping[str, MetricValue]:
    if len(sessions) == 1:
        return sessions[0].metrics
    found: dict[str, list[MetricValue]] = {}
    for session in sessions:
        for name, value in session.metrics.items():
            found.setdefault(name, []).append(value)
    return {
        name: MetricValue(
            value=sum(v.value for v in values) / len(values),
            step=sum(v.step for v in values) // len(values),
            wall_time=sum(v.wall_time for v in values) / len(values),
        )
        for name, values in found.items()
    }
