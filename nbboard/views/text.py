"""Text: Markdown, JSON and logs over steps, with a word diff and a search over all of them."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nbboard.text import counted
from nbboard.views.base import module
from nbboard.views.shared.grid import INK, plain
from nbboard.views.shared.options import option, step_option
from nbboard.views.shared.points import read_points
from nbboard.views.shared.references import check_names
from nbboard.views.shared.stepped import SteppedView
from nbboard.views.text_html import page_of

if TYPE_CHECKING:
    import numpy as np

    from nbboard.kinds.text import Text
    from nbboard.logdir import LogDir
    from nbboard.views.shared.grid import Place
    from nbboard.views.shared.points import Entry

__all__ = ["VIEW", "TextView"]

#: Characters of one text that travel to the page, and cells of one table.
MOST_CHARACTERS = 256 << 10
MOST_CELLS = 10_000
#: One answer of the search: seconds, texts that match, characters before and behind a match.
SEARCH_SECONDS = 0.5
MOST_HITS = 200
BEFORE, BEHIND = 16, 80
#: On paper: inches between lines and a letter's width, of 6.5 points; and lines at most.
_LINE, _LETTER, _MOST_LINES = 0.115, 0.0545, 34


class TextView(SteppedView):
    """Texts over steps: ``log.text.view(...)``."""

    kind: ClassVar[str] = "text"
    _esm = module("text")

    noun = ("text", "texts")
    figure_side = 3.2

    card_size = option(traitlets.Int(420, min=48, max=2000), "Least width of a card in CSS pixels.")
    preload = option(
        traitlets.Int(2, min=0, max=1024),
        "Megabytes sent ahead of need, so that the slider moves while a cell runs.",
    )
    show_as = option(
        traitlets.Enum(["auto", "markdown", "raw"], default_value="auto"),
        "auto shows JSON and logs as trees and the rest as Markdown; raw shows the characters.",
    )
    diff = option(
        traitlets.Enum(["off", "previous", "step", "run"], default_value="off"),
        "Words that differ from the step before (previous), from diff_step, or from diff_run.",
    )
    diff_step = step_option("The step that diff='step' compares with; None for the first.")
    diff_run = option(
        traitlets.Unicode(""), "The run that diff='run' compares with; empty for the first shown."
    )
    search = option(
        traitlets.Unicode(""), "What to look for in the texts of all steps and runs, in any case."
    )

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse what names no run, beside what every view refuses."""
        super().check_references(log, options)
        run = options.get("diff_run")
        check_names("diff_run", filter(None, [run]), log.text.runs, "run of text")

    @classmethod
    def encode(cls, item: Text) -> Mapping[str, Any]:
        """Return the characters of a text, or of the cells of a table of texts.

        Returns
        -------
        dict
            ``shape``, as logged; ``columns``, of the table that is shown, 0 for a single
            text; ``cells``, its texts row by row; ``cut``, how many characters are left out.
        """
        table = _table(item.value)
        columns = table.shape[1] if table.ndim == 2 else int(table.size > 1)
        cells, cut = _within(table.reshape(-1).tolist())
        return {"shape": list(item.data.shape), "columns": columns, "cells": cells, "cut": cut}

    @classmethod
    def preview(cls, encoded: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return about how many lines a text has."""
        longest = max(map(_line_count, encoded["cells"]), default=0)
        rows = len(encoded["cells"]) // max(encoded["columns"], 1)
        return {"lines": min(longest + rows, 100)}

    @classmethod
    def aspect(cls, item: Text) -> float:
        """Return the height of a text on paper, in widths."""
        lines = _lines(item, cls.figure_side, _MOST_LINES)
        return (max(len(lines), 1) * _LINE + 0.1) / cls.figure_side

    @classmethod
    def draw_cell(cls, place: Place, item: Text, _options: Mapping[str, Any]) -> None:
        """Write the first lines of a text, as they were logged."""
        most = max(int((place.height - 0.1) / _LINE + 0.5), 1)
        place.frame()
        for number, line in enumerate(_lines(item, place.width, most)):
            place.page.text(
                place.left + 0.05, place.top + 0.05 + number * _LINE, plain(line),
                fontsize=6.5, family="monospace", color=INK, va="top",
            )  # fmt: skip

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``search``: what to look for, and how many texts were looked at already."""
        if method != "search":
            return super().answer(method, params)
        return self._search(str(params.get("words", "")), int(params.get("from", 0)))

    def _search(self, words: str, start: int) -> dict[str, Any]:
        """Return the next texts that have some words in them, newest first.

        Returns
        -------
        dict
            ``hits`` (name of the point, what stands around the words, how often), ``next``
            (where to go on; None at the end), ``total`` (texts there are).
        """
        points = list(self._newest_first())
        hits: list[dict[str, Any]] = []
        end = time.monotonic() + SEARCH_SECONDS
        looked_at = start
        for entry, position, items in read_points(points[start:]):
            looked_at += 1
            found = None if isinstance(items, Exception) else _find(words, items)
            if found:
                place = int(entry.place[position])
                hits.append({"id": entry.id, "place": place, **found})
            if len(hits) >= MOST_HITS or time.monotonic() > end:
                break
        more = looked_at < len(points)
        return {"hits": hits, "next": looked_at if more else None, "total": len(points)}

    def _newest_first(self) -> Iterator[tuple[Entry, int]]:
        for entry in self._feed.catalogue.entries.values():
            for position in entry.order[::-1].tolist():
                yield entry, position

    def _picture(self) -> tuple[dict[str, str], dict[str, Any]]:
        """Return, beside the picture, what can be read, copied and found where there is no kernel."""
        data, metadata = super()._picture()
        return {**data, "text/html": page_of(self._screen())}, metadata


def _table(values: np.ndarray) -> np.ndarray:
    """Return the texts that are shown: of more than two dimensions the first slice, as TensorBoard."""
    while values.ndim > 2:
        values = values[0]
    return values


def _within(cells: list[str]) -> tuple[list[str], int]:
    """Return texts within the limits, and how many characters are left out."""
    kept = []
    rest = MOST_CHARACTERS
    for cell in cells[:MOST_CELLS]:
        # TensorBoard leaves NULs out, too.
        text = cell.replace("\0", "")[:rest]
        rest -= len(text)
        kept.append(text)
    return kept, sum(map(len, cells)) - sum(map(len, kept)) - sum(c.count("\0") for c in cells)


def _line_count(text: str) -> int:
    """Return about how many lines a text takes on a card."""
    if text[:1] in {"{", "["}:  # a tree: one for each value
        return min(text.count(",") + text.count("{"), 100)
    return text.count("\n") + len(text) // 80


def _lines(item: Text, width: float, most: int) -> list[str]:
    """Return the first lines of a text as they fit into a width in inches; the last counts the rest."""
    logged = "\n".join(_table(item.value).reshape(-1).tolist()).splitlines()
    room = max(int((width - 0.1) / _LETTER), 8)
    lines: list[str] = []
    for number, line in enumerate(logged):
        short = line[: most * room].expandtabs(4)
        lines += textwrap.wrap(short, room, drop_whitespace=False) or [""]
        if len(lines) > most or (len(lines) == most and number < len(logged) - 1):
            rest = counted(len(logged) - number, "more line")
            return [*lines[: most - 1], f"… {rest}"]
    return lines


def _find(words: str, items: Any) -> dict[str, Any] | None:
    """Return where some words stand in the texts of a point, and how often."""
    wanted = words.casefold()
    if not wanted:
        return None
    texts = [str(item) for item in items]
    count = sum(text.casefold().count(wanted) for text in texts)
    if not count:
        return None
    text = next(text for text in texts if wanted in text.casefold())
    at = text.casefold().index(wanted)
    start = max(at - BEFORE, 0)
    around = text[start : at + len(words) + BEHIND].replace("\n", " ")
    return {"count": count, "around": around}


VIEW = TextView
