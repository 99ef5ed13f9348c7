"""A long file from where it was left to its present end, piece by piece.

Pieces may be read ahead on other threads; they are decoded here, in order. What
a piece ends with, an unfinished record or an unfinished turn of a loop, is
decoded with the next: so each begins where a record does, and in a regular log
with the same record of the turn.
"""

from __future__ import annotations

from contextlib import ExitStack, closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.logdir.buffers import BEHIND, FRONT, PIECE, records_of, scratch
from nbboard.records.framing import MAX_RECORD, OVERHEAD
from nbboard.records.walk import walk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nbboard.events.decode import Damage, Decoder
    from nbboard.events.decoded import Decoded
    from nbboard.logdir.tail import EventFile
    from nbboard.logdir.workers import Workers
    from nbboard.records.walk import Walk

__all__ = ["Portion", "stream"]


class Portion(NamedTuple):
    """Some consecutive records of a file.

    Attributes
    ----------
    stop
        Where the record behind them begins in the file.
    decoded, damage
        What they hold, and which of them could not be used.
    """

    stop: int
    decoded: Decoded
    damage: list[Damage]


def stream(file: EventFile, size: int, decoder: Decoder, threads: Workers) -> Iterator[Portion]:
    """Yield what the file holds from its position on, as long as it reads smoothly.

    Whoever takes the portions moves the file's position on. What is left in the
    end is an unfinished record, or something that needs care.

    Parameters
    ----------
    file
        The file.
    size
        Its size.
    decoder
        Decodes the records.
    threads
        Read ahead, if that is of use.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    #: What is read and not decoded yet, in one piece or more.
    carried: list[NDArray[np.uint8]] = []
    waiting = need = 0
    starts = range(file.position, size, PIECE)
    position = file.position
    with file.storage.open(file.path) as opened, ExitStack() as context:

        def read(start: int) -> tuple[NDArray[np.uint8], int]:
            want = min(PIECE, size - start)
            buffer = scratch() if threads.is_alone else np.zeros(FRONT + PIECE + BEHIND, np.uint8)
            return buffer, opened.read_into(buffer.data[FRONT : FRONT + want], start)

        pieces = context.enter_context(closing(threads.map(read, starts)))
        for start, (buffer, count) in zip(starts, pieces, strict=False):
            last = start + PIECE >= size
            if waiting + count < need and not last:
                carried.append(buffer[FRONT : FRONT + count].copy())
                waiting += count
                continue
            data, first, stop = _joined(carried, waiting, buffer, count)
            found = walk(data, first, stop)
            end, inside = _cut(found, last=last)
            if inside:
                records = records_of(data, found, (inside, end), file, position - first)
                decoded, damage = decoder.decode(records)
                position += end - first
                yield Portion(position, decoded, damage)
            if found.length == -1 or found.length > MAX_RECORD or count < min(PIECE, size - start):
                return
            carried = [data[end:stop].copy()]
            waiting = stop - end
            need = OVERHEAD + max(found.length, 0) if found.stop == end else 0


def _joined(
    carried: list[NDArray[np.uint8]], waiting: int, buffer: NDArray[np.uint8], count: int
) -> tuple[NDArray[np.uint8], int, int]:
    """Return what was carried and a piece side by side: the array, and where they begin and end."""
    if waiting > FRONT:
        joined = np.zeros(waiting + count + BEHIND, np.uint8)
        np.concatenate([*carried, buffer[FRONT : FRONT + count]], out=joined[: waiting + count])
        return joined, 0, waiting + count
    position = FRONT - waiting
    for piece in carried:
        buffer[position : position + len(piece)] = piece
        position += len(piece)
    return buffer, FRONT - waiting, FRONT + count


def _cut(found: Walk, *, last: bool) -> tuple[int, int]:
    """Return where to stop decoding, and how many records that are."""
    count = len(found.positions)
    if found.repeats and not last and found.length != -1:
        first, period, turns = found.repeats[-1]
        whole = first + turns * period
        if count - period < whole < count:
            return int(found.positions[whole]), whole
    return found.stop, count
