"""Append-only columns: one series' points, kept in file order without copies.

What a batch of records decodes to lies in shared arrays, sorted by series; a
column holds ranges of them until somebody looks. Only then are they laid out
as one array, which later points extend in place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.events.decoded import narrow
from nbboard.series.interrupts import Interrupts
from nbboard.series.points import SeriesKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from nbboard.events.decoded import SeriesSlice
    from nbboard.series.event_file import EventFile
    from nbboard.series.run import Run, Tag

    #: The event files by number.
    EventFiles = Mapping[int, EventFile]
    #: A series' points: read-only arrays of equal length, in written order: steps
    #: (int64), wall times (float64), values.
    ColumnView = tuple[NDArray[np.int64], NDArray[np.float64], NDArray[Any]]

__all__ = ["LONG", "Column"]


#: Points of one part that are worth laying out as soon as they come.
LONG = 1024
#: So many parts that wait are worth it, too.
_MANY = 8


class Column:
    """One series' points.

    Parameters
    ----------
    run, tag
        The series.
    generation
        See below.

    Attributes
    ----------
    count
        How many points it has.
    generation
        Stays the same as long as points are only appended; whenever those that somebody
        may have seen are replaced, taken away or moved, it becomes one that no series
        ever had.
    """

    __slots__ = (
        "_capacity",
        "_files",
        "_last",
        "_parts",
        "_store",
        "_view",
        "count",
        "generation",
        "run",
        "tag",
    )

    def __init__(self, run: Run, tag: Tag, generation: int) -> None:
        self.run = run
        self.tag = tag
        self.generation = generation
        self.count = 0
        # The last in the order of reading of the files that it has points of.
        self._last: int | None = None
        # Most series of a large logdir come in one part and are never looked at:
        # they must cost little.
        self._parts: list[SeriesSlice] | SeriesSlice | None = None
        self._files: list[list[int]] | None = None  # [file, points], in the order of the arrays
        self._store: tuple[NDArray[Any], ...] | None = None
        self._capacity = 0
        self._view: ColumnView | None = None

    def series_key(self) -> SeriesKey:
        """Return its names, count and generation as they are now."""
        return SeriesKey(self.run.name, self.tag.name, self.tag.plugin, self.count, self.generation)

    def is_behind(self, file: int, files: EventFiles) -> bool:
        """Whether points of a file belong behind all that are there; they are the last then."""
        last = self._last
        if last is None or last == file or files[last].order < files[file].order:
            self._last = file
            return True
        return False

    def begin(self, part: SeriesSlice, ahead: int = 1) -> None:
        """Take the first part of a new series; as :meth:`add`."""
        self._last = part.file
        if part.stop - part.start < LONG:
            self.count = part.stop - part.start
            self._parts = part
        else:
            self.add(part, ahead)

    def add(self, part: SeriesSlice, ahead: int = 1) -> None:
        """Add the points of a part; those of one file must come in order.

        Parameters
        ----------
        part
            The points.
        ahead
            How many parts like this one are expected, this one included.
        """
        size = part.stop - part.start
        self.count += size
        if self._parts is None and size < LONG:
            self._parts = part
            return
        many = isinstance(self._parts, list) and len(self._parts) >= _MANY
        if (size >= LONG or many) and self._is_only(part.file):
            # Worth a copy at once: the shared arrays need not be kept until
            # somebody looks at this series.
            parts, self._parts = [*self._waiting(), part], None
            self._view = None
            self._note(part.file, sum(part.stop - part.start for part in parts))
            self._append([_arrays(part) for part in parts], size * ahead)
        elif self._parts is None:
            self._parts = part
        elif isinstance(self._parts, list):
            self._parts.append(part)
        else:
            self._parts = [self._parts, part]

    def _is_only(self, file: int) -> bool:
        """Whether nothing but points of a file waits, and belongs behind what is laid out."""
        last = self._files[-1][0] if self._files else file
        return last == file and all(part.file == file for part in self._waiting())

    def _waiting(self) -> list[SeriesSlice]:
        """Return the parts that are not laid out yet."""
        if self._parts is None:
            return []
        return self._parts if isinstance(self._parts, list) else [self._parts]

    def drop_file(self, file: int, files: EventFiles) -> int:
        """Forget the points of a file; return how many there were."""
        before = self.count
        parts = self._waiting()
        self.count -= sum(part.stop - part.start for part in parts if part.file == file)
        self._parts = [part for part in parts if part.file != file] or None
        if any(number == file for number, _ in self._files or []):
            view = self.view(files)
            keep = np.ones(self.count, bool)
            position = 0
            for number, points in self._files or []:
                if number == file:
                    keep[position : position + points] = False
                position += points
            self._files = [item for item in self._files or [] if item[0] != file]
            self.count = int(keep.sum())
            self._set(tuple(array[keep] for array in view))
        if self._last == file:
            left = {part.file for part in self._waiting()} | {n for n, _ in self._files or []}
            self._last = max(left, key=lambda number: files[number].order, default=None)
        return before - self.count

    def view(self, files: EventFiles) -> ColumnView:
        """Return the points as arrays, laying them out if some are new.

        Parameters
        ----------
        files
            The event files by number.
        """
        parts = self._parts
        if parts is not None:
            if self._store is None and not isinstance(parts, list) and parts.dtype is None:
                # All in one place: nothing to lay out.
                points, start, stop = parts.points, parts.start, parts.stop
                return (
                    points.step[start:stop],
                    points.wall_time[start:stop],
                    points.value[start:stop],
                )
            with Interrupts():
                self._consolidate(files)
        if self._view is None:
            arrays: tuple[NDArray[Any], ...] = self._store or (
                np.empty(0, np.int64),
                np.empty(0),
                np.empty(0, np.float32),
            )
            step, wall_time, value = (array[: self.count] for array in arrays)
            for array in (step, wall_time, value):
                array.flags.writeable = False
            self._view = (step, wall_time, value)
        return self._view

    def stretches(self, files: EventFiles) -> list[tuple[int, int]]:
        """Return which file the points come from: (number, how many) of each, in order."""
        self.view(files)
        parts = self._waiting()
        known = self._files or [[part.file, part.stop - part.start] for part in parts]
        return [(number, count) for number, count in known]

    def _consolidate(self, files: EventFiles) -> None:
        parts, self._parts = self._waiting(), None
        self._view = None
        if len(parts) > 1:
            # Stable: the parts of one file stay as they came.
            parts.sort(key=lambda part: files[part.file].order)
        known = self._files = self._files or []
        if known and files[parts[0].file].order < files[known[-1][0]].order:
            self._insert(parts, files)
            return
        for part in parts:
            self._note(part.file, part.stop - part.start)
        arrays = [_arrays(part) for part in parts]
        if self._store is None and len(arrays) == 1:
            self._set(arrays[0])
            return
        self._append(arrays)

    def _note(self, file: int, points: int) -> None:
        files = self._files = self._files or []
        if files and files[-1][0] == file:
            files[-1][1] += points
        else:
            files.append([file, points])

    def _append(self, arrays: list[tuple[NDArray[Any], ...]], expected: int = 0) -> None:
        """Put arrays behind what is there, in place if there is room."""
        old = self._store
        if old is None and self.count < LONG and not expected:
            # Short series are many, and copied anew should they grow.
            fields = ([item[field] for item in arrays] for field in range(3))
            self._set(tuple(np.concatenate(f, dtype=_common_dtype(f)) for f in fields))
            return
        used = self.count - sum(len(item[0]) for item in arrays)
        made = []
        grown = False
        for field in range(3):
            pieces = [item[field] for item in arrays]
            if old is not None:
                pieces.insert(0, old[field][:0])
            dtype = _common_dtype(pieces)
            if old is not None and dtype == old[field].dtype and self.count <= self._capacity:
                target = old[field]
            else:
                # Room costs no memory before it is used; copying does.
                grown = True
                size = self.count if self.count < LONG else self.count + self.count // 2
                size = max(size, expected + expected // 8)
                target = np.empty(size, dtype)
                if old is not None:
                    target[:used] = old[field][:used]
            position = used
            for item in arrays:
                piece = item[field]
                target[position : position + len(piece)] = piece
                position += len(piece)
            made.append(target)
        self._store = tuple(made)
        if grown:
            self._capacity = min(len(array) for array in made)

    def _insert(self, parts: list[SeriesSlice], files: EventFiles) -> None:
        """Lay everything out anew because points belong before some that are there."""
        pieces: list[tuple[tuple[str, int], int, tuple[NDArray[Any], ...]]] = []
        position = 0
        for file, points in self._files or []:
            arrays = tuple(a[position : position + points] for a in self._store or ())
            pieces.append((files[file].order, file, arrays))
            position += points
        pieces.extend((files[p.file].order, p.file, _arrays(p)) for p in parts)
        pieces.sort(key=lambda item: item[0])
        self._files = []
        for _, file, arrays in pieces:
            self._note(file, len(arrays[0]))
        fields = ([item[2][field] for item in pieces] for field in range(3))
        self._set(tuple(np.concatenate(f, dtype=_common_dtype(f)) for f in fields))

    def _set(self, arrays: tuple[NDArray[Any], ...]) -> None:
        self._store = arrays
        # Not appended to in place: it may be a range of a batch that others share.
        self._capacity = 0
        self._view = None


def _arrays(part: SeriesSlice) -> tuple[NDArray[Any], ...]:
    points, start, stop = part.points, part.start, part.stop
    value = points.value[start:stop]
    if part.dtype is not None:
        value = narrow(value, part.dtype)
    return points.step[start:stop], points.wall_time[start:stop], value


def _common_dtype(arrays: Iterable[NDArray[Any]]) -> np.dtype[Any]:
    dtypes = {array.dtype for array in arrays}
    return np.result_type(*dtypes) if len(dtypes) > 1 else dtypes.pop()
