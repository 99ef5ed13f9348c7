"""Images on paper: rows of tags, columns of runs, with pixels as squares."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import NbboardError
from nbboard.views.paper import new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.patches import Rectangle

    from nbboard.kinds.images import Image

__all__ = ["Cell", "Row", "css_filter", "difference", "draw_rows", "load", "wipe"]

#: A page holds so many columns and rows; more are counted in the title.
MAX_COLUMNS = 8
MAX_ROWS = 12

#: In inches: around all, for a line of text, between pictures.
_MARGIN = 0.06
_LINE = 0.17
_GAP = 0.1

_INK = "#3c4043"
_FAINT = "#5f6368"


@dataclass(frozen=True)
class Cell:
    """One picture of the figure.

    Attributes
    ----------
    pixels
        uint8 RGBA, shape ``(height, width, 4)``; None where there is none.
    note
        Under it: its step, or why there is no picture.
    title, color
        Above it (the run) and the colour of the mark before that.
    """

    pixels: np.ndarray | None
    note: str = ""
    title: str = ""
    color: str | None = None


@dataclass(frozen=True)
class Row:
    """The pictures of one tag."""

    label: str
    cells: Sequence[Cell | None]


def load(image: Image) -> np.ndarray:
    """Decode an image for a figure: the first frame, as uint8 RGBA.

    Raises
    ------
    UndecodableError
        If the image is over a limit or broken.
    """
    array = image.to_numpy()
    if array.ndim == 4:
        array = array[0]
    if array.dtype == np.uint16:  # 65535 is 255 * 257
        array = (array // 257).astype(np.uint8)
    channels = array.shape[2]
    alpha = array[:, :, -1:] if channels in {2, 4} else np.full_like(array[:, :, :1], 255)
    color = array[:, :, :3] if channels >= 3 else np.repeat(array[:, :, :1], 3, axis=2)
    return np.concatenate([color, alpha], axis=2)


def css_filter(pixels: np.ndarray, contrast: float, brightness: float) -> np.ndarray:
    """Apply the CSS filters ``contrast(c%) brightness(b)``, in that order, as TensorBoard does.

    Parameters
    ----------
    pixels
        uint8 RGBA, shape ``(height, width, 4)``; the opacity is left alone.
    contrast
        In percent; 100 changes nothing.
    brightness
        A factor; 1 changes nothing.

    Notes
    -----
    Filter Effects Module Level 1: contrast is ``(v - 0.5) * c + 0.5``, brightness is
    ``v * b``, each clamped to 0..1.
    """
    if contrast == 100 and brightness == 1:
        return pixels
    value = np.arange(256) / 255
    value = np.clip((value - 0.5) * (contrast / 100) + 0.5, 0, 1)
    table = np.rint(np.clip(value * brightness, 0, 1) * 255).astype(np.uint8)
    return np.concatenate([table[pixels[:, :, :3]], pixels[:, :, 3:]], axis=2)


def difference(a: np.ndarray, b: np.ndarray, *, scaled: bool) -> tuple[np.ndarray, str]:
    """Return ``|a - b|`` as opaque pixels, and a line saying how large and how scaled it is.

    Parameters
    ----------
    a, b
        uint8 RGBA of one shape. Colours count by their opacity; a difference in opacity
        alone counts in all channels.
    scaled
        Whether the largest difference is stretched to white.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if a.shape != b.shape:
        raise ValueError("pictures of different sizes have no difference")
    first, second = (x[:, :, :3] * (x[:, :, 3:] / 255) for x in (a, b))
    opacity = np.abs(a[:, :, 3:].astype(np.int16) - b[:, :, 3:])
    delta = np.maximum(np.rint(np.abs(first - second)), opacity)
    most = int(delta.max(initial=0))
    scale = 255 / most if scaled and most else 1.0
    # uint8 cuts off, as the page's pixels do.
    color = np.rint(np.minimum(delta * scale, 255)).astype(np.uint8)
    opaque = np.full_like(color[:, :, :1], 255)
    line = f"|A − B| ×{scale:.3g}, largest {most} of 255" if most else "no difference"  # noqa: RUF001
    return np.concatenate([color, opaque], axis=2), line


def wipe(a: np.ndarray, b: np.ndarray, at: float) -> np.ndarray:
    """Return `a` left of the fraction `at` of the width, `b` right of it.

    Raises
    ------
    ValueError
        If the shapes differ.
    """
    if a.shape != b.shape:
        raise ValueError("pictures of different sizes cannot be laid over each other")
    edge = round(a.shape[1] * at)
    return np.concatenate([a[:, :edge], b[:, edge:]], axis=1)


