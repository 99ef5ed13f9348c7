"""Which points are on screen, for given options: what ``view.data`` and figures are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbboard.text import natural_key
from nbboard.views.shared.grid import MAX_COLUMNS, MAX_ROWS, Cell, Row

if TYPE_CHECKING:
    from nbboard.views.shared.points import Entry, Key
    from nbboard.views.shared.stepped import SteppedView

__all__ = ["Screen", "Shown"]


@dataclass(frozen=True)
class Shown:
    """One card: a series at a step.

    Attributes
    ----------
    entry
        The series.
    position
        Which of its points; None if it begins after the step of the slider.
    side
        ``"A"`` or ``"B"`` where two are compared, otherwise empty.
    """

    entry: Entry
    position: int | None
    side: str = ""

    @property
    def step(self) -> int | None:
        """The step as logged, which may be below that of the slider."""
        return None if self.position is None else int(self.entry.step[self.position])


class Screen:
    """The cards of a view, computed as the page does.

    Parameters
    ----------
    view
        The class of the view, which knows its items.
    entries
        All series.
    runs
        The runs shown, in order.
    options
        The view's options by name.
    card_steps
        Steps of cards that have a slider of their own.

    Attributes
    ----------
    brief
        Whether cells are drawn from fewer values: somebody waits for the picture.
    """

    brief = False

    def __init__(
        self,
        view: type[SteppedView],
        entries: Mapping[Key, Entry],
        runs: Iterable[str],
        options: Mapping[str, Any],
        card_steps: Mapping[Key, int] | None = None,
    ) -> None:
        self.view = view
        self.entries = entries
        self.options = options
        self.tags = _matching({tag for _, tag in entries}, options["tag_filter"])
        matching = set(self.tags)
        having = {run for run, tag in entries if tag in matching}
        self.runs = [run for run in runs if run in having]
        self._card_steps = card_steps or {}

    def rows(self) -> list[tuple[str, list[Shown | None]]]:
        """Return, tag by tag, a place for each run; None where it has none."""
        return [(tag, [self._shown(run, tag) for run in self.runs]) for tag in self.tags]

    def _shown(self, run: str, tag: str) -> Shown | None:
        entry = self.entries.get((run, tag))
        if entry is None:
            return None
        step = self.options["step"]
        if not self.options["link"]:
            step = self._card_steps.get((run, tag), step)
        return Shown(entry, entry.at(step))

    def records(self) -> list[dict[str, Any]]:
        """Return the rows of ``view.data``: run, tag, step, wall_time, index, and its cells."""
        points = [
            (shown.entry, shown.position)
            for _, row in self.rows()
            for shown in row
            if shown is not None and shown.position is not None
        ]
        records = []
        for entry, position, items in self.view.read(points):
            start = {
                "run": entry.series.run,
                "tag": entry.series.tag,
                "step": int(entry.step[position]),
                "wall_time": float(entry.wall_time[position]),
            }
            if isinstance(items, Exception):
                records.append({**start, "index": 0, **self.view.unreadable()})
                continue
            records += [
                {**start, "index": index, **self.cells(items[index])}
                for index in self.wanted(len(items))
            ]
        return records

    def items(self, shown: Shown) -> Sequence[Any] | Exception:
        """Return everything logged at the step of a card, or why it cannot be read."""
        if shown.position is None:
            return []
        ((_, _, items),) = self.view.read([(shown.entry, shown.position)])
        return items

    def cells(self, item: Any) -> Mapping[str, Any]:
        """Return the kind's own cells of an item in ``view.data``."""
        return self.view.cells(item)

    def wanted(self, count: int) -> Sequence[int]:
        """Return which of several items of a step are shown."""
        sample = self.options["sample"]
        if sample is None:
            return range(count)
        return [min(sample, count - 1)] if count else []

    def figure_rows(self, colors: Mapping[str, str], most: int = MAX_ROWS) -> list[Row]:
        """Return the rows of a figure: the same cards.

        Parameters
        ----------
        colors
            Colours of runs.
        most
            How many rows are read; those after them are only counted.
        """
        rows = []
        for number, (tag, cards) in enumerate(self.rows()):
            # As the page's sections: the name that the writer gave, else the tag.
            named = next((card.entry.series.display_name for card in cards if card), tag)
            if number >= most:
                rows.append(Row(named, [Cell()] * len(cards)))
                continue
            columns = [
                # What is beyond the page is only counted: reading takes time.
                self.cells_of(shown, colors, named=number == 0) if place < MAX_COLUMNS else []
                for place, shown in enumerate(cards)
            ]
            # Several items a step stand beside each other only where there is one run.
            if len(columns) == 1 and self.options["sample"] is None:
                rows.append(Row(named, columns[0]))
            else:
                rows.append(Row(named, [cells[0] if cells else None for cells in columns]))
        return rows

    def cells_of(
        self, shown: Shown | None, colors: Mapping[str, str], *, named: bool
    ) -> list[Cell]:
        """Return the cells of a figure for one card: one for each item that is shown."""
        if shown is None:
            return []
        run = shown.entry.series.run
        names: dict[str, Any] = {"title": run, "color": colors.get(run)} if named else {}
        if shown.position is None:
            first = int(shown.entry.step[shown.entry.order[0]])
            return [Cell(note=f"first at step {first:,}", **names)]
        items = self.items(shown)
        if isinstance(items, Exception):
            return [Cell(note=str(items), **names)]
        cells = []
        for index in self.wanted(len(items)):
            of = f" · {index + 1} of {len(items)}" if len(items) > 1 else ""
            cells.append(self.cell(items[index], f"step {shown.step:,}{of}", **names))
        return cells

    def cell(self, item: Any, note: str, **names: Any) -> Cell:
        """Return the cell of a figure for one item."""
        aspect = self.view.aspect(item)
        return Cell(
            lambda place: self.view.draw_cell(place, item, self.options), note, aspect, **names
        )


def _matching(tags: Iterable[str], pattern: str) -> list[str]:
    """Return tags that pass a filter, in natural order; a half-typed pattern holds nothing back."""
    ordered = sorted(tags, key=natural_key)
    if not pattern:
        return ordered
    try:
        compiled = re.compile(pattern, re.IGNORECASE)
    except re.error:
        return ordered
    return [tag for tag in ordered if compiled.search(tag)]
