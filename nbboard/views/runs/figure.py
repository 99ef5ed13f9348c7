"""The runs on paper: a table with thin rules, numbers in line on the right."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from nbboard.kinds.params.difference import value_text
from nbboard.text import counted
from nbboard.views.paper import FAINT, FONT, INK, new_figure, plain

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from nbboard.views.run_list import RunList
    from nbboard.views.runs.columns import RunColumn
    from nbboard.views.runs.shown import Shown

__all__ = ["draw_runs"]

#: In inches: a line, a letter, and between columns.
_LINE = 0.2
_LETTER = 0.072
_GAP = 0.18
_MARGIN = 0.1
_MOST_LETTERS = 40
_MOST_WIDTH = 14.0
#: Where there is no value.
DASH = "\N{EN DASH}"


def draw_runs(shown: Shown, run_list: RunList, most: int) -> Figure:
    """Return the first rows of a table as a figure; what does not fit is said below it.

    Parameters
    ----------
    shown
        The rows and columns.
    run_list
        What runs are called.
    most
        How many rows at most.
    """
    rows = shown.rows[:most]
    names = [shown.names[row] for row in rows]
    labels = run_list.labels_among(names) if names else {}
    cells = [("run", False, [_cut(labels[name]) for name in names])]
    width = 2 * _MARGIN + _width(cells[0])
    left = 0
    for key in shown.visible:
        column = shown.columns[key]
        texts = [cell_text(column, row) for row in rows]
        one = (_cut(column.label), column.numbers is not None, texts)
        if width + _GAP + _width(one) > _MOST_WIDTH:
            left += 1
            continue
        width += _GAP + _width(one)
        cells.append(one)
    notes = _notes(len(rows), len(shown.rows), left)
    width = max(width, 2 * _MARGIN + _LETTER * len(notes))
    height = _LINE * (len(rows) + 1 + bool(notes)) + 2 * _MARGIN
    figure = new_figure(width, height, layout="none")
    x = _MARGIN
    for label, numeric, texts in cells:
        at = x + (_width((label, numeric, texts)) if numeric else 0)
        for line, text in enumerate([label, *texts]):
            figure.text(
                at / width,
                1 - (_MARGIN + _LINE * (line + 0.5)) / height,
                plain(text),
                ha="right" if numeric else "left",
                va="center",
                fontsize=FONT,
                color=FAINT if line == 0 else INK,
                parse_math=False,
            )
        x += _width((label, numeric, texts)) + _GAP
    _rule(figure, 1 - (_MARGIN + _LINE) / height, width)
    if notes:
        figure.text(
            _MARGIN / width, (_MARGIN + _LINE / 2) / height, notes, fontsize=FONT, color=FAINT,
            va="center",
        )  # fmt: skip
    return figure


def cell_text(column: RunColumn, row: int) -> str:
    """Return a cell as it stands on paper; a dash where there is no value."""
    value = column.cell(row)
    if value is None:
        return DASH
    if column.form == "time":
        return time.strftime("%Y-%m-%d %H:%M", time.localtime(value)) if abs(value) < 1e11 else DASH
    if column.form == "duration":
        return _duration(value)
    return _cut(f"{value:.4g}" if isinstance(value, float) else value_text(value))


def _duration(seconds: float) -> str:
    if seconds < 60 or seconds != seconds:  # noqa: PLR0124 - NaN
        return f"{seconds:.3g} s"
    hours, rest = divmod(round(seconds), 3600)
    minutes, rest = divmod(rest, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 3]}..."


def _width(cells: tuple[str, bool, list[str]]) -> float:
    label, _, texts = cells
    return _LETTER * max(3, len(label), *map(len, texts), 0)


def _notes(rows: int, all_rows: int, columns: int) -> str:
    if not all_rows:
        return "no runs"
    parts = []
    if rows < all_rows:
        parts.append(f"{rows:,} of {counted(all_rows, 'run')}")
    if columns:
        parts.append(f"{counted(columns, 'column')} that did not fit")
    return "; ".join(parts)


def _rule(figure: Figure, y: float, width: float) -> None:
    from matplotlib.lines import Line2D

    ends = (_MARGIN / width, 1 - _MARGIN / width)
    figure.add_artist(Line2D(ends, (y, y), color=INK, linewidth=0.6))
