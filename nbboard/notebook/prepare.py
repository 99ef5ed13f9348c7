"""What views need is imported while the kernel rests, after the cell that imported nbboard.

The first view of a kernel would otherwise wait for half a second of imports, about as
long as it takes to read a large log. Outside a kernel nothing of this happens.

Two threads that import are slower than one, and a cell must not wait: so it is done in short
steps, and a cell that begins meanwhile is let go first.
"""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import suppress
from typing import Any

__all__ = ["prepare_when_idle"]

#: What a view needs, in the order in which it does, each so little that nobody notices.
_FOR_VIEWS = ("numpy", "nbboard.logdir", "ipywidgets", "anywidget", "tsdownsample")
#: For the picture that stays in the saved notebook; matplotlib's own order.
_FOR_PICTURES = (
    "matplotlib",
    "matplotlib.text",
    "matplotlib.axes",
    "matplotlib.figure",
    "matplotlib.backends.backend_agg",
    "matplotlib.ticker",
)
#: Seconds after which a running cell is one that takes long: a step beside it does not matter,
#: and the view after it is to find what it needs.
_LONG = 1.0


def prepare_when_idle() -> None:
    """Begin to import what views need as soon as the running cell has ended."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return
    idle = threading.Event()
    thread = threading.Thread(
        target=_prepare, args=(shell, idle), name="nbboard-prepare", daemon=True
    )

    def begin(*_: Any) -> None:
        shell.events.unregister("post_run_cell", begin)
        idle.set()
        thread.start()

    shell.events.register("post_run_cell", begin)


def _prepare(shell: Any, idle: threading.Event) -> None:
    def stop(*_: Any) -> None:
        idle.clear()

    def go_on(*_: Any) -> None:
        idle.set()

    shell.events.register("pre_run_cell", stop)
    shell.events.register("post_run_cell", go_on)
    try:
        for step in (*_FOR_VIEWS, _views, *_FOR_PICTURES):
            idle.wait(_LONG)
            # Whatever fails here fails again where it is used, and is reported there.
            with suppress(Exception):
                step() if callable(step) else importlib.import_module(step)
    finally:
        shell.events.unregister("pre_run_cell", stop)
        shell.events.unregister("post_run_cell", go_on)


def _views() -> None:
    from nbboard.logdir.registry import view_class
    from nbboard.views.output import takes_updates

    for name in ("scalars", "board"):
        view_class(name)
    takes_updates()
