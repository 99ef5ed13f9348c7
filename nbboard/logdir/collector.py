"""Keeping the garbage collector out of the way while thousands of lasting objects are made."""

from __future__ import annotations

import gc
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["uncollected"]


@contextmanager
def uncollected() -> Iterator[None]:
    """Let the collector rest for a moment.

    What is read stays, in objects without cycles, but the collector would look
    at all of them (and at everything else in the process) again and again. To
    be left after some tens of milliseconds: other threads may need it.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
