"""Decoding what a loop writes cycle after cycle: the same tags, in records of the same lengths.

Then a whole cycle is the same bytes again and again, except wall times, steps,
values and checksums. All cycles are compared with a model of one at once, byte
by byte and in the order in which they lie in memory; after that the numbers are
copied out series by series.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.events.wire import decode_varints
from nbboard.records.framing import HEADER, OVERHEAD

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from nbboard.events.layout import Layout

__all__ = ["CycleColumns", "CycleTemplate", "ModelRecord"]

#: Bytes compared at a time, so that they and the model stay in the cache.
_BLOCK = 1 << 17
#: So many cycles tell whether they agree with a template at all.
_TRIAL = 8


class ModelRecord(NamedTuple):
    """One record of the model: its layout, and a payload of its series."""

    layout: Layout
    payload: bytes


@dataclass(slots=True)
class CycleColumns:
    """The numbers of some records of the cycle; arrays of shape (phases, cycles).

    Attributes
    ----------
    phases
        Which records of the cycle they are; the first is 0.
    good
        Whether each record agrees with the model; None if all do.
    step, wall_time
        int64, float64.
    values
        One array for each value of an event.
    """

    phases: list[int]
    good: NDArray[np.bool_] | None
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    values: list[NDArray[Any]]


class CycleTemplate:
    """The model of a cycle.

    Parameters
    ----------
    cycle
        The bytes of one cycle, from the first record's header on.
    lengths
        Of the payloads of its records.
    records
        For each record its layout and a payload of the series; None for what
        is not to be decoded here.
    """

    def __init__(
        self, cycle: bytes, lengths: Sequence[int], records: Sequence[ModelRecord | None]
    ) -> None:
        self.span = len(cycle)
        self._starts = np.cumsum([0, *(length + OVERHEAD for length in lengths)])[:-1]
        self._model = np.frombuffer(cycle, np.uint8).copy()
        self._bits = np.full(self.span, 0xFF, np.uint8)
        groups: dict[object, list[int]] = {}
        for phase, (record, start) in enumerate(zip(records, self._starts.tolist(), strict=True)):
            begin, end = start + HEADER, start + HEADER + lengths[phase]
            self._bits[end : end + 4] = 0
            if record is None:
                self._bits[begin:end] = 0
                continue
            layout = record.layout
            self._model[begin:end] = np.frombuffer(record.payload, np.uint8)
            for offset, size in layout.numbers():
                self._bits[begin + offset : begin + offset + size] = 0
            if layout.step >= 0:
                # The top bits say where the varint ends.
                step = begin + layout.step
                self._bits[step : step + layout.step_size] = 0x80
            slots = tuple(slot.dtype for slot in layout.slots)
            groups.setdefault((layout.wall_time >= 0, layout.step_size, slots), []).append(phase)
        self._model &= self._bits
        self._layouts = {i: item.layout for i, item in enumerate(records) if item is not None}
        self._groups = [
            _Group(phases, self._starts[phases] + HEADER, [records[p] for p in phases])
            for phases in groups.values()
        ]

    def agrees(self, data: NDArray[np.uint8], position: int, count: int) -> bool:
        """Whether most records of the first cycles at ``position`` are what the model says."""
        cycles = data[position : position + min(count, _TRIAL) * self.span].reshape(-1, self.span)
        return int(self._wrong(cycles).sum()) * 2 <= _TRIAL * len(self._starts)

    def decode(self, data: NDArray[np.uint8], position: int, count: int) -> Iterator[CycleColumns]:
        """Decode cycles, records that hold the same numbers together.

        Parameters
        ----------
        data
            The buffer, with slack behind the last record.
        position, count
            Where the first cycle begins, and how many there are.
        """
        good = self.compare(data, position, count)
        for group in self._groups:
            yield group.decode(data, position, self.span, count, good)

    def decode_in_order(
        self,
        data: NDArray[np.uint8],
        position: int,
        count: int,
        order: Sequence[tuple[int, int]],
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[Any]]:
        """Decode cycles, the values of each in a given order: for few and long cycles.

        Parameters
        ----------
        data, position, count
            As of :meth:`decode`.
        order
            (phase, value's index in its event) of each value. All have the same dtype.

        Returns
        -------
        tuple
            Steps, wall times and values, (cycles, values of one).
        """
        layouts = [(self._layouts[phase], index) for phase, index in order]
        begins = self._starts[[phase for phase, _ in order]] + HEADER
        cycles = np.arange(position, position + count * self.span, self.span)[:, None]

        def gather(offsets: list[int], dtype: str) -> NDArray[Any]:
            size = len(data) - np.dtype(dtype).itemsize + 1
            window: NDArray[Any] = np.ndarray((size,), dtype, data.data, 0, (1,))
            made: NDArray[Any] = window[cycles + (begins + offsets)]
            return made

        sizes = [layout.step_size for layout, _ in layouts]
        raw = gather([max(layout.step, 0) for layout, _ in layouts], "<u8")
        raw &= np.array([(1 << 8 * size) - 1 for size in sizes], np.uint64)
        wall_time = gather([max(layout.wall_time, 0) for layout, _ in layouts], "<f8")
        wall_time[:, [layout.wall_time < 0 for layout, _ in layouts]] = 0
        slots = [layout.slots[index] for layout, index in layouts]
        value = gather([slot.offset for slot in slots], slots[0].dtype)
        return decode_varints(raw, max(sizes)), wall_time, value

    def compare(
        self, data: NDArray[np.uint8], position: int, count: int
    ) -> NDArray[np.bool_] | None:
        """Return whether each record is what the model says, (phases, cycles); None if all are."""
        cycles = data[position : position + count * self.span].reshape(count, self.span)
        good: NDArray[np.bool_] | None = None
        rows = min(max(_BLOCK // self.span, 1), count)
        # Whole blocks of models: cycles may be shorter than what is compared in one go.
        bits, model, scratch = (np.empty((rows, self.span), np.uint8) for _ in range(3))
        bits[:], model[:] = self._bits, self._model
        for start in range(0, count, rows):
            block = cycles[start : start + rows].reshape(-1)
            size = len(block)
            difference = scratch.reshape(-1)[:size]
            np.bitwise_and(block, bits.reshape(-1)[:size], out=difference)
            np.bitwise_xor(difference, model.reshape(-1)[:size], out=difference)
            if difference.max():
                if good is None:
                    good = np.ones((len(self._starts), count), bool)
                good[:, start : start + rows] = ~self._wrong(cycles[start : start + rows]).T
        return good

    def _wrong(self, cycles: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Whether records differ from the model, (cycles, phases)."""
        difference = (cycles & self._bits) != self._model
        wrong: NDArray[np.bool_] = np.logical_or.reduceat(difference, self._starts, axis=1)
        return wrong


class _Group:
    """Records of the cycle that hold the same numbers, at whatever offset.

    Parameters
    ----------
    phases
        Which records they are.
    begins
        Where their payloads begin in the cycle.
    records
        Their layouts and models.
    """

    def __init__(
        self, phases: list[int], begins: NDArray[np.int64], records: Sequence[ModelRecord | None]
    ) -> None:
        self._phases = phases
        layouts = [record.layout for record in records if record is not None]
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
    ) -> CycleColumns:
        shape = (len(self._phases), count)

        def column(starts: list[int], dtype: str) -> NDArray[Any]:
            made = np.empty(shape, dtype)
            size = len(data) - made.itemsize + 1
            window: NDArray[Any] = np.ndarray((size,), dtype, data.data, 0, (1,))
            for row, start in zip(made, starts, strict=True):
                begin = position + start
                row[:] = window[begin : begin + count * span : span]
            return made

        wall_time = np.zeros(shape) if self._wall_time is None else column(self._wall_time, "<f8")
        if self._step is None:
            step = np.zeros(shape, np.int64)
        else:
            raw = column(self._step, "<u4" if self._step_size <= 4 else "<u8")
            step = decode_varints(raw, self._step_size)
        values = [column(starts, dtype) for starts, dtype in self._values]
        some = None if good is None else good[self._phases]
        return CycleColumns(
            self._phases, None if some is None or some.all() else some, step, wall_time, values
        )
