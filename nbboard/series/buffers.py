"""The buffers that files are read into, and the records found in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nbboard.events.batch import RecordBatch
from nbboard.records.framing import OVERHEAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.records.walk import Walk
    from nbboard.series.event_file import EventFile

__all__ = [
    "BEHIND",
    "FRONT",
    "LARGE_PIECE",
    "MIXED_PIECE",
    "PIECE",
    "borrow",
    "give_back",
    "records_of",
]

#: Bytes handled at a time. Large enough for long columns, small enough to stay
#: in the processor's cache and to need little memory besides the result.
PIECE = 2 << 20
#: The same where many kinds of records are mixed: a piece should hold many of each.
MIXED_PIECE = 4 << 20
#: The same where records are long, and few even so.
LARGE_PIECE = 6 << 20
#: Behind the last byte read there are always so many more, so that rows of a
#: fixed width can be taken from any record.
BEHIND = 8 << 10
#: Room in front of a piece for what the one before it has left.
FRONT = 256 << 10

#: Buffers nobody uses at present; the first touch of memory is what costs time.
_free: list[NDArray[np.uint8]] = []
_MOST_FREE = 2


def borrow() -> NDArray[np.uint8]:
    """Return a buffer for a large piece, with room in front and behind, whatever is in it."""
    try:
        return _free.pop()
    except IndexError:
        return np.zeros(FRONT + LARGE_PIECE + BEHIND, np.uint8)


def give_back(buffer: NDArray[np.uint8]) -> None:
    """Let others use a borrowed buffer."""
    if len(_free) < _MOST_FREE:
        _free.append(buffer)


def records_of(
    data: NDArray[np.uint8], found: Walk, upto: tuple[int, int], file: EventFile, shift: int
) -> RecordBatch:
    """Describe consecutive records of one file.

    Parameters
    ----------
    data
        The buffer.
    found
        The records in it.
    upto
        How many of them, and where the last of these ends.
    file
        The file.
    shift
        What to add to a place in the buffer to get the one in the file.
    """
    count, stop = upto
    positions = found.positions[:count]
    lengths = np.empty(count, np.int64)
    if count:
        np.subtract(positions[1:], positions[:-1], out=lengths[:-1])
        lengths[-1] = stop - positions[-1]
        lengths -= OVERHEAD
    segment = np.zeros(count, np.int32)
    cycles = [
        c._replace(count=min(c.count, (count - c.first) // c.period))
        for c in found.cycles
        if c.first < count
    ]
    return RecordBatch(data, positions, lengths, segment, [file.number], [shift], cycles)
