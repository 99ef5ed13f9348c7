"""What every view is: options, a first picture's data, deltas, answers, and a static twin.

The page must work while the kernel is busy, when no message of the page arrives.
So all that the first picture needs travels with the widget itself
(:meth:`View.payload`), news are pushed from a thread (:meth:`View.news`), and
only what is finer than the screen is asked for (:meth:`View.answer`).
"""

from __future__ import annotations

import base64
import io
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import anywidget
import traitlets
from ipywidgets import widget_serialization

from nbboard.errors import NbboardError
from nbboard.views.options import option, refuse_unknown
from nbboard.views.output import display_in_two_steps, takes_updates
from nbboard.views.run_list import RunList, run_list_of

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping, Sequence

    import pandas as pd
    from matplotlib.figure import Figure

    from nbboard.logdir import LogDir

__all__ = ["VIEW_MIME", "View", "module"]

#: Tells the JupyterLab extension: the live widget if its model is there, else the picture.
VIEW_MIME = "application/vnd.nbboard.view+json"
WIDGET_MIME = "application/vnd.jupyter.widget-view+json"

#: Seconds between looks at the disk, and at least between two deltas of a view, unless chosen.
FOLLOW_INTERVAL = 0.5
#: The same for a view that was scrolled away. It is not silent: while a cell runs, the
#: page cannot say that the view is back on screen.
HIDDEN_INTERVAL = 5.0

#: Seconds after which the page is taken to be there, though it could not say so.
READY_AFTER = 2.0
#: What never changes, or travels as news.
UNCHANGED = ("_esm", "_css", "_own_id", "_payload")
#: Seconds between pieces of what did not fit into the first message.
FILL_INTERVAL = 0.15


def module(name: str) -> Path:
    """Return the path of a built browser module, ``nbboard/static/<name>.js``."""
    path = Path(__file__).parent.parent / "static" / f"{name}.js"
    if not path.exists():
        message = f"{path} is missing: build the browser side with `npm run build` in labextension/"
        raise NbboardError(message)
    return path


