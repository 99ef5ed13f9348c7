"""A log as TensorBoard's page is told of it: a store, its index, and what is to be said."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

from nbboard.provider.flags import SCALARS
from nbboard.provider.index import Index
from nbboard.provider.margins import Margins
from nbboard.provider.notices import Notices
from nbboard.provider.reader import Source, Store
from nbboard.provider.values import Values

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbboard.provider.reader import Restarts

__all__ = ["Log"]

#: Of a long first read, at most this share of the time goes into showing what is there.
_SHARE = 0.1


class Log:
    """The logs of some folders, kept up to date by :meth:`refresh`.

    Parameters
    ----------
    roots
        Name to folder or URL; the name of a single one may be empty.
    restarts
        What becomes of points that a restarted job logged again.
    limit
        How many points of a scalar series a page asks for at the most.

    Attributes
    ----------
    store, index, values, margins
        What was read.
    version : int
        Grows with every change.
    """

    def __init__(
        self, roots: Mapping[str, str], restarts: Restarts = "latest", limit: int = SCALARS
    ) -> None:
        self.store = Store([Source(name, root) for name, root in roots.items()])
        self.index = Index()
        self.values = Values(self.store, restarts)
        self.margins = Margins(self.index, self.values)
        self.version = 0
        self._notices = Notices(self.store, self.values, limit)
        self._refreshing = threading.Lock()

    def refresh(self, partly: Callable[[], None] | None = None) -> bool:
        """Read what is new.

        Parameters
        ----------
        partly
            Called now and then in the middle of a long read, when there is more to see.

        Returns
        -------
        bool
            Whether anything changed.
        """
        with self._refreshing:
            watch = _Watch(self, partly)
            changes = self.store.refresh(progress=watch.look)
            if changes:
                self.index.update(self.store, changes)
                self._notices.update(changes)
                self.version += 1
            return bool(changes)

    def lines(self) -> list[str]:
        """Return what is to be said of the log, in sentences: what is damaged, hidden, sampled."""
        return self._notices.lines()


class _Watch:
    """Shows what has been read of a log that takes long."""

    def __init__(self, log: Log, partly: Callable[[], None] | None) -> None:
        self._log = log
        self._partly = partly
        self._next = time.monotonic() + 1

    def look(self, _done: int, _total: int) -> None:
        begun = time.monotonic()
        if begun < self._next:
            return
        self._log.index.update_all(self._log.store)
        self._log.version += 1
        if self._partly is not None:
            self._partly()
        took = time.monotonic() - begun
        self._next = begun + max(1, took / _SHARE)
