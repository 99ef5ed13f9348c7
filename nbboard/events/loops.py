"""Decoding what a loop writes turn after turn: the same tags, in records of the same lengths.

Then a whole turn is the same bytes again and again, except wall times, steps,
values and checksums. All turns are compared with a model turn at once, byte by
byte and in the order in which they lie in memory; after that the numbers are
copied out series by series, and their bytes tell what they contribute to each
checksum.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.events.varints import decode_varints
from nbboard.records.framing import HEADER, OVERHEAD, crc32c
from nbboard.records.tables import byte_table, mask

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nbboard.events.layout import Layout

__all__ = ["Loop", "Member", "Turns"]

#: Bytes compared at a time, so that they stay in the cache until they are copied out.
_BLOCK = 1 << 18
#: So many turns tell whether this is the loop they come from.
_TRIAL = 8


class Member(NamedTuple):
    """One record of the model turn."""

    layout: Layout
    payload: bytes


@dataclass(slots=True)
class Turns:
    """The numbers of some places in the turn; arrays of shape (places, turns).

    Attributes
    ----------
    places
        Which records of the turn they are.
    good
        Whether each record is what the model says, and its checksum holds;
        None if all are.
    step, wall_time
        int64, float64.
    values
        One array for each value of an event.
    """

    places: list[int]
    good: NDArray[np.bool_] | None
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    values: list[NDArray[Any]]


class Loop:
    """The model of a turn.

    Parameters
    ----------
    turn
        The bytes of one turn, from the first record's header on.
    lengths
        Of the payloads of its records.
    members
        For each record its layout and a payload of the series; None for what
        is not to be decoded here.
    """

    def __init__(
        self, turn: bytes, lengths: Sequence[int], members: Sequence[Member | None]
    ) -> None:
        self.span = len(turn)
        self._starts = np.cumsum([0, *(length + OVERHEAD for length in lengths)])[:-1]
        self._model = np.frombuffer(turn, np.uint8).copy()
        self._bits = np.full(self.span, 0xFF, np.uint8)
        groups: dict[object, list[int]] = {}
        for place, (member, start) in enumerate(zip(members, self._starts.tolist(), strict=True)):
            begin, end = start + HEADER, start + HEADER + lengths[place]
            if member is None:
                self._bits[begin : end + 4] = 0
                continue
            layout = member.layout
            self._model[begin:end] = np.frombuffer(member.payload, np.uint8)
            self._bits[end : end + 4] = 0
            for offset, size in _numbers(layout):
                self._bits[begin + offset : begin + offset + size] = 0
            if layout.step >= 0:
                # The top bits say where the varint ends.
                step = begin + layout.step
                self._bits[step : step + layout.step_size] = 0x80
            slots = tuple(slot.dtype for slot in layout.slots)
            groups.setdefault((layout.wall_time >= 0, layout.step_size, slots), []).append(place)
        self._model &= self._bits
        self._groups = [
            _Group(places, self._starts[places] + HEADER, [members[p] for p in places])
            for places in groups.values()
        ]

    def decode(self, data: NDArray[np.uint8], position: int, count: int) -> Iterator[Turns] | None:
        """Decode ``count`` turns from ``position`` on; None if the loop is another one.

        Parameters
        ----------
        data
            The buffer, with slack behind the last record.
        position, count
            As said.
        """
        span = self.span
        turns = data[position : position + count * span].reshape(count, span)
        if self._wrong(turns[:_TRIAL]).sum() * 2 > _TRIAL * len(self._starts):
            return None
        return self._decode(data, position, turns)

    def _decode(
        self, data: NDArray[np.uint8], position: int, turns: NDArray[np.uint8]
    ) -> Iterator[Turns]:
        count = len(turns)
        good: NDArray[np.bool_] | None = None
        rows = max(_BLOCK // self.span, 1)
        scratch = np.empty((min(rows, count), self.span), np.uint8)
        for start in range(0, count, rows):
            block = turns[start : start + rows]
            difference = scratch[: len(block)]
            np.bitwise_and(block, self._bits, out=difference)
            np.bitwise_xor(difference, self._model, out=difference)
            if difference.max():
                if good is None:
                    good = np.ones((len(self._starts), count), bool)
                good[:, start : start + rows] = ~self._wrong(block).T
        for group in self._groups:
            yield group.decode(data, position, self.span, count, good)

    def _wrong(self, turns: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Whether records differ from the model, (turns, places)."""
        difference = (turns & self._bits) != self._model
        wrong: NDArray[np.bool_] = np.logical_or.reduceat(difference, self._starts, axis=1)
        return wrong


def _numbers(layout: Layout) -> list[tuple[int, int]]:
    """Return offset and size of what is a number of a fixed size in a payload."""
    found = [(slot.offset, int(slot.dtype[2])) for slot in layout.slots]
    return [(layout.wall_time, 8), *found] if layout.wall_time >= 0 else found


