"""``*.xplane.pb``, as TensorFlow, JAX and torch on XLA write it, and its ancestor ``local.trace``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.builder import LATEST, Builder
from nbboard.kinds.profile.flows import Flows
from nbboard.kinds.profile.messages import parse
from nbboard.kinds.profile.rows import DERIVED
from nbboard.kinds.profile.trace import Memory, Names, Trace, Track

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["read_local_trace", "read_xplane"]

#: Planes without a time line.
_WITHOUT_LINES = frozenset({"/host:metadata", "Task Environment"})


def read_xplane(data: bytes, stopped: Callable[[], bool] = lambda: False) -> Trace:
    """Read an XSpace.

    An event without an offset is a count of many, of which nobody recorded when they were;
    such are counted in the notes, and are no spans.

    Parameters
    ----------
    data
        The file.
    stopped
        Asked again and again; once true, what was read until then is returned.

    Raises
    ------
    UndecodableError
        If it is no such file.
    """
    space = parse("XSpace", data)
    reader = _PlaneReader()
    reader.builder.notes += [
        f"the profiler said: {text}" for text in (*space.errors, *space.warnings)
    ]
    for plane in space.planes:
        if stopped():
            reader.builder.notes.append("reading was stopped: this is the first part of the trace")
            break
        reader.take(parse("XPlane", plane))
    trace = reader.finish()
    trace.header["hosts"] = list(space.hostnames)
    return trace


class _PlaneReader:
    """Takes over planes, one after the other."""

    def __init__(self) -> None:
        self.builder = Builder()
        self.tracks: list[Track] = []
        self.keys: list[tuple[Any, ...]] = []
        self.origin: int | None = None
        self.counted = 0
        self.impossible = 0
        self.step_names: dict[int, str] = {}
        self.allocations: dict[str, list[tuple[int, int, float, int, str]]] = {}

    def take(self, plane: Any) -> None:
        """Take over one plane."""
        if plane.name in _WITHOUT_LINES:
            return
        stats = {entry.key: entry.value.name for entry in plane.stat_metadata}
        events = {entry.key: entry.value for entry in plane.event_metadata}
        lines = [parse("XLine", line) for line in plane.lines]
        labels = [line.display_name or line.name or f"thread {line.id}" for line in lines]
        has_streams = any(label.startswith("Stream") for label in labels)
        on_device = plane.name.startswith("/device:")
        device = plane.name.rpartition(":")[2].split(" ")[0]
        for line, label in zip(lines, labels, strict=True):
            repeats = label in DERIVED or (label == "XLA Ops" and has_streams)
            number = self.builder.track(plane.name, line.id, len(self.tracks))
            self.tracks.append(
                Track(
                    plane.name,
                    label,
                    on_device,
                    int(device) if on_device and device.isdigit() else -1,
                    is_derived=on_device and repeats,
                )
            )
            main = label.lower().startswith(("python", "main"))
            place = line.display_id or line.id
            self.keys.append((on_device, plane.name, not main, place, number))
            for event in line.events:
                self._event(event, events.get(event.metadata_id), stats, line, number)

    def _event(
        self, event: Any, metadata: Any, stat_names: dict[int, str], line: Any, track: int
    ) -> None:
        name = metadata.name if metadata is not None else f"event {event.metadata_id}"
        stats = _stats(
            (*event.stats, *(metadata.stats if metadata is not None else ())), stat_names
        )
        duration = event.duration_ps
        if "device_offset_ps" in stats and "device_duration_ps" in stats:
            start = line.timestamp_ns * 1000 + int(stats["device_offset_ps"])
            duration = int(stats["device_duration_ps"])
        elif event.HasField("num_occurrences"):
            self.counted += event.num_occurrences
            return
        else:
            start = line.timestamp_ns * 1000 + event.offset_ps
        if self.origin is None:
            self.origin = start
        start -= self.origin
        if not -LATEST < start < LATEST or duration > LATEST:
            self.impossible += 1
            return
        if name in {"MemoryAllocation", "MemoryDeallocation"}:
            self._allocation(name, start, stats)
            return
        group = _id(stats.get("group_id"))
        is_step = "step_num" in stats or "step_name" in stats
        if is_step:
            told = stats.get("step_name", stats.get("step_num"))
            self.step_names.setdefault(group, str(told))
        shown = (metadata.display_name if metadata is not None else "") or name
        detail = name if shown != name else str(stats.get("tf_op") or stats.get("hlo_op") or "")
        if is_step and "step_num" in stats:
            shown = f"{shown} {stats['step_num']}"
        self.builder.add(
            (track, start, duration),
            shown,
            "step" if is_step else "",
            detail=self.builder.detail(detail) if detail else -1,
            correlation=_id(stats.get("correlation_id")),
            group=group,
        )

    def _allocation(self, name: str, time: int, stats: dict[str, Any]) -> None:
        size = _id(stats.get("allocation_bytes"))
        self.allocations.setdefault(str(stats.get("allocator_name", "memory")), []).append(
            (
                time,
                max(size, 0) if name == "MemoryAllocation" else -max(size, 0),
                float(stats.get("bytes_allocated", float("nan"))),
                _id(stats.get("addr")),
                str(stats.get("tf_op") or "(no operation)"),
            )
        )

    def finish(self) -> Trace:
        """Return the trace."""
        for many, what in (
            (self.counted, "events were only counted: nobody recorded when they were"),
            (self.impossible, "events with an impossible time were left out"),
        ):
            if many:
                self.builder.notes.append(f"{many:,} {what}")
        order = sorted(range(len(self.tracks)), key=self.keys.__getitem__)
        trace = self.builder.trace(
            self.tracks, order, origin=self.origin or 0, flavour="tensorflow", header={}
        )
        trace.header["step_names"] = self.step_names
        trace.flows = Flows().arrows(trace, {})
        trace.memory = [_memory(name, rows) for name, rows in sorted(self.allocations.items())]
        return trace


def _memory(device: str, rows: list[tuple[int, int, float, int, str]]) -> Memory:
    rows = sorted(rows, key=lambda row: row[0])
    owners = Names()
    change = np.array([row[1] for row in rows], np.int64)
    allocated = np.array([row[2] for row in rows], np.float64)
    return Memory(
        device,
        np.array([row[0] for row in rows], np.int64),
        change,
        allocated if np.isfinite(allocated).all() else np.cumsum(change).astype(np.float64),
        np.full(len(rows), np.nan),
        np.array([row[3] for row in rows], np.int64),
        np.array([owners.code(row[4]) for row in rows], np.int32),
        owners.all,
    )


def _stats(stats: Any, names: dict[int, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for stat in stats:
        name = names.get(stat.metadata_id)
        if name is None or name in found:
            continue
        for field in ("int64_value", "uint64_value", "str_value", "double_value"):
            if stat.HasField(field):
                found[name] = getattr(stat, field)
                break
        else:
            if stat.HasField("ref_value"):
                found[name] = names.get(stat.ref_value, "")
    return found


def _id(value: Any) -> int:
    return value if isinstance(value, int) and 0 <= value < LATEST else -1


def read_local_trace(data: bytes) -> Trace:
    """Read a ``local.trace``, which TensorFlow 2.0 and 2.1 wrote.

    Raises
    ------
    UndecodableError
        If it is no such file.
    """
    message = parse("Trace", data)
    builder = Builder()
    devices = {entry.key: entry.value for entry in message.devices}
    names = {
        (device, resource.key): resource.value.name
        for device, value in devices.items()
        for resource in value.resources
    }
    tracks: list[Track] = []
    numbers: dict[tuple[int, int], int] = {}
    origin = min((event.timestamp_ps for event in message.trace_events), default=0)
    impossible = 0
    for event in message.trace_events:
        key = (event.device_id, event.resource_id)
        number = numbers.get(key)
        if number is None:
            number = numbers[key] = builder.track(*key)
            process = devices[key[0]].name if key[0] in devices else f"device {key[0]}"
            on_device = process.startswith("/device:")
            tracks.append(Track(process, names.get(key) or f"thread {key[1]}", on_device))
        args = {entry.key: entry.value for entry in event.args}
        start = event.timestamp_ps - origin
        if start >= LATEST or event.duration_ps >= LATEST:
            impossible += 1
            continue
        detail = args.get("long name") or args.get("long_name") or ""
        builder.add(
            (number, start, event.duration_ps),
            event.name.strip(),
            "",
            detail=builder.detail(detail) if detail else -1,
        )
    if impossible:
        builder.notes.append(f"{impossible:,} events with an impossible time were left out")
    order = sorted(range(len(tracks)), key=lambda n: (tracks[n].is_device, n))
    return builder.trace(tracks, order, origin=origin, flavour="tensorflow", header={})
