"""Traces in the JSON format of Chrome's tracing, as torch, TensorFlow and others write it.

The format: "Trace Event Format" of the Chromium project. What torch adds to it
(categories, ``External id``, ``correlation``, ``[memory]``) is written by pytorch/kineto,
what TensorFlow adds (``group_id``, ``long_name``) by openxla/xprof.
"""

from __future__ import annotations

import gc
from contextlib import contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.allocations import Allocations
from nbboard.kinds.profile.builder import LATEST, Builder
from nbboard.kinds.profile.flows import LAUNCHES, Flows
from nbboard.kinds.profile.json_stream import EventStream
from nbboard.kinds.profile.rows import Rows
from nbboard.kinds.profile.trace import PS_PER_US, Trace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

__all__ = ["picoseconds", "read_chrome"]

#: An identifier beyond this is a writer's mistake.
_MOST_ID = 1 << 62


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
    stream = EventStream(pieces)
    reader = _Reader()
    blocks = iter(stream)
    while True:
        # A block is many small objects without a cycle: looking for some takes a third of it.
        with _uncollected():
            block = next(blocks, None)
            if block is None:
                break
            reader.take(block)
        if stopped():
            reader.builder.notes.append("reading was stopped: this is the first part of the trace")
            break
    if block is None and not stream.complete:
        reader.builder.notes.append("the file ends in the middle of the list of events")
    if stream.damaged:
        reader.builder.notes.append(f"{stream.damaged:,} events could not be understood")
    if not len(reader.builder) and reader.impossible:
        raise UndecodableError(f"none of its {reader.impossible:,} events is one of a trace")
    return reader.finish(stream.header)


@contextmanager
def _uncollected() -> Iterator[None]:
    """Leave garbage of cycles where it is for a moment."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


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
        self._open: dict[tuple[Any, ...], list[tuple[int, dict[str, Any]]]] = {}
        self._tracks: dict[tuple[Any, Any], int] = {}
        self._phases: dict[Any, Callable[[dict[str, Any]], None]] = {
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

    def take(self, events: list[Any]) -> None:
        """Take over a block of events."""
        for event in events:
            if not isinstance(event, dict):
                self.impossible += 1
                continue
            phase = event.get("ph")
            if phase == "X":
                start = self._time(event)
                duration = picoseconds(event.get("dur", 0))
                if start is None or duration is None or duration > LATEST:
                    self.impossible += 1
                else:
                    self._add(event, start, duration)
            elif phase in self._phases:
                self._phases[phase](event)

    def _time(self, event: dict[str, Any]) -> int | None:
        """Return when an event was, relative to the first one; None if that cannot be."""
        time = picoseconds(event.get("ts"))
        if time is None:
            return None
        if self.origin is None:
            self.origin = time
        time -= self.origin
        return time if -LATEST < time < LATEST else None

    def _track(self, event: dict[str, Any]) -> int:
        """Return the number of an event's track."""
        key = event.get("pid", ""), event.get("tid", "")
        try:
            return self._tracks[key]
        except (KeyError, TypeError):
            track = self.builder.track(str(key[0]), str(key[1]))
        if isinstance(key[0], int | str) and isinstance(key[1], int | str):
            self._tracks[key] = track
        return track

    def _add(self, event: dict[str, Any], start: int, duration: int) -> None:
        args = event.get("args")
        category = event.get("cat")
        category = category.lower() if isinstance(category, str) else ""
        builder = self.builder
        track = self._track(event)
        name = event.get("name")
        name = name if isinstance(name, str) else str(name)
        if not isinstance(args, dict) or not args:
            builder.add((track, start, duration), name, category)
            return
        get = args.get
        detail = stack = -1
        shapes = get("Input Dims") or get("Input dims")
        if shapes:
            detail = builder.detail(str(shapes))
        elif isinstance(text := get("long_name"), str):
            detail = builder.detail(text)
        if isinstance(text := get("Call stack"), str) and text:
            stack = builder.stack(text)
        correlation = get("correlation", get("correlation_id"))
        external = get("External id", get("external id"))
        group = get("group_id")
        if "step_num" in args or "step_name" in args:
            category = category or "step"
            self.rows.name_step(_number(group), get("step_name", get("step_num")))
        builder.add(
            (track, start, duration),
            name,
            category,
            detail=detail,
            stack=stack,
            correlation=_number(correlation),
            external=_number(external),
            group=_number(group),
        )
        if "blocks per SM" in args or "est. achieved occupancy %" in args:
            builder.add_facts(
                _float(get("blocks per SM")), _float(get("est. achieved occupancy %"))
            )
            self.rows.on_device(track, get("device"))
        elif category in {"kernel", "gpu_memcpy", "gpu_memset", "memcpy", "memset"}:
            self.rows.on_device(track, get("device"))

    # ------------------------------------------------------------ spans in two events

    def _begin(self, event: dict[str, Any], *key: Any) -> None:
        start = self._time(event)
        if start is None:
            self.impossible += 1
            return
        place = key or (str(event.get("pid", "")), str(event.get("tid", "")))
        self._open.setdefault(place, []).append((start, event))

    def _end(self, event: dict[str, Any], *key: Any) -> None:
        end = self._time(event)
        begun = self._open.get(key or (str(event.get("pid", "")), str(event.get("tid", ""))))
        if end is None or not begun:
            self.unmatched += 1
            return
        start, first = begun.pop()
        args = {**_mapping(first.get("args")), **_mapping(event.get("args"))}
        self._add({**first, "args": args}, start, end - start)

    def _begin_async(self, event: dict[str, Any]) -> None:
        self._begin(*_async(event))

    def _end_async(self, event: dict[str, Any]) -> None:
        self._end(*_async(event))

    # ------------------------------------------------------------ what has no length

    def _flow(self, event: dict[str, Any]) -> None:
        if event.get("cat") in LAUNCHES:
            return
        time = self._time(event)
        if time is None or "id" not in event:
            self.impossible += 1
            return
        self.flows.add(event, self._track(event), time)

    def _counter(self, event: dict[str, Any]) -> None:
        time = self._time(event)
        if time is None:
            self.impossible += 1
            return
        process = str(event.get("pid", ""))
        name = str(event.get("name", ""))
        for series, value in _mapping(event.get("args")).items():
            number = _float(value)
            if np.isfinite(number):
                label = name if series in {"value", name} else f"{name}: {series}"
                self.builder.count(process, label, time, number)

    def _instant(self, event: dict[str, Any]) -> None:
        if event.get("name") != "[memory]":
            return
        time = self._time(event)
        if time is None:
            self.impossible += 1
            return
        track = self.builder.track(str(event.get("pid", "")), str(event.get("tid", "")))
        self.allocations.add(time, track, _mapping(event.get("args")))

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


def _async(event: dict[str, Any]) -> tuple[Any, ...]:
    """Return an event of an operation without a thread, on a track of its own, and its key."""
    category = str(event.get("cat", ""))
    row = {**event, "tid": f"{category or 'async'} {event.get('id', '')}"}
    return row, row.get("pid"), category, str(event.get("id", "")), str(event.get("name", ""))


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> int:
    """Return an identifier, -1 where there is none."""
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
