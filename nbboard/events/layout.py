"""The layout of a scalar event: which of its bytes are wall time, step, values and tags.

Two events of one layout differ only in those bytes, so what one of them
teaches holds for all that agree with it in every other byte.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from nbboard.events.protobuf import MalformedEventError, read_event
from nbboard.events.wire import Field, WireError, fields

__all__ = ["Layout", "Slot", "parse_layout"]

#: Longer steps are rare (2**56 and beyond, and negative ones) and go the slow way.
_MAX_STEP_BYTES = 8


class Slot(NamedTuple):
    """Where in the payload a value lies, and as what: ``"<f4"`` or ``"<f8"``."""

    offset: int
    dtype: str


class Layout(NamedTuple):
    """Positions in a payload of ``length`` bytes.

    Attributes
    ----------
    wall_time
        Where the double is; -1 if the event has none (it is then 0).
    step, step_size
        Where the varint is and how many bytes it has; -1 and 0 without (0).
    slots
        The values.
    series_bytes
        Byte ranges that differ from series to series: all tags, then the metadata.
    has_only_tags
        Whether these are tags only, one for each slot.
    """

    length: int
    wall_time: int
    step: int
    step_size: int
    slots: tuple[Slot, ...]
    series_bytes: tuple[tuple[int, int], ...]
    has_only_tags: bool

    def numbers(self) -> list[tuple[int, int]]:
        """Return offset and size of what is a number of a fixed size: wall time and values."""
        found = [(slot.offset, int(slot.dtype[2])) for slot in self.slots]
        return [(self.wall_time, 8), *found] if self.wall_time >= 0 else found


class _NoLayoutError(Exception):
    """The event does not consist of plain scalars, or anything about it is unusual."""


def parse_layout(payload: bytes) -> tuple[Layout, tuple[str, ...], tuple[bytes | None, ...]] | None:
    """Return an event's layout, its tags and their metadata.

    None if it has no values, or any that is not a float32 or float64 scalar of
    the scalars plugin, or if anything about it is unusual.
    """
    try:
        layout = _layout(payload)
        _, _, values = read_event(payload)
    except (_NoLayoutError, WireError, MalformedEventError):
        return None
    # Protobuf is the judge of what the bytes mean.
    if len(values) != len(layout.slots):
        return None
    for value, slot in zip(values, layout.slots, strict=True):
        if value.plugin != "scalars" or value.scalar is None:
            return None
        here = np.frombuffer(payload, slot.dtype, 1, slot.offset)
        if value.scalar.dtype != here.dtype or value.scalar.tobytes() != here.tobytes():
            return None
    return layout, tuple(v.tag for v in values), tuple(v.metadata for v in values)


def _layout(payload: bytes) -> Layout:
    wall_time = step = -1
    step_size = 0
    slots: list[Slot] = []
    tags: list[tuple[int, int]] = []
    metadata: list[tuple[int, int]] = []
    seen: set[int] = set()
    for field in fields(payload, 0, len(payload)):
        if field.number in seen:
            raise _NoLayoutError
        seen.add(field.number)
        if (field.number, field.kind) == (1, 1):
            wall_time = field.start
        elif (field.number, field.kind) == (2, 0):
            step, step_size = field.start, field.stop - field.start
            if step_size > _MAX_STEP_BYTES:
                raise _NoLayoutError
        elif (field.number, field.kind) == (5, 2):
            for part in fields(payload, field.start, field.stop):
                if (part.number, part.kind) != (1, 2):
                    raise _NoLayoutError
                slots.append(_value(payload, part, tags, metadata))
        else:
            raise _NoLayoutError
    if not slots:
        raise _NoLayoutError
    only_tags = not metadata and len(tags) == len(slots)
    both = (*tags, *metadata)
    return Layout(len(payload), wall_time, step, step_size, tuple(slots), both, only_tags)


def _value(
    payload: bytes, part: Field, tags: list[tuple[int, int]], metadata: list[tuple[int, int]]
) -> Slot:
    slot = None
    seen: set[int] = set()
    for field in fields(payload, part.start, part.stop):
        if field.number in seen:
            raise _NoLayoutError
        seen.add(field.number)
        if (field.number, field.kind) == (2, 5):
            slot = Slot(field.start, "<f4") if slot is None else _refuse()
        elif (field.number, field.kind) == (8, 2):
            slot = _tensor(payload, field.start, field.stop) if slot is None else _refuse()
        elif (field.number, field.kind) == (1, 2):
            tags.append((field.start, field.stop))
        elif field.number in (7, 9) and field.kind == 2:
            metadata.append((field.start, field.stop))
        else:
            raise _NoLayoutError
    return slot or _refuse()


def _tensor(payload: bytes, start: int, stop: int) -> Slot:
    """Find the number of a one-element tensor; its dtype and shape stay as they are."""
    slot = None
    for field in fields(payload, start, stop):
        key, size = (field.number, field.kind), field.stop - field.start
        if key in ((1, 0), (2, 2), (3, 0)):
            continue
        if key in ((4, 2), (5, 2), (5, 5)) and size == 4:
            made = Slot(field.start, "<f4")
        elif key in ((4, 2), (6, 2), (6, 1)) and size == 8:
            made = Slot(field.start, "<f8")
        else:
            raise _NoLayoutError
        slot = made if slot is None else _refuse()
    return slot or _refuse()


def _refuse() -> Any:
    raise _NoLayoutError
