"""The output that frames a TensorBoard server: the kernel's half.

The page's half is ``labextension/src/views/frame.ts``. Two things shape how they
talk:

- The server's secret must not be saved with the notebook. Outputs are saved, and
  widget state can be. So the address travels as a custom message, which is neither.
- While a cell runs, the kernel hears nothing from the page. So it does not wait to
  be asked: it says where the server is as soon as it knows, and again from a thread
  until the page has said that it heard. After a reload of the page it is asked.
"""

from __future__ import annotations

import html
import threading
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from nbboard.errors import NbboardError
from nbboard.notebook.idle import when_idle_for

__all__ = ["Frame"]

_SCRIPT = Path(__file__).parents[1] / "static" / "frame.js"
if not _SCRIPT.exists():
    raise NbboardError(f"{_SCRIPT} is missing: build the browser side, or install nbboard again.")

# Seconds between repetitions, about three minutes in all: a page that has not
# answered by then has no widgets, or asks by itself when it comes back.
_REPEAT = (0.1, 0.2, 0.3, 0.5, 0.8, 1.2, 2, 3, 4, 5, *[8] * 20)


#: Seconds without a running cell after which a page that has widgets would have answered.
SILENCE = 10.0


class Frame(anywidget.AnyWidget):
    """A framed TensorBoard in a cell's output.

    Parameters
    ----------
    label
        What is shown, as the person wrote it, for example ``logs/fit``.
    height, width
        CSS lengths.
    theme
        ``"auto"`` (as the notebook), ``"light"`` or ``"dark"``.
    """

    _esm = _SCRIPT

    _own_id = traitlets.Unicode().tag(sync=True)
    label = traitlets.Unicode().tag(sync=True)
    height = traitlets.Unicode("800px").tag(sync=True)
    width = traitlets.Unicode("100%").tag(sync=True)
    theme = traitlets.Unicode("auto").tag(sync=True)

    def __init__(self, *, label: str, height: str, width: str, theme: str) -> None:
        self._state: dict[str, Any] = {"kind": "starting", "text": ""}
        self._news: dict[str, Any] | None = None
        self._heard = False
        self._watched = True
        self._changed = threading.Condition()
        self._found: Callable[[], None] | None = None
        model_id = uuid.uuid4().hex
        super().__init__(
            _own_id=model_id,
            model_id=model_id,
            label=label,
            height=height,
            width=width,
            theme=theme,
        )
        self.on_msg(self._answer)
        threading.Thread(target=self._repeat, name="nbboard-frame", daemon=True).start()

    def tell(self, kind: str, **details: Any) -> None:
        """Tell the page the state of things; the last word counts.

        Parameters
        ----------
        kind
            ``"starting"`` with ``text``, ``"ready"`` with the fields of
            :class:`nbboard.notebook.host.Route`, or ``"ended"`` with ``text``.
        **details
            The fields.
        """
        with self._changed:
            if self._state["kind"] == "ended":
                return
            self._state = {"kind": kind, **details}
            self._changed.notify_all()
        self.send(self._state)

    def tell_news(self, version: int, lines: Sequence[str]) -> None:
        """Tell the page that the logs have changed, unless nobody looks.

        Parameters
        ----------
        version
            Another number after each change.
        lines
            Sentences about what is damaged, hidden or sampled.
        """
        self._news = {"kind": "news", "version": version, "lines": list(lines)}
        # While a cell runs nothing is heard of the page: it is told all the same.
        if self._watched and self._state["kind"] != "ended":
            self.send(self._news)

    def on_refused(self, callback: Callable[[], None]) -> None:
        """Call back if the page says that it has no widgets.

        JupyterLab without ipywidgets closes the channel of each: then its server has another
        environment than the kernel, and nbboard is installed only in the latter.

        Parameters
        ----------
        callback
            Takes nothing.
        """

        def refused(_message: object) -> None:
            with self._changed:
                refused_at_once, self._heard = not self._heard, True
                self._watched = False
                self._changed.notify_all()
            if refused_at_once:
                callback()

        self.comm.on_close(refused)

    def on_silence(self, missing: Callable[[], None], found: Callable[[], None]) -> None:
        """Call back if no page answers though the kernel has time for it, and if one does later.

        Some pages show an error in the place of the widget, and tell the kernel nothing.

        Parameters
        ----------
        missing
            Called once, from a thread, where nobody has answered so far.
        found
            Called after that, at the first answer.
        """
        from IPython.core.getipython import get_ipython

        def check() -> None:
            with self._changed:
                if self._heard or self._state["kind"] == "ended":
                    return
                self._found = found
            missing()

        if get_ipython() is not None:
            when_idle_for(SILENCE, get_ipython(), check)

    def _answer(self, _widget: object, content: dict[str, Any], _buffers: object) -> None:
        """Tell a page that has just come the state of things; one that has gone, nothing."""
        if content.get("kind") == "gone":
            self._watched = False
        if content.get("kind") == "hello":
            with self._changed:
                self._heard = self._watched = True
                self._changed.notify_all()
                found, self._found = self._found, None
            if found is not None:
                found()
            self.send(self._state)
            if self._news is not None:
                self.send(self._news)

    def _repeat(self) -> None:
        """Say the last word again until the page has answered; sooner after a new one."""
        pauses = iter(_REPEAT)
        while pause := next(pauses, None):
            with self._changed:
                changed = not self._heard and self._changed.wait(pause)
                if self._heard:
                    return
            if changed:
                pauses = iter(_REPEAT)
            else:
                self.send(self._state)

    def _repr_mimebundle_(self, **kwargs: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """Show the widget; where there are none (nbconvert, GitHub), a sentence."""
        bundle = super()._repr_mimebundle_(**kwargs)
        data, metadata = bundle if bundle is not None else ({}, {})
        sentence = (
            f"TensorBoard was shown here over {self.label or 'the logs'} while the notebook ran. "
            "Run the cell again to see it."
        )
        # nbboard's JupyterLab extension shows the sentence where the model is gone.
        data["application/vnd.nbboard.view+json"] = {
            "version": 1,
            "kind": "tensorboard",
            "model_id": self.model_id,
            "text": sentence,
        }
        data["text/plain"] = sentence
        data["text/html"] = f"<p>{html.escape(sentence)}</p>"
        return data, metadata
