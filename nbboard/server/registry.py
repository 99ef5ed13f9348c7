"""The servers of this process: start one, or find the one that is asked for again.

The registry lives in memory only. Another kernel cannot see it, no file can go
stale or be planted by someone else, and it is gone with the kernel, as its
servers are.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nbboard.errors import LogdirError, ServerError
from nbboard.paths import probably_meant
from nbboard.server.arguments import Key, absolute, key_of, path_of, value_of
from nbboard.server.results import Failed, Reused, Started, StartResult
from nbboard.server.running import Server
from nbboard.server.starting import Request, launch

__all__ = ["find", "list_servers", "start", "stop"]

_servers: list[Server] = []
_lock = threading.Lock()
_starting: dict[Key, threading.Lock] = {}


def _forget() -> None:
    """Leave a forked process without servers: they are its parent's."""
    global _lock  # noqa: PLW0603 - another thread may have held it at the fork
    _lock = threading.Lock()
    _servers.clear()
    _starting.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)


def start(
    logdir: str | os.PathLike[str] | None = None,
    *,
    flags: Sequence[str] = (),
    new: bool = False,
    timeout: float | None = None,
    progress: Callable[[str], None] | None = None,
    **options: str | float | bool,
) -> StartResult:
    """Start a TensorBoard server, or return the running one that shows the same.

    The server is a child of this process, listens on this machine only (unless
    ``host`` or ``bind_all`` says otherwise), answers only under a secret path, and
    ends with this process.

    Parameters
    ----------
    logdir
        A folder of runs or a URL that TensorBoard can read. It need not exist yet.
    flags
        More arguments as on TensorBoard's command line, for example
        ``["--reload_interval", "1"]``.
    new
        Start another server even if one with the same logdir and flags runs.
    timeout
        Give up after so many seconds; by default wait as long as TensorBoard takes,
        which can be interrupted.
    progress
        Called with a few words whenever the start comes to its next step.
    **options
        TensorBoard's flags by name, for example ``port=6006`` or ``bind_all=True``.

    Returns
    -------
    Started, Reused, Printed or Failed
        What happened. The first two have a ``server``; the ``server`` of a failure
        raises :class:`nbboard.ServerError` with the reason.

    Examples
    --------
    >>> import nbboard.server
    >>> result = nbboard.server.start("logs", reload_interval=1)  # doctest: +SKIP
    >>> result.server.port  # doctest: +SKIP
    40321
    """
    texts: dict[str, str | bool] = {
        name: value if isinstance(value, bool) else str(value) for name, value in options.items()
    }
    try:
        arguments = absolute([*flags])
        if logdir is not None:
            texts["logdir"] = path_of(logdir)
        key = key_of(arguments, texts)
    except LogdirError as error:
        return Failed(str(error))
    warnings = tuple(_warnings(key))
    request = Request(key, tuple(arguments), texts, warnings, timeout, progress)
    if new:
        return _start_new(request)
    with _one_at_a_time(key):
        for server in _with_key(key):
            stale = server.is_stale()
            if not stale and server.answers():
                return Reused(server, warnings)
            if stale:
                note = f"{server.logdir} was deleted since; TensorBoard was started anew."
                request = replace(request, warnings=(note, *warnings))
            server.stop()
            _remove(server)
        return _start_new(request)


def list_servers() -> tuple[Server, ...]:
    """Return the running servers of this process, oldest first."""
    with _lock:
        _servers[:] = [server for server in _servers if server.is_alive()]
        return tuple(_servers)


def find(port: int | str) -> Server:
    """Return the running server at a port.

    Parameters
    ----------
    port
        Its port, as a number or text.

    Raises
    ------
    ServerError
        There is none; the message lists the ports there are.
    """
    servers = list_servers()
    for server in servers:
        if str(server.port) == str(port).strip():
            return server
    if not servers:
        raise ServerError("No TensorBoard of this kernel is running.")
    ports = ", ".join(str(server.port) for server in servers)
    raise ServerError(f"No TensorBoard of this kernel is at port {port}; there is one at {ports}.")


