"""Call back once the kernel has rested for a while.

While a cell runs the kernel hears nothing of the page, and between the cells of a notebook that is
run as a whole it does not listen for long. Only a kernel that has rested knows who has not spoken.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

__all__ = ["when_idle_for"]


def when_idle_for(seconds: float, shell: Any, callback: Callable[[], None]) -> None:
    """Call back from a thread, once, when no cell has run for so long.

    Parameters
    ----------
    seconds
        How long the kernel must have rested.
    shell
        The IPython shell, in a running cell.
    callback
        Takes nothing.
    """
    timer: threading.Timer | None = None

    def begin(*_: Any) -> None:
        nonlocal timer
        timer = threading.Timer(seconds, end)
        timer.daemon = True
        timer.start()

    def stop(*_: Any) -> None:
        if timer is not None:
            timer.cancel()

    def end() -> None:
        shell.events.unregister("post_run_cell", begin)
        shell.events.unregister("pre_run_cell", stop)
        callback()

    shell.events.register("post_run_cell", begin)
    shell.events.register("pre_run_cell", stop)
