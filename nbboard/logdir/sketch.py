"""What a single value looks like at the end of a cell: a small picture, or text in a box."""

from __future__ import annotations

import io
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["png_of", "text_box"]

_INK = "#4d5156"
#: Letters of a text that are displayed; all of it is in ``str()``.
_MOST = 20_000


def png_of(draw: Callable[[Axes], None], width: float = 4.2, height: float = 2.2) -> bytes | None:
    """Return a small chart as PNG; None where matplotlib is not installed or cannot draw it.

    Parameters
    ----------
    draw
        Draws it into axes.
    width, height
        In inches.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        return None
    figure = Figure(figsize=(width, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(labelsize=8, colors=_INK)
    stream = io.BytesIO()
    with warnings.catch_warnings():
        # Nobody who looks at a value can do anything about letters that a font lacks.
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        try:
            draw(axes)
            for label in (axes.xaxis.label, axes.yaxis.label):
                label.set(size=8, color=_INK, parse_math=False)
            figure.savefig(stream, format="png", dpi=110)
        except (ValueError, ArithmeticError):
            return None  # numbers so large that there is no axis for them
    return stream.getvalue()


def text_box(text: str) -> str:
    """Return HTML that shows a text as it is, whatever it says."""
    import html

    rest = len(text) - _MOST
    more = f"\n... {rest:,} more characters" if rest > 0 else ""
    shown = html.escape(text[:_MOST] + more)
    style = "white-space: pre-wrap; overflow-wrap: anywhere; max-width: 80ch; margin: 0"
    return f'<pre style="{style}">{shown}</pre>'
