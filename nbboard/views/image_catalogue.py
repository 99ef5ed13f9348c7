"""Which images there are: series, steps and stable numbers for their points; no pixels."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nbboard.logdir.collections import Collection
    from nbboard.logdir.series import ValueSeries

__all__ = ["Catalogue", "Entry", "push_order"]

#: How a point is known again: step, wall time, and which of several equal ones.
_Stamp = tuple[int, float | None, int]


@dataclass(frozen=True, eq=False)
class Entry:
    """One series of images as it stands now.

    Attributes
    ----------
    series
        The series itself, to read images from.
    point
        uint32, a number for each point that stays its own while other points come
        and go: what the browser calls it.
    order
        intp, the positions of the points in order of step; of equal steps the one
        written last is last.
    count
        How many points were logged, hidden ones too.
    """

    series: ValueSeries[Any]
    point: np.ndarray
    order: np.ndarray
    count: int
    _positions: dict[int, int] = field(repr=False)

    @property
    def key(self) -> tuple[str, str]:
        """Run and tag."""
        return self.series.run, self.series.tag

    def position(self, point: int) -> int | None:
        """Return where in the series a numbered point stands; None if it is gone."""
        return self._positions.get(point)

    def at(self, step: int | None) -> int | None:
        """Return the position shown at a step of the slider.

        Parameters
        ----------
        step
            None means the last step.

        Returns
        -------
        int or None
            The last written point of the nearest step at or below; None if the
            series begins later or is empty.
        """
        if not len(self.order):
            return None
        if step is None:
            return int(self.order[-1])
        below = int(np.searchsorted(self.series.step[self.order], step, side="right"))
        return int(self.order[below - 1]) if below else None


class Catalogue:
    """The series of a collection of images, each with numbered points.

    Parameters
    ----------
    collection
        The images of a log, as narrowed by the caller.
    """

    def __init__(self, collection: Collection[Any]) -> None:
        self._collection = collection
        self._numbers: dict[tuple[str, str], dict[_Stamp, int]] = {}
        #: Run and tag of each number given out.
        self.owners: list[tuple[str, str]] = []
        self.entries: dict[tuple[str, str], Entry] = {}
        self._replaced = False
        self.update()

    def replace(self, collection: Collection[Any]) -> None:
        """Look at the same log through another collection from the next update on."""
        self._collection = collection
        self._replaced = True

    def update(self, reset: Iterable[str] = ()) -> list[tuple[str, str]]:
        """Take over what the log has now.

        Parameters
        ----------
        reset
            Runs that were read anew because a file was replaced: their points get
            new numbers, so that no picture of the old file is taken for one of the new.

        Returns
        -------
        list of (run, tag)
            The series that are new or have other points than before.
        """
        stale = set(reset)
        for old_name in [name for name in self._numbers if name[0] in stale]:
            del self._numbers[old_name]
        before = self.entries
        entries: dict[tuple[str, str], Entry] = {}
        changed = []
        for key in self._collection.keys:
            name = (key.run, key.tag)
            old = before.get(name)
            known = old is not None and old.count == key.count and key.run not in stale
            if old is not None and known and not self._replaced:
                entries[name] = old
                continue
            entry = entries[name] = self._entry(self._collection[name], key.count)
            if old is None or not np.array_equal(old.point, entry.point):
                changed.append(name)
        self.entries = entries
        self._replaced = False
        return changed

    def _entry(self, series: ValueSeries[Any], count: int) -> Entry:
        numbers = self._numbers.setdefault((series.run, series.tag), {})
        # A point is known by its step and wall time; writers repeat even both.
        repeats: dict[tuple[int, float | None], int] = {}
        point = np.empty(len(series), np.uint32)
        for index, stamp in enumerate(zip(series.step.tolist(), _times(series), strict=True)):
            repeat = repeats.get(stamp, 0)
            repeats[stamp] = repeat + 1
            name = (*stamp, repeat)
            number = numbers.get(name)
            if number is None:
                number = numbers[name] = len(self.owners)
                self.owners.append((series.run, series.tag))
            point[index] = number
        positions = {number: index for index, number in enumerate(point.tolist())}
        order = np.argsort(series.step, kind="stable")
        return Entry(series, point, order, count, positions)


def _times(series: ValueSeries[Any]) -> list[float | None]:
    """Return wall times to compare by: NaN, which equals nothing, as None."""
    return [None if time != time else time for time in series.wall_time.tolist()]  # noqa: PLR0124


def push_order(lengths: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield what to send unasked, most useful first, while a budget lasts.

    First the last point of each series (what a view opens with), then the first,
    then the middle, then the middles of what lies between: wherever the budget
    ends, the slider finds something loaded nearby.

    Parameters
    ----------
    lengths
        How many points each series has.

    Yields
    ------
    (int, int)
        Index of the series, and place in its order of steps; each once.
    """
    plans = [_halving(length) for length in lengths]
    live = list(range(len(plans)))
    while live:
        still = []
        for index in live:
            place = next(plans[index], None)
            if place is not None:
                yield index, place
                still.append(index)
        live = still


def _halving(length: int) -> Iterator[int]:
    if length:
        yield length - 1
    if length > 1:
        yield 0
    gaps = [(0, length - 1)]
    while gaps:
        narrower = []
        for low, high in gaps:
            if high - low < 2:
                continue
            middle = (low + high) // 2
            yield middle
            narrower += [(low, middle), (middle, high)]
        gaps = narrower
