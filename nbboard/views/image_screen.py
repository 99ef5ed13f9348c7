"""Which images are on screen where two runs are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbboard.errors import NbboardError
from nbboard.views.image_pixels import css_filter, difference, draw_pixels, load, wipe
from nbboard.views.shared.grid import MAX_ROWS, Cell, Place, Row
from nbboard.views.shared.screen import Screen, Shown

if TYPE_CHECKING:
    import numpy as np

__all__ = ["ImageScreen"]

Rows = list[tuple[str, list[Shown | None]]]


class ImageScreen(Screen):
    """The cards of images: those of all runs, or of A and B."""

    @property
    def sides(self) -> tuple[str, str] | None:
        """Runs A and B, if two are compared and there is a run at all."""
        if self.options["compare"] == "off" or not self.runs:
            return None
        a, b = self.options["a"], self.options["b"]
        first = a if a in self.runs else self.runs[0]
        others = [run for run in self.runs if run != first]
        return first, b if b in self.runs else (others[0] if others else first)

    def rows(self) -> Rows:
        """Return, tag by tag, a place for each run, or for A and B; None where it has none."""
        sides = self.sides
        if sides is None:
            return super().rows()
        pairs = ((tag, self._pair(tag, *sides)) for tag in self.tags)
        # What neither of the two has is no comparison.
        return [(tag, pair) for tag, pair in pairs if any(pair)]

    def _pair(self, tag: str, a: str, b: str) -> list[Shown | None]:
        step, step_b = self.options["step"], self.options["b_step"]
        pair: list[Shown | None] = []
        for run, at, side in ((a, step, "A"), (b, step if step_b is None else step_b, "B")):
            entry = self.entries.get((run, tag))
            pair.append(None if entry is None else Shown(entry, entry.at(at), side))
        return pair

    def figure_rows(self, colors: Mapping[str, str], most: int = MAX_ROWS) -> list[Row]:
        """Return the rows of a figure: the same cards, and what their comparison shows."""
        if self.sides is None:
            return super().figure_rows(colors, most)
        return [
            self._compared(tag, row) if number < most else Row(tag, [Cell()])
            for number, (tag, row) in enumerate(self.rows())
        ]

    def _compared(self, tag: str, pair: Sequence[Shown | None]) -> Row:
        """Return A and B beside each other, and what their comparison shows after them."""
        cells: list[Cell | None] = []
        for shown in pair:
            cell = next(iter(self.cells_of(shown, {}, named=True)), None)
            if cell is not None and shown is not None:
                cell = replace(cell, title=f"{shown.side}: {cell.title}")
            cells.append(cell)
        mode = self.options["compare"]
        if mode == "side by side":
            return Row(tag, cells)
        try:
            a, b = (self._pixels(shown) for shown in pair)
            if mode == "wipe":
                result, note = wipe(a, b, self.options["wipe"]), "A | B"
                result = css_filter(result, self.options["contrast"], self.options["brightness"])
            else:
                result, note = difference(a, b, scaled=self.options["scaled"])
        except (NbboardError, ValueError) as error:
            return Row(tag, [*cells, Cell(note=str(error), title=mode)])

        def draw(place: Place) -> float:
            return draw_pixels(place, result)

        return Row(tag, [*cells, Cell(draw, note, result.shape[0] / result.shape[1], mode)])

    def _pixels(self, shown: Shown | None) -> np.ndarray[Any, Any]:
        items = [] if shown is None else self.items(shown)
        if isinstance(items, Exception):
            raise items
        if not items:
            raise NbboardError("nothing to compare at this step")
        return load(items[self.wanted(len(items))[0]], self.options["frame"])
