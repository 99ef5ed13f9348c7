"""A widget that talks with its page: a first picture's data, then deltas, and answers.

The page must work while the kernel is busy, when no message of the page arrives.
So all that the first picture needs is sent unasked (:meth:`LiveWidget.payload`), news
are pushed from a thread (:meth:`LiveWidget.news`), and only what is finer than the
screen is asked for (:meth:`LiveWidget.answer`).

Three threads meet here: the main one, which runs cells; the watcher of the log, which
brings news; and where the host has subshells, one on which the page's messages arrive
while a cell runs. Payload, news and answers are made under one lock.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from typing import TYPE_CHECKING, Any

import anywidget
import traitlets
from ipywidgets import widget_serialization

from nbboard.errors import NbboardError
from nbboard.views.message import status_of
from nbboard.views.output import is_kernel
from nbboard.views.run_list import RunList
from nbboard.views.shared import wire
from nbboard.views.shared.options import option

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from nbboard.logdir import LogDir

__all__ = ["LiveWidget"]

#: Seconds between looks at the disk, and at least between two deltas of a view, unless chosen.
FOLLOW_INTERVAL = 0.5
#: The same for a view that was scrolled away. It is not silent: while a cell runs, the
#: page cannot say that the view is back on screen.
HIDDEN_INTERVAL = 5.0

#: Seconds after which the page is taken to be there, though it could not say so.
READY_AFTER = 2.0
#: What never changes, or travels as news.
UNCHANGED = ("_esm", "_css", "_own_id", "_payload")
#: Seconds from a view's outline to the rest, unless it is displayed before.
COMPLETE_AFTER = 0.1
#: Seconds in which the page draws what came first, and between pieces of what did not fit into the first message.
FILL_AFTER = 0.4
FILL_INTERVAL = 0.15


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
    _follower: Any = None
    _timer: threading.Timer | None = None

    live = option(traitlets.Bool(default_value=True))
    "Whether new points appear by themselves."

    interval = option(traitlets.Float(FOLLOW_INTERVAL, min=0.1))
    "Seconds between looks at the disk, and at least between two changes of a live view."

    run_list = traitlets.Instance(RunList).tag(sync=True, **widget_serialization)
    "What is shown of which run, shared by all views of the log."

    _own_id = traitlets.Unicode().tag(sync=True)
    "The model's own id, by which the page finds it."

    _payload = traitlets.Dict().tag(sync=True, to_json=lambda _, view: view.page_state())
    "What the first picture needs; made anew whenever the page asks for the state."

    def __init__(self, logdir: LogDir, run_list: RunList, **options: Any) -> None:
        self.logdir = logdir
        self._visible = True
        self._displayed = False
        self._last_push = 0.0
        self._begun = 0.0
        # Set once the page has spoken: before, what is pushed may find nobody there.
        self._ready = threading.Event()
        # One at a time of payload, news and answer, and one beginning of following.
        # Nobody may wait for the watcher's thread (Follower.stop) with it: that waits for it.
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
        message = f"{self!r} cannot answer {method!r} ({len(params)} parameters)"
        raise NbboardError(message)

    # ------------------------------------------------------------ for everybody

    def begin(self) -> None:
        """Begin to be on screen: send what is left, follow the log."""
        with self._push_lock:
            if not self._displayed:
                self._displayed = True
                self._begun = time.monotonic()
                threading.Thread(target=self._fill, name="nbboard-fill", daemon=True).start()
        self._watch()

    def close(self) -> None:
        """Stop following the log and take the widget out of the page."""
        self._unfollow()
        super().close()

    def encoded(self) -> dict[str, Any]:
        """Return the payload with what the page needs of every view."""
        return self._around(self.payload)

    def report_payload(self) -> dict[str, Any]:
        """Return what stands in a saved report."""
        return self._around(self.fuller_payload)

    def push(self) -> None:
        """Send the page what it does not have yet; may be called from any thread."""
        with self._push_lock:
            if self.comm is None:
                return
            self._last_push = time.monotonic()
            try:
                news = self.news()
                if news is not None:
                    self._send_content("news", self._around(lambda: news))
            except Exception as error:  # noqa: BLE001 - the next push may succeed
                self.log_failure("could not bring a view up to date", error)

    def log_failure(self, what: str, error: BaseException) -> None:
        """Note a failure that must not disturb the person's cell."""
        logging.getLogger("nbboard").warning("%s: %s", what, error, exc_info=error)

    # ------------------------------------------------------------ the first picture

    def _around(self, content: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        with self._push_lock:
            return {"runs": list(self.runs), **content(), "status": status_of(self.logdir)}

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

    # ------------------------------------------------------------ news for the page

    @traitlets.observe("live")
    def _live_changed(self, _: Any) -> None:
        if self._displayed:
            self._watch()

    @traitlets.observe("interval")
    def _interval_changed(self, _: Any) -> None:
        if self._follower is not None:
            self._unfollow()
            self._watch()

    def _watch(self) -> None:
        """Follow the log while the view is live."""
        with self._push_lock:
            if self.live and self._follower is None:
                self._follower = self.logdir.follow(self._grown, interval=self.interval)
        if not self.live:
            self._unfollow()

    def _unfollow(self) -> None:
        follower, self._follower = self._follower, None
        timer, self._timer = self._timer, None
        if follower is not None:
            follower.stop()
        if timer is not None:
            timer.cancel()

    def _fill(self) -> None:
        """Send what is not needed for the first picture."""
        self._ready.wait(READY_AFTER)
        try:
            self.run_list.learn_hparams()
        except Exception as error:  # noqa: BLE001 - only colouring by them is lost
            self.log_failure("could not read the hyperparameters of the runs", error)
        self.complete()  # what is left is known only then
        time.sleep(FILL_AFTER)
        while self.comm is not None and self.unfinished():
            time.sleep(FILL_INTERVAL)
            self.push()

    def _grown(self, changes: Any) -> None:
        """Take over new runs, then push, at once or when the last push is old enough."""
        if self.comm is None:
            self._unfollow()
            return
        if changes.runs_added or changes.runs_removed:
            self.run_list.update()
        wait = self.interval if self._visible else max(self.interval, HIDDEN_INTERVAL)
        rest = self._last_push + wait * 0.9 - time.monotonic()
        if not self._ready.is_set():
            rest = max(rest, self._begun + READY_AFTER - time.monotonic())
        if rest <= 0:
            self.push()
            return
        with self._push_lock:
            if self._timer is None or not self._timer.is_alive():
                self._timer = _start_timer(rest, self.push)

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
            if self._visible and self._displayed and self.live:
                self.push()
        elif kind == "late":
            # What was sent so far may not have been heard.
            with self._push_lock:
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


def _start_timer(seconds: float, call: Callable[[], None]) -> threading.Timer:
    timer = threading.Timer(seconds, call)
    timer.daemon = True
    timer.start()
    return timer
