"""Whether the changes that somebody was told of are all that happened to a log."""

from __future__ import annotations

from typing import Any

__all__ = ["Noted"]


class Noted:
    """Counts changes of a log from a version on.

    A log counts the refreshes that found something. Who is told of each of them can do work
    in proportion to it; who may have missed one has to look through everything once.

    Parameters
    ----------
    log
        The log.
    """

    def __init__(self, log: Any) -> None:
        self._log = log
        self._version: int | None = None
        self._count = 0

    def note(self) -> None:
        """Count one change."""
        self._count += 1

    def settle(self) -> bool:
        """Return whether every change since the last time was noted; count anew from now."""
        version = self._log.version
        complete = self._version is not None and version == self._version + self._count
        self._version, self._count = version, 0
        return complete
