"""Sessions: the runs with hyperparameters, kept up to date run by run.

The rules are those of tensorboard/plugins/hparams: a run with a session start is a
session; sessions with one group name are one trial; the runs below a session are its.
"""

from __future__ import annotations

import posixpath
import re
from bisect import insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from nbboard.kinds.hparams.messages import Experiment, HParam, Metric, SessionEnd, SessionStart
from nbboard.text import natural_key

__all__ = ["Affected", "RunHparams", "SessionIndex"]

_TIMESTAMP = re.compile(r"\d+(\.\d+)?")


@dataclass(frozen=True)
class RunHparams:
    """What one run says about hyperparameters."""

    experiment: Experiment | None = None
    start: SessionStart | None = None
    end: SessionEnd | None = None


@dataclass
class _Declaration:
    """An experiment, and the runs that log it."""

    experiment: Experiment
    runs: set[str]
    #: The natural key of the first of them; None if that has to be looked for.
    first: str | None = None


class Affected(NamedTuple):
    """What an update changed.

    Attributes
    ----------
    sessions
        Runs that became sessions, are none any more, or say or own something else.
    groups
        Names of the trials that these belong to, or belonged to.
    """

    sessions: frozenset[str]
    groups: frozenset[str]


class SessionIndex:
    """Which runs are sessions, in which trials they are, and which runs are theirs.

    An update costs what changed, not the log.

    Attributes
    ----------
    version
        That of the log when it was updated last; -1 if never.
    logged
        What each run says that says anything.
    runs
        For each session the runs whose curves belong to it, its own among them: those
        below it, and for a run made by PyTorch's ``add_hparams`` the one that it was
        called in.
    groups
        For each trial its sessions, in natural order.
    """

    def __init__(self) -> None:
        self.version = -1
        self.logged: dict[str, RunHparams] = {}
        self.runs: dict[str, tuple[str, ...]] = {}
        self.groups: dict[str, list[str]] = {}
        self._group_of: dict[str, str] = {}
        self._tags: dict[str, tuple[str, ...]] = {}
        #: By folder: what stands one level below it on the way to a run.
        self._below: dict[str, set[str]] = {}
        self._found: Counter[Metric] = Counter()
        self._found_in: dict[str, tuple[Metric, ...]] = {}
        self._experiments: dict[int, _Declaration] = {}
        self._declared: tuple[dict[str, HParam], dict[str, Metric]] | None = None
        #: The trial in which each session was put.
        self._put: dict[str, str] = {}

    def update(
        self,
        logged: Mapping[str, RunHparams | None],
        tags: Mapping[str, Sequence[str] | None],
    ) -> Affected:
        """Take over what changed.

        Parameters
        ----------
        logged
            By run: what it says now; None if nothing.
        tags
            By run: the scalar tags that it has now; None if there is no such run.
        """
        changed = {*logged, *tags}
        sessions = self._around(changed) if self._group_of else set()
        for run, now in tags.items():
            self._place(run, now)
        for run, said in logged.items():
            self._take(run, said)
        sessions |= self._around(changed)
        groups = set()
        for session in sessions:
            groups |= self._renew(session)
        return Affected(frozenset(sessions), frozenset(groups))

    @property
    def known_runs(self) -> Iterable[str]:
        """Every run that the index knows of."""
        return self._tags

    # ------------------------------------------------------------ what is declared and found

    def declared(self) -> tuple[dict[str, HParam], dict[str, Metric]]:
        """Return what the experiments declare, by name.

        TensorBoard takes one experiment for all; PyTorch logs one a run, each with its
        own hyperparameters, so all of them are taken together, in the order of runs.
        """
        if self._declared is None:
            for one in self._experiments.values():
                if one.first is None:
                    one.first = min(map(natural_key, one.runs))
            hparams: dict[str, HParam] = {}
            metrics: dict[str, Metric] = {}
            for one in sorted(self._experiments.values(), key=lambda one: one.first or ""):
                for info in one.experiment.hparams:
                    hparams.setdefault(info.name, info)
                for metric in one.experiment.metrics:
                    metrics.setdefault(metric.name, metric)
            self._declared = hparams, metrics
        return self._declared

    def metrics(self, which: str) -> tuple[Metric, ...]:
        """Return the metrics: declared ones, then, where asked or none is, all that were found.

        Parameters
        ----------
        which
            ``"declared"`` or ``"all"``.
        """
        found = dict(self.declared()[1])
        if which == "all" or not found:
            for metric in sorted(self._found, key=lambda metric: (metric.tag, metric.group)):
                found.setdefault(metric.name, metric)
        return tuple(found.values())

    def order(self, runs: Iterable[str]) -> list[str]:
        """Return runs in natural order, as the log has them."""
        return sorted(runs, key=natural_key)

    # ------------------------------------------------------------ one run

    def _around(self, changed: Iterable[str]) -> set[str]:
        """Return the sessions that depend on any of some runs, as things stand."""
        found = set()
        for run in changed:
            if run in self.logged:
                found.add(run)
            # A declared metric may stand below a session that stands below another.
            found.update(above for above in _with_folders(run) if above in self._group_of)
            if "." in self._group_of:
                found.add(".")
            for below in self._below.get("" if run == "." else run, ()):
                if below in self._group_of and _TIMESTAMP.fullmatch(posixpath.basename(below)):
                    found.add(below)
        return found

    def _session_of(self, run: str) -> str | None:
        """Return the session that a run belongs to: itself or the nearest folder above."""
        while run not in self._group_of:
            if not run:
                return None
            run = _above(run)
        return run

    def _place(self, run: str, tags: Sequence[str] | None) -> None:
        """Note that there is a run with these tags, or none any more."""
        if tags is None:
            self._tags.pop(run, None)
            while run and run not in self._tags and not self._below.get(run):
                self._below.pop(run, None)
                above = _above(run)
                self._below.get(above, set()).discard(run)
                run = above
            return
        self._tags[run] = tuple(tags)
        while run:
            above = _above(run)
            beside = self._below.setdefault(above, set())
            if run in beside or run == above:
                return
            beside.add(run)
            run = above

    def _take(self, run: str, said: RunHparams | None) -> None:
        old = self.logged.pop(run, None)
        if old is not None and old.experiment is not None:
            self._undeclare(run, old.experiment)
        if old is not None and old.start is not None:
            del self._group_of[run]
        if said is None:
            return
        self.logged[run] = said
        if said.experiment is not None:
            self._declare(run, said.experiment)
        if said.start is not None:
            self._group_of[run] = said.start.group_name or run

    def _declare(self, run: str, experiment: Experiment) -> None:
        key = natural_key(run)
        held = self._experiments.get(id(experiment))
        if held is None:
            self._experiments[id(experiment)] = _Declaration(experiment, {run}, key)
            self._declared = None
            return
        held.runs.add(run)
        if held.first is not None and key < held.first:
            held.first, self._declared = key, None

    def _undeclare(self, run: str, experiment: Experiment) -> None:
        held = self._experiments[id(experiment)]
        held.runs.discard(run)
        if held.first == natural_key(run):
            held.first, self._declared = None, None
        if not held.runs:
            del self._experiments[id(experiment)]

    # ------------------------------------------------------------ one session

    def _renew(self, session: str) -> set[str]:
        """Make what is known of a session what it is now; return the trials it is and was in."""
        groups = {self._put.pop(session)} if session in self._put else set()
        for metric in self._found_in.pop(session, ()):
            self._found[metric] -= 1
            if not self._found[metric]:
                del self._found[metric]
        for name in groups:
            self.groups[name].remove(session)
            if not self.groups[name]:
                del self.groups[name]
        self.runs.pop(session, None)
        group = self._group_of.get(session)
        if group is None:
            return groups
        self.runs[session] = self._runs_of(session)
        self._put[session] = group
        insort(self.groups.setdefault(group, []), session, key=natural_key)
        found = tuple(
            Metric(tag, "" if run == session else posixpath.relpath(run, session))
            for run in self.runs[session]
            if self._session_of(run) == session
            for tag in self._tags.get(run, ())
        )
        self._found_in[session] = found
        self._found.update(found)
        return {*groups, group}

    def _runs_of(self, session: str) -> tuple[str, ...]:
        found = []
        left = [session]
        if session == ".":
            left.extend(self._below.get("", set()) - {"."})
        while left:
            place = left.pop()
            if place != session and place in self._group_of:
                continue
            if place in self._tags:
                found.append(place)
            left.extend(self._below.get(place, ()))
        if len(found) > 1:
            found = self.order(found)
        above = _above(session) or "."
        # add_hparams writes into "<log_dir>/<time.time()>".
        if _TIMESTAMP.fullmatch(posixpath.basename(session)) and above in self._tags:
            found.append(above)
        return tuple(found)


def _above(run: str) -> str:
    """Return the folder that a run is in; empty for none."""
    return run.rpartition("/")[0]


def _with_folders(run: str) -> Iterator[str]:
    """Yield a run and the folders it is in."""
    while run:
        yield run
        run = _above(run)
