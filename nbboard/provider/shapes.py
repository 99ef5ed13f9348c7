"""How many blobs a value holds, told from the first bytes of its event.

A page that lists images asks for their number at every step. The answer stands in the
tensor's shape, in front of the pictures, so that these need not be read for it.
"""

from __future__ import annotations

import math

from nbboard.events.wire import Field, WireError, fields

__all__ = ["HEAD", "blobs_in"]

#: So many bytes of an event mostly hold its first value's shape.
HEAD = 512

# Numbers of the fields of Event, Summary, Summary.Value, TensorProto, TensorShapeProto
# and its Dim.
_GRAPHS = frozenset({4, 8, 9})
_SUMMARY = 5
_VALUE = 1
_IMAGE, _AUDIO, _TENSOR = 4, 6, 8
_SHAPE = 2
_DIMENSION = 2
_SIZE = 1


def blobs_in(head: bytes, length: int, index: int, plugin: str) -> int | None:
    """Return how many blobs a value holds, None where its first bytes do not tell.

    Parameters
    ----------
    head
        The first bytes of the event.
    length
        How many it has in all.
    index
        The value's place in the event.
    plugin
        Whose value it is: of an audio clip's parts only the sound counts.
    """
    try:
        shape = _shape(head, length, index)
    except (WireError, IndexError):  # the latter: it goes on behind the head
        return None
    if shape is None or any(size < 0 for size in shape):
        return None
    count = math.prod(shape[:1] if plugin == "audio" else shape)
    # Each has a byte for its field and one for its length: a shape that claims more is a
    # bomb, or means that one value is repeated.
    return count if 2 * count <= length else None


def _shape(head: bytes, length: int, index: int) -> tuple[int, ...] | None:
    """Return the shape of a value's tensor, as it is in the current form."""
    for field in fields(head, 0, length):
        if field.number in _GRAPHS and field.kind == 2:
            return (1,)
        if (field.number, field.kind) == (_SUMMARY, 2):
            return _in_summary(head, field, index)
    return None


def _in_summary(head: bytes, summary: Field, index: int) -> tuple[int, ...] | None:
    for place, value in enumerate(fields(head, summary.start, summary.stop)):
        if (value.number, value.kind) != (_VALUE, 2):
            return None
        if place == index:
            return _in_value(head, value)
    return None


def _in_value(head: bytes, value: Field) -> tuple[int, ...] | None:
    for field in fields(head, value.start, value.stop):
        if field.number == _IMAGE:
            return (3,)  # width, height, picture
        if field.number == _AUDIO:
            return (1,)
        if field.number == _TENSOR:
            parts = fields(head, field.start, field.stop)
            return next((_sizes(head, p) for p in parts if p.number == _SHAPE), None)
    return None


def _sizes(head: bytes, shape: Field) -> tuple[int, ...]:
    sizes = []
    for dimension in fields(head, shape.start, shape.stop):
        if dimension.number == _DIMENSION:
            parts = fields(head, dimension.start, dimension.stop)
            sizes.append(next((part.value for part in parts if part.number == _SIZE), 0))
    return tuple(sizes)
