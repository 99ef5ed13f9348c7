"""A child process that ends when this one does, however it ends.

The child gets a pipe as its stdin and exits at its end of file. The kernel of the
operating system closes the pipe with this process: at a restart, a crash, or a
SIGKILL for want of memory. Nothing here has to run for that. Two things would
spoil it, and are prevented:

- The child would die with an interrupted cell, as Jupyter signals the whole
  process group. So it leads a session of its own.
- A forked worker (a data loader, say) would hold a copy of the pipe and keep the
  child alive. So a forked process closes its copies first of all.

The pipes are kept as plain numbers, never as file objects: a file object that is
collected in a forked process would close whatever has that number there by then.
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

__all__ = ["Child", "LogRing"]

_LAUNCHER = Path(__file__).with_name("launcher.py")

_held: set[int] = set()  # descriptors that a forked process must not keep


def _drop_held() -> None:
    """Close this process's ends of all pipes; runs first in every forked process."""
    for descriptor in tuple(_held):
        with contextlib.suppress(OSError):
            os.close(descriptor)
    _held.clear()


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(after_in_child=_drop_held)


class LogRing:
    """The last lines that a child wrote, in memory, with its secret blotted out.

    Parameters
    ----------
    secret
        What must not be shown; every occurrence becomes an ellipsis. Empty until there is one.
    lines
        How many lines to keep.
    """

    def __init__(self, secret: str = "", lines: int = 1000) -> None:
        self.secret = secret
        self._lines: deque[str] = deque(maxlen=lines)
        self._partial = b""

    def append(self, data: bytes) -> None:
        """Add what came through the pipe, cut anywhere."""
        *whole, self._partial = (self._partial + data).split(b"\n")
        if len(self._partial) > 65536:  # a line without an end
            whole.append(self._partial)
            self._partial = b""
        for line in whole:
            self._lines.append(self._clean(line))

    def tail(self, lines: int) -> str:
        """Return the last lines, joined by line feeds."""
        kept = [*self._lines, self._clean(self._partial)] if self._partial else list(self._lines)
        return "\n".join(kept[-lines:]) if lines > 0 else ""

    def _clean(self, line: bytes) -> str:
        text = line.decode("utf-8", errors="replace").rstrip("\r")[:4000]
        return text.replace(self.secret, "…") if self.secret else text


