"""Which runs changed, version by version, so that whoever looks again looks at these alone."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbboard.series.store import Changes

__all__ = ["Journal"]

#: So many versions are remembered; who comes later than that looks at everything.
_VERSIONS = 512
#: So many names of runs, all versions together.
_NAMES = 500_000


class Journal:
    """The runs that each version of a logdir changed."""

    def __init__(self) -> None:
        self._entries: deque[tuple[int, frozenset[str]]] = deque()
        self._names = 0
        #: The version from which on everything is known.
        self._since = 0

    def note(self, version: int, changes: Changes) -> None:
        """Remember what led to a version; the first one is everything there is."""
        if version == 1:
            self.forget(version)
            return
        names = {*changes.runs_added, *changes.runs_removed, *changes.reset}
        names.update(key.run for key, _ in changes.grew)
        names.update(key.run for key in (*changes.came, *changes.gone, *changes.reread))
        self._entries.append((version, frozenset(names)))
        self._names += len(names)
        while len(self._entries) > _VERSIONS or self._names > _NAMES:
            self._since, dropped = self._entries.popleft()
            self._names -= len(dropped)

    def forget(self, version: int) -> None:
        """Begin anew at a version: what was before it is not comparable."""
        self._entries.clear()
        self._names = 0
        self._since = version

    def since(self, version: int) -> frozenset[str] | None:
        """Return the runs that changed after a version; None if that is not known."""
        if version < self._since:
            return None
        return frozenset[str]().union(*(names for at, names in self._entries if at > version))
