"""What runs need attention for: they diverged, were restarted, are damaged or went stale."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import numpy as np

from nbboard.errors import LogdirError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nbboard.logdir import LogDir
    from nbboard.series.store import SeriesKey

__all__ = ["FLAGS", "RunFlags"]

#: Names of the flags, in the order of their bits.
FLAGS = ("diverged", "restarted", "damaged", "stale")
_DIVERGED, _RESTARTED, _DAMAGED, _STALE = 1, 2, 4, 8

#: Seconds without anything new after which a run is stale, while another one goes on.
STALE_AFTER = 600.0
#: Seconds for which a run is taken to go on after it was written to.
ALIVE_FOR = 120.0
#: What was finished longer ago is not stale because of what runs today.
FINISHED_AFTER = 86_400.0
#: Seconds between two looks at the age of all runs.
LOOK_EVERY = 30.0


class RunFlags:
    """The flags of the runs of a log, kept up to date.

    *Diverged*: a scalar became NaN or infinite. *Restarted*: steps of a scalar go back.
    *Damaged*: bytes of its files were lost. *Stale*: nothing was logged for ten minutes,
    while another run of the log is still being written.

    Parameters
    ----------
    log
        The log.
    """

    def __init__(self, log: LogDir) -> None:
        self._log = log
        self._of_series: dict[str, dict[str, int]] = {}
        self._last: dict[str, float] = {}
        self._damaged: frozenset[str] = frozenset()
        self._looked = 0.0
        self._flags: dict[str, int] = {}

    def look_at_all(self) -> dict[str, int]:
        """Return the flags of all runs that have any."""
        self._of_series = {}
        self._note(self._log.scalars.keys)
        self._damaged = self._find_damaged()
        self._last = {run: self._log.last_wall_time(run) or 0.0 for run in self._log.runs}
        self._looked = time.time()
        self._flags = {run: flag for run in self._last if (flag := self._flag_of(run))}
        return dict(self._flags)

    def update(
        self, touched: Iterable[tuple[str, str]], gone: Iterable[str], *, problems: bool
    ) -> dict[str, int]:
        """Return the flags that are others now, looking at what has changed.

        Parameters
        ----------
        touched
            Run and tag of series that changed.
        gone
            Runs that are no more.
        problems
            Whether the log has other problems than before.
        """
        names = set(touched)
        runs = {run for run, _ in names}
        for run in gone:
            self._of_series.pop(run, None)
            self._last.pop(run, None)
            self._flags.pop(run, None)
        for run, tag in names:
            self._of_series.get(run, {}).pop(tag, None)
        self._note(key for name in names if (key := self._key_of(name)) is not None)
        for run in runs:
            last = self._log.last_wall_time(run)
            if last is not None:
                self._last[run] = last
        if problems:
            before, self._damaged = self._damaged, self._find_damaged()
            runs |= before ^ self._damaged
        if time.time() > self._looked + LOOK_EVERY:
            self._looked = time.time()
            runs.update(self._last)
        changed = {}
        for run in runs & self._last.keys():
            flag = self._flag_of(run)
            if flag != self._flags.get(run, 0):
                changed[run] = self._flags[run] = flag
        return changed

    def _key_of(self, name: tuple[str, str]) -> SeriesKey | None:
        try:
            key: SeriesKey = self._log.scalars[name].key
        except LogdirError:
            return None
        return key

    def _note(self, keys: Iterable[SeriesKey]) -> None:
        """Note the flags of series."""
        try:
            table = self._log.store.scalar_table(keys)
        except KeyError:
            return  # a run has gone in between; its going is noted, too
        code = table.series_code
        odd = _distinct(code[~np.isfinite(table.value)])
        restarted = _distinct(code[1:][(np.diff(table.step) < 0) & (np.diff(code) == 0)])
        for flag, codes in ((_DIVERGED, odd), (_RESTARTED, restarted)):
            for number in codes.tolist():
                key = table.keys[number]
                tags = self._of_series.setdefault(key.run, {})
                tags[key.tag] = tags.get(key.tag, 0) | flag

    def _flag_of(self, run: str) -> int:
        flag = 0
        for one in self._of_series.get(run, {}).values():
            flag |= one
        if run in self._damaged:
            flag |= _DAMAGED
        age = self._looked - self._last.get(run, 0.0)
        if STALE_AFTER < age < FINISHED_AFTER and self._any_alive:
            flag |= _STALE
        return flag

    @property
    def _any_alive(self) -> bool:
        return any(abs(self._looked - last) < ALIVE_FOR for last in self._last.values())

    def _find_damaged(self) -> frozenset[str]:
        files = {problem.file for problem in self._log.problems if problem.lost > 0}
        if not files:
            return frozenset()
        return frozenset(run for run in self._log.runs if not files.isdisjoint(self._files(run)))

    def _files(self, run: str) -> tuple[str, ...]:
        try:
            return self._log.store.files(run)
        except KeyError:
            return ()


def _distinct(codes: NDArray[np.int32]) -> NDArray[np.int64]:
    """Return the codes that occur; np.unique would import masked arrays for the first view."""
    occurring: NDArray[np.int64] = np.flatnonzero(np.bincount(codes))
    return occurring
