"""A figure as a grid: rows of tags, columns of runs, in each cell what its kind draws."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbboard.errors import NbboardError
from nbboard.views.paper import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FAINT", "INK", "MAX_COLUMNS", "MAX_ROWS", "Cell", "Place", "Row", "draw_rows"]

#: A page holds so many columns and rows; more are counted in the title.
MAX_COLUMNS = 8
MAX_ROWS = 12
#: The tallest cell, in widths.
TALLEST = 2.5

#: In inches: around all, for a line of text, between cells.
_MARGIN = 0.06
_LINE = 0.17
_GAP = 0.1

INK = "#3c4043"
FAINT = "#5f6368"
_EDGE = "#dadce0"


@dataclass
class Place:
    """Where one cell is drawn, in inches from the top left of the page.

    Attributes
    ----------
    figure
        The page.
    page
        Axes over the whole figure, in inches with y downwards: pictures and words of a
        hundred cells are drawn there quickly.
    left, top, width, height
        The cell.
    """

    figure: Figure
    page: Axes
    left: float
    top: float
    width: float
    height: float

    def axes(self) -> Axes:
        """Return axes of its own that fill the cell but for room for their labels; for charts."""
        wide, tall = self.figure.get_size_inches()
        room, below = 0.42, 0.3
        left, bottom = self.left + room, self.top + self.height - below
        size = (self.width - room - 0.08) / wide, (self.height - below - 0.08) / tall
        # tight_layout and constrained_layout would take seconds for a hundred of them.
        return self.figure.add_axes((left / wide, 1 - bottom / tall, *size))

    def frame(self, width: float | None = None, height: float | None = None) -> None:
        """Draw a thin line around the cell, or around so much of it."""
        from matplotlib.patches import Rectangle

        size = self.width if width is None else width, self.height if height is None else height
        self.page.add_patch(
            Rectangle((self.left, self.top), *size, fill=False, linewidth=0.5, edgecolor=_EDGE)
        )

    def say(self, words: str) -> None:
        """Draw an empty cell with a few words in it."""
        self.frame()
        self.page.text(
            self.left + self.width / 2, self.top + self.height / 2,
            plain("\n".join(textwrap.wrap(words, max(int(self.width * 14), 8))[:5])),
            ha="center", va="center", fontsize=7, color=FAINT,
        )  # fmt: skip


@dataclass(frozen=True)
class Cell:
    """One cell of the figure.

    Attributes
    ----------
    draw
        Draws into its place; may return the height that it took, in inches, and may raise
        :class:`~nbboard.errors.NbboardError` with what is said instead. None where there
        is nothing but the note.
    note
        Below it: its step; in it, why there is nothing.
    aspect
        Its height in widths.
    title, color
        Above it (the run) and the colour of that.
    """

    draw: Callable[[Place], float | None] | None = None
    note: str = ""
    aspect: float = 0.5
    title: str = ""
    color: str | None = None


@dataclass(frozen=True)
class Row:
    """The cells of one tag."""

    label: str
    cells: Sequence[Cell | None]


def draw_rows(
    rows: Sequence[Row], *, most: int = MAX_ROWS, empty: str = "Nothing.", side: float = 2.0
) -> Figure:
    """Draw a grid of cells.

    Parameters
    ----------
    rows
        From top to bottom.
    most
        How many of them are drawn; the others are counted.
    empty
        What to say if there is nothing to draw.
    side
        Width of a cell in inches where there are at most four columns; more are narrower.

    Notes
    -----
    All cells stand in one pair of axes, in inches from the top left: an axes for each of a
    hundred pictures takes seconds to lay out.
    """
    columns = min(MAX_COLUMNS, max((len(row.cells) for row in rows), default=0))
    drawn = [row for row in rows if any(row.cells[:columns])][:most]
    if not drawn:
        figure = new_figure(4.8, 1.0)
        figure.text(0.5, 0.5, empty, ha="center", va="center", fontsize=9, color=FAINT)
        return figure
    side = side if columns <= 4 else 0.75 * side
    heading = _left_out(rows, drawn, columns)
    top = _MARGIN + (_LINE if heading else 0)
    heights = [side * _tallest(row, columns) for row in drawn]
    # Above (where it has a title) and below each cell there is a line of text.
    above = [_LINE if any(cell and cell.title for cell in row.cells) else 0.02 for row in drawn]
    tall = top + sum(heights) + sum(above) + len(drawn) * (_LINE + _GAP)
    wide = _MARGIN + _LINE + columns * (side + _GAP)
    figure = new_figure(wide, tall, "none")
    page = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    page.set_axis_off()
    # Before anything is drawn: a picture would set limits of its own.
    page.set_xlim(0, wide)
    page.set_ylim(tall, 0)
    page.set_autoscale_on(False)
    if heading:
        page.text(_MARGIN, _MARGIN, plain(heading), fontsize=8, color=FAINT, va="top")
    for row, height, line in zip(drawn, heights, above, strict=True):
        top += line
        for number, cell in enumerate(row.cells[:columns]):
            if cell is not None:
                left = _MARGIN + _LINE + number * (side + _GAP)
                _draw_cell(cell, Place(figure, page, left, top, side, height))
        page.text(
            _MARGIN, top + height / 2, shortened(row.label, int((height + 2 * _LINE) * 14)),
            fontsize=8, color=INK, rotation=90, va="center", ha="left",
        )  # fmt: skip
        top += height + _LINE + _GAP
    page.set_aspect("auto")
    return figure


def _draw_cell(cell: Cell, place: Place) -> None:
    if cell.title:
        place.page.text(
            place.left, place.top - 0.04, shortened(cell.title, int(place.width * 13)),
            fontsize=7.5, color=cell.color or INK, va="bottom",
        )  # fmt: skip
    if cell.draw is None:
        place.say(cell.note)
        return
    try:
        height = cell.draw(place)
    except NbboardError as error:
        place.say(str(error))
        return
    bottom = place.top + (place.height if height is None else height)
    place.page.text(place.left, bottom + 0.04, plain(cell.note), fontsize=7, color=FAINT, va="top")


def _tallest(row: Row, columns: int) -> float:
    """Return the height of a row, in widths, within reason."""
    return min(TALLEST, max((c.aspect for c in row.cells[:columns] if c is not None), default=0.5))


def _left_out(rows: Sequence[Row], drawn: Sequence[Row], columns: int) -> str:
    most = max(len(row.cells) for row in rows)
    parts = []
    if most > columns:
        parts.append(f"{columns} of {most:,} columns")
    with_cells = sum(any(row.cells) for row in rows)
    if with_cells > len(drawn):
        parts.append(f"{len(drawn)} of {with_cells:,} tags")
    return ", ".join(parts)


def shortened(text: str, length: int) -> str:
    """Cut the middle out of a long name."""
    if len(text) > length:
        half = max(1, (length - 1) // 2)
        text = f"{text[:half]}…{text[-half:]}"
    return plain(text)


def plain(text: str) -> str:
    """Return text of a log as matplotlib can draw it.

    What cannot be printed (half a surrogate pair, a control character) would stop the
    drawing; a "$" would begin a formula.
    """
    printable = "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
    return printable.replace("$", r"\$")