class _Column:
    """A number in the payloads of several places of the turn.

    Parameters
    ----------
    offsets
        Where it is in each of the payloads, and how long these are.
    size
        How many bytes it has.
    dtype
        As what it is copied out; at least as long.
    """

    def __init__(
        self,
        begins: NDArray[np.int64],
        offsets: list[int],
        lengths: list[int],
        size: int,
        dtype: str,
    ) -> None:
        self._starts = (begins + offsets).tolist()
        self._dtype = np.dtype(dtype)
        ends = [length - 1 - offset for length, offset in zip(lengths, offsets, strict=True)]
        #: For each byte what it contributes: 256 numbers for each different distance.
        different = sorted(set(ends))
        self._tables = [
            np.concatenate([byte_table(end - k) for end in different]) for k in range(size)
        ]
        number = np.array([different.index(end) << 8 for end in ends], np.int64)
        self._number = number[:, None]

    def take(
        self,
        data: NDArray[np.uint8],
        position: int,
        span: int,
        crc: NDArray[np.uint32],
    ) -> NDArray[Any]:
        """Copy the numbers out, (places, turns), and add what they contribute to the CRCs."""
        raw = np.empty(crc.shape, self._dtype)
        count = crc.shape[1]
        for row, start in zip(raw, self._starts, strict=True):
            row[:] = np.ndarray((count,), self._dtype, data.data, position + start, (span,))
        # Many bytes are the same in all: of wall times the upper ones.
        differ = int(np.bitwise_or.reduce(raw ^ raw[:, :1], axis=None))
        octets = raw.view(np.uint8)
        width = self._dtype.itemsize
        constant = np.zeros((len(raw), 1), np.uint32)
        index = np.empty(crc.shape, np.intp)
        part = np.empty(crc.shape, np.uint32)
        for k, table in enumerate(self._tables):
            if differ >> 8 * k & 0xFF:
                np.add(octets[:, k::width], self._number, out=index)
                # Clipping cannot happen, but not checking is faster.
                table.take(index, out=part, mode="clip")
                crc ^= part
            else:
                constant ^= table.take(octets[:, k : k + 1] + self._number)
        if constant.any():
            crc ^= constant
        return raw


class _Group:
    """Places of the turn whose records have the same numbers, at whatever offset.

    Parameters
    ----------
    places
        Which.
    begins
        Where their payloads begin in the turn.
    members
        Their layouts and models.
    """

    def __init__(
        self, places: list[int], begins: NDArray[np.int64], members: Sequence[Member | None]
    ) -> None:
        self._places = places
        known = [member for member in members if member is not None]
        layouts = [member.layout for member in known]
        lengths = [layout.length for layout in layouts]
        first = layouts[0]
        self._step_size = first.step_size

        def column(offsets: list[int], size: int, dtype: str) -> _Column:
            return _Column(begins, offsets, lengths, size, dtype)

        self._wall_time = self._step = None
        if first.wall_time >= 0:
            self._wall_time = column([layout.wall_time for layout in layouts], 8, "<u8")
        if first.step >= 0:
            raw = "<u4" if first.step_size <= 4 else "<u8"
            self._step = column([layout.step for layout in layouts], first.step_size, raw)
        self._dtypes = [slot.dtype for slot in first.slots]
        self._values = [
            column([layout.slots[i].offset for layout in layouts], int(dtype[2]), f"<u{dtype[2]}")
            for i, dtype in enumerate(self._dtypes)
        ]
        self._stored = (begins + lengths).tolist()
        self._checksums = np.array([_blank_checksum(*member) for member in known], np.uint32)

    def decode(
        self,
        data: NDArray[np.uint8],
        position: int,
        span: int,
        count: int,
        structure: NDArray[np.bool_] | None,
    ) -> Turns:
        shape = (len(self._places), count)
        crc = np.empty(shape, np.uint32)
        crc[:] = self._checksums[:, None]
        wall_time, step = np.zeros(0), np.zeros(0, np.int64)
        if self._wall_time is None:
            wall_time = np.zeros(shape)
        else:
            wall_time = self._wall_time.take(data, position, span, crc).view("<f8")
        if self._step is None:
            step = np.zeros(shape, np.int64)
        else:
            raw = self._step.take(data, position, span, crc)
            step = decode_varints(raw, self._step_size)
        values = [
            column.take(data, position, span, crc).view(dtype)
            for column, dtype in zip(self._values, self._dtypes, strict=True)
        ]
        stored = np.empty(shape, np.uint32)
        for row, start in zip(stored, self._stored, strict=True):
            row[:] = np.ndarray((count,), "<u4", data.data, position + start, (span,))
        good = mask(crc) == stored
        if structure is not None:
            good &= structure[self._places]
        return Turns(self._places, None if good.all() else good, step, wall_time, values)


def _blank_checksum(layout: Layout, payload: bytes) -> int:
    """Return the CRC of a payload with zeros where its numbers are."""
    blank = bytearray(payload)
    for offset, size in (*_numbers(layout), (layout.step, layout.step_size)):
        blank[offset : offset + size] = bytes(size)
    return crc32c(blank)