def stop(which: Server | int | str | None = None) -> tuple[Server, ...]:
    """Stop servers of this process.

    Parameters
    ----------
    which
        A server, a port, or ``"all"``. By default the only one that runs.

    Returns
    -------
    tuple of Server
        The servers that were stopped.

    Raises
    ------
    ServerError
        There is no such server, nothing was named and several run, or a process
        did not end.
    """
    if which == "all":
        chosen = list_servers()
    elif isinstance(which, Server):
        chosen = (which,)
    elif which is None:
        chosen = list_servers()
        if len(chosen) > 1:
            ports = ", ".join(str(server.port) for server in chosen)
            raise ServerError(f"Several are running: name a port ({ports}) or 'all'.")
        if not chosen:
            raise ServerError("No TensorBoard of this kernel is running.")
    else:
        chosen = (find(which),)
    for server in chosen:
        if not server.stop():
            raise ServerError(f"Process {server.pid} (port {server.port}) does not end.")
        _remove(server)
    return chosen


def _start_new(request: Request) -> StartResult:
    """Start a server and keep it for as long as it runs."""
    result = launch(request, list_servers())
    if isinstance(result, Started):
        server = result.server
        with _lock:
            _servers.append(server)
        server.on_exit(lambda: _remove(server))
    return result


def _with_key(key: Key) -> list[Server]:
    """Return the servers that were started with these flags, newest first."""
    with _lock:
        return [server for server in reversed(_servers) if server.key == key]


def _remove(server: Server) -> None:
    with _lock, contextlib.suppress(ValueError):
        _servers.remove(server)


@contextlib.contextmanager
def _one_at_a_time(key: Key) -> Iterator[None]:
    """Let only one thread at a time start a server with these flags."""
    with _lock:
        turn = _starting.setdefault(key, threading.Lock())
    with turn:
        yield


def _about_folder(folder: Path) -> Iterator[str]:
    """Say why no runs may appear."""
    try:
        with os.scandir(folder):
            return
    except FileNotFoundError:
        meant = probably_meant(str(folder))
        yield f"{folder} does not exist yet; runs appear once something is written there." + (
            f" ({meant[:1].upper()}{meant[1:]})" if meant else ""
        )
    except NotADirectoryError:
        if not folder.is_file():
            yield f"{folder} cannot be a folder: a part of its path is a file."
    except OSError as error:
        yield f"{folder} cannot be read: {error.strerror or error}."


def _about_loader(key: Key) -> Iterator[str]:
    """Say what it costs to have the logs read by another than nbboard's own reader."""
    load_fast = value_of(key, "load_fast")
    flags = value_of(key, "extra_data_server_flags") is not None
    if value_of(key, "grpc_data_provider") is not None:
        yield "--grpc_data_provider: another server reads the logs; what it skips is not told here."
    elif load_fast in {"true", "auto"} or (load_fast is None and flags):
        which = "--load_fast" if load_fast else "--extra_data_server_flags"
        yield (
            f"{which} starts a data server whose port has no secret: "
            "every user of this machine can read these logs through it."
        )
    elif load_fast is not None:
        yield (
            "--load_fast=false: TensorBoard's own loader reads these logs. It takes minutes where "
            "nbboard's reader takes seconds, shows ten images of each tag, and one damaged "
            "record may stop it."
        )


def _warnings(key: Key) -> Iterator[str]:
    """Say what the person may not expect of these flags."""
    logdir = value_of(key, "logdir")
    if logdir and "://" not in logdir:
        yield from _about_folder(Path(logdir))
    yield from _about_loader(key)
    exposed = value_of(key, "host")
    if value_of(key, "bind_all") is not None or (
        exposed and exposed not in {"localhost", "127.0.0.1", "::1"}
    ):
        yield (
            "This TensorBoard is open to the network; only its secret address protects it, "
            "and http does not hide that on the way."
        )
