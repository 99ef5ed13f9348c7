"""A widget that talks with its page: a first picture's data, then deltas, and answers.

The page must work while the kernel is busy, when no message of the page arrives.
So all that the first picture needs is sent unasked (:meth:`LiveWidget.payload`), news
are pushed from a thread (:meth:`LiveWidget.news`), and only what is finer than the
screen is asked for (:meth:`LiveWidget.answer`).

Three threads meet here: the main one, which runs cells; that of the
:class:`~nbboard.views.sender.Sender`, which sends news; and where the host has subshells,
one on which the page's messages arrive while a cell runs. Payload, news and answers are
made under one lock.
"""

from __future__ import annotations

import logging
import sys
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets
from ipywidgets import widget_serialization

from nbboard.errors import NbboardError
from nbboard.views.message import status_of
from nbboard.views.noted import Noted
from nbboard.views.output import is_kernel
from nbboard.views.run_choice import best_runs
from nbboard.views.run_list import RunList
from nbboard.views.sender import Sender
from nbboard.views.shared import wire
from nbboard.views.shared.options import option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbboard.logdir import LogDir
    from nbboard.series.store import Changes

__all__ = ["LiveWidget"]

#: Seconds between looks at the disk, and at least between two deltas of a view, unless chosen.
FOLLOW_INTERVAL = 0.5
#: What never changes, or travels as news.
UNCHANGED = ("_esm", "_css", "_own_id", "_payload")
#: Seconds from a view's outline to the rest, unless it is displayed before.
COMPLETE_AFTER = 0.1
#: So often in a row a push that fails is tried before the log changes again.
MOST_PUSHES = 3


