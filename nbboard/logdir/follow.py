"""Watching a logdir: one thread that reads what is appended and tells whoever asked."""

from __future__ import annotations

import atexit
import numbers
import os
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable
from types import TracebackType
from typing import TYPE_CHECKING

from nbboard.errors import UsageError

if TYPE_CHECKING:
    from typing_extensions import Self

    from nbboard.logdir.log import LogDir
    from nbboard.series.store import Changes

__all__ = ["Follower", "Watcher"]

# Seconds within which a sleeping thread notices that its logdir is gone.
_GONE_AFTER = 2.0

# Where a look means requests over a network, they take no more than a tenth of the time.
_REST_PER_LOOK = 9.0

_watchers: weakref.WeakSet[Watcher] = weakref.WeakSet()


def _end_all() -> None:
    """End the threads before the interpreter freezes them wherever they are."""
    for watcher in list(_watchers):
        watcher.close()
    for watcher in list(_watchers):
        watcher.join(timeout=2)


def _forget_all() -> None:
    """Forget the threads, which a forked child does not have."""
    for watcher in list(_watchers):
        watcher.forget()


atexit.register(_end_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)


def _warn(message: str, error: BaseException) -> None:
    """Log a warning with the exception that it is about."""
    import logging

    logging.getLogger(__name__).warning(message, exc_info=error)


class Follower:
    """One subscription to the changes of a logdir; made by ``log.follow``.

    Attributes
    ----------
    interval
        Seconds between two looks at the files, at most.
    error
        The exception that the callback raised last, of whatever kind; None if it never
        did. It goes on being called.
    """

    def __init__(
        self, watcher: Watcher, callback: Callable[[Changes], object], interval: float
    ) -> None:
        self.interval = interval
        self.error: BaseException | None = None
        self._watcher = watcher
        self._callback = callback

    @property
    def is_alive(self) -> bool:
        """Whether the callback will still be called."""
        return self._watcher.has(self)

    def __repr__(self) -> str:
        state = f"every {self.interval:g} s" if self.is_alive else "stopped"
        return f"<Follower of {self._watcher.name}: {state}>"

    def stop(self) -> None:
        """Stop calling; when this returns, no call is under way (except one's own)."""
        self._watcher.remove(self)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def tell(self, changes: Changes) -> None:
        """Call the callback; what it raises must not end the others."""
        try:
            self._callback(changes)
        except BaseException as error:  # noqa: BLE001 - sys.exit() too: this is not its thread
            self.error = error
            _warn("a callback of LogDir.follow raised", error)


class Watcher:
    """The watcher thread of one logdir; it runs while somebody follows.

    It refers to the logdir weakly, so that following alone keeps nothing alive, and
    ends with the interpreter.
    """

    def __init__(self, log: LogDir) -> None:
        # Without a callback: that could run while the thread it would have to lock out is
        # frozen by the end of the interpreter. The thread looks itself whether the log is gone.
        self._log = weakref.ref(log)
        self.forget()
        _watchers.add(self)

    def forget(self) -> None:
        """Be as new: without followers, thread, or locks that a fork left locked."""
        self._followers: list[Follower] = []
        self._news: deque[Changes] = deque()
        self._wake = threading.Condition()
        # Held while callbacks run, so that stop() can wait for them.
        self._telling = threading.RLock()
        self._thread: threading.Thread | None = None

    @property
    def name(self) -> str:
        """The name of the logdir."""
        log = self._log()
        return "a log that is gone" if log is None else log.name

    def add(self, callback: Callable[[Changes], object], interval: float) -> Follower:
        """Call `callback` from now on, looking at least every `interval` seconds."""
        if not callable(callback):
            raise UsageError(
                f"follow takes a function that is called with changes, not {callback!r}"
            )
        if not (isinstance(interval, numbers.Real) and interval > 0):
            raise UsageError(f"the interval of follow is in seconds and above 0, not {interval!r}")
        follower = Follower(self, callback, interval)
        with self._wake:
            self._followers.append(follower)
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="nbboard-follow", daemon=True
                )
                self._thread.start()
            self._wake.notify_all()
        return follower

    def has(self, follower: Follower) -> bool:
        """Whether `follower` is still called."""
        with self._wake:
            return follower in self._followers

    def remove(self, follower: Follower) -> None:
        """Stop calling `follower` and wait for a call that is under way."""
        with self._wake:
            if follower in self._followers:
                self._followers.remove(follower)
            self._wake.notify_all()
        with self._telling:
            pass

    def publish(self, changes: Changes) -> None:
        """Hand changes to the followers, whoever's refresh found them."""
        with self._wake:
            if self._followers:
                self._news.append(changes)
                self._wake.notify_all()

    def close(self) -> None:
        """Stop calling anybody."""
        with self._wake:
            self._followers.clear()
            self._wake.notify_all()

    def join(self, timeout: float) -> None:
        """Wait until the thread has ended."""
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(timeout)

    def _run(self) -> None:
        due = time.monotonic()
        while True:
            with self._wake:
                while not self._news:
                    if not self._followers:
                        self._thread = None
                        return
                    interval = min(follower.interval for follower in self._followers)
                    due = min(due, time.monotonic() + interval)
                    rest = due - time.monotonic()
                    if rest <= 0:
                        break
                    self._wake.wait(min(rest, _GONE_AFTER))
                    if self._log() is None:
                        self._followers.clear()
            if not self._tell() and time.monotonic() >= due:
                began = time.monotonic()
                rest_per_look = self._look()
                took = time.monotonic() - began
                due = time.monotonic() + max(interval, took * rest_per_look)

    def _look(self) -> float:
        """Look for new points; return how much longer than a look to rest after it, at least."""
        log = self._log()
        if log is None:
            self.close()
            return 0.0
        try:
            log.refresh()
        except Exception as error:  # noqa: BLE001 - whatever a storage raises
            # A file system that is away comes back; what was read stays. While the
            # interpreter ends no new threads can be had: not worth a word.
            if threading.main_thread().is_alive():
                _warn("looking for new points failed; trying again", error)
        return 0.0 if log.store.is_local else _REST_PER_LOOK

    def _tell(self) -> bool:
        """Deliver what is pending; tell whether there was anything."""
        any_news = False
        while True:
            with self._telling:
                with self._wake:
                    if not self._news:
                        return any_news
                    changes = self._news.popleft()
                    followers = list(self._followers)
                any_news = True
                for follower in followers:
                    if self.has(follower):
                        follower.tell(changes)
