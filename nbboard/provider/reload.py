"""The thread that reads the logs, first whole and then what is new."""

from __future__ import annotations

import sys
import threading
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.provider.log import Log

__all__ = ["Reload"]

#: Seconds for which a page waits for the first read, rather than to be shown nothing and
#: to ask again half a minute later.
_PATIENCE = 10.0


class Reload:
    """Reads a log in a thread of its own.

    Parameters
    ----------
    make
        Makes the log; called in that thread, because it loads the reader.
    interval
        Seconds from one look to the next; 0 for only one.
    tell
        Called with the log's version and the lines to show with it, whenever one changes.
    """

    def __init__(
        self, make: Callable[[], Log], interval: float, tell: Callable[[int, list[str]], None]
    ) -> None:
        self._make = make
        self._interval = interval
        self._tell = tell
        self._told: tuple[int, list[str]] = (0, [])
        self._log: Log | None = None
        self._error: BaseException | None = None
        self._made = threading.Event()
        self._looked = threading.Event()

    def start(self) -> None:
        """Begin to read."""
        threading.Thread(target=self.run, name="nbboard-reload", daemon=True).start()

    def run(self) -> None:
        """Read, in this thread: for ever unless the interval is 0."""
        try:
            self._log = self._make()
        except BaseException as error:  # noqa: BLE001 - whoever asks for the log gets it
            self._error = error
            return
        finally:
            self._made.set()
        while True:
            self._look(self._log)
            self._looked.set()
            if not self._interval:
                return
            threading.Event().wait(self._interval)

    def log(self) -> Log:
        """Return the log, as a rule after its first read."""
        self._made.wait()
        if self._log is None:
            raise RuntimeError("the logs cannot be read") from self._error
        self._looked.wait(_PATIENCE)
        return self._log

    def _look(self, log: Log) -> None:
        """Read once; what fails is told, and does not end the reading."""
        trouble = []
        try:
            log.refresh(lambda: self._say(log, []))
        except Exception as error:  # noqa: BLE001 - the next look may succeed
            traceback.print_exception(error, file=sys.stderr)
            trouble.append(f"Reading the logs failed, and is tried again: {error!r}.")
        self._say(log, trouble)

    def _say(self, log: Log, trouble: list[str]) -> None:
        said = (log.version, [*trouble, *log.lines()])
        if said != self._told:
            self._told = said
            self._tell(*said)