class LiveWidget(anywidget.AnyWidget):
    """What of a view is its conversation with the page.

    Parameters
    ----------
    logdir
        The log that is followed.
    run_list
        The run list that the page shows.
    **options
        Traits.
    """

    # On the class, because ipywidgets closes even what was never fully made.
    _sender: Sender | None = None
    _displayed = False

    live = option(traitlets.Bool(default_value=True), "Whether new points appear by themselves.")

    interval = option(
        traitlets.Float(FOLLOW_INTERVAL, min=0.1),
        "Seconds between looks at the disk, and at least between two changes of a live view.",
    )

    run_list = traitlets.Instance(RunList).tag(sync=True, **widget_serialization)
    "What is shown of which run, shared by all views of the log."

    _own_id = traitlets.Unicode().tag(sync=True)
    "The model's own id, by which the page finds it."

    _payload = traitlets.Dict().tag(sync=True, to_json=lambda _, view: view.page_state())
    "What the first picture needs; made anew whenever the page asks for the state."

    def __init__(self, logdir: LogDir, run_list: RunList, **options: Any) -> None:
        self.logdir = logdir
        run_list.hold(self, self.runs)
        run_list.bound(self.runs)
        self._sender = Sender(logdir, run_list)
        self._visible = True
        self._noted = Noted(logdir)
        self._names_changed = False
        self._problems_changed = False
        self._problems_noted = logdir.problems_noted
        self._runs_told: tuple[str, ...] | None = None
        self._problems_told: tuple[Any, ...] | None = None
        #: Whether something was noted that the page has not been told.
        self.has_noted = False
        #: Whether all is sent that goes unasked.
        self.is_filled = False
        #: How many pushes in a row have failed.
        self._push_failures = 0
        #: When something was pushed last, by the clock that never goes back.
        self.last_push = 0.0
        self._ready = threading.Event()
        # One at a time of payload, news and answer.
        self._push_lock = threading.RLock()
        self._opening = True
        self._outlined = False
        model_id = uuid.uuid4().hex
        super().__init__(run_list=run_list, _own_id=model_id, model_id=model_id, **options)
        self._opening = False
        self.on_msg(self._receive)
        if self._outlined:
            # A moment later, so that who displays the view at once does that first.
            _start_timer(COMPLETE_AFTER, self.complete)

    # ------------------------------------------------------------ to be overridden

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that this view has data of."""
        raise NotImplementedError

    def payload(self) -> Mapping[str, Any]:
        """Return what the page needs for its first picture.

        Whatever :mod:`nbboard.views.shared.wire` carries: plain values, NumPy arrays,
        which arrive as typed arrays, and bytes, which arrive as ``DataView``.
        """
        return {}

    def outline(self) -> Mapping[str, Any] | None:
        """Return what of the payload is made at once and the page can begin with.

        The whole payload follows unasked, in the page as news; until it is there, the
        page builds what stands around the data. None if all of it comes at once.
        """
        return None

    def fuller_payload(self) -> Mapping[str, Any]:
        """Return the payload for a file that no kernel will add to: all that is reasonable.

        It must leave what :meth:`news` has sent as it is.
        """
        return self.payload()

    def news(self) -> Mapping[str, Any] | None:
        """Return what the page does not have yet, in the form of :meth:`payload`, or None.

        Called on the watcher's thread after the log has grown.
        """
        return None

    def unfinished(self) -> bool:
        """Whether :meth:`news` has more than its last call returned, without any growth."""
        return False

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a request of the page, in the form of :meth:`payload`.

        Called on the main thread when no cell runs, and where the host has subshells on
        another thread at any time; never while :meth:`payload` or :meth:`news` is made.
        An exception's text is shown in the page.
        """
        if method == "best":
            runs, words = best_runs(self.logdir, self.runs, int(params["count"]))
            return {"runs": runs, "words": words}
        message = f"{self!r} cannot answer {method!r} ({len(params)} parameters)"
        raise NbboardError(message)

    # ------------------------------------------------------------ for everybody

    def begin(self) -> None:
        """Begin to be on screen: send what is left, follow the log."""
        self._displayed = True
        if self._sender is not None:
            self._sender.add(self)

    def join(self, sender: Sender) -> None:
        """Be sent by the sender of a board, in turn with its other views."""
        self._sender = sender

    def close(self) -> None:
        """Stop following the log and take the widget out of the page."""
        if self._sender is not None:
            self._sender.remove(self)
        super().close()

    def note(self, changes: Changes) -> None:
        """Take note of what a refresh found; called on the watcher's thread for every one.

        :meth:`news` is called some time later. A view that overrides this can look at what
        was noted alone; it calls this, too.
        """
        with self._push_lock:
            self._noted.note()
            self._names_changed |= bool(
                changes.runs_added or changes.runs_removed or changes.came or changes.gone
            )
            self._problems_changed |= bool(
                changes.problems or changes.reset or changes.runs_removed
            )
            self.has_noted = True

    @property
    def in_sight(self) -> bool:
        """Whether the page shows the view, as far as it has said."""
        return self._visible

    @property
    def is_ready(self) -> bool:
        """Whether the page has said that it is there."""
        return self._ready.is_set()

    @property
    def is_outlined(self) -> bool:
        """Whether the page has the outline only."""
        return self._outlined

    def encoded(self) -> dict[str, Any]:
        """Return the payload with what the page needs of every view."""
        return self._around(self.payload)

    def report_payload(self) -> dict[str, Any]:
        """Return what stands in a saved report."""
        self.run_list.learn(again=False)
        return self._around(self.fuller_payload)

    def push(self) -> None:
        """Send the page what it does not have yet; may be called from any thread."""
        with self._push_lock:
            if self.comm is None:
                return
            self.last_push = time.monotonic()
            self.has_noted = False
            try:
                if self._push_failures:
                    # What had been made of the news when it failed is lost.
                    self._send_content("news", self.encoded())
                else:
                    self._send_news()
                self._push_failures = 0
            except Exception as error:  # noqa: BLE001 - the next push may succeed
                self._push_failures += 1
                # Again in its turn; what fails always waits for the log to change.
                self.has_noted = self._push_failures < MOST_PUSHES
                self.log_failure("could not bring a view up to date", error)

    def _send_news(self) -> None:
        news, names = self.news(), self._changed_names()
        if news is not None or "runs" in names or len(names["status"]) > 1:
            self._send_content("news", {**names, **(news or {})})

    def log_failure(self, what: str, error: BaseException) -> None:
        """Note a failure that must not disturb the person's cell."""
        logging.getLogger("nbboard").warning("%s: %s", what, error, exc_info=error)

    # ------------------------------------------------------------ the first picture

    def _around(self, content: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        with self._push_lock:
            self._runs_told = self._problems_told = None
            names = {**self._changed_names(), "run_list": self.run_list.version}
            return {**names, **content()}

    def _changed_names(self) -> dict[str, Any]:
        """Return the status, and which runs the view has if those are others than before."""
        complete = self._noted.settle()
        names_changed, self._names_changed = self._names_changed, False
        found: dict[str, Any] = {"status": {"time": time.time()}}
        if names_changed or not complete or self._runs_told is None:
            runs = tuple(self.runs)
            if runs != self._runs_told:
                self._runs_told = runs
                found["runs"] = self._run_numbers(runs)
        noted = self.logdir.problems_noted
        problems_changed = self._problems_changed or noted != self._problems_noted
        if problems_changed or not complete or self._problems_told is None:
            self._problems_changed, self._problems_noted = False, noted
            problems = self.logdir.problems
            if problems != self._problems_told:
                self._problems_told = problems
                found["status"] = status_of(self.logdir)
        return found

    def _run_numbers(self, runs: Sequence[str]) -> Any:
        """List the runs that the view has; return runs as the page's run list numbers them; None for all that it has."""
        self.run_list.hold(self, runs)
        numbers = np.fromiter(map(self.run_list.number, runs), np.uint32, len(runs))
        return None if list(runs) == self.run_list.names else numbers

    def page_state(self) -> dict[str, Any]:
        """Return the payload, or the outline as the widget opens in a page."""
        outline = self.outline() if self._opening and is_kernel() else None
        if outline is not None:
            self._outlined = True
            content = {**self._around(lambda: outline), "outline": True}
        else:
            content = self.encoded()
        state: dict[str, Any] = wire.encode(content)
        return state

    def complete(self) -> None:
        """Send the whole payload to a page that has the outline only."""
        with self._push_lock:
            if not self._outlined or self.comm is None:
                return
            self._outlined = False
            try:
                self.send_state("_payload")
            except Exception as error:  # noqa: BLE001 - the live view can be reloaded
                self.log_failure("could not send the data of a view", error)
            except BaseException:
                # The cell was interrupted: what sends the rest goes on from here.
                self._outlined = True
                raise

    # ------------------------------------------------------------ news for the page

    @traitlets.observe("live", "interval")
    def _following_changed(self, _: Any) -> None:
        if self._displayed and self._sender is not None:
            # What happened meanwhile was not noted by anybody.
            self.has_noted = self.has_noted or self.live
            self._sender.follow()
            self._sender.wake()

    # ------------------------------------------------------------ the page's messages

    def _send_content(self, kind: str, content: Mapping[str, Any], **extra: Any) -> None:
        plain, buffers = wire.pack(content)
        self.send({"type": kind, "content": plain, **extra}, buffers)

    def _receive(self, _: Any, message: Any, __: Sequence[Any]) -> None:
        """Handle a message of the page."""
        kind = message.get("type")
        self._ready.set()
        if kind == "ready" and not self._displayed:
            self.begin()  # in a layout of ipywidgets, which displays itself
        elif kind == "visible":
            self._visible = bool(message.get("visible"))
        if self._sender is not None:
            self._sender.wake()
        if kind == "late":
            # What was sent so far may not have been heard.
            with self._push_lock:
                self.run_list.tell_all()
                self._send_content("news", self.encoded())
                self.send_state([key for key in self.keys if key not in UNCHANGED])
        elif kind == "request":
            self._answer(message.get("id"), str(message.get("method")), message.get("params") or {})

    def _answer(self, number: Any, method: str, params: Mapping[str, Any]) -> None:
        with self._push_lock:
            try:
                result = self.answer(method, params)
            except Exception as error:  # noqa: BLE001 - told to the person, in the page
                told = str(error) or type(error).__name__
                self._send_content("answer", {}, id=number, error=told)
            else:
                self._send_content("answer", result, id=number)


def _start_timer(seconds: float, call: Callable[[], None]) -> threading.Timer | None:
    if sys.platform == "emscripten":  # it has no threads
        call()
        return None
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer
