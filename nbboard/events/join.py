"""Joining what consecutive batches of one file decode to.

With thousands of series a batch holds a few points of each. Put side by side
series by series before anybody keeps them, they cost one scatter for all series
instead of a few objects and a copy for each.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.events.decoded import Decoded, PointArrays, SeriesSlice

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["Joiner", "joins_well"]

#: Fewer series, or series of more points a batch, are not worth the scatter.
_FEWEST_SERIES = 64
_SHORT = 256


def joins_well(made: Decoded) -> bool:
    """Whether a batch of one file is better joined with the next than kept by itself.

    Tensors without metadata have to be assigned to series before anything later is read.
    """
    series = len(made.scalars)
    if series < _FEWEST_SERIES or made.untyped:
        return False
    return _count(made) < _SHORT * series and made.scalars[0].dtype is None


class Joiner:
    """Holds the numbers of batches that join well, until they are taken as one.

    Parameters
    ----------
    most
        How many points it has room for.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._made = Decoded()
        self._file = -1
        self._series: dict[str, int] = {}
        # For each batch: which series its slices are of, where they begin, and their sizes.
        self._slices: list[tuple[Ints, Ints, Ints]] = []
        self._count = 0
        # Room that is not used costs no memory.
        self._step: Ints = np.empty(most, np.int64)
        self._wall_time: NDArray[np.float64] = np.empty(most)
        self._value: NDArray[Any] = np.empty(0)

    def has_room(self, made: Decoded) -> bool:
        """Whether a batch fits to those that are held."""
        if not self._count:
            return _count(made) <= self._most
        fits = self._count + _count(made) <= self._most
        return fits and made.scalars[0].points.value.dtype == self._value.dtype

    def add(self, made: Decoded) -> None:
        """Hold the next batch of the file."""
        points = made.scalars[0].points
        if not self._count:
            self._file = made.scalars[0].file
            self._value = np.empty(self._most, points.value.dtype)
        for key, metadata in made.metadata.items():
            self._made.metadata.setdefault(key, metadata)
        self._made.values += made.values
        self._made.session_starts += made.session_starts
        self._made.last_wall_time.update(made.last_wall_time)
        series = self._series
        which = np.array([series.setdefault(part.tag, len(series)) for part in made.scalars])
        start = np.array([part.start for part in made.scalars])
        size = np.array([part.stop for part in made.scalars]) - start
        self._slices.append((which, start + self._count, size))
        stop = self._count + len(points.step)
        self._step[self._count : stop] = points.step
        self._wall_time[self._count : stop] = points.wall_time
        self._value[self._count : stop] = points.value
        self._count = stop

    def take(self) -> Decoded:
        """Return what is held, all points of a series side by side; it is of no use any more."""
        counts = np.zeros(len(self._series), np.int64)
        for which, _, size in self._slices:
            counts[which] += size  # a series has one slice in each batch
        stops = np.cumsum(counts)
        position = stops - counts
        moves = []
        for which, start, size in self._slices:
            moves.append((start, position[which], size))
            position[which] += size
        # One after the other, so that each is freed before the next is copied.
        step, self._step = _moved(self._step[: self._count], moves), np.empty(0, np.int64)
        wall_time, self._wall_time = _moved(self._wall_time[: self._count], moves), np.empty(0)
        value, self._value = _moved(self._value[: self._count], moves), np.empty(0)
        points = PointArrays(step, wall_time, value)
        begins = (stops - counts).tolist()
        self._made.scalars = [
            SeriesSlice(self._file, tag, "scalars", points, begin, stop)
            for tag, begin, stop in zip(self._series, begins, stops.tolist(), strict=True)
        ]
        return self._made


def _count(made: Decoded) -> int:
    return len(made.scalars[0].points.step) if made.scalars else 0


def _moved(column: NDArray[Any], moves: list[tuple[Ints, Ints, Ints]]) -> NDArray[Any]:
    """Return a column with its slices in other places: (from, to, size) of those of each batch."""
    made = np.empty_like(column)
    for start, target, size in moves:
        begin, stop = int(start[0]), int(start[-1] + size[-1])
        made[np.repeat(target - start, size) + np.arange(begin, stop)] = column[begin:stop]
    return made
