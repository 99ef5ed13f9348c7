"""One event at a time, through protobuf: the reference, and the way for what fits no template."""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError
from tensorboard.compat.proto import event_pb2, summary_pb2

from nbboard.events.upgrade import graph_value, plugin_of_field, upgrade_value
from nbboard.events.wire import WireError, fields

__all__ = [
    "EventValue",
    "MalformedEventError",
    "read_event",
    "scalar_of_tensor",
    "starts_session",
    "value_at",
]


class MalformedEventError(ValueError):
    """An intact record whose payload is not an event."""


class EventValue(NamedTuple):
    """One value of an event, without its large content.

    Attributes
    ----------
    tag
        Invalid UTF-8 is kept as surrogate escapes.
    plugin
        None if only the first value of this tag in the run can tell (a tensor
        without metadata).
    value_index
        Its place among the event's values.
    scalar
        The number, if it can be a point of a scalar series, with its dtype.
    metadata
        The value's ``SummaryMetadata``, serialised; None if it has none.
    """

    tag: str
    plugin: str | None
    value_index: int
    scalar: np.generic | None
    metadata: bytes | None


# TensorProto dtype: numpy dtype of tensor_content, repeated field, dtype of the column.
_NUMERIC: dict[int, tuple[str, str, str]] = {
    1: ("<f4", "float_val", "f4"),
    2: ("<f8", "double_val", "f8"),
    3: ("<i4", "int_val", "i4"),
    4: ("<u1", "int_val", "u1"),
    5: ("<i2", "int_val", "i2"),
    6: ("<i1", "int_val", "i1"),
    9: ("<i8", "int64_val", "i8"),
    10: ("?", "bool_val", "?"),
    17: ("<u2", "int_val", "u2"),
    19: ("<f2", "half_val", "f2"),
    22: ("<u4", "uint32_val", "u4"),
    23: ("<u8", "uint64_val", "u8"),
}
_BFLOAT16 = 14


def scalar_of_tensor(tensor: Any) -> np.generic | None:
    """Return the only element of a numeric tensor, None if it is anything else.

    Nothing is allocated by the claimed shape: it must multiply to one.
    """
    shape = tensor.tensor_shape
    if shape.unknown_rank or any(dimension.size != 1 for dimension in shape.dim):
        return None
    if tensor.dtype not in _NUMERIC:
        return _bfloat16(tensor) if tensor.dtype == _BFLOAT16 else None
    stored, field, column = _NUMERIC[tensor.dtype]
    content: bytes = tensor.tensor_content
    if content:
        return _first(content, stored) if len(content) == np.dtype(stored).itemsize else None
    values = getattr(tensor, field)
    if len(values) > 1:
        return None
    # A repeated field cut short means "the rest are like the last": none at all is zero.
    value = values[0] if values else 0
    if field == "half_val":
        return _first(struct.pack("<H", value & 0xFFFF), "<f2")
    with np.errstate(over="ignore"):
        return _first(np.array([value]).astype(column).tobytes(), column)


def _bfloat16(tensor: Any) -> np.generic | None:
    """Return the element of a bfloat16 tensor: it is the upper half of a float32."""
    content: bytes = tensor.tensor_content
    if not content and len(tensor.half_val) == 1:
        content = struct.pack("<H", tensor.half_val[0] & 0xFFFF)
    return _first(b"\0\0" + content, "<f4") if len(content) == 2 else None


def _first(data: bytes, dtype: str) -> np.generic:
    number: np.generic = np.frombuffer(data, dtype, 1)[0]
    return number


def starts_session(payload: bytes | memoryview) -> bool:
    """Whether an event without values says that a job begins: a ``SessionLog.START``.

    A writer that is given a ``purge_step`` logs one: points from its step on, logged before
    it, are of a job that crashed.
    """
    try:
        event = event_pb2.Event.FromString(bytes(payload))
    except DecodeError:
        return False
    return bool(
        event.HasField("session_log") and event.session_log.status == event_pb2.SessionLog.START
    )


