"""Decoding what a loop writes turn after turn: the same tags, in records of the same lengths.

Then a whole turn is the same bytes again and again, except wall times, steps,
values and checksums. All turns are compared with a model turn at once, byte by
byte and in the order in which they lie in memory; after that the numbers are
copied out series by series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.events.varints import decode_varints
from nbboard.records.framing import HEADER, OVERHEAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nbboard.events.layout import Layout

__all__ = ["Loop", "Member", "Turns"]

#: Bytes compared at a time, so that they and the model stay in the cache.
_BLOCK = 1 << 17
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
        Whether each record is what the model says; None if all are.
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
            self._bits[end : end + 4] = 0
            if member is None:
                self._bits[begin:end] = 0
                continue
            layout = member.layout
            self._model[begin:end] = np.frombuffer(member.payload, np.uint8)
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
        rows = min(max(_BLOCK // self.span, 1), count)
        # Whole blocks of models: turns may be shorter than what is compared in one go.
        bits, model, scratch = (np.empty((rows, self.span), np.uint8) for _ in range(3))
        bits[:], model[:] = self._bits, self._model
        for start in range(0, count, rows):
            block = turns[start : start + rows].reshape(-1)
            size = len(block)
            difference = scratch.reshape(-1)[:size]
            np.bitwise_and(block, bits.reshape(-1)[:size], out=difference)
            np.bitwise_xor(difference, model.reshape(-1)[:size], out=difference)
            if difference.max():
                if good is None:
                    good = np.ones((len(self._starts), count), bool)
                good[:, start : start + rows] = ~self._wrong(turns[start : start + rows]).T
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
        layouts = [member.layout for member in members if member is not None]
        first = layouts[0]
        self._step_size = first.step_size
        self._wall_time = self._step = None
        if first.wall_time >= 0:
            self._wall_time = (begins + [layout.wall_time for layout in layouts]).tolist()
        if first.step >= 0:
            self._step = (begins + [layout.step for layout in layouts]).tolist()
        self._values = [
            ((begins + [layout.slots[i].offset for layout in layouts]).tolist(), slot.dtype)
            for i, slot in enumerate(first.slots)
        ]

    def decode(
        self,
        data: NDArray[np.uint8],
        position: int,
        span: int,
        count: int,
        good: NDArray[np.bool_] | None,
    ) -> Turns:
        shape = (len(self._places), count)

        def column(starts: list[int], dtype: str) -> NDArray[Any]:
            made = np.empty(shape, dtype)
            size = len(data) - made.itemsize + 1
            window: NDArray[Any] = np.ndarray((size,), dtype, data.data, 0, (1,))
            for row, start in zip(made, starts, strict=True):
                begin = position + start
                row[:] = window[begin : begin + count * span : span]
            return made

        wall_time, step = np.zeros(0), np.zeros(0, np.int64)
        wall_time = np.zeros(shape) if self._wall_time is None else column(self._wall_time, "<f8")
        if self._step is None:
            step = np.zeros(shape, np.int64)
        else:
            raw = column(self._step, "<u4" if self._step_size <= 4 else "<u8")
            step = decode_varints(raw, self._step_size)
        values = [column(starts, dtype) for starts, dtype in self._values]
        some = None if good is None else good[self._places]
        return Turns(
            self._places, None if some is None or some.all() else some, step, wall_time, values
        )
