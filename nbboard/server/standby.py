"""A child that has TensorBoard loaded before it is asked for: what takes longest of a start.

``%load_ext nbboard`` has one made once its cell has ended; the first server of the kernel
takes it. It opens no port and reads no log before, ends by itself when nobody asked for
it in time, and with this process, as every child does.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path
from typing import Any

from nbboard.server.process import Child

__all__ = ["PATIENCE", "READER", "environment", "stand_by", "take"]

READER = {
    "folder": str(Path(__file__).parents[1]),
    "module": "nbboard.provider",
    "function": "make",
    "later": "nbboard.provider.log",
}
"""What feeds TensorBoard's pages: the child loads it, this process does not.

The folder of this package, the module of it and the function that makes the feed; and the
module that is needed only once the port is open.
"""

#: Seconds after which a child that nobody asked for ends.
PATIENCE = 120.0
#: It is not taken so shortly before: it may be about to end.
_MARGIN = 10.0
#: What TensorBoard imports though it is slow and hardly ever needed, and the words of a command
#: line that needs it: logs on S3, and TensorBoard's data server.
_SLOW = {
    "boto3": ("s3://",),
    "grpc": ("load_fast", "grpc_data_provider", "extra_data_server_flags"),
}

_lock = threading.Lock()
#: The child, when it was made, and what Python looked at then; or nothing.
_waiting: list[tuple[Child, float, dict[str, str]]] = []
#: Whether a server was ever asked for.
_asked = False


def _forget() -> None:
    """Leave a forked process without: the child is its parent's."""
    global _lock  # noqa: PLW0603 - another thread may have held it at the fork
    _lock = threading.Lock()
    _waiting.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def stand_by() -> None:
    """Have a child load TensorBoard, unless one does, or this process has started a server."""
    with _lock:
        if not _asked and not any(child.is_alive() for child, _, _ in _waiting):
            _waiting[:] = [(_child(PATIENCE, []), time.monotonic(), _for_python())]


def take(command: str = "") -> Child:
    """Return the child that stands by, if it can serve; otherwise a new one.

    Parameters
    ----------
    command
        TensorBoard's flags as one text: some need what the child has done without.

    Raises
    ------
    OSError
        The interpreter could not be started.
    """
    global _asked  # noqa: PLW0603 - one word that is never taken back
    needed = [name for name, words in _SLOW.items() if any(word in command for word in words)]
    with _lock:
        _asked = True
        found, _waiting[:] = list(_waiting), []
    for child, since, python in found:
        fresh = time.monotonic() - since < PATIENCE - _MARGIN
        if fresh and not needed and python == _for_python() and child.is_alive():
            return child
        threading.Thread(target=child.end, name="nbboard-end", daemon=True).start()
    return _child(PATIENCE, needed)


def environment() -> dict[str, Any]:
    """Return where this process is, for a child that may have been started elsewhere."""
    try:
        folder = os.getcwd()  # noqa: PTH109 - as text
    except FileNotFoundError:
        folder = ""
    return {"environment": dict(os.environ), "folder": folder}


def _child(patience: float, needed: list[str]) -> Child:
    without = [name for name in _SLOW if name not in needed]
    return Child({"reader": READER, "without": without, "patience": patience})


def _for_python() -> dict[str, str]:
    """Return what an interpreter looks at only when it starts."""
    environment = {k: v for k, v in os.environ.items() if k.startswith(("PYTHON", "LD_"))}
    return {**environment, "": str(sys.executable)}
