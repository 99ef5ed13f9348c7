"""A batch of records, and the values that were found in it so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.records.framing import HEADER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nbboard.events.decoded import SessionStart, SinglePoint
    from nbboard.records.cycles import Cycles

    Ints = NDArray[np.int64]

__all__ = [
    "Accumulator",
    "Damage",
    "RecordBatch",
    "SegmentColumns",
    "SortedColumns",
    "UnsortedColumns",
]


class RecordBatch(NamedTuple):
    """Records in a buffer, file by file.

    The bytes of one file are a segment of the buffer.

    Attributes
    ----------
    data
        The buffer (uint8).
    positions, lengths
        Where each record begins in it, and its payload's length.
    segment
        For each record the segment it belongs to; ascending.
    files
        For each segment the number of its file.
    shifts
        For each segment what to add to a position in the buffer to get the
        offset in the file.
    cycles
        Where the lengths have a period, if that is known.
    gaps
        The records that are not directly followed by the next one.
    """

    data: NDArray[np.uint8]
    positions: Ints
    lengths: Ints
    segment: NDArray[np.int32]
    files: list[int]
    shifts: list[int]
    cycles: Sequence[Cycles] = ()
    gaps: Sequence[int] = ()

    def payload(self, record: int) -> bytes:
        """Return a record's payload."""
        start = int(self.positions[record]) + HEADER
        return self.data[start : start + int(self.lengths[record])].tobytes()


class Damage(NamedTuple):
    """A record that could not be used: where it is, why, and how many bytes are lost."""

    file: int
    offset: int
    reason: str
    lost: int


@dataclass(slots=True)
class UnsortedColumns:
    """Decoded values of many series, which are still to be sorted by series.

    Attributes
    ----------
    record
        For each value the record it comes from.
    value_index
        Its place among its record's values, the same for all.
    name_id
        For each value the id of its series' name.
    step, wall_time, value
        The points.
    """

    record: Ints
    value_index: int
    name_id: NDArray[np.int32]
    step: Ints
    wall_time: NDArray[np.float64]
    value: NDArray[Any]


class SortedColumns(NamedTuple):
    """Decoded values of one series, in the order of their records.

    Attributes
    ----------
    first, last
        The first and the last of these records.
    record
        For each value the record it comes from.
    value_index
        Its place among its record's values; one number if it is always the same.
    step, wall_time, value
        The points.
    """

    first: int
    last: int
    record: range | Ints
    value_index: int | NDArray[np.int32]
    step: Ints
    wall_time: NDArray[np.float64]
    value: NDArray[Any]


class SegmentColumns(NamedTuple):
    """Decoded values of segments that all hold the same series, sorted by series in each.

    Attributes
    ----------
    segments, first_record
        Which they are, and with which record each begins.
    name_ids, sizes
        The series of each segment, and how many values each has.
    order
        For each value of a segment how many records its own is behind the first, and
        its place in it.
    step, wall_time, value
        The points, (segments, values of one).
    """

    segments: Ints
    first_record: Ints
    name_ids: list[int]
    sizes: list[int]
    order: list[tuple[int, int]]
    step: Ints
    wall_time: NDArray[np.float64]
    value: NDArray[Any]

    def as_unsorted(self) -> list[UnsortedColumns]:
        """Return the same values as columns that are to be sorted among others."""
        name_id = np.repeat(np.array(self.name_ids, np.int32), self.sizes)
        behind, value_index = np.array(self.order, np.int64).T
        record = self.first_record[:, None] + behind
        made = []
        for index in np.unique(value_index).tolist():
            those = value_index == index
            made.append(
                UnsortedColumns(
                    record[:, those].ravel(),
                    index,
                    np.tile(name_id[those], len(self.segments)),
                    self.step[:, those].ravel(),
                    self.wall_time[:, those].ravel(),
                    self.value[:, those].ravel(),
                )
            )
        return made


@dataclass(slots=True)
class Accumulator:
    """What was found in a batch so far.

    Attributes
    ----------
    intact
        Whether each record's checksum holds; None if all do.
    scalars, values
        Numbers, and where values lie that stay in the file.
    sorted_scalars
        By (segment, name id) the numbers that are sorted by series already.
    segment_scalars
        The numbers of segments that are alike.
    metadata
        By (segment, tag, plugin) the first record with metadata, and this.
    untyped
        By (segment, tag) the tensors without metadata, each with its record.
    session_starts
        Where jobs say that they begin.
    damage
        The records that could not be used.
    """

    intact: NDArray[np.bool_] | None = None
    scalars: list[UnsortedColumns] = field(default_factory=list)
    values: list[UnsortedColumns] = field(default_factory=list)
    sorted_scalars: dict[tuple[int, int], list[SortedColumns]] = field(default_factory=dict)
    segment_scalars: list[SegmentColumns] = field(default_factory=list)
    metadata: dict[tuple[int, str, str], tuple[int, bytes]] = field(default_factory=dict)
    untyped: dict[tuple[int, str], list[tuple[int, SinglePoint]]] = field(default_factory=dict)
    session_starts: list[SessionStart] = field(default_factory=list)
    damage: list[Damage] = field(default_factory=list)

    def note_metadata(self, key: tuple[int, str, str], record: int, metadata: bytes) -> None:
        """Remember a series' metadata unless an earlier record has some."""
        if key not in self.metadata or self.metadata[key][0] > record:
            self.metadata[key] = (record, metadata)
