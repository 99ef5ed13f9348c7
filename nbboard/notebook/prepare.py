"""What is made ready while the kernel rests, once the cell that loaded nbboard has ended.

The first view of a kernel would otherwise wait for half a second of imports, about as
long as it takes to read a large log; the first TensorBoard for its own, which are longer.
Outside a kernel nothing of this happens.

Two threads that import are slower than one, and a cell must not wait: so imports are done in short
steps, and a cell that begins meanwhile is let go first.
"""

from __future__ import annotations

import importlib
import sys
import threading
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["prepare_server_when_idle", "prepare_when_idle"]

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
    _when_idle(shell, lambda: _import_beside_cells(shell))


def prepare_server_when_idle(shell: Any) -> None:
    """Have a process load TensorBoard as soon as the running cell has ended."""
    _when_idle(shell, lambda: _in_thread(_prepare_server))


def _when_idle(shell: Any, work: Callable[[], None]) -> None:
    if shell is None or not hasattr(shell, "kernel"):
        return

    def begin(*_: Any) -> None:
        shell.events.unregister("post_run_cell", begin)
        work()

    shell.events.register("post_run_cell", begin)


def _in_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="nbboard-prepare", daemon=True).start()


def _prepare_server() -> None:
    # If none can be started, %tensorboard says why.
    with suppress(Exception):
        from nbboard.server import standby

        standby.stand_by()


def _import_beside_cells(shell: Any) -> None:
    """Import step by step in a thread, no step beginning beside a cell that has just begun."""
    idle = threading.Event()
    idle.set()

    def stop(*_: Any) -> None:
        idle.clear()

    def go_on(*_: Any) -> None:
        idle.set()

    def work() -> None:
        of_logs = partial(_views_of_logs, shell)
        for step in (*_FOR_VIEWS, _views, of_logs, *_FOR_PICTURES):
            idle.wait(_LONG)
            # Whatever fails here fails again where it is used, and is reported there.
            with suppress(Exception):
                step() if callable(step) else importlib.import_module(step)
        shell.events.unregister("pre_run_cell", stop)
        shell.events.unregister("post_run_cell", go_on)

    shell.events.register("pre_run_cell", stop)
    shell.events.register("post_run_cell", go_on)
    _in_thread(work)


def _views() -> None:
    from nbboard.logdir.registry import view_class
    from nbboard.views.output import takes_updates

    for name in ("scalars", "board"):
        view_class(name)
    takes_updates()


def _views_of_logs(shell: Any) -> None:
    """Import the views of what may be in the logs that the cell has opened: nothing is counted."""
    from nbboard.logdir import LogDir
    from nbboard.logdir.registry import kind_of_plugin, kinds, view_class, view_names

    found: set[str] = set()
    for log in [value for value in list(shell.user_ns.values()) if isinstance(value, LogDir)]:
        found.update(kind_of_plugin(plugin).name for plugin in log.store.plugins())
        beside = {name: kind.beside for name, kind in kinds().items() if kind.beside}
        found.update(name for name, files in beside.items() if log.store.files_beside(files))
    for name in found.intersection(view_names()):
        view_class(name)
