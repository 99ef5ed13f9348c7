"""How a view gets into a cell's output: at once, and its picture for later readers after it.

Drawing the picture takes matplotlib longer than everything else together. Where the page
takes an update of a live view for what it is, the view is therefore displayed first, and
the picture is added to the same output before the cell goes on: whatever is saved holds
both. Elsewhere an update would draw the view anew, so both come in one message.
"""

from __future__ import annotations

import html
import sys
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from nbboard.views import page

if TYPE_CHECKING:
    from nbboard.views.page import Lack

__all__ = [
    "current_cell",
    "display_in_two_steps",
    "display_picture",
    "is_kernel",
    "sentence",
    "takes_updates",
]


def is_kernel() -> bool:
    """Whether this Python is the kernel of a notebook, so that a widget may have a page."""
    return getattr(_shell(), "kernel", None) is not None


def current_cell() -> tuple[str, str] | None:
    """Return which cell runs now, as its host names it, and which run of it this is.

    None outside of cells, and where the host does not say.
    """
    kernel = getattr(_shell(), "kernel", None)
    if kernel is None:
        return None
    parent = kernel.get_parent() or {}
    cell = (parent.get("metadata") or {}).get("cellId")
    execution = parent.get("header", {}).get("msg_id")
    if not cell or not execution or parent["header"].get("msg_type") != "execute_request":
        return None
    return str(cell), str(execution)


def takes_updates() -> bool:
    """Whether what displays this cell's output keeps a live view when its picture is added."""
    shell = _shell()
    kernel = getattr(shell, "kernel", None)
    if shell is None or kernel is None or "google.colab" in sys.modules:
        return False
    # Under %%capture and the like another object collects what is published.
    if type(shell.display_pub).__name__ != "ZMQDisplayPublisher":
        return False
    if _in_output_widget(kernel) or not page.has_extension():
        return False
    # The classic notebook draws the view anew; JupyterLab and Notebook 7 name the cell.
    return "cellId" in kernel.get_parent().get("metadata", {}) or not page.may_be_classic()


def display_in_two_steps(
    bundle: Mapping[str, Any],
    rest: Callable[[], tuple[Mapping[str, Any], Mapping[str, Any]]],
) -> None:
    """Display a bundle, then make the rest of it and add that to the same output.

    Parameters
    ----------
    bundle
        Data by MIME type.
    rest
        Returns what is to be added, and its metadata.
    """
    from IPython.display import display

    show: Any = display  # it is untyped
    handle = show(dict(bundle), raw=True, display_id=True)
    more, metadata = rest()
    if more:
        handle.update({**bundle, **more}, raw=True, metadata=dict(metadata))


def display_picture(
    bundle: Mapping[str, Any],
    picture: tuple[Mapping[str, Any], Mapping[str, Any]],
    lacking: Lack,
) -> None:
    """Display a view's picture alone, and below it why it is not live and what helps.

    Parameters
    ----------
    bundle
        Data by MIME type, without any for a live widget.
    picture
        More data, and metadata.
    lacking
        What the page lacks.
    """
    from IPython.display import display

    show: Any = display  # it is untyped
    data, metadata = picture
    show({**bundle, **data}, raw=True, metadata=dict(metadata))
    show(sentence(lacking), raw=True)


def sentence(lacking: Lack) -> dict[str, str]:
    """Return what the page lacks as data by MIME type."""
    return {
        "text/plain": f"{lacking.text}\n{lacking.command}",
        "text/html": f"<p>{html.escape(lacking.text)} <code>{html.escape(lacking.command)}</code></p>",
    }


def _shell() -> Any:
    ipython = sys.modules.get("IPython")
    return ipython.get_ipython() if ipython is not None else None


def _in_output_widget(kernel: Any) -> bool:
    """Whether this cell's outputs go into an ``Output`` widget, which ignores updates."""
    module = sys.modules.get("ipywidgets.widgets.widget_output")
    if module is None:
        return False
    from ipywidgets.widgets import widget

    current = kernel.get_parent().get("header", {}).get("msg_id")
    # A copy: other threads may make and close widgets meanwhile.
    made = list(getattr(widget, "_instances", {}).values())
    return any(isinstance(one, module.Output) and one.msg_id == current for one in made)
