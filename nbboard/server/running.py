"""One running TensorBoard server, as its users see it."""

from __future__ import annotations

import contextlib
import http.client
import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nbboard.server.arguments import Key, value_of
from nbboard.server.folder import Folder

if TYPE_CHECKING:
    from nbboard.server.process import Child

__all__ = ["Server"]


class Server:
    """A TensorBoard server that belongs to this process and ends with it.

    Attributes
    ----------
    url : str
        The address on this machine. It contains the server's secret: whoever knows
        it can read the logs, so do not print it into a notebook that is shared.
    port : int
        The TCP port.
    pid : int
        The process id.
    logdir : str
        The absolute path, URL, or ``--logdir_spec`` that it shows.
    started : float
        When it was ready, in seconds since the epoch.
    version : str
        TensorBoard's version.
    """

    def __init__(self, child: Child, key: Key, url: str, identity: str, version: str) -> None:
        self._child = child
        self._identity = identity
        self.key = key
        self.url = url
        self.started = time.time()
        self.version = version
        parts = urlsplit(url)
        self.port: int = parts.port or 80
        self.path: str = parts.path
        self._host = _reachable(value_of(key, "host"))
        self.pid: int = child.pid
        self.logdir: str = value_of(key, "logdir") or value_of(key, "logdir_spec") or ""
        self._folder = Folder(value_of(key, "logdir") or "", child.is_alive)
        child.on_exit(self._folder.close)

    @property
    def identity(self) -> str:
        """What the server answers on its ready route; public."""
        return self._identity

    @property
    def public_path(self) -> str:
        """The path without the secret, below which a page that has entered is answered."""
        parent, _, _ = self.path.rstrip("/").rpartition("/")
        return f"{parent}/{self._identity}/"

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return self._child.is_alive()

    def answers(self, timeout: float = 10.0) -> bool:
        """Whether it answers, under its secret path, as the server that was started.

        Parameters
        ----------
        timeout
            Seconds to wait for the answer.
        """
        if not self.is_alive():
            return False
        # http.client and not urllib: a proxy from the environment must not see the secret.
        connection = http.client.HTTPConnection(self._host, self.port, timeout=timeout)
        try:
            connection.request("GET", f"{self.path}nbboard/ready")
            body = connection.getresponse().read(1000)
            return bool(json.loads(body)["nbboard"] == self._identity)
        except (OSError, http.client.HTTPException, ValueError, KeyError, TypeError):
            return False
        finally:
            with contextlib.suppress(OSError):
                connection.close()

    def is_stale(self) -> bool:
        """Whether its folder was deleted since, and perhaps made anew.

        TensorBoard goes on to show the old points of a run that is there again.
        """
        return self._folder.replaced()

    def stop(self, patience: float = 3.0) -> bool:
        """Stop the server.

        Parameters
        ----------
        patience
            Seconds to wait before it is killed; it usually takes some milliseconds.

        Returns
        -------
        bool
            Whether the process is gone.
        """
        return self._child.end(patience)

    def log_tail(self, lines: int = 20) -> str:
        """Return the last lines of the server's log, without its secret.

        Parameters
        ----------
        lines
            How many at most; the last 1,000 are kept.
        """
        return self._child.log.tail(lines)

    def on_exit(self, callback: Callable[[], None]) -> None:
        """Call back, from another thread, when the process has ended.

        Parameters
        ----------
        callback
            Takes nothing. It is called at once if the process has ended already.
        """
        self._child.on_exit(callback)

    def on_news(self, callback: Callable[[int, tuple[str, ...]], None]) -> None:
        """Call back, from another thread, whenever the logs it shows have changed.

        Parameters
        ----------
        callback
            Takes a number that is another after each change, and sentences for the person
            who looks: what is damaged, hidden or sampled. It is called at once with what
            is known.
        """
        self._child.on_news(lambda news: callback(news["version"], tuple(news["lines"])))

    def __repr__(self) -> str:
        # Without the address: a cell's last value is saved with the notebook.
        state = "running" if self.is_alive() else "stopped"
        return f"<Server {state}: logdir={self.logdir!r} port={self.port} pid={self.pid}>"


def _reachable(host: str | None) -> str:
    """Return an address of this machine at which a server bound to ``host`` answers."""
    if host is None or host in {"", "0.0.0.0", "::", "[::]"}:  # noqa: S104 - compared, not bound
        return "127.0.0.1"  # not "localhost", which might be answered by another on ::1
    return host.strip("[]")
