"""What a log has of its runs beside series: collections that are narrowed by runs alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbboard.logdir import table as tables
from nbboard.logdir.names import Names, matcher

if TYPE_CHECKING:
    from collections.abc import Callable

    from typing_extensions import Self

    from nbboard.logdir.kind import Kind
    from nbboard.logdir.log import LogDir
    from nbboard.logdir.restarts import Restarts

__all__ = ["OfRuns"]


class OfRuns(tables.Tabular):
    """A collection that has neither tags nor steps.

    Parameters
    ----------
    log
        The logdir it belongs to.
    kind, restarts
        As for every collection; neither narrows anything.
    tests
        A run belongs to it if all of these say so of its name.
    shared
        What this collection and those narrowed from it read once, together; None where nobody
        has read anything yet.
    """

    def __init__(
        self,
        log: LogDir,
        kind: Kind[Any],
        restarts: Restarts | None,
        tests: tuple[Callable[[str], bool], ...] = (),
        shared: Any = None,
    ) -> None:
        self.log = log
        self._arguments = (log, kind, restarts)
        self._tests = tests
        self._shared = shared

    def select(self, runs: Names | None = None) -> Self:
        """Return only those of some runs: a regular expression, exact names or a function."""
        tests = self._tests if runs is None else (*self._tests, matcher("run", runs))
        return type(self)(*self._arguments, tests, self._shared)

    def _has(self, run: str) -> bool:
        """Return whether a run belongs to it."""
        return all(test(run) for test in self._tests)
