"""What is made ready while the kernel rests, once the cell that loaded nbboard has ended.

The first view of a kernel would otherwise wait for half a second of imports, about as
long as it takes to read a large log; the first TensorBoard for its own, which are longer.
Outside a kernel nothing of this happens.
"""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["prepare_server_when_idle", "prepare_when_idle"]


def prepare_when_idle() -> None:
    """Begin to import what views need as soon as the running cell has ended."""
    ipython = sys.modules.get("IPython")
    _when_idle(ipython.get_ipython() if ipython is not None else None, _prepare)


def prepare_server_when_idle(shell: Any) -> None:
    """Have a process load TensorBoard as soon as the running cell has ended."""
    _when_idle(shell, _prepare_server)


def _when_idle(shell: Any, work: Callable[[], None]) -> None:
    if shell is None or not hasattr(shell, "kernel"):
        return

    def begin(*_: Any) -> None:
        shell.events.unregister("post_run_cell", begin)
        threading.Thread(target=work, name="nbboard-prepare", daemon=True).start()

    shell.events.register("post_run_cell", begin)


def _prepare_server() -> None:
    # If none can be started, %tensorboard says why.
    with suppress(Exception):
        from nbboard.server import standby

        standby.stand_by()


def _prepare() -> None:
    # Whatever fails here fails again where it is used, and is reported there.
    with suppress(Exception):
        import tsdownsample  # noqa: F401

        from nbboard.logdir.registry import view_class
        from nbboard.views.output import takes_updates

        for name in ("scalars", "board"):
            view_class(name)
        takes_updates()
        # For the picture that stays in the saved notebook.
        import matplotlib.backends.backend_agg
        import matplotlib.figure
        import matplotlib.ticker  # noqa: F401