def read_event(payload: bytes | memoryview) -> tuple[float, int, list[EventValue]]:
    """Return an event's wall time, step and values.

    Raises
    ------
    MalformedEventError
        The payload is not an event.
    """
    try:
        event = event_pb2.Event.FromString(bytes(payload))
    except DecodeError:
        return _read_foreign(bytes(payload))
    if event.HasField("summary"):
        found = [_describe(value, i, value.tag) for i, value in enumerate(event.summary.value)]
        return event.wall_time, event.step, [item for item in found if item is not None]
    graph = graph_value(event)
    if graph is None:
        return event.wall_time, event.step, []
    value, plugin = graph
    return event.wall_time, event.step, [EventValue(value.tag, plugin, 0, None, None)]


def value_at(payload: bytes, index: int) -> Any:
    """Return the ``Summary.Value`` at ``index`` of an event, in the current form.

    A tag that is not UTF-8 is given with replacement characters, as protobuf
    cannot hold it.

    Raises
    ------
    MalformedEventError
        The payload is not an event, or has no such value.
    """
    try:
        event = event_pb2.Event.FromString(payload)
    except DecodeError:
        _, _, values = _foreign_values(payload)
        if index >= len(values):
            raise MalformedEventError("no such value") from None
        value, tag = values[index]
        value.tag = tag.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        return upgrade_value(value)
    graph = graph_value(event)
    if graph is not None:
        return graph[0]
    if index >= len(event.summary.value):
        raise MalformedEventError("no such value")
    return upgrade_value(event.summary.value[index])


def _describe(value: Any, index: int, tag: str) -> EventValue | None:
    field = value.WhichOneof("value")
    metadata = value.metadata.SerializeToString() if value.HasField("metadata") else None
    if field == "simple_value":
        return EventValue(tag, "scalars", index, np.float32(value.simple_value), metadata)
    plugin = plugin_of_field(field)
    if plugin is None and metadata is not None:
        plugin = value.metadata.plugin_data.plugin_name or None
    if field is None and metadata is None:
        return None  # a name and nothing else
    scalar = scalar_of_tensor(value.tensor) if field == "tensor" else None
    return EventValue(tag, plugin, index, scalar, metadata)


def _read_foreign(payload: bytes) -> tuple[float, int, list[EventValue]]:
    wall_time, step, values = _foreign_values(payload)
    found = [_describe(value, i, tag) for i, (value, tag) in enumerate(values)]
    return wall_time, step, [item for item in found if item is not None]


def _foreign_values(payload: bytes) -> tuple[float, int, list[tuple[Any, str]]]:
    """Take apart an event that protobuf refuses, mostly because a tag is not UTF-8."""
    wall_time, step = 0.0, 0
    values: list[tuple[Any, str]] = []
    try:
        for field in fields(payload, 0, len(payload)):
            if field.number == 1 and field.kind == 1:
                (wall_time,) = struct.unpack_from("<d", payload, field.start)
            elif field.number == 2 and field.kind == 0:
                step = field.value - (1 << 64) if field.value >> 63 else field.value
            elif field.number == 5 and field.kind == 2:
                values.extend(
                    _foreign_value(payload[part.start : part.stop])
                    for part in fields(payload, field.start, field.stop)
                    if (part.number, part.kind) == (1, 2)
                )
            elif not (field.number == 3 and field.kind == 2):
                raise MalformedEventError("not an event")
    except (WireError, DecodeError) as error:
        raise MalformedEventError(f"not an event: {error}") from error
    return wall_time, step, values


def _foreign_value(data: bytes) -> tuple[Any, str]:
    """Return a value without its tag, and the tag decoded by ourselves."""
    kept, tag = [], b""
    for field in fields(data, 0, len(data)):
        if field.number == 1 and field.kind == 2:
            tag = data[field.start : field.stop]
        else:
            kept.append(data[field.key : field.stop])
    value = summary_pb2.Summary.Value.FromString(b"".join(kept))
    return value, tag.decode("utf-8", "surrogateescape")
