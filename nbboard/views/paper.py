"""Figures for papers: matplotlib without pyplot, with thin lines, small sans and real text."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["legend_outside", "new_figure", "plain", "png_with_note", "style_axes"]

#: Names longer than this lose their middle.
MOST_CHARACTERS = 48

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
    import warnings

    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    class PaperFigure(Figure):
        """A figure whose files have text as text."""

        def savefig(self, *args: Any, **kwargs: Any) -> Any:
            # Names in letters that the font lacks are drawn as boxes; that is no news.
            with rc_context(_SAVING), warnings.catch_warnings():
                warnings.filterwarnings("ignore", message="Glyph .* missing from")
                return super().savefig(*args, **kwargs)

        def _repr_png_(self) -> bytes:
            stream = io.BytesIO()
            self.savefig(stream, format="png", dpi=120)
            return stream.getvalue()

    figure = PaperFigure(figsize=(width, height), layout=layout)
    FigureCanvasAgg(figure)
    return figure


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
        axes.set_title(plain(title), fontsize=FONT, loc="left", parse_math=False)
    if xlabel:
        axes.set_xlabel(plain(xlabel), fontsize=SMALL, color=INK, parse_math=False)
    if ylabel:
        axes.set_ylabel(plain(ylabel), fontsize=SMALL, color=INK, parse_math=False)


def legend_outside(figure: Figure, axes: Axes, handles: list[Any], names: list[str]) -> None:
    """Name the lines: within the axes if they are few, outside if more than five.

    As many as fit beside the axes; the rest is counted.
    """
    if not handles:
        return
    labels = [plain(name) for name in names]
    style: dict[str, Any] = {"fontsize": SMALL, "frameon": False, "handlelength": 1.4}
    if len(handles) <= 5:
        legend = axes.legend(handles, labels, loc="best", **style)
    else:
        is_laid_out = figure.get_layout_engine() is not None
        place: Any = "outside right upper" if is_laid_out else "upper right"
        fitting = max(int((figure.get_figheight() - 0.2) / LINE), 5)
        # Without a layout the room beside the axes is that of one column; else names may
        # take half of the width.
        column = 0.45 + 0.06 * max(map(len, labels))
        room = int(figure.get_figwidth() / 2 / column) if is_laid_out else 1
        columns = max(min(-(-len(labels) // fitting), room), 1)
        rest = len(labels) - fitting * columns
        if rest > 0:
            kept = fitting * columns - 1
            handles = [*handles[:kept], _nothing()]
            labels = [*labels[:kept], f"and {rest + 1:,} more"]
        legend = figure.legend(handles, labels, loc=place, ncols=columns, **style)
    for text in legend.get_texts():
        text.set_parse_math(False)


def _nothing() -> Any:
    """Return what stands beside a legend's words that name no line."""
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="none")


def plain(text: str) -> str:
    """Return a name from a log as one printable line of bearable length."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text)
    # matplotlib leaves names out of legends that begin so.
    clean = "\N{ZERO WIDTH NO-BREAK SPACE}" + clean if clean.startswith("_") else clean
    if len(clean) <= MOST_CHARACTERS:
        return clean
    half = MOST_CHARACTERS // 2
    return f"{clean[: half - 1]}\N{HORIZONTAL ELLIPSIS}{clean[-half:]}"