def draw_rows(rows: Sequence[Row], *, most: int = MAX_ROWS, empty: str = "No images.") -> Figure:
    """Draw a grid of pictures.

    Parameters
    ----------
    rows
        From top to bottom.
    most
        How many of them are drawn; the others are counted.
    empty
        What to say if there is nothing to draw.

    Notes
    -----
    All pictures stand in one pair of axes, in inches from the top left: an axes for
    each of a hundred pictures takes seconds to lay out.
    """
    columns = min(MAX_COLUMNS, max((len(row.cells) for row in rows), default=0))
    drawn = [row for row in rows if any(row.cells[:columns])][:most]
    if not drawn:
        figure = new_figure(4.8, 1.0)
        figure.text(0.5, 0.5, empty, ha="center", va="center", fontsize=9, color=_FAINT)
        return figure
    side = 2.0 if columns <= 4 else 1.5
    heading = _left_out(rows, drawn, columns)
    top = _MARGIN + (_LINE if heading else 0)
    heights = [side * _tallest(row, columns) for row in drawn]
    # Above (where it has a title) and below each picture there is a line of text.
    above = [_LINE if any(cell and cell.title for cell in row.cells) else 0.02 for row in drawn]
    tall = top + sum(heights) + sum(above) + len(drawn) * (_LINE + _GAP)
    wide = _MARGIN + _LINE + columns * (side + _GAP)
    figure = new_figure(wide, tall)
    figure.set_layout_engine("none")
    axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
    axes.set_axis_off()
    if heading:
        axes.text(_MARGIN, _MARGIN, _plain(heading), fontsize=8, color=_FAINT, va="top")
    for row, height, line in zip(drawn, heights, above, strict=True):
        top += line
        for place, cell in enumerate(row.cells[:columns]):
            if cell is not None:
                left = _MARGIN + _LINE + place * (side + _GAP)
                _draw_cell(axes, cell, (left, top, side, height))
        axes.text(
            _MARGIN, top + height / 2, _short(row.label, int((height + 2 * _LINE) * 14)),
            fontsize=8, color=_INK, rotation=90, va="center", ha="left",
        )  # fmt: skip
        top += height + _LINE + _GAP
    axes.set_xlim(0, wide)
    axes.set_ylim(tall, 0)
    axes.set_aspect("auto")
    return figure


def _draw_cell(axes: Axes, cell: Cell, box: tuple[float, float, float, float]) -> None:
    """Draw a cell into left, top, width and height, in inches."""
    left, top, width, height = box
    if cell.title:
        axes.text(
            left, top - 0.04, _short(cell.title, int(width * 13)),
            fontsize=7.5, color=cell.color or _INK, va="bottom",
        )  # fmt: skip
    if cell.pixels is None:
        axes.add_patch(_frame(left, top, width, height))
        axes.text(
            left + width / 2, top + height / 2, _plain(_folded(cell.note, int(width * 14))),
            ha="center", va="center", fontsize=7, color=_FAINT,
        )  # fmt: skip
        return
    high, wide = cell.pixels.shape[:2]
    scale = min(width / wide, height / high)
    right, bottom = left + wide * scale, top + high * scale
    # Squares where pixels are enlarged (as on a page of 100 dots an inch), else an average.
    enlarged = scale * 100 >= 1
    axes.imshow(
        cell.pixels,
        extent=(left, right, bottom, top),
        interpolation="nearest" if enlarged else "antialiased",
        aspect="auto",
    )
    axes.add_patch(_frame(left, top, wide * scale, high * scale))
    axes.text(left, bottom + 0.04, _plain(cell.note), fontsize=7, color=_FAINT, va="top")


def _frame(left: float, top: float, width: float, height: float) -> Rectangle:
    from matplotlib.patches import Rectangle

    return Rectangle((left, top), width, height, fill=False, linewidth=0.5, edgecolor="#dadce0")


def _tallest(row: Row, columns: int) -> float:
    """Return the largest height of a row's pictures, in widths, within reason."""
    shapes = [cell.pixels.shape for cell in row.cells[:columns] if cell and cell.pixels is not None]
    return min(2.5, max((shape[0] / shape[1] for shape in shapes), default=0.5))


def _left_out(rows: Sequence[Row], drawn: Sequence[Row], columns: int) -> str:
    most = max(len(row.cells) for row in rows)
    parts = []
    if most > columns:
        parts.append(f"{columns} of {most:,} columns")
    with_cells = sum(any(row.cells) for row in rows)
    if with_cells > len(drawn):
        parts.append(f"{len(drawn)} of {with_cells:,} tags")
    return ", ".join(parts)


def _short(text: str, length: int) -> str:
    """Cut the middle out of a long name."""
    if len(text) > length:
        half = max(1, (length - 1) // 2)
        text = f"{text[:half]}…{text[-half:]}"
    return _plain(text)


def _plain(text: str) -> str:
    # What cannot be printed (half a surrogate pair, a control character) would stop the
    # drawing; a "$" would begin a formula.
    printable = "".join(c if c.isprintable() or c == "\n" else "�" for c in text)
    return printable.replace("$", r"\$")


def _folded(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width)[:5])


def cell_of(image: Image, note: str, contrast: float, brightness: float, **names: Any) -> Cell:
    """Decode an image into a cell, or say in its place why not."""
    try:
        pixels = css_filter(load(image), contrast, brightness)
    except NbboardError as error:
        return Cell(None, str(error), **names)
    return Cell(pixels, note, **names)
