"""Keeping the garbage collector out of the way while thousands of lasting objects are made."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["GcPause"]

#: Seconds without it are harmless: other threads may need it.
_LONGEST = 0.25


class GcPause:
    """Lets the collector rest: a context manager.

    What is read stays, in objects without cycles, but the collector would look
    at all of them (and at everything else in the process) again and again.
    """

    def __enter__(self) -> Self:
        self._was_enabled = gc.isenabled()
        self._since = time.perf_counter()
        gc.disable()
        return self

    def __exit__(self, *exception: object) -> None:
        if self._was_enabled:
            gc.enable()

    def breathe(self) -> None:
        """Let the collector look at what is new if it has not for long; to be called often."""
        if self._was_enabled and time.perf_counter() - self._since > _LONGEST:
            gc.collect(1)
            self._since = time.perf_counter()
