"""Figures for papers: matplotlib without pyplot, with thin lines, small sans and real text."""

from __future__ import annotations

import io
import numbers
import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from nbboard.errors import UsageError

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = [
    "WIDTHS",
    "folded",
    "inches",
    "new_figure",
    "plain",
    "png_with_note",
    "quietly",
    "style_axes",
]

#: Widths by name, in inches: of a column and of a page of two columns.
WIDTHS = {"column": 3.5, "page": 7.2}

#: A longer name goes on in a second line.
FOLD = 44
_BREAK = re.compile(r"(?<=[/_\-,;|\s])")

FONT = 9
SMALL = 8
#: Height of a line of a legend, in inches.
LINE = 0.185
INK = "#333333"
FAINT = "#757575"
GRID = "#e4e4e4"

#: Text stays text in PDF and SVG files, so that it can be searched and edited.
_SAVING: Any = {"pdf.fonttype": 42, "ps.fonttype": 42, "svg.fonttype": "none"}


def new_figure(width: float, height: float, layout: Any = "constrained") -> Figure:
    """Return an empty figure that a notebook displays by itself.

    Parameters
    ----------
    width, height
        In inches.
    layout
        ``"constrained"``, or ``"none"`` for axes placed by the caller, which is quicker.
    """
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    class PaperFigure(Figure):
        """A figure whose files have text as text."""

        def savefig(self, *args: Any, **kwargs: Any) -> Any:
            with rc_context(_SAVING), quietly():
                return super().savefig(*args, **kwargs)

        def draw(self, *args: Any, **kwargs: Any) -> None:
            with quietly():
                super().draw(*args, **kwargs)

        def _repr_png_(self) -> bytes:
            stream = io.BytesIO()
            self.savefig(stream, format="png", dpi=120)
            return stream.getvalue()

    figure = PaperFigure(figsize=(width, height), layout=layout)
    FigureCanvasAgg(figure)
    return figure


@contextmanager
def quietly() -> Iterator[None]:
    """Draw without a word of the libraries: whoever shows a figure cannot do anything about it.

    They warn of letters that a font lacks (drawn as boxes), of ticks that do not suit, and of
    numbers that overflow on the way to a pixel.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def inches(width: object) -> float:
    """Return a width in inches: ``"column"`` or ``"page"`` of a paper, or a number of them.

    Raises
    ------
    UsageError
        If it is none of these, or not within 0.5 and 100 inches.
    """
    if isinstance(width, str) and width in WIDTHS:
        return WIDTHS[width]
    number = isinstance(width, numbers.Real) and not isinstance(width, bool)
    if isinstance(width, numbers.Real) and number and 0.5 <= float(width) <= 100:
        return float(width)
    names = ", ".join(map(repr, WIDTHS))
    raise UsageError(f"width is {names} or inches from 0.5 to 100, not {width!r}")


def png_with_note(figure: Figure, note: str) -> bytes:
    """Return a figure that is not used again as PNG, with a quiet line of words below it."""
    from matplotlib.transforms import Bbox

    width, height = figure.get_size_inches()
    figure.text(0.08 / width, -0.09 / height, note, fontsize=SMALL, color=FAINT, va="center")
    stream = io.BytesIO()
    room = Bbox([[0, -0.2], [width, height]])
    figure.savefig(stream, format="png", dpi=100, bbox_inches=room)
    return stream.getvalue()


def style_axes(axes: Axes, title: str = "", xlabel: str = "", ylabel: str = "") -> None:
    """Give axes thin spines, small ticks and plain labels."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    for side in ("left", "bottom"):
        axes.spines[side].set_linewidth(0.6)
        axes.spines[side].set_color(INK)
    axes.grid(visible=True, color=GRID, linewidth=0.5)
    axes.set_axisbelow(True)
    axes.tick_params(labelsize=SMALL, width=0.6, length=3, color=INK, labelcolor=INK)
    for axis in (axes.xaxis, axes.yaxis):
        axis.get_offset_text().set_fontsize(SMALL)
    if title:
        axes.set_title(folded(title), fontsize=FONT, loc="left", parse_math=False)
    if xlabel:
        axes.set_xlabel(folded(xlabel), fontsize=SMALL, color=INK, parse_math=False)
    if ylabel:
        axes.set_ylabel(folded(ylabel), fontsize=SMALL, color=INK, parse_math=False)


def plain(text: str) -> str:
    """Return a name from a log as one printable line."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    # matplotlib leaves names out of legends that begin so.
    return "\N{ZERO WIDTH NO-BREAK SPACE}" + clean if clean.startswith("_") else clean


def folded(text: str, width: int = FOLD) -> str:
    """Return a name as printable lines of bearable length, whole."""
    lines = [""]
    for part in _BREAK.split(plain(text)):
        if lines[-1] and len(lines[-1]) + len(part) > width:
            lines.append("")
        lines[-1] += part
    # A name without any place to break at is cut into pieces of that length.
    cut = [line[at : at + width] for line in lines for at in range(0, max(len(line), 1), width)]
    return "\n".join(line.rstrip() for line in cut)
