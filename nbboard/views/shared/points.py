"""Which points there are: series and steps, each point with a name of its own; no values."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import LogdirError, NbboardError

if TYPE_CHECKING:
    from nbboard.logdir.collections import Collection
    from nbboard.logdir.series import ValueSeries

__all__ = ["Catalogue", "Entry", "Key", "push_order", "read_points"]

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
    """

    id: int
    series: ValueSeries[Any]
    place: np.ndarray
    step: np.ndarray
    wall_time: np.ndarray
    order: np.ndarray

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
            series begins later or is empty.
        """
        if not len(self.order):
            return None
        if step is None:
            return int(self.order[-1])
        below = int(np.searchsorted(self.step[self.order], step, side="right"))
        return int(self.order[below - 1]) if below else None


class Catalogue:
    """The series of a collection, each with named points.

    Parameters
    ----------
    collection
        What is looked at, as narrowed by the caller.
    restarts
        ``"latest"`` hides points that a restarted job logged again, ``"keep"`` none.
    """

    def __init__(self, collection: Collection[Any], restarts: str = "keep") -> None:
        self._collection = collection.select(restarts="keep")
        self._restarts = restarts
        self._next_id = 0
        self.entries: dict[Key, Entry] = {}
        self.by_id: dict[int, Entry] = {}
        self.update()

    def show(self, restarts: str) -> list[Key]:
        """Follow another rule for restarts; return the series that have other points now."""
        self._restarts = restarts
        return self._take(list(self.entries), afresh=False)

    def update(self, reread: Iterable[Key] = (), changed: Iterable[Key] | None = None) -> list[Key]:
        """Take over what the log has now.

        Parameters
        ----------
        reread
            Series that were read anew: their points get other names, even where the log
            looks as it did before.
        changed
            The only series that may have changed; None for all.

        Returns
        -------
        list of (run, tag)
            The series that are new or have other points than before.
        """
        keys = {(key.run, key.tag): key.count for key in self._collection.keys}
        for key in [key for key in self.entries if key not in keys]:
            self._forget(key)
        afresh = set(reread)
        for key in afresh & self.entries.keys():
            self._forget(key)
        looked_at = keys if changed is None else [key for key in changed if key in keys]
        grown = [key for key in looked_at if self._differs(key, keys[key])]
        return self._take(list(dict.fromkeys([*grown, *(afresh & keys.keys())])), afresh=True)

    def _differs(self, key: Key, count: int) -> bool:
        entry = self.entries.get(key)
        return entry is None or len(entry.series) != count

    def _take(self, keys: Iterable[Key], *, afresh: bool) -> list[Key]:
        changed = []
        for key in keys:
            before = self.entries.get(key)
            try:
                series = self._collection[key] if afresh or before is None else before.series
            except LogdirError:
                continue  # the watcher found its run gone in between
            grew = before is not None and _is_prefix(before.series.ref, series.ref)
            if not grew:
                self._forget(key)
            entry = self._entry(before.id if grew and before else self._new_id(), series)
            self.entries[key] = self.by_id[entry.id] = entry
            if not grew or before is None or not np.array_equal(before.place, entry.place):
                changed.append(key)
        return changed

    def _entry(self, number: int, series: ValueSeries[Any]) -> Entry:
        kept = series.kept_by(self._restarts)
        place = np.arange(len(series)) if kept is None else np.flatnonzero(kept)
        step = series.step[place]
        return Entry(
            number, series, place, step, series.wall_time[place], np.argsort(step, kind="stable")
        )

    def _forget(self, key: Key) -> None:
        entry = self.entries.pop(key, None)
        if entry is not None:
            del self.by_id[entry.id]

    def _new_id(self) -> int:
        self._next_id += 1
        return self._next_id


def _is_prefix(before: np.ndarray, now: np.ndarray) -> bool:
    """Whether a series only grew: a file that was read anew has another number."""
    return len(before) <= len(now) and bool(np.array_equal(before, now[: len(before)]))


def read_points(
    wanted: Iterable[tuple[Entry, int]],
) -> Iterator[tuple[Entry, int, Sequence[Any] | Exception]]:
    """Read and verify points, one after the other; the one place where views read values.

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
    for entry, position in wanted:
        try:
            items: Sequence[Any] | Exception = entry.series.samples(int(entry.place[position]))
        except (NbboardError, OSError) as error:
            items = error
        yield entry, position, items


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
