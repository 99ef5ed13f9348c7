"""Traces in the JSON format of Chrome's tracing, as torch, TensorFlow and others write it.

The format: "Trace Event Format" of the Chromium project. What torch adds to it
(categories, ``External id``, ``correlation``, ``[memory]``) is written by pytorch/kineto,
what TensorFlow adds (``group_id``, ``long_name``) by openxla/xprof.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec
import numpy as np

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.allocations import Allocations
from nbboard.kinds.profile.builder import LATEST, Builder
from nbboard.kinds.profile.flows import LAUNCHES, Flows
from nbboard.kinds.profile.json_stream import EventStream
from nbboard.kinds.profile.rows import Rows
from nbboard.kinds.profile.trace import PS_PER_US, Trace
from nbboard.kinds.profile.trace_events import Details, Event, decode_events, value_of
from nbboard.series.gc_pause import GcPause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["picoseconds", "read_chrome"]

#: An identifier beyond this is a writer's mistake.
_MOST_ID = 1 << 62
#: Categories of what runs on a device.
_ON_DEVICE = frozenset({"kernel", "gpu_memcpy", "gpu_memset", "memcpy", "memset"})


def picoseconds(value: Any) -> int | None:
    """Return microseconds as they stand in a file, an integer or text, in picoseconds.

    A time since 1970 in microseconds with three decimals is more than a float64 holds, so
    no float is made of it.
    """
    if type(value) is int:
        return value * PS_PER_US
    if not isinstance(value, str):
        return None
    try:
        whole, _, fraction = value.partition(".")
        scaled = int(whole) * PS_PER_US
        part = int((fraction + "000000")[:6])
    except ValueError:
        try:
            return int(Decimal(value) * PS_PER_US)
        except (ArithmeticError, ValueError):
            return None
    return scaled - part if whole.startswith("-") else scaled + part


def read_chrome(pieces: Iterable[bytes], stopped: Callable[[], bool] = lambda: False) -> Trace:
    """Read a JSON trace.

    Parameters
    ----------
    pieces
        The bytes of the file, uncompressed, in pieces of any size.
    stopped
        Asked again and again; once true, what was read until then is returned.

    Raises
    ------
    UndecodableError
        If it is no such file.
    """
    stream = EventStream(pieces, decode_events)
    reader = _Reader()
    was_stopped = False
    with GcPause() as rest:
        for block in stream:
            reader.take(block)
            rest.breathe()
            if was_stopped := stopped():
                note = "reading was stopped: this is the first part of the trace"
                reader.builder.notes.append(note)
                break
    if not was_stopped and not stream.complete:
        reader.builder.notes.append("the file ends in the middle of the list of events")
    if stream.damaged:
        reader.builder.notes.append(f"{stream.damaged:,} events could not be understood")
    reader.impossible += stream.others
    if not len(reader.builder) and reader.impossible:
        raise UndecodableError(f"none of its {reader.impossible:,} events is one of a trace")
    return reader.finish(stream.header)


class _Reader:
    """Sorts events by their phase."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.rows = Rows()
        self.flows = Flows()
        self.allocations = Allocations()
        self.origin: int | None = None
        self.impossible = 0
        self.unmatched = 0
        self._open: dict[tuple[str, ...], list[tuple[int, Event]]] = {}
        self._tracks: dict[tuple[Any, Any], int] = {}
        self._shapes: dict[bytes, int] = {}
        self._spans: list[tuple[Event, int, int, Details | None]] = []
        self._phases: dict[Any, Callable[[Event], None]] = {
            "X": self._complete,
            "B": self._begin,
            "E": self._end,
            "b": self._begin_async,
            "e": self._end_async,
            "s": self._flow,
            "t": self._flow,
            "f": self._flow,
            "C": self._counter,
            "i": self._instant,
            "I": self._instant,
            "M": self.rows.describe,
        }

    def take(self, events: list[Event]) -> None:
        """Take over a block of events."""
        phases = self._phases
        for event in events:
            phase = event.ph
            if isinstance(phase, str) and phase in phases:
                phases[phase](event)
        self._put()

    def _time(self, event: Event) -> int | None:
        """Return when an event was, relative to the first one; None if that cannot be."""
        time = picoseconds(event.ts)
        if time is None:
            return None
        if self.origin is None:
            self.origin = time
        time -= self.origin
        return time if -LATEST < time < LATEST else None

    def _track(self, event: Event) -> int:
        """Return the number of an event's track."""
        key = event.pid, event.tid
        try:
            return self._tracks[key]
        except (KeyError, TypeError):
            track = self.builder.track(str(key[0]), str(key[1]))
        if isinstance(key[0], int | str) and isinstance(key[1], int | str):
            self._tracks[key] = track
        return track

    def _complete(self, event: Event) -> None:
        start, duration = self._time(event), picoseconds(event.dur)
        if start is None or duration is None or duration > LATEST:
            self.impossible += 1
        else:
            self._spans.append((event, start, duration, event.details()))

    def _put(self) -> None:
        """Hand the spans of a block to the builder: much at once, for there are very many."""
        builder = self.builder
        number, count = builder.names.code, len(builder)
        rows: list[tuple[int, ...]] = []
        for event, start, duration, details in self._spans:
            name = event.name
            name = name if isinstance(name, str) else str(name)
            category = event.cat
            category = category.lower() if isinstance(category, str) else ""
            track = self._track(event)
            detail = stack = correlation = external = group = -1
            if details is not None:
                if shapes := details.shapes or details.old_shapes:
                    detail = self._shape(bytes(shapes))
                if detail < 0 and isinstance(text := details.long_name, str):
                    detail = builder.detail(text)
                if isinstance(text := details.stack, str) and text:
                    stack = builder.stack(text)
                correlation = _number(details.correlation, details.correlation_id)
                external = _number(details.external, details.old_external)
                group = _number(details.group_id)
                if details.step_num is not None or details.step_name is not None:
                    category = category or "step"
                    self.rows.name_step(group, _first(details.step_name, details.step_num))
                has_facts = details.blocks is not None or details.occupancy is not None
                if has_facts:
                    facts = _float(details.blocks), _float(details.occupancy)
                    builder.add_facts(count + len(rows), *facts)
                if has_facts or category in _ON_DEVICE:
                    self.rows.on_device(track, details.device)
            codes = number(name), builder.categories.code(category)
            ids = (correlation, external, group)
            rows.append((track, start, max(duration, 0), *codes, detail, stack, *ids))
        builder.extend(rows)
        self._spans.clear()

    def _shape(self, text: bytes) -> int:
        """Return the number of the shapes of inputs as a detail; -1 without any."""
        code = self._shapes.get(text)
        if code is None:
            shapes = value_of(text)
            code = self.builder.detail(str(shapes)) if shapes else -1
            if code >= 0 or not shapes:
                self._shapes[text] = code
        return code

    # ------------------------------------------------------------ spans in two events

    def _begin(self, event: Event, *key: str) -> None:
        start = self._time(event)
        if start is None:
            self.impossible += 1
            return
        place = key or (str(event.pid), str(event.tid))
        self._open.setdefault(place, []).append((start, event))

    def _end(self, event: Event, *key: str) -> None:
        end = self._time(event)
        begun = self._open.get(key or (str(event.pid), str(event.tid)))
        if end is None or not begun:
            self.unmatched += 1
            return
        start, first = begun.pop()
        details, later = first.details(), event.details()
        if details is not None and later is not None:
            details = details.updated(later)
        self._spans.append((first, start, end - start, details or later))

    def _begin_async(self, event: Event) -> None:
        self._begin(*_async(event))

    def _end_async(self, event: Event) -> None:
        self._end(*_async(event))

    # ------------------------------------------------------------ what has no length

    def _flow(self, event: Event) -> None:
        if isinstance(event.cat, str) and event.cat in LAUNCHES:
            return
        time = self._time(event)
        if time is None or event.id is None:
            self.impossible += 1
            return
        self.flows.add(event, self._track(event), time)

    def _counter(self, event: Event) -> None:
        time = self._time(event)
        if time is None:
            self.impossible += 1
            return
        name = _text(event.name)
        for series, value in event.mapping().items():
            number = _float(value)
            if np.isfinite(number):
                label = name if series in {"value", name} else f"{name}: {series}"
                self.builder.count(str(event.pid), label, time, number)

    def _instant(self, event: Event) -> None:
        if event.name != "[memory]":
            return
        time = self._time(event)
        if time is None:
            self.impossible += 1
            return
        if (allocation := event.allocation()) is not None:
            self.allocations.add(time, self._track(event), allocation)

    # ------------------------------------------------------------ the end

    def finish(self, header: dict[str, Any]) -> Trace:
        """Return the trace."""
        builder = self.builder
        left = sum(map(len, self._open.values()))
        for many, what in (
            (self.impossible, "events with an impossible time or form were left out"),
            (self.unmatched, "events end what never began"),
            (left, "events begin and never end"),
        ):
            if many:
                builder.notes.append(f"{many:,} {what}")
        tracks, order = self.rows.arrange(builder.track_numbers)
        trace = builder.trace(tracks, order, origin=self.origin or 0, header=header)
        trace.flavour = "tensorflow" if self.rows.is_tensorflow else "torch"
        trace.header["step_names"] = self.rows.step_names
        trace.counters = self.rows.named_counters(trace.counters)
        rank = {number: place for place, number in enumerate(order)}
        trace.flows = self.flows.arrows(trace, rank)
        trace.memory = self.allocations.memory(trace, rank)
        return trace


def _async(event: Event) -> tuple[Any, ...]:
    """Return an event of an operation without a thread, on a track of its own, and its key."""
    category, number = _text(event.cat), _text(event.id)
    row = msgspec.structs.replace(event, tid=f"{category or 'async'} {number}")
    return row, str(row.pid), category, number, _text(event.name)


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _first(value: Any, other: Any) -> Any:
    return other if value is None else value


def _number(value: Any, other: Any = None) -> int:
    """Return an identifier, or the other if that is not there; -1 where there is none."""
    if value is None:
        value = other
    if isinstance(value, str):
        try:
            value = int(value)
        except ValueError:
            return -1
    return value if type(value) is int and 0 <= value < _MOST_ID else -1


def _float(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")
