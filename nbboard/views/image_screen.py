"""Which images are on screen, for given options: what ``view.data`` and figures are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbboard.errors import NbboardError
from nbboard.text import natural_key
from nbboard.views.image_figure import (
    MAX_COLUMNS,
    MAX_ROWS,
    Cell,
    Row,
    cell_of,
    css_filter,
    difference,
    load,
    wipe,
)

if TYPE_CHECKING:
    import pandas as pd

    from nbboard.views.image_catalogue import Entry

__all__ = ["Screen", "Shown"]

Key = tuple[str, str]


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
        return None if self.position is None else int(self.entry.series.step[self.position])


class Screen:
    """The cards of a view, computed as the page does.

    Parameters
    ----------
    entries
        All series.
    runs
        The runs shown, in order.
    options
        The view's options by name.
    card_steps
        Steps of cards that have a slider of their own.
    """

    def __init__(
        self,
        entries: Mapping[Key, Entry],
        runs: Iterable[str],
        options: Mapping[str, Any],
        card_steps: Mapping[Key, int] | None = None,
    ) -> None:
        self.entries = entries
        self.options = options
        self.tags = _matching({tag for _, tag in entries}, options["tag_filter"])
        with_images = {run for run, tag in entries if tag in set(self.tags)}
        self.runs = [run for run in runs if run in with_images]
        self._card_steps = card_steps or {}

    @property
    def sides(self) -> tuple[str, str] | None:
        """Runs A and B, if two are compared and there is a run at all."""
        if self.options["compare"] == "off" or not self.runs:
            return None
        a, b = self.options["a"], self.options["b"]
        first = a if a in self.runs else self.runs[0]
        others = [run for run in self.runs if run != first]
        return first, b if b in self.runs else (others[0] if others else first)

    def rows(self) -> list[tuple[str, list[Shown | None]]]:
        """Return, tag by tag, a place for each run (or for A and B); None where it has none."""
        sides = self.sides
        if sides is None:
            return [(tag, [self._shown(run, tag) for run in self.runs]) for tag in self.tags]
        pairs = ((tag, self._pair(tag, *sides)) for tag in self.tags)
        # What neither of the two has is no comparison.
        return [(tag, pair) for tag, pair in pairs if any(pair)]

    def _shown(self, run: str, tag: str) -> Shown | None:
        entry = self.entries.get((run, tag))
        if entry is None:
            return None
        step = self.options["step"]
        if not self.options["link"]:
            step = self._card_steps.get((run, tag), step)
        return Shown(entry, entry.at(step))

    def _pair(self, tag: str, a: str, b: str) -> list[Shown | None]:
        step, step_b = self.options["step"], self.options["b_step"]
        pair: list[Shown | None] = []
        for run, at, side in ((a, step, "A"), (b, step if step_b is None else step_b, "B")):
            entry = self.entries.get((run, tag))
            pair.append(None if entry is None else Shown(entry, entry.at(at), side))
        return pair

    def table(self) -> pd.DataFrame:
        """Return run, tag, step, wall_time, index, width, height and format of what is shown."""
        import pandas as pd

        records = []
        for _, row in self.rows():
            for shown in row:
                if shown is not None and shown.position is not None:
                    records += self._records(shown)
        names = ["run", "tag", "step", "wall_time", "index", "width", "height", "format"]
        table: pd.DataFrame = pd.DataFrame.from_records(records, columns=names)
        return table

    def _records(self, shown: Shown) -> list[tuple[object, ...]]:
        assert shown.position is not None  # noqa: S101 - checked by the caller, for mypy
        series = shown.entry.series
        start = (series.run, series.tag, shown.step, float(series.wall_time[shown.position]))
        try:
            images = series.samples(shown.position)
        except NbboardError:
            return [(*start, 0, 0, 0, "unreadable")]
        wanted = self._wanted(len(images))
        return [(*start, k, images[k].width, images[k].height, images[k].format) for k in wanted]

    def _wanted(self, count: int) -> Sequence[int]:
        """Return which of several images of a step are shown."""
        sample = self.options["sample"]
        if sample is None:
            return range(count)
        return [min(sample, count - 1)] if count else []

    def picture_rows(self, colors: Mapping[str, str], most: int = MAX_ROWS) -> list[Row]:
        """Return the rows of a figure: the same cards, decoded.

        Parameters
        ----------
        colors
            Colours of runs.
        most
            How many rows are decoded; those after them are only counted.
        """
        if self.sides is not None:
            return [
                self._compared(tag, row) if number < most else Row(tag, [Cell(None)])
                for number, (tag, row) in enumerate(self.rows())
            ]
        rows = []
        for number, (tag, cards) in enumerate(self.rows()):
            if number >= most:
                rows.append(Row(tag, [Cell(None)] * len(cards)))
                continue
            columns = [
                # What is beyond the page is only counted: decoding takes time.
                self._cells(shown, colors, named=number == 0) if place < MAX_COLUMNS else []
                for place, shown in enumerate(cards)
            ]
            # Several images a step stand beside each other only where there is one run.
            if len(columns) == 1 and self.options["sample"] is None:
                rows.append(Row(tag, columns[0]))
            else:
                rows.append(Row(tag, [cells[0] if cells else None for cells in columns]))
        return rows

    def _cells(self, shown: Shown | None, colors: Mapping[str, str], *, named: bool) -> list[Cell]:
        if shown is None:
            return []
        run = shown.entry.series.run
        names: dict[str, Any] = {"title": run, "color": colors.get(run)} if named else {}
        if shown.position is None:
            first = int(shown.entry.series.step[shown.entry.order[0]])
            return [Cell(None, f"first image at step {first:,}", **names)]
        try:
            images = shown.entry.series.samples(shown.position)
        except NbboardError as error:
            return [Cell(None, str(error), **names)]
        cells = []
        for index in self._wanted(len(images)):
            of = f" · {index + 1} of {len(images)}" if len(images) > 1 else ""
            cells.append(cell_of(images[index], f"step {shown.step:,}{of}", *self._filter, **names))
        return cells

    @property
    def _filter(self) -> tuple[float, float]:
        return self.options["contrast"], self.options["brightness"]

    def _compared(self, tag: str, pair: list[Shown | None]) -> Row:
        """Return A and B beside each other, and what their comparison shows after them."""
        cells: list[Cell | None] = []
        for shown in pair:
            cell = next(iter(self._cells(shown, {}, named=True)), None)
            if cell is not None and shown is not None:
                cell = Cell(cell.pixels, cell.note, f"{shown.side}: {cell.title}")
            cells.append(cell)
        mode = self.options["compare"]
        if mode == "side by side":
            return Row(tag, cells)
        try:
            a, b = (self._pixels(shown) for shown in pair)
            if mode == "wipe":
                result, note = wipe(a, b, self.options["wipe"]), "A | B"
                result = css_filter(result, *self._filter)
            else:
                result, note = difference(a, b, scaled=self.options["scaled"])
        except (NbboardError, ValueError) as error:
            return Row(tag, [*cells, Cell(None, str(error), mode)])
        return Row(tag, [*cells, Cell(result, note, mode)])

    def _pixels(self, shown: Shown | None) -> Any:
        if shown is None or shown.position is None:
            raise NbboardError("nothing to compare at this step")
        images = shown.entry.series.samples(shown.position)
        return load(images[self._wanted(len(images))[0]])


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
