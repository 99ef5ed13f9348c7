"""Which histograms are on screen: for ``view.data`` and figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbboard.views.histograms.columns import HEAT_STEPS, RIDGE_STEPS, read_columns
from nbboard.views.histograms.figure import draw_columns, draw_runs
from nbboard.views.shared.grid import MAX_ROWS, Cell, Place, Row
from nbboard.views.shared.screen import Screen, Shown

if TYPE_CHECKING:
    from nbboard.views.shared.points import Entry

__all__ = ["HistogramScreen"]

_ASPECT = 0.62
#: Steps of a series in the picture of a saved notebook.
BRIEF_STEPS = 40


class HistogramScreen(Screen):
    """Cards of all steps of a series, or of all runs of a tag at one step."""

    def figure_rows(self, colors: Mapping[str, str], most: int = MAX_ROWS) -> list[Row]:
        """Return the rows of a figure: of each tag a cell a run, or one for all runs."""
        if self.options["compare"] == "off":
            return super().figure_rows(colors, most)
        rows = []
        for number, (tag, cards) in enumerate(self.rows()):
            shown = [card for card in cards if card is not None]
            rows.append(Row(tag, [self._together(shown, colors) if number < most else Cell()]))
        return rows

    def cells_of(
        self, shown: Shown | None, colors: Mapping[str, str], *, named: bool
    ) -> list[Cell]:
        """Return the cell of a figure for one card."""
        if shown is None or shown.position is None or len(shown.entry.order) < 2:
            # Of a single step the histogram itself says more than a map of one column.
            return super().cells_of(shown, colors, named=named)
        run = shown.entry.series.run
        names: dict[str, Any] = {"title": run, "color": colors.get(run)} if named else {}
        return [self._over_steps(shown.entry, **names)]

    def _over_steps(self, entry: Entry, **names: Any) -> Cell:
        flat = self.options["show"] in {"heat", "percentiles"}
        most = HEAT_STEPS if flat else RIDGE_STEPS
        if self.brief:
            most = min(most, BRIEF_STEPS)
        count = len(entry.order)
        note = f"{count:,} steps" if count <= most else f"{most} of {count:,} steps"

        def draw(place: Place) -> None:
            columns = read_columns(entry, most)
            draw_columns(place.axes(), columns, self.options)

        return Cell(draw, note, _ASPECT, **names)

    def _together(self, shown: list[Shown], colors: Mapping[str, str]) -> Cell:
        runs = []
        steps = set()
        for one in shown:
            items = self.items(one)
            if isinstance(items, Exception) or not items:
                continue
            steps.add(one.step)
            runs.append((items[0].buckets, colors.get(one.entry.series.run, "black")))
        note = f"step {steps.pop():,}" if len(steps) == 1 else "each run at its own step"

        def draw(place: Place) -> None:
            draw_runs(place.axes(), runs, self.options)

        return Cell(draw, f"{note} · {len(runs)} runs", _ASPECT)
