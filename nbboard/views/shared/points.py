"""Which points there are: series and steps, each point with a name of its own; no values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import LogdirError
from nbboard.logdir import bulk

if TYPE_CHECKING:
    from nbboard.logdir.collections import Collection
    from nbboard.logdir.series import ValueSeries
    from nbboard.series.points import SeriesKey

__all__ = ["Catalogue", "Entry", "Key", "Point", "Read", "push_order", "read_points", "spread"]

#: Points that are read together, at first and at most.
FIRST_READ = 4
MOST_READ = 64

#: Run and tag.
Key = tuple[str, str]


@dataclass(frozen=True, eq=False)
class Entry:
    """One series as it stands now.

    A point is called by `id` and its place in the series. That name means one value for
    ever: a series that was read anew, shortened or replaced gets another `id`.

    Attributes
    ----------
    id
        The number of the series.
    series
        The series itself, with all of its points.
    place
        intp, where in `series` each point stands that is not hidden, in written order.
    step, wall_time
        int64 and float64 (seconds since the epoch): the columns of those points.
    order
        intp, the positions of the points in order of step; of equal steps the one
        written last is last.
    later
        Whether the slider stands for the nearest step at or above, not at or below.
    """

    id: int
    series: ValueSeries[Any]
    place: np.ndarray
    step: np.ndarray
    wall_time: np.ndarray
    order: np.ndarray
    later: bool = False

    @property
    def key(self) -> Key:
        """Run and tag."""
        return self.series.run, self.series.tag

    @property
    def hidden(self) -> int:
        """How many points a restart hides."""
        return len(self.series) - len(self.place)

    def position(self, place: int) -> int | None:
        """Return the position of the point that stands at a place; None if it is not there."""
        at = int(np.searchsorted(self.place, place))
        return at if at < len(self.place) and self.place[at] == place else None

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
            series begins later or is empty. With `later` that of the nearest step at or
            above, of the last step if all are below.
        """
        if not len(self.order):
            return None
        if step is None:
            return int(self.order[-1])
        if self.later:
            steps = self.step[self.order]
            above = int(np.searchsorted(steps, step))
            step = int(steps[min(above, len(steps) - 1)])
        below = int(np.searchsorted(self.step[self.order], step, side="right"))
        return int(self.order[below - 1]) if below else None


#: A point that was read: its series, its position there, and everything logged as it or why
#: that cannot be read.
Point = tuple[Entry, int, "Sequence[Any] | Exception"]
#: What reads points, in the order that they are given in.
Read = Callable[[Iterable[tuple[Entry, int]]], Iterator[Point]]


class Catalogue:
    """The series of a collection, each with named points.

    Parameters
    ----------
    collection
        What is looked at, as narrowed by the caller.
    restarts
        Which points are shown, see :func:`nbboard.open`; the others keep their places.
    wanted
        Which series stand there; all if that is not said.
    later
        Whether a step of the slider is the nearest at or above, not at or below.
    """

    def __init__(
        self,
        collection: Collection[Any],
        restarts: str = "keep",
        wanted: Callable[[ValueSeries[Any]], bool] = lambda _: True,
        *,
        later: bool = False,
    ) -> None:
        self._wanted = wanted
        self._later = later
        self._collection = collection.select(restarts="keep")
        self._shown = collection.select(restarts=restarts)
        self._version: int | None = None
        self._next_id = 0
        self.entries: dict[Key, Entry] = {}
        self.by_id: dict[int, Entry] = {}
        self.update()

    def show(self, restarts: str) -> list[Key]:
        """Follow another rule for restarts; return the series that have other points now."""
        self._shown = self._collection.select(restarts=restarts)
        return self._take(list(self.entries))

    def update(self) -> list[Key]:
        """Take over what the log has now, looking only at runs that changed.

        Returns
        -------
        list of (run, tag)
            The series that are new or have other points than before.
        """
        log = self._collection.log
        before, self._version = self._version, log.version
        runs = None if before is None else log.changed_runs(before)
        if runs is not None and not runs:
            return []
        keys = {
            (key.run, key.tag): key
            for key in self._collection.keys
            if runs is None or key.run in runs
        }
        for name in list(self.entries):
            if name not in keys and (runs is None or name[0] in runs):
                self._forget(name)
        return self._take([name for name, key in keys.items() if self._differs(name, key)])

    def _differs(self, name: Key, key: SeriesKey) -> bool:
        entry = self.entries.get(name)
        return entry is None or entry.series.key != key

    def _take(self, names: Iterable[Key]) -> list[Key]:
        changed = []
        for name in names:
            try:
                series = self._collection[name]
                if not self._wanted(series):
                    continue
                place = self._places(series)
            except LogdirError:
                continue  # the watcher found its run gone in between
            before = self.entries.get(name)
            grew = before is not None and before.series.key.generation == series.key.generation
            if not grew:
                self._forget(name)
            number = before.id if grew and before else self._new_id()
            entry = _entry(number, series, place, later=self._later)
            self.entries[name] = self.by_id[entry.id] = entry
            if not grew or before is None or not np.array_equal(before.place, place):
                changed.append(name)
        return changed

    def _places(self, series: ValueSeries[Any]) -> np.ndarray:
        """Return where the points that are shown stand among all."""
        rule, step = self._shown.restarts, series.step
        # The usual case costs nothing more: steps that never go back tell of no restart.
        if rule == "keep" or (rule == "latest" and not np.any(step[1:] < step[:-1])):
            return np.arange(len(step))
        return _places(series, self._shown[series.run, series.tag])

    def _forget(self, name: Key) -> None:
        entry = self.entries.pop(name, None)
        if entry is not None:
            del self.by_id[entry.id]

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id


