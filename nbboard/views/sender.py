"""Follows a log for the views of one cell, and sends each of them what its page lacks.

A board has one for all its tabs: one subscription to the log, one thread while there is
something to send, and one order: news of what is in sight, the rest of its data, then the
same for what is not. Nothing is sent before a page can be there to hear it.
"""

from __future__ import annotations

import logging
import threading
import time
from functools import partial
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.logdir import LogDir
    from nbboard.series.store import Changes
    from nbboard.views.live import LiveWidget
    from nbboard.views.run_list import RunList

__all__ = ["Sender"]

#: Seconds at least between two deltas of a view that was scrolled away. It is not silent:
#: while a cell runs, the page cannot say that the view is back on screen.
HIDDEN_INTERVAL = 5.0
#: Seconds after which the page is taken to be there, though it could not say so.
READY_AFTER = 2.0
#: Seconds in which the page draws what came first, and between pieces of what did not fit
#: into the first message.
FILL_AFTER = 0.4
FILL_INTERVAL = 0.15


class Sender:
    """Whose turn it is to send, and what the log brings.

    Parameters
    ----------
    logdir
        The log that is followed while any of the views is live.
    run_list
        Its run list, which is kept up to date, too.
    """

    def __init__(self, logdir: LogDir, run_list: RunList) -> None:
        self._logdir = logdir
        self._run_list = run_list
        self._wake = threading.Condition()
        self._views: list[LiveWidget] = []
        self._makers: list[Callable[[], object]] = []
        self._thread: threading.Thread | None = None
        self._follower: Any = None
        self._begun = 0.0
        self._learned = False
        self._unlearned: list[Changes] = []

    @property
    def interval(self) -> float | None:
        """Seconds between two looks at the log; None while nobody follows."""
        return None if self._follower is None else float(self._follower.interval)

    def add(self, view: LiveWidget) -> None:
        """Send a view what it lacks from now on, and follow the log for it."""
        with self._wake:
            if view not in self._views:
                self._views.append(view)
                self._begun = self._begun or time.monotonic()
        self.follow()
        self._go_on()

    def remove(self, view: LiveWidget) -> None:
        """Send a view nothing more."""
        with self._wake:
            if view in self._views:
                self._views.remove(view)
        self.follow()

    def later(self, make: Callable[[], object]) -> None:
        """Call this once everything that is in sight has been sent."""
        with self._wake:
            self._makers.append(make)
        self._go_on()

    def follow(self) -> None:
        """Follow the log as often as the views want, or no longer if none is live."""
        with self._wake:
            wanted = [view.interval for view in self._views if view.live]
            follower = self._follower
            if wanted and follower is not None and follower.interval == min(wanted):
                return
            self._follower = None
            if wanted:
                self._follower = self._logdir.follow(self._grown, interval=min(wanted))
        if follower is not None:
            # Not with the lock: this waits for the watcher's thread, which takes it.
            follower.stop()

    def wake(self) -> None:
        """Look again whose turn it is: a view came into sight, or its page spoke."""
        self._go_on()

    # ------------------------------------------------------------ on the watcher's thread

    def _grown(self, changes: Changes) -> None:
        with self._wake:
            views = list(self._views)
            self._unlearned.append(changes)
        for view in views:
            if view.comm is None:
                self.remove(view)
        if changes.runs_added or changes.runs_removed:
            self._run_list.update(changes)
        for view in views:
            view.note(changes)
        self._go_on()

    # ------------------------------------------------------------ on the sender's own thread

    def _go_on(self) -> None:
        with self._wake:
            self._wake.notify_all()
            if self._thread is None and self._views:
                self._thread = threading.Thread(target=self._work, name="nbboard-send", daemon=True)
                self._thread.start()

    def _work(self) -> None:
        while True:
            with self._wake:
                job, moment = self._next()
                if job is None:
                    if moment is None:
                        self._thread = None
                        return
                    self._wake.wait(max(moment - time.monotonic(), 0.005))
                    continue
            try:
                job()
            except Exception as error:
                logging.getLogger("nbboard").warning(
                    "could not bring a view up to date: %s", error, exc_info=error
                )

    def _next(self) -> tuple[Callable[[], object] | None, float | None]:
        """Return what to do now, or the moment at which there will be something; None for never."""
        views = [view for view in self._views if view.comm is not None]
        moments: list[float] = []
        # Stable: those in sight first, otherwise as they were added.
        for view in sorted(views, key=lambda view: not view.in_sight):
            due = self._due(view)
            if due is None:
                continue
            moments.append(due)
            if due <= time.monotonic():
                grown = view.has_noted and view.live
                return view.push if grown else partial(self._fill, view), None
            if not view.is_filled:
                # What is out of sight waits until this is done.
                return None, min(moments)
        return self._aside(views), min(moments, default=None)

    def _due(self, view: LiveWidget) -> float | None:
        """Return when it is a view's turn; None if it lacks nothing."""
        heard = view.is_ready or time.monotonic() >= self._begun + READY_AFTER
        if view.has_noted and view.live:
            wait = view.interval if view.in_sight else max(view.interval, HIDDEN_INTERVAL)
            due = view.last_push + wait * 0.9
            return due if heard else max(due, self._begun + READY_AFTER)
        return None if view.is_filled else self._fill_moment(view, heard=heard)

    def _aside(self, views: list[LiveWidget]) -> Callable[[], object] | None:
        """Return what can be done once all views have been sent what they lack."""
        if not views:
            return None
        if not self._learned:
            return self._learn
        if self._unlearned:
            return self._learn_changes
        return self._makers.pop(0) if self._makers else None

    def _fill_moment(self, view: LiveWidget, *, heard: bool) -> float:
        if not heard:
            return self._begun + READY_AFTER
        if view.is_outlined:
            return 0.0
        return max(view.last_push, self._begun) + (FILL_INTERVAL if view.last_push else FILL_AFTER)

    def _fill(self, view: LiveWidget) -> None:
        """Send what is not needed for the first picture."""
        if view.is_outlined:
            view.complete()  # what is left is known only then
        elif view.unfinished():
            view.push()
        else:
            view.is_filled = True

    def _learn(self) -> None:
        self._learned = True
        self._unlearned.clear()
        self._run_list.learn(again=False)

    def _learn_changes(self) -> None:
        with self._wake:
            changes, self._unlearned = self._unlearned, []
        for one in changes:
            self._run_list.learn_changes(one)
