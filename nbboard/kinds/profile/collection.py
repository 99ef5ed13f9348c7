"""The collection of profiles: files beside the event files."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, Any

from nbboard.errors import LogdirError, Problem
from nbboard.kinds.profile.files import group_sessions
from nbboard.kinds.profile.patterns import PATTERNS
from nbboard.kinds.profile.profile import Profile
from nbboard.logdir.displayed import Displayed
from nbboard.logdir.of_runs import OfRuns
from nbboard.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbboard.kinds.profile.files import SessionFiles
    from nbboard.logdir import table as tables
    from nbboard.logdir.kind import Kind
    from nbboard.logdir.log import LogDir
    from nbboard.logdir.restarts import Restarts

__all__ = ["Profiles"]

#: So many profiles stay in memory once they are read; the others are read again.
_KEPT = 4


class _Shelf:
    """The profiles of a log: grouped anew when it has changed, kept while they are used."""

    def __init__(self, log: LogDir) -> None:
        self._log = log
        self._lock = threading.RLock()
        self._version = -1
        self._found: dict[tuple[str, str], SessionFiles] = {}
        self._profiles: OrderedDict[tuple[str, str], Profile] = OrderedDict()

    def found(self) -> dict[tuple[str, str], SessionFiles]:
        """Return what there is, by run and session."""
        with self._lock:
            version = self._log.version
            if self._version != version:
                sessions = group_sessions(self._log.store.files_beside(PATTERNS))
                found = {(one.run, one.session): one for one in sessions}
                for key, before in self._found.items():
                    if found.get(key) != before:
                        self._forget(key, before)
                self._found, self._version = found, version
            return self._found

    def profile(self, key: tuple[str, str]) -> Profile:
        """Return a profile, the same object while it is kept."""
        with self._lock:
            files = self.found()[key]
            profile = self._profiles.get(key)
            if profile is None:
                profile = self._profiles[key] = Profile(files, partial(self._refuse, files.run))
            self._profiles.move_to_end(key)
            while len(self._profiles) > _KEPT:
                self._profiles.popitem(last=False)
            return profile

    def _forget(self, key: tuple[str, str], files: SessionFiles) -> None:
        """Forget what was read of files that are others now, and what was wrong with them."""
        self._profiles.pop(key, None)
        for file in files.files:
            self._log.forget_problems(file.path)

    def _refuse(self, run: str, path: str, why: str) -> None:
        self._log.note_problem(Problem(path, 0, why, 0), run)


class Profiles(Displayed, OfRuns):
    """The profiles of a logdir; as a table one row a session.

    ``log.profile[run, session]`` is a :class:`~nbboard.kinds.profile.profile.Profile`,
    ``log.profile[run]`` the latest of a run.

    Attributes
    ----------
    log
        The logdir it belongs to.
    kind
        ``"profile"``.
    """

    _view_name = "profile"
    kind = "profile"

    def __init__(
        self,
        log: LogDir,
        kind: Kind[Any],
        restarts: Restarts | None,
        tests: tuple[Callable[[str], bool], ...] = (),
        shared: _Shelf | None = None,
    ) -> None:
        self._shelf = shared or _Shelf(log)
        super().__init__(log, kind, restarts, tests, self._shelf)

    @property
    def sessions(self) -> tuple[tuple[str, str], ...]:
        """Run and session of each profile, in natural order."""
        return tuple(key for key in self._shelf.found() if self._has(key[0]))

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that have a profile."""
        return tuple(dict.fromkeys(run for run, _ in self.sessions))

    def __getitem__(self, key: str | tuple[str, str]) -> Profile:
        """Return the profile of a run and session, or the latest of a run.

        Raises
        ------
        LogdirError
            If there is none; it says which there are.
        """
        sessions = self.sessions
        if isinstance(key, str):
            of_run = [one for one in sessions if one[0] == key]
            if of_run:
                return self._shelf.profile(of_run[-1])
        elif key in sessions:
            return self._shelf.profile(key)
        known = ", ".join(map(repr, sessions[:8])) or "none"
        more = f" and {len(sessions) - 8:,} more" if len(sessions) > 8 else ""
        raise LogdirError(f"no profile {key!r}; (run, session): {known}{more}")

    def __contains__(self, key: object) -> bool:
        return key in self.sessions or key in self.runs

    def __iter__(self) -> Iterator[Profile]:
        return (self._shelf.profile(key) for key in self.sessions)

    def __len__(self) -> int:
        return len(self.sessions)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        lines = [f"profile of {self.log.name}: {counted(len(self), 'session')}"]
        lines += [printable(f"  {run}  {session}") for run, session in self.sessions]
        return "\n".join(lines)

    def _table(self) -> tables.Table:
        profiles = list(self)
        return {
            "run": [profile.run for profile in profiles],
            "session": [profile.session for profile in profiles],
            "hosts": [len(profile.hosts) for profile in profiles],
            "steps": [len(profile.steps) for profile in profiles],
            "mean_step_us": [_mean(profile) for profile in profiles],
            "verdict": [str(profile.verdict) if profile.hosts else "" for profile in profiles],
        }


def _mean(profile: Profile) -> float:
    steps = profile.steps["duration_us"]
    return float(steps.mean()) if len(steps) else float("nan")
