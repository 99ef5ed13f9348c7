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
        self._start, self._duration = array("q"), array("q")
        self._name, self._category = array("i"), array("i")
        self._detail, self._stack, self._track = array("i"), array("i"), array("i")
        self._correlation, self._external, self._group = array("q"), array("q"), array("q")
        self._fact_span, self._facts = array("q"), array("d")

    def __len__(self) -> int:
        return len(self._start)

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
        self._start.append(start)
        self._duration.append(max(duration, 0))
        self._name.append(self.names.code(name))
        self._category.append(self.categories.code(category))
        self._track.append(track)
        self._detail.append(detail)
        self._stack.append(stack)
        self._correlation.append(correlation)
        self._external.append(external)
        self._group.append(group)

    def add_facts(self, blocks: float, occupancy: float) -> None:
        """Say how well the span that was added last used its device."""
        self._fact_span.append(len(self._start) - 1)
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
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order), dtype=np.int32)
        track = rank[_numbers(self._track, np.int32)] if len(order) else np.empty(0, np.int32)
        start, duration = _numbers(self._start, np.int64), _numbers(self._duration, np.int64)
        by = np.lexsort((-duration, start, track))
        track, start, duration = track[by], start[by], duration[by]
        parent, depth = nest(track, start, start + duration)
        spans = Spans(
            start=start,
            duration=duration,
            track=track,
            **{
                name: _numbers(getattr(self, f"_{name}"), kind)[by]
                for name, kind in (
                    ("name", np.int32),
                    ("category", np.int32),
                    ("detail", np.int32),
                    ("stack", np.int32),
                    ("correlation", np.int64),
                    ("external", np.int64),
                    ("group", np.int64),
                )
            },
            parent=parent,
            depth=depth,
            self_time=self_times(parent, duration),
        )
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
