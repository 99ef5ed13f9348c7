"""TensorBoard, and everything TensorBoard logs, in the notebook.

In a notebook::

    %load_ext nbboard
    %tensorboard --logdir logs      TensorBoard itself, in the cell's output
    %nbboard logs                   the same logs, without a server

In Python::

    log = nbboard.open("logs")                  runs, kinds and problems of a folder
    log.scalars                                 at the end of a cell, displays itself
    log.scalars["run", "loss"].value            NumPy; also .step and .wall_time
    log.scalars.select(tags="loss").to_pandas()
    nbboard.diff("logs")                        the settings in which runs differ
    nbboard.note_run("logs/run")                in a script: code, command, machine
    log.runs_table.top("val/accuracy", 20)      the best runs, with their hyperparameters
    nbboard.index("logs", "catalogue")          an index of very many runs, opened like a folder
    nbboard.server.start("logs")                a TensorBoard, from a script

See ``help(nbboard.open)``, ``%tensorboard?`` and ``%nbboard?`` for more.
Importing this module costs little more than importing NumPy: all else is imported
when it is used.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    __version__: str

    from IPython.core.interactiveshell import InteractiveShell

    from nbboard import server
    from nbboard.catalogue.indexer import index
    from nbboard.errors import (
        DamagedError,
        LogdirError,
        MissingExtraError,
        NbboardError,
        ServerError,
        UsageError,
    )
    from nbboard.kinds.custom_scalars.mapping import layout
    from nbboard.kinds.params.door import diff
    from nbboard.kinds.params.note import note_run
    from nbboard.logdir import LogDir, open  # noqa: A004 - the name users expect

__all__ = [
    "DamagedError",
    "LogDir",
    "LogdirError",
    "MissingExtraError",
    "NbboardError",
    "ServerError",
    "UsageError",
    "__version__",
    "diff",
    "index",
    "layout",
    "load_ipython_extension",
    "note_run",
    "open",
    "server",
    "unload_ipython_extension",
]

_HOMES = {
    "LogDir": "nbboard.logdir",
    "open": "nbboard.logdir",
    "diff": "nbboard.kinds.params.door",
    "note_run": "nbboard.kinds.params.note",
    "index": "nbboard.catalogue.indexer",
    "layout": "nbboard.kinds.custom_scalars.mapping",
    "DamagedError": "nbboard.errors",
    "LogdirError": "nbboard.errors",
    "MissingExtraError": "nbboard.errors",
    "NbboardError": "nbboard.errors",
    "ServerError": "nbboard.errors",
    "UsageError": "nbboard.errors",
}


def load_ipython_extension(shell: InteractiveShell) -> None:
    """Register the ``%tensorboard`` and ``%nbboard`` magics: ``%load_ext nbboard``.

    Parameters
    ----------
    shell
        The IPython shell that loads the extension.
    """
    from nbboard.notebook.extension import load

    load(shell)


def unload_ipython_extension(shell: InteractiveShell) -> None:
    """Take the magics away; servers run on until they are stopped or the kernel ends.

    Parameters
    ----------
    shell
        The IPython shell that loaded the extension.
    """
    from nbboard.notebook.extension import unload

    unload(shell)


def __getattr__(name: str) -> Any:
    """Import a public name from its home the first time it is used."""
    if name == "__version__":
        from importlib.metadata import version

        return version("nbboard")
    if name == "server":  # a module of its own, for nbboard.server.start(...)
        from importlib import import_module

        return import_module("nbboard.server")
    if name in _HOMES:
        from importlib import import_module

        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value
    message = f"module 'nbboard' has no attribute {name!r}"
    raise AttributeError(message)


def __dir__() -> list[str]:
    """List the public names."""
    return list(__all__)


if "IPython" in sys.modules:
    from nbboard.notebook.prepare import prepare_when_idle as _prepare_when_idle

    _prepare_when_idle()
