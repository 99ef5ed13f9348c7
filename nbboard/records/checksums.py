"""Checking the payloads' checksums of many records in one pass of the processor's CRC instruction.

A CRC over bytes and their own CRC comes to a constant, whatever the bytes are.
So if each payload is followed by its (unmasked) checksum, and these four bytes
are changed by what brings the register from that constant through the next
record's header back to its initial value, the CRC over thousands of records in
a row is known beforehand. It differs if any of them is damaged: a single
damaged record is found exactly as by itself, as its difference reaches the end
through steps that can all be undone, and several are missed with the
probability of one (2**-32). Only then the records are looked at one by one.

The values themselves change four bytes behind each payload, and are put back.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.records.crc_tables import mask, unmask
from nbboard.records.framing import HEADER, OVERHEAD, crc32c, masked_crc

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nbboard.records.cycles import Cycles

__all__ = ["payloads_hold", "payloads_hold_singly"]

#: Fewer records are checked one by one.
_FEWEST = 12
#: Where there are so many cycles of the same lengths, whole columns are read; if cycles
#: are long, this would bring the whole buffer into the cache again for each column.
_MANY_CYCLES = 256
_LONGEST_CYCLE = 2048
_POLYNOMIAL = 0x82F63B78
_ALL = 0xFFFFFFFF
#: For every length below 65,536 what :func:`_bridge` returns; 0 if not known yet.
_bridges = np.zeros(1 << 16, np.uint32)


def payloads_hold(
    data: NDArray[np.uint8],
    positions: NDArray[np.int64],
    lengths: NDArray[np.int64],
    cycles: Sequence[Cycles] = (),
    gaps: Sequence[int] = (),
) -> NDArray[np.bool_] | None:
    """Whether each record's payload has the checksum that stands behind it; None if all have.

    Parameters
    ----------
    data
        The buffer. It must be writable, though it is in the end what it was.
    positions, lengths
        Where the records begin, ascending, and their payloads' lengths.
    cycles
        Where the lengths have a period, as far as that is known.
    gaps
        The records that are not directly followed by the next one: another file's
        bytes, or an unfinished record, lie between. To leave one out costs time,
        as all records are then checked one by one, and nothing else.
    """
    count = len(positions)
    if count < _FEWEST:
        return payloads_hold_singly(data, positions, lengths) if count else None
    fields = _StoredChecksums(data, positions, lengths, cycles)
    # Ranges of records without a gap: one file, mostly, or many that lie side by side.
    # A long record begins a range, too: there are few, and no table for their headers.
    long = np.flatnonzero(lengths >= len(_bridges)) - 1
    breaks = sorted({*gaps, *long.tolist()} - {-1, count - 1})
    bridge = fields.bridges()
    bridge[breaks] = 0
    stored = fields.get()
    changed = unmask(stored)
    np.invert(changed, out=changed)
    changed ^= bridge
    firsts = (positions[[0, *(b + 1 for b in breaks)]] + HEADER).tolist()
    lasts = [*breaks, count - 1]
    stops = (positions[lasts] + lengths[lasts] + OVERHEAD).tolist()
    view = data.data
    fields.put(changed)
    try:
        spans = zip(firsts, stops, strict=True)
        hold = all(crc32c(view[first:stop]) == _ALL for first, stop in spans)
    finally:
        fields.put(stored)
    return None if hold else payloads_hold_singly(data, positions, lengths)


class _StoredChecksums:
    """The four bytes behind each payload.

    Parameters
    ----------
    data
        The buffer.
    positions, lengths
        Where the records begin, and their payloads' lengths.
    cycles
        Where the lengths have a period.
    """

    def __init__(
        self,
        data: NDArray[np.uint8],
        positions: NDArray[np.int64],
        lengths: NDArray[np.int64],
        cycles: Sequence[Cycles],
    ) -> None:
        count = len(positions)
        self._window: NDArray[Any] = np.ndarray((len(data) - 3,), "<u4", data.data, 0, (1,))
        self._lengths = lengths
        self._cycles = [
            item
            for item in cycles
            if item.count >= _MANY_CYCLES
            and positions[item.first + item.period] - positions[item.first] <= _LONGEST_CYCLE
        ]
        #: (which of them, the same as a column of the buffer)
        self._columns: list[tuple[slice, NDArray[Any]]] = []
        outside = np.ones(count if self._cycles else 0, bool)
        for first, period, rounds in self._cycles:
            stop = first + period * rounds
            begins = positions[first : first + period + 1].tolist()
            ends = (positions[first : first + period] + lengths[first : first + period]).tolist()
            span = begins[period] - begins[0]
            for record, end in enumerate(ends, first):
                begin = end + HEADER
                column = self._window[begin : begin + rounds * span : span]
                self._columns.append((slice(record, stop, period), column))
            outside[first:stop] = False
        #: The records outside of these cycles.
        self._others: slice | NDArray[np.int64] = slice(None)
        if self._cycles:
            self._others = np.flatnonzero(outside)
        self._places = positions[self._others] + lengths[self._others]
        self._places += HEADER

    def bridges(self) -> NDArray[np.uint32]:
        """Return :func:`_bridge` of the length of each record's successor; of the last, 0."""
        lengths = self._lengths
        made = np.zeros(len(lengths), np.uint32)
        if isinstance(self._others, slice):
            made[:-1] = _bridges_to(lengths[1:])
            return made
        ends = [first + period * rounds - 1 for first, period, rounds in self._cycles]
        others = np.append(self._others, ends)
        followed = others[others < len(lengths) - 1]
        for first, period, rounds in self._cycles:
            cycle = _bridges_to(lengths[first + 1 : first + period + 1])
            made[first : first + period * rounds].reshape(rounds, period)[:] = cycle
        made[followed] = _bridges_to(lengths[followed + 1])
        made[-1] = 0
        return made

    def get(self) -> NDArray[np.uint32]:
        """Return the stored checksums, one a record."""
        if not self._columns:
            found: NDArray[np.uint32] = self._window[self._places]
            return found
        found = np.empty(len(self._lengths), np.uint32)
        found[self._others] = self._window[self._places]
        for those, column in self._columns:
            found[those] = column
        return found

    def put(self, values: NDArray[np.uint32]) -> None:
        """Store a checksum for each record."""
        if not self._columns:
            self._window[self._places] = values
            return
        self._window[self._places] = values[self._others]
        for those, column in self._columns:
            column[:] = values[those]


