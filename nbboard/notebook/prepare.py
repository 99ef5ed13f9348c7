"""What views need is imported while the kernel rests, after the cell that imported nbboard.

The first view of a kernel would otherwise wait for half a second of imports, about as
long as it takes to read a large log. Outside a kernel nothing of this happens.
"""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import Any

__all__ = ["prepare_when_idle"]


def prepare_when_idle() -> None:
    """Begin to import what views need as soon as the running cell has ended."""
    ipython = sys.modules.get("IPython")
    shell: Any = ipython.get_ipython() if ipython is not None else None
    if shell is None or not hasattr(shell, "kernel"):
        return

    def begin(*_: Any) -> None:
        shell.events.unregister("post_run_cell", begin)
        threading.Thread(target=_prepare, name="nbboard-prepare", daemon=True).start()

    shell.events.register("post_run_cell", begin)


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