class Child:
    """A running launcher: its reports, its log, and its end.

    Parameters
    ----------
    preparation
        Sent as the first line of JSON through stdin; see ``launcher.py``.

    Raises
    ------
    OSError
        The interpreter could not be started.
    """

    def __init__(self, preparation: Mapping[str, Any]) -> None:
        self.log = LogRing()
        self._reports: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._at_exit: list[Callable[[], None]] = []
        self._on_news: list[Callable[[Mapping[str, Any]], None]] = []
        self._news: Mapping[str, Any] | None = None
        self._exited = threading.Event()
        self._lock = threading.Lock()

        control, self._control = _pipe()
        reports, report_end = _pipe()
        log, log_end = _pipe()
        try:
            self._process = subprocess.Popen(
                [sys.executable, str(_LAUNCHER)],
                stdin=control,
                stdout=report_end,
                stderr=log_end,
                **_apart(),
            )
        except BaseException:
            for descriptor in (self._control, reports, log):
                _close(descriptor)
            raise
        finally:
            for descriptor in (control, report_end, log_end):
                _close(descriptor)
        self.pid: int = self._process.pid
        self._log_reader = _in_thread(self._read_log, log)
        _in_thread(self._read_reports, reports)
        self._tell(preparation)

    def begin(self, config: Mapping[str, Any]) -> None:
        """Have it serve.

        Parameters
        ----------
        config
            The second line; see ``launcher.py``. Its secret is kept out of the log.
        """
        self.log.secret = config["secret"]
        self._tell(config)

    def _tell(self, message: Mapping[str, Any]) -> None:
        data = memoryview(json.dumps(message).encode() + b"\n")
        with contextlib.suppress(OSError):  # it has died: the reports say so
            while data and self._control in _held:
                data = data[os.write(self._control, data) :]

    def whole_log(self, lines: int) -> str:
        """Return the end of the log of a process that has ended, once all of it was read."""
        self._log_reader.join(0.5)  # not for ever: a grandchild may still hold the pipe
        return self.log.tail(lines)

    def next_report(self, timeout: float | None = None) -> dict[str, Any] | None:
        """Return the next report, None when the process has ended.

        Raises
        ------
        queue.Empty
            Nothing came within ``timeout`` seconds.
        """
        report = self._reports.get(timeout=timeout)
        if report is None:
            self._reports.put(None)  # it stays ended
        return report

    def is_alive(self) -> bool:
        """Whether the process runs."""
        return not self._exited.is_set() and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """The process's exit code, negative for a signal, None while it runs."""
        return self._process.poll()

    def on_exit(self, callback: Callable[[], None]) -> None:
        """Call back from a thread when the process has ended; at once where it has."""
        with self._lock:
            if not self._exited.is_set():
                self._at_exit.append(callback)
                return
        callback()

    def on_news(self, callback: Callable[[Mapping[str, Any]], None]) -> None:
        """Call back from a thread with every report of news; at once with the last one."""
        with self._lock:
            self._on_news.append(callback)
            news = self._news
        if news is not None:
            callback(news)

    def end(self, patience: float = 3.0) -> bool:
        """End the process: politely by the end of its pipe, after ``patience`` seconds by force.

        Returns
        -------
        bool
            Whether it is gone.
        """
        with self._lock:
            if self._control in _held:
                _close(self._control)
        if not self._exited.wait(patience):
            with contextlib.suppress(OSError):
                if sys.platform == "win32":
                    self._process.kill()
                else:
                    os.killpg(self.pid, signal.SIGKILL)
            self._exited.wait(patience)
        return self._exited.is_set()

    def _read_reports(self, descriptor: int) -> None:
        """Hand on the reports; nothing else holds that pipe, so its end is the process's."""
        partial = b""
        for data in _read(descriptor):
            *whole, partial = (partial + data).split(b"\n")
            for report in map(json.loads, whole):
                if report["event"] == "news":
                    self._hand_on(report)
                else:
                    self._reports.put(report)
        self._process.wait()
        with self._lock:
            self._exited.set()
            callbacks, self._at_exit = self._at_exit, []
            if self._control in _held:
                _close(self._control)
        self._reports.put(None)
        for callback in callbacks:
            callback()

    def _hand_on(self, news: Mapping[str, Any]) -> None:
        with self._lock:
            self._news = news
            callbacks = tuple(self._on_news)
        for callback in callbacks:
            callback(news)

    def _read_log(self, descriptor: int) -> None:
        for data in _read(descriptor):
            self.log.append(data)


def _in_thread(work: Callable[[int], None], descriptor: int) -> threading.Thread:
    thread = threading.Thread(target=work, args=(descriptor,), name="nbboard-pipe", daemon=True)
    thread.start()
    return thread


def _apart() -> dict[str, Any]:
    """Arguments that put a child outside the reach of this process's interrupts."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    return {"start_new_session": True}


def _pipe() -> tuple[int, int]:
    """Open a pipe of which forked processes keep nothing."""
    ends = os.pipe()
    _held.update(ends)
    return ends


def _close(descriptor: int) -> None:
    _held.discard(descriptor)
    with contextlib.suppress(OSError):
        os.close(descriptor)


def _read(descriptor: int) -> Any:
    """Yield what comes through a pipe until its end, then close it."""
    try:
        while data := os.read(descriptor, 65536):
            yield data
    except OSError:  # a forked process closed it
        pass
    finally:
        _close(descriptor)