def _entry(number: int, series: ValueSeries[Any], place: np.ndarray, *, later: bool) -> Entry:
    step = series.step[place]
    order = np.argsort(step, kind="stable")
    return Entry(number, series, place, step, series.wall_time[place], order, later)


def _places(series: ValueSeries[Any], shown: ValueSeries[Any]) -> np.ndarray:
    """Return where the points that are shown stand among all."""
    count = min(len(series), len(series.ref))
    if len(shown) >= count:
        return np.arange(count)
    places = {ref.tobytes(): place for place, ref in enumerate(series.ref)}
    found = (places.get(ref.tobytes()) for ref in shown.ref)
    # One that was logged between the two looks is not there yet.
    return np.array([place for place in found if place is not None], np.intp)


def read_points(wanted: Iterable[tuple[Entry, int]]) -> Iterator[Point]:
    """Read and verify points; the one place where views read values.

    Several are read together, so that a file is opened once for all of them; whoever stops
    early has read no more than a few too many.

    Parameters
    ----------
    wanted
        Series, and the position of a point in each.

    Yields
    ------
    entry, position
        As given, in the given order.
    items : sequence or Exception
        Everything logged as that point, or what went wrong.
    """
    points = iter(wanted)
    size = FIRST_READ
    while together := list(islice(points, size)):
        size = min(2 * size, MOST_READ)
        places = [(entry.series, int(entry.place[position])) for entry, position in together]
        found: dict[int, Sequence[Any] | Exception] = {}
        try:
            for point in bulk.read_points(places):
                found[point.number] = point.samples if point.error is None else point.error
        except OSError as error:
            found = dict.fromkeys(range(len(together)), error)
        for number, (entry, position) in enumerate(together):
            yield entry, position, found.get(number, ())


def spread(length: int, most: int) -> np.ndarray:
    """Return which of so many points stand for all: the first, the last, and evenly between.

    They lie a power of two apart, so a series that grows keeps those it has until their
    distance doubles, and even then every second of them.

    Returns
    -------
    numpy.ndarray
        intp, ascending, at most `most` of them (two at least).
    """
    if length <= max(most, 2):
        return np.arange(length)
    stride = 2
    while -(-(length - 1) // stride) + 1 > max(most, 2):
        stride *= 2
    return np.append(np.arange(0, length - 1, stride), length - 1)


def push_order(lengths: Sequence[int], overview: int = 0) -> Iterator[tuple[int, int]]:
    """Yield what to send unasked, most useful first, while a budget lasts.

    First the last point of each series (what a view opens with), then the first,
    then the middle, then the middles of what lies between: wherever the budget
    ends, the slider finds something loaded nearby.

    Parameters
    ----------
    lengths
        How many points each series has.
    overview
        If not 0, then after the last points so many of one series after the other, as
        :func:`spread` chooses them: a picture of many steps is of use when it is whole.

    Yields
    ------
    (int, int)
        Index of the series, and place in its order of steps; each once.
    """
    if overview:
        yield from _by_series(lengths, overview)
        return
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


def _by_series(lengths: Sequence[int], overview: int) -> Iterator[tuple[int, int]]:
    """Yield the last point of each, then the overview of one after the other, then the rest."""
    for index, length in enumerate(lengths):
        if length:
            yield index, length - 1
    chosen = [spread(length, overview) for length in lengths]
    for index, places in enumerate(chosen):
        for place in places[:-1].tolist():
            yield index, place
    for index, length in enumerate(lengths):
        rest = np.ones(length, bool)
        rest[chosen[index]] = False
        yield from ((index, place) for place in np.flatnonzero(rest).tolist())


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
