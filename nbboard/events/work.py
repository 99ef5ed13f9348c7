"""A batch of records, and what it has come to so far, while it is decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nbboard.records.framing import HEADER

if TYPE_CHECKING:
    from nbboard.events.decoded import LooseValue
    from nbboard.records.walk import Repeat

__all__ = ["Chunk", "Damage", "Records", "Stretch", "Work", "payload_of"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Records:
    """Records in a buffer, file by file.

    Attributes
    ----------
    data
        The buffer (uint8).
    positions, lengths
        Where each record begins in it, and its payload's length.
    piece
        For each record which of the pieces it belongs to; ascending.
    files
        For each piece the number of its file.
    shifts
        For each piece what to add to a position in the buffer to get the
        offset in the file.
    repeats
        Where the lengths have a period, if that is known.
    gaps
        Behind which records something else stands than the next one.
    """

    data: NDArray[np.uint8]
    positions: Ints
    lengths: Ints
    piece: NDArray[np.int32]
    files: list[int]
    shifts: list[int]
    repeats: list[Repeat] = field(default_factory=list)
    gaps: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Chunk:
    """Decoded values of some records, of many series, not yet in order.

    ``record`` says which; ``place`` is the value's place among its record's
    values; ``name`` is the number of the series' name.
    """

    record: Ints
    place: int
    name: NDArray[np.int32]
    step: Ints
    wall_time: NDArray[np.float64]
    value: NDArray[Any]


class Stretch(NamedTuple):
    """Values of one series in order, of the records from ``first`` to ``last`` that it names."""

    first: int
    last: int
    record: range | Ints
    place: int | NDArray[np.int32]
    step: Ints
    wall_time: NDArray[np.float64]
    value: NDArray[Any]


class Damage(NamedTuple):
    """A record that could not be used."""

    file: int
    offset: int
    reason: str
    lost: int


@dataclass(slots=True)
class Work:
    """Decoded values, not yet in order.

    Attributes
    ----------
    good
        Whether each record's checksum holds; None if all do.
    scalars, values
        Numbers, and what stays in the file.
    stretches
        By (piece, name) numbers that are sorted by series already.
    metadata
        By (piece, tag, plugin) the record and the metadata of the first.
    waiting
        By (piece, tag) tensors without metadata.
    damage
        What could not be used.
    """

    good: NDArray[np.bool_] | None = None
    scalars: list[Chunk] = field(default_factory=list)
    values: list[Chunk] = field(default_factory=list)
    stretches: dict[tuple[int, int], list[Stretch]] = field(default_factory=dict)
    metadata: dict[tuple[int, str, str], tuple[int, bytes]] = field(default_factory=dict)
    waiting: dict[tuple[int, str], list[tuple[int, LooseValue]]] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)

    def note_metadata(self, key: tuple[int, str, str], record: int, metadata: bytes) -> None:
        """Remember a series' metadata unless an earlier record has some."""
        if key not in self.metadata or self.metadata[key][0] > record:
            self.metadata[key] = (record, metadata)


def payload_of(records: Records, record: int) -> bytes:
    """Return a record's payload."""
    start = int(records.positions[record]) + HEADER
    return records.data[start : start + int(records.lengths[record])].tobytes()
