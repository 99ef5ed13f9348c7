"""The buffers that files are read into, and the records found in them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import numpy as np

from nbboard.events.decode import Records
from nbboard.records.framing import OVERHEAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.logdir.tail import EventFile
    from nbboard.records.walk import Walk

__all__ = ["BEHIND", "FRONT", "LARGE_PIECE", "PIECE", "buffer_of", "records_of", "scratch"]

#: Bytes handled at a time. Large enough for long columns, small enough to stay
#: in the processor's cache and to need little memory besides the result.
PIECE = 2 << 20
#: The same where records are long: a piece should hold many.
LARGE_PIECE = 8 << 20
#: Behind the last byte read there are always so many more, so that rows of a
#: fixed width can be taken from any record.
BEHIND = 8 << 10
#: Room in front of a piece for what the one before it has left.
FRONT = 256 << 10

_own = threading.local()


def scratch() -> NDArray[np.uint8]:
    """Return this thread's buffer, with room for a piece, what is in front and behind."""
    buffer: NDArray[np.uint8] | None = getattr(_own, "buffer", None)
    if buffer is None:
        buffer = _own.buffer = np.zeros(FRONT + PIECE + BEHIND, np.uint8)
    return buffer


def buffer_of(size: int) -> NDArray[np.uint8]:
    """Return a buffer for ``size`` bytes, and some behind them: the thread's own if that will do."""
    if size <= FRONT + PIECE:
        return scratch()
    return np.zeros(size + BEHIND, np.uint8)


def records_of(
    data: NDArray[np.uint8], found: Walk, upto: tuple[int, int], file: EventFile, shift: int
) -> Records:
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
    piece = np.zeros(count, np.int32)
    repeats = [
        r._replace(count=min(r.count, (count - r.first) // r.period))
        for r in found.repeats
        if r.first < count
    ]
    return Records(data, positions, lengths, piece, [file.number], [shift], repeats)
