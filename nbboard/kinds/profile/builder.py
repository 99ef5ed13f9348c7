"""Collecting spans one by one, and making columns of them."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.nesting import nest, self_times
from nbboard.kinds.profile.trace import Counter, Names, Spans, Trace, Track

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["LATEST", "Builder"]

#: Times of a trace are within so many picoseconds of its first event: 53 days.
LATEST = 1 << 62
#: Bytes of details and call stacks that are kept; what comes later has none.
MOST_TEXT = 64 << 20
#: Spans are made columns of when there are so many: quicker than a column after the other for each.
_MANY = 8192
#: What a span is made of, and how it is kept.
_COLUMNS = {
    "track": "i",
    "start": "q",
    "duration": "q",
    "name": "i",
    "category": "i",
    "detail": "i",
    "stack": "i",
    "correlation": "q",
    "external": "q",
    "group": "q",
}


class Builder:
    """Takes spans in any order; :meth:`trace` sorts and nests them."""

    def __init__(self) -> None:
        self.names = Names()
        self.categories = Names()
        self.details = Names()
        self.stacks = Names()
        self.track_numbers: dict[tuple[Any, ...], int] = {}
        self.counters: dict[tuple[str, str], tuple[list[int], list[float]]] = {}
        self.notes: list[str] = []
        self._text_left = MOST_TEXT
        self._rows: list[tuple[int, ...]] = []
        self._columns = {name: array(kind) for name, kind in _COLUMNS.items()}
        self._fact_span, self._facts = array("q"), array("d")

    def __len__(self) -> int:
        return len(self._columns["start"]) + len(self._rows)

    def track(self, *key: Any) -> int:
        """Return the number of a track."""
        return self.track_numbers.setdefault(key, len(self.track_numbers))

    def detail(self, text: str) -> int:
        """Return the number of a detail; -1 if there is no room for more."""
        return self._text(self.details, text)

    def stack(self, text: str) -> int:
        """Return the number of a call stack; -1 if there is no room for more."""
        return self._text(self.stacks, text)

    def _text(self, names: Names, text: str) -> int:
        code = names.find(text)
        if code < 0 and self._text_left >= len(text):
            self._text_left -= len(text)
            code = names.code(text)
        return code

    def add(
        self,
        place: tuple[int, int, int],
        name: str,
        category: str,
        *,
        detail: int = -1,
        stack: int = -1,
        correlation: int = -1,
        external: int = -1,
        group: int = -1,
    ) -> None:
        """Add a span.

        Parameters
        ----------
        place
            Its track, start and duration, in picoseconds; a negative duration counts as none.
        name, category, detail, stack, correlation, external, group
            As in :class:`~nbboard.kinds.profile.trace.Spans`, the first two as text.
        """
        track, start, duration = place
        codes = self.names.code(name), self.categories.code(category)
        ids = (correlation, external, group)
        self.extend([(track, start, max(duration, 0), *codes, detail, stack, *ids)])

    def extend(self, rows: list[tuple[int, ...]]) -> None:
        """Add spans, each as what :meth:`add` takes in that order: texts by number, no time below 0."""
        self._rows += rows
        if len(self._rows) >= _MANY:
            self._fold()

    def _fold(self) -> None:
        """Make columns of the rows that came since."""
        if self._rows:
            values = zip(*self._rows, strict=True)
            for column, more in zip(self._columns.values(), values, strict=True):
                column.extend(array(column.typecode, more))
            self._rows.clear()

    def add_facts(self, span: int, blocks: float, occupancy: float) -> None:
        """Say how well a span, counted in the order in which they are added, used its device."""
        self._fact_span.append(span)
        self._facts.extend((blocks, occupancy))

    def count(self, process: str, name: str, time: int, value: float) -> None:
        """Add a value of a counter."""
        times, values = self.counters.setdefault((process, name), ([], []))
        times.append(time)
        values.append(value)

    def trace(self, tracks: list[Track], order: list[int], **more: Any) -> Trace:
        """Return what was collected.

        Parameters
        ----------
        tracks
            By number.
        order
            The numbers of the tracks, in the order in which they are shown.
        **more
            Further attributes of the trace.
        """
        self._fold()
        columns = {
            name: _numbers(column, np.int32 if column.typecode == "i" else np.int64)
            for name, column in self._columns.items()
        }
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        columns["track"] = rank[columns["track"]]
        by = np.lexsort((-columns["duration"], columns["start"], columns["track"]))
        columns = {name: column[by] for name, column in columns.items()}
        start, duration = columns["start"], columns["duration"]
        parent, depth = nest(columns["track"], start, start + duration)
        spans = Spans(**columns, parent=parent, depth=depth, self_time=self_times(parent, duration))
        return Trace(
            spans,
            self.names,
            self.categories,
            self.details,
            self.stacks,
            [tracks[number] for number in order],
            kernel_facts=self._facts_of(by),
            counters=[_counter(key, *columns) for key, columns in self.counters.items()],
            notes=self.notes,
            **more,
        )

    def _facts_of(self, by: NDArray[np.intp]) -> NDArray[np.float64]:
        if not self._fact_span:
            return np.empty((0, 2))
        facts = np.full((len(by), 2), np.nan)
        facts[_numbers(self._fact_span, np.int64)] = _numbers(self._facts, np.float64).reshape(
            -1, 2
        )
        return facts[by]


def _numbers(values: array[Any], kind: Any) -> NDArray[Any]:
    return np.frombuffer(values, kind) if len(values) else np.empty(0, kind)


def _counter(key: tuple[str, str], times: list[int], values: list[float]) -> Counter:
    time = np.array(times, np.int64)
    order = np.argsort(time, kind="stable")
    return Counter(key[1], key[0], time[order], np.array(values, np.float64)[order])
