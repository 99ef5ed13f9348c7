"""TensorBoard processes: start, reuse, list and stop them.

>>> import nbboard.server
>>> result = nbboard.server.start("logs")  # doctest: +SKIP
>>> nbboard.server.list()  # doctest: +SKIP
(<Server running: logdir='/home/ada/logs' port=40321 pid=4711>,)
>>> nbboard.server.stop()  # doctest: +SKIP

A server belongs to the process that started it and ends with it, even when that
is killed. It listens on this machine only, under a path that nobody can guess.
"""

from __future__ import annotations

from nbboard.server.registry import find, start, stop
from nbboard.server.registry import list_servers as list  # noqa: A004 - nbboard.server.list()
from nbboard.server.results import Failed, LeftOut, Printed, Reused, Started, StartResult
from nbboard.server.running import Server

__all__ = [
    "Failed",
    "LeftOut",
    "Printed",
    "Reused",
    "Server",
    "StartResult",
    "Started",
    "find",
    "list",
    "start",
    "stop",
]