class View(anywidget.AnyWidget):
    """An interactive view of a collection (``log.scalars``, ...) or a whole log.

    A view of a kind is a subclass with the name of the kind, its browser module and
    its options as traits made by :func:`~nbboard.views.options.option`; it overrides
    :meth:`payload`, :meth:`draw` and, where it can, :meth:`news`, :meth:`answer`
    and :attr:`data`.

    Parameters
    ----------
    source
        The collection or log to show.
    **options
        Options of this view, or of the run list (``palette``, ``colors``,
        ``color_by``, ``group_by``, ``run_filter``).

    Raises
    ------
    TypeError
        For an unknown option, with the nearest name.
    traitlets.TraitError
        For a value that the option cannot have.
    """

    #: Name of the kind, of the entry point and of the browser module.
    kind: ClassVar[str] = ""

    # On the class, because ipywidgets closes even what was never fully made.
    _follower: Any = None
    _timer: threading.Timer | None = None

    theme = option(traitlets.Enum(["auto", "light", "dark"], default_value="auto"))
    "Colours: those of the host (``auto``), ``light`` or ``dark``."

    live = option(traitlets.Bool(default_value=True))
    "Whether new points appear by themselves."

    interval = option(traitlets.Float(FOLLOW_INTERVAL, min=0.1))
    "Seconds between looks at the disk, and at least between two changes of a live view."

    run_list = traitlets.Instance(RunList).tag(sync=True, **widget_serialization)
    "What is shown of which run, shared by all views of the log."

    n_items = traitlets.Int(None, allow_none=True)
    "How many things the view has, where that is not the number of its series."

    embedded = traitlets.Bool(default_value=False).tag(sync=True)
    "Set by the board, which has the bar and the run list for all its views."

    _own_id = traitlets.Unicode().tag(sync=True)
    "The model's own id, by which the page finds it."

    _payload = traitlets.Dict().tag(sync=True, to_json=lambda _, view: view.encoded())
    "What the first picture needs; made anew whenever the page asks for the state."

    _selection = traitlets.Dict().tag(sync=True)
    "What a person picked out; set by the page."

    def __init__(self, source: Any, **options: Any) -> None:
        known = self.option_names()
        refuse_unknown(options, [*known, *RunList.OPTIONS], self.kind)
        self.source = source
        self.logdir: LogDir = getattr(source, "log", source)
        self._visible = True
        self._displayed = False
        self._last_push = 0.0
        self._begun = 0.0
        # Set once the page has spoken: before, what is pushed may find nobody there.
        self._ready = threading.Event()
        # One delta at a time: the watcher's thread and the main one may both have news.
        self._push_lock = threading.RLock()
        run_list = run_list_of(self.logdir)
        own = {name: value for name, value in options.items() if name in known}
        for name, value in options.items():
            if name not in own:
                setattr(run_list, RunList.OPTIONS[name], value)
        model_id = uuid.uuid4().hex
        super().__init__(run_list=run_list, _own_id=model_id, model_id=model_id, **own)
        self.on_msg(self._receive)

    # ------------------------------------------------------------ to be overridden

    def payload(self) -> Mapping[str, Any]:
        """Return what the page needs for its first picture.

        Plain JSON values, and ``bytes`` or ``memoryview`` anywhere in it, which
        travel as they are and arrive as ``DataView``.
        """
        return {}

    def fuller_payload(self) -> Mapping[str, Any]:
        """Return the payload for a file that no kernel will add to: all that is reasonable.

        It must leave what :meth:`news` has sent as it is.
        """
        return self.payload()

    def news(self) -> Mapping[str, Any] | None:
        """Return what the page does not have yet, in the form of :meth:`payload`, or None.

        Called on the watcher's thread after the log has grown; never twice at a time.
        """
        return None

    def unfinished(self) -> bool:
        """Whether :meth:`news` has more than its last call returned, without any growth."""
        return False

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer a request of the page, in the form of :meth:`payload`.

        Called on the main thread when no cell runs. An exception's text is shown in
        the page.
        """
        message = f"the {self.kind} view cannot answer {method!r} ({len(params)} parameters)"
        raise NbboardError(message)

    @classmethod
    def draw(cls, source: Any, **options: Any) -> Figure:
        """Return a ``matplotlib.figure.Figure`` of a collection, with a view's options."""
        raise NotImplementedError

    @property
    def data(self) -> pd.DataFrame:
        """The data on screen now, as a pandas DataFrame."""
        raise NotImplementedError

    def figure(self, **changes: Any) -> Figure:
        """Return what is on screen as a ``matplotlib.figure.Figure``.

        Parameters
        ----------
        **changes
            Options that the figure has instead of the view's.
        """
        return self.draw(self.source, **{**self.options, **changes})

    def picture(self) -> Figure:
        """Return a figure for saved notebooks: quicker than one for a paper, and smaller.

        The cell's output waits for it.
        """
        return self.figure()

    # ------------------------------------------------------------ for everybody

    @classmethod
    def option_names(cls) -> tuple[str, ...]:
        """Return the names of the options of this view."""
        return tuple(sorted(cls.class_traits(option=True)))

    @property
    def options(self) -> dict[str, Any]:
        """The options as they are now, by name."""
        return {name: getattr(self, name) for name in self.option_names()}

    @property
    def selection(self) -> Any:
        """What a person picked out in the page: runs and points."""
        return dict(self._selection)

    @property
    def runs(self) -> tuple[str, ...]:
        """The runs that this view has data of."""
        return tuple(self.source.runs)

    @property
    def shown_runs(self) -> list[str]:
        """Those of its runs that are checked and pass the filter."""
        return self.run_list.shown(self.runs)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the view into one HTML file that works offline, with its data in it.

        Parameters
        ----------
        path
            The file to write.

        Returns
        -------
        pathlib.Path
            That file.
        """
        from nbboard.views.report import write_report

        return write_report(self, Path(path))

    def begin(self) -> None:
        """Begin to be on screen: send what is left, follow the log."""
        if not self._displayed:
            self._displayed = True
            self._begun = time.monotonic()
            threading.Thread(target=self._fill, name="nbboard-fill", daemon=True).start()
        self._watch()

    def embed(self, *, in_sight: bool) -> None:
        """Be part of a board, which has the bar and the run list."""
        self.embedded = True
        self._visible = in_sight

    def close(self) -> None:
        """Stop following the log and take the widget out of the page."""
        self._unfollow()
        super().close()

    def __repr__(self) -> str:
        """Say what the view shows, in one line."""
        return f"{self.kind} view of {repr(self.source).splitlines()[0]}"

    def _ipython_display_(self) -> None:
        if not takes_updates():
            raise NotImplementedError  # IPython then asks for the bundle, as one message
        self.begin()
        display_in_two_steps(self._bundle(), self._picture)

    def _repr_mimebundle_(self, **_: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        self.begin()
        return {**self._bundle(), **self._picture()}, {}

    def _bundle(self) -> dict[str, Any]:
        """Return what stands in the cell's output, but for the picture."""
        return {
            "text/plain": repr(self),
            VIEW_MIME: {"version": 1, "kind": self.kind, "model_id": self.model_id},
            WIDGET_MIME: {"version_major": 2, "version_minor": 0, "model_id": self.model_id},
        }

    def _picture(self) -> dict[str, str]:
        """Draw the picture that stands in for the view where there is no kernel."""
        try:
            figure = self.picture()
            stream = io.BytesIO()
            figure.savefig(stream, format="png", dpi=100)
        except Exception as error:  # noqa: BLE001 - the live view matters more than its picture
            self.log_failure("could not draw the picture for saved notebooks", error)
            return {}
        return {"image/png": base64.b64encode(stream.getvalue()).decode()}

    def log_failure(self, what: str, error: BaseException) -> None:
        """Note a failure that must not disturb the person's cell."""
        import logging

        logging.getLogger("nbboard").warning("%s: %s", what, error, exc_info=error)

    def encoded(self) -> dict[str, Any]:
        """Return the payload with what the page needs of every view."""
        with self._push_lock:
            return {"runs": list(self.runs), **self.payload(), "status": self._status()}

    def report_payload(self) -> dict[str, Any]:
        """Return what stands in a saved report."""
        with self._push_lock:
            return {"runs": list(self.runs), **self.fuller_payload(), "status": self._status()}

    def _status(self) -> dict[str, Any]:
        problems = self.logdir.problems
        return {
            "time": time.time(),
            "paths": [str(path) for path in self.logdir.paths],
            "problems": [str(problem) for problem in problems[:100]],
            "n_problems": len(problems),
            "n_damaged": sum(problem.lost > 0 for problem in problems),
        }

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
        if self.live and self._follower is None:
            self._follower = self.logdir.follow(self._grown, interval=self.interval)
        elif not self.live:
            self._unfollow()

    def _fill(self) -> None:
        """Send what is not needed for the first picture."""
        self._ready.wait(READY_AFTER)
        try:
            self.run_list.learn_hparams()
        except Exception as error:  # noqa: BLE001 - only colouring by them is lost
            self.log_failure("could not read the hyperparameters of the runs", error)
        while self.comm is not None and self.unfinished():
            time.sleep(FILL_INTERVAL)
            self.push()

    def _unfollow(self) -> None:
        follower, self._follower = self._follower, None
        if follower is not None:
            follower.stop()
        if self._timer is not None:
            self._timer.cancel()

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
        elif self._timer is None or not self._timer.is_alive():
            self._timer = threading.Timer(rest, self.push)
            self._timer.daemon = True
            self._timer.start()

    def push(self) -> None:
        """Send the page what it does not have yet; may be called from any thread."""
        with self._push_lock:
            if self.comm is None:
                return
            self._last_push = time.monotonic()
            try:
                news = self.news()
                if news is not None:
                    self._send_content(
                        "news", {"runs": list(self.runs), **news, "status": self._status()}
                    )
            except Exception as error:  # noqa: BLE001 - the next push may succeed
                self.log_failure("could not bring a view up to date", error)

    def _send_content(self, kind: str, content: Mapping[str, Any], **extra: Any) -> None:
        plain, buffers = split(content)
        self.send({"type": kind, "content": plain, **extra}, buffers)

    def _receive(self, _: Any, message: Any, __: Sequence[Any]) -> None:
        """Handle a message of the page."""
        kind = message.get("type")
        self._ready.set()
        if kind == "visible":
            self._visible = bool(message.get("visible"))
            if self._visible and self._displayed and self.live:
                self.push()
        elif kind == "late":
            # What was sent so far may not have been heard.
            with self._push_lock:
                self._send_content("news", self.encoded())
                self.send_state([key for key in self.keys if key not in UNCHANGED])
        elif kind == "request":
            number = message.get("id")
            try:
                result = self.answer(str(message.get("method")), message.get("params") or {})
            except Exception as error:  # noqa: BLE001 - told to the person, in the page
                self._send_content(
                    "answer", {}, id=number, error=str(error) or type(error).__name__
                )
            else:
                self._send_content("answer", result, id=number)


def split(content: Any) -> tuple[Any, list[bytes | memoryview]]:
    """Take the bytes out of nested lists and mappings, leaving ``{"$buffer": i}``."""
    buffers: list[bytes | memoryview] = []

    def plain(value: Any) -> Any:
        if isinstance(value, bytes | bytearray | memoryview):
            buffers.append(value if not isinstance(value, bytearray) else bytes(value))
            return {"$buffer": len(buffers) - 1}
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return value

    return plain(content), buffers
