"""Trials: sessions with hyperparameters, grouped and aggregated by TensorBoard's rules.

The rules are those of tensorboard/plugins/hparams: a run with a session start is a
session; sessions with one group name are one trial, which has the hyperparameters of
its first session; a metric is the last scalar of its tag at "session/group".
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from nbboard.errors import UsageError
from nbboard.kinds.hparams.messages import (
    Experiment,
    HParam,
    HParamValue,
    Metric,
    SessionEnd,
    SessionStart,
    is_set,
)

__all__ = ["MetricValue", "Session", "Trial", "Trials", "make_trials"]


class MetricValue(NamedTuple):
    """The last point of a metric (its means, where sessions are averaged)."""

    value: float
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
        Those of the first session; NaN and infinities count as not set.
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
            if len({(info.name in t.hparams, t.hparams.get(info.name)) for t in self.rows}) > 1
        )


@dataclass(frozen=True)
class RunHparams:
    """What one run says about hyperparameters."""

    experiment: Experiment | None = None
    start: SessionStart | None = None
    end: SessionEnd | None = None


@dataclass(frozen=True)
class TrialOptions:
    """How trials are made; see :meth:`HParams.trials`."""

    aggregation: str = "avg"
    metric: str | None = None
    metrics: str = "declared"


_TIMESTAMP = re.compile(r"\d+(\.\d+)?")


@dataclass
class _Inputs:
    logged: Mapping[str, RunHparams]
    tags: Mapping[str, Sequence[str]]
    last: Callable[[str, str], MetricValue | None]
    sessions: list[str] = field(default_factory=list)


def make_trials(
    logged: Mapping[str, RunHparams],
    tags: Mapping[str, Sequence[str]],
    last: Callable[[str, str], MetricValue | None],
    options: TrialOptions,
) -> Trials:
    """Group sessions into trials.

    Parameters
    ----------
    logged
        What each run says, in natural order of the runs.
    tags
        The scalar tags of each run.
    last
        Returns the last point of a run's tag; None if it has none.
    options
        Aggregation and choice of metrics.
    """
    inputs = _Inputs(logged, tags, last)
    inputs.sessions = [run for run, said in logged.items() if said.start is not None]
    metrics = _metrics(inputs, options.metrics)
    _insist_on_known(options, metrics)
    curves = _curves(inputs)
    groups: dict[str, list[Session]] = {}
    for run in inputs.sessions:
        session = _session(inputs, run, metrics, tuple(curves[run]))
        groups.setdefault(session.start.group_name or run, []).append(session)
    rows = []
    for name, sessions in groups.items():
        # The first one met gives the hyperparameters; the order by run is for the rest.
        given = sessions[0].start.hparams
        sessions.sort(key=lambda session: session.run)
        rows.append(
            Trial(
                name=name,
                hparams={key: value for key, value in given.items() if is_set(value)},
                metrics=_aggregate(sessions, metrics, options),
                sessions=tuple(sessions),
            )
        )
    return Trials(_hparams(inputs, rows), metrics, tuple(rows))


def _insist_on_known(options: TrialOptions, metrics: Sequence[Metric]) -> None:
    """Refuse what no trial could be made with, whether there are trials or not."""
    if options.aggregation not in {"avg", "median", "min", "max"}:
        raise UsageError(
            f"aggregation is 'avg', 'median', 'min' or 'max', not {options.aggregation!r}"
        )
    names = [metric.name for metric in metrics]
    if options.metric and names and options.metric not in names:
        raise UsageError(f"there is no metric {options.metric!r}; there is {', '.join(names)}")


def _hparams(inputs: _Inputs, rows: Sequence[Trial]) -> tuple[HParam, ...]:
    found: dict[str, HParam] = {}
    # TensorBoard takes one experiment for all; PyTorch logs one a run, each with its own
    # hyperparameters, so all of them are taken together.
    for said in inputs.logged.values():
        if said.experiment is not None:
            for info in said.experiment.hparams:
                found.setdefault(info.name, info)
    undeclared: dict[str, list[HParamValue]] = {}
    for row in rows:
        for name, value in row.hparams.items():
            if name not in found:
                undeclared.setdefault(name, []).append(value)
    for name, values in sorted(undeclared.items()):
        found[name] = _deduced(name, values)
    return tuple(found.values())


def _deduced(name: str, values: Sequence[HParamValue]) -> HParam:
    types = {
        "bool" if isinstance(v, bool) else "string" if isinstance(v, str) else "number"
        for v in values
    }
    if types == {"number"}:
        numbers = [float(value) for value in values]
        interval = (min(numbers), max(numbers))
        return HParam(name, display_name=name, type="number", interval=interval)
    kind = types.pop() if len(types) == 1 else "string"
    return HParam(name, display_name=name, type=kind, values=tuple(dict.fromkeys(values)))


def _metrics(inputs: _Inputs, which: str) -> tuple[Metric, ...]:
    if which not in {"declared", "all"}:
        raise UsageError(f"metrics is 'declared' or 'all', not {which!r}")
    found: dict[str, Metric] = {}
    for said in inputs.logged.values():
        if said.experiment is not None:
            for info in said.experiment.metrics:
                found.setdefault(info.name, info)
    if which == "all" or not found:
        sessions = frozenset(inputs.sessions)
        deduced: set[tuple[str, str]] = set()
        for run, tags in inputs.tags.items():
            session = _session_above(run, sessions)
            if session is not None:
                group = "" if run == session else posixpath.relpath(run, session)
                deduced.update((tag, group) for tag in tags)
        for tag, group in sorted(deduced):
            metric = Metric(tag, group)
            found.setdefault(metric.name, metric)
    return tuple(found.values())


def _session_above(run: str, sessions: frozenset[str]) -> str | None:
    """Return the session that a run belongs to: itself or the nearest folder above."""
    while run not in sessions:
        if not run:
            return None
        run = posixpath.dirname(run)
    return run


def _session(
    inputs: _Inputs, run: str, metrics: Sequence[Metric], curves: tuple[str, ...]
) -> Session:
    said = inputs.logged[run]
    assert said.start is not None  # noqa: S101 - that is what makes it a session
    values = {}
    for metric in metrics:
        where = run
        if metric.group:
            where = posixpath.normpath(posixpath.join(run, metric.group))
        value = inputs.last(where, metric.tag)
        if value is not None:
            values[metric.name] = value
    return Session(run, said.start, said.end, values, curves)


def _curves(inputs: _Inputs) -> dict[str, list[str]]:
    """Return the runs whose curves belong to each session."""
    sessions = frozenset(inputs.sessions)
    curves: dict[str, list[str]] = {session: [] for session in inputs.sessions}
    for run in inputs.tags:
        session = _session_above(run, sessions) or ("." if "." in sessions else None)
        if session is not None:
            curves[session].append(run)
    for session, runs in curves.items():
        above = posixpath.dirname(session) or "."
        # add_hparams writes into "<log_dir>/<time.time()>".
        if _TIMESTAMP.fullmatch(posixpath.basename(session)) and above in inputs.tags:
            runs.append(above)
    return curves


def _aggregate(
    sessions: Sequence[Session], metrics: Sequence[Metric], options: TrialOptions
) -> Mapping[str, MetricValue]:
    name = options.metric or (metrics[0].name if metrics else "")
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