def payloads_hold_singly(
    data: NDArray[np.uint8], positions: NDArray[np.int64], lengths: NDArray[np.int64]
) -> NDArray[np.bool_] | None:
    """Return what :func:`payloads_hold` does, checking one record after the other."""
    view = data.data
    ends = positions + lengths + HEADER
    spans = zip((positions + HEADER).tolist(), ends.tolist(), strict=True)
    found = np.array([crc32c(view[a:b]) for a, b in spans], np.uint32)
    window: NDArray[Any] = np.ndarray((len(data) - 3,), "<u4", data.data, 0, (1,))
    hold: NDArray[np.bool_] = mask(found) == window[ends]
    return None if hold.all() else hold


def _bridges_to(lengths: NDArray[np.int64]) -> NDArray[np.uint32]:
    """Return :func:`_bridge` of many lengths; anything for those of 64 KiB and more."""
    found = _bridges.take(lengths, mode="clip")
    unknown = found == 0
    if unknown.any():
        for length in set(lengths[unknown].tolist()):
            if length < len(_bridges):
                _bridges[length] = _bridge(length)
        found = _bridges.take(lengths, mode="clip")
    return found


def _bridge(length: int) -> int:
    """Return what must be added to a register before four zeros and the next header.

    Parameters
    ----------
    length
        Of the next record's payload.

    Returns
    -------
    int
        The register that the 16 bytes ``0000`` and a header of this length
        turn into the CRC's initial value.
    """
    size = struct.pack("<Q", length)
    header = size + struct.pack("<I", masked_crc(size))
    # The header's own contribution: what it makes of a register of zeros.
    register = _ALL ^ (crc32c(header, _ALL) ^ _ALL)
    for _ in range(8 * (4 + HEADER)):
        # One step of the register, backwards.
        if register >> 31:
            register = ((register ^ _POLYNOMIAL) << 1 | 1) & _ALL
        else:
            register <<= 1
    return register
