"""Which PR curves are on screen: overlaid by tag or by run, with what the threshold decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.pr_curves.kind import COLUMNS, SCORES
from nbboard.views.palettes import PALETTES
from nbboard.views.pr_curves_paper import Line, draw_curves, draw_scores, line_of
from nbboard.views.pr_curves_scores import scores_of_points
from nbboard.views.shared.grid import MAX_ROWS, Cell, Row
from nbboard.views.shared.points import push_order, read_points
from nbboard.views.shared.screen import Screen, Shown

if TYPE_CHECKING:
    from nbboard.kinds.pr_curves.curve import PRCurve
    from nbboard.views.shared.grid import Place

__all__ = ["AT_THRESHOLD", "CurveScreen"]

#: Cells of a curve at the threshold of the view.
AT_THRESHOLD = (*COLUMNS, "f1")
#: Charts beside each other on paper, lines of one, and steps of a line of scores.
_ACROSS = 3
_MOST_LINES = 40
_MOST_STEPS = 500


class CurveScreen(Screen):
    """The cards of PR curves: a chart a tag, a chart a run, or one for each."""

    def cells(self, item: PRCurve) -> Mapping[str, Any]:
        """Return the scores of a curve, and its counts and rates at the threshold."""
        scores = {name: getattr(item.scores, name) for name in SCORES}
        if not item.data.shape[1]:
            return {**scores, **dict.fromkeys(AT_THRESHOLD, float("nan"))}
        place = item.place(self.options["threshold"])
        counts = [float(count) for count in item.data[:4, place]]
        rates = item.rates
        shares = [float(rate[place]) for rate in (rates.precision, rates.recall, rates.f1)]
        values = [float(item.thresholds[place]), *counts, *shares]
        return {**scores, **dict(zip(AT_THRESHOLD, values, strict=True))}

    def figure_rows(self, colors: Mapping[str, str], most: int = MAX_ROWS) -> list[Row]:
        """Return the charts that are on screen, some beside each other."""
        if self.options["arrange"] == "grid" and self.options["face"] != "steps":
            return super().figure_rows(colors, most)
        cells = []
        for number, (title, members) in enumerate(self._charts(colors)):
            drawn = number < most * _ACROSS
            cells.append(self._chart(title, members) if drawn else Cell())
        return [Row("", cells[start : start + _ACROSS]) for start in range(0, len(cells), _ACROSS)]

    def _charts(self, colors: Mapping[str, str]) -> list[tuple[str, list[Member]]]:
        """Return the charts: a title, and (name, colour, what is shown) of each line."""
        rows = self.rows()
        if self.options["arrange"] == "runs":
            palette = PALETTES["tensorboard"]
            charts: dict[str, list[Member]] = {run: [] for run in self.runs}
            for number, (tag, shown) in enumerate(rows):
                for one in filter(None, shown):
                    color = palette[number % len(palette)]
                    charts[one.entry.series.run].append((tag, color, one))
            return [(title, members) for title, members in charts.items() if members]
        return [
            (tag, [(run, colors.get(run, "#425066"), one) for one in shown if one is not None
                   for run in [one.entry.series.run]])
            for tag, shown in rows
        ]  # fmt: skip

    def _chart(self, title: str, members: Sequence[Member]) -> Cell:
        if self.options["face"] == "steps":
            scores = [self._scores(*member) for member in members[:_MOST_LINES]]

            def over_steps(place: Place) -> None:
                draw_scores(place.axes(), scores, self.options["score"])

            return Cell(over_steps, f"{len(scores)} of {len(members)}", 0.95, title)
        lines, steps = self._lines(members[:_MOST_LINES])

        def draw(place: Place) -> None:
            draw_curves(place.axes(), lines, self.options)

        first, last = min(steps, default=0), max(steps, default=0)
        note = f"step {first:,}" if first == last else f"steps {first:,} to {last:,}"
        return Cell(draw if lines else None, note if lines else "nothing to draw", 0.95, title)

    def _lines(self, members: Sequence[Member]) -> tuple[list[Line], list[int]]:
        named = {id(one.entry): (name, color) for name, color, one in members}
        points = [(one.entry, one.position) for *_, one in members if one.position is not None]
        lines, steps = [], []
        for entry, position, items in read_points(points):
            if isinstance(items, Exception) or not items or not items[0].data.shape[1]:
                continue
            lines.append(line_of(*named[id(entry)], items[0]))
            steps.append(int(entry.step[position]))
        return lines, steps

    def _scores(self, name: str, color: str, shown: Shown) -> tuple[str, str, Any, Any]:
        """Return a score over the steps: name, colour, steps, values."""
        entry = shown.entry
        order = push_order([len(entry.order)])
        places = sorted(place for _, place in islice(order, _MOST_STEPS))
        positions = entry.order[places]
        columns = scores_of_points([(entry, int(position)) for position in positions])
        return name, color, entry.step[positions].astype(np.float64), columns[self.options["score"]]


#: A line of a chart: its name, its colour, and what is shown of which series.
Member = tuple[str, str, Shown]
