"""A long file from where it was left to its present end, piece by piece.

Pieces may be read ahead on other threads; they are decoded here, in order. What
a piece ends with, an unfinished record or an unfinished turn of a loop, is
decoded with the next: so each begins where a record does, and in a regular log
with the same record of the turn.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.events.decoded import Decoded
from nbboard.events.join import Joiner, joins_well
from nbboard.records.framing import MAX_RECORD, OVERHEAD
from nbboard.records.walk import walk
from nbboard.series.buffers import (
    BEHIND,
    FRONT,
    LARGE_PIECE,
    MIXED_PIECE,
    PIECE,
    borrow,
    give_back,
    records_of,
)
from nbboard.series.event_file import HEAD

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from numpy.typing import NDArray

    from nbboard.events.batch import Damage, RecordBatch
    from nbboard.events.decode import Decoder
    from nbboard.records.walk import Walk
    from nbboard.series.event_file import EventFile
    from nbboard.series.workers import Workers

__all__ = ["Portion", "stream"]

#: A piece in which the lengths have more different periods is not what one loop writes.
_FEW_LOOPS = 16
#: Numbers that are held back at the most until they are joined: 20 MB.
_MOST_HELD = 1 << 20
#: Records are long if they have more bytes than this on average.
_LONG_RECORD = 1024


class Portion(NamedTuple):
    """Some consecutive records of a file.

    Attributes
    ----------
    stop
        Where the record behind them begins in the file.
    tail
        The last bytes before that, at most as many as tell a file from another.
    decoded, damage
        What they hold, and which of them could not be used.
    """

    stop: int
    tail: bytes
    decoded: Decoded
    damage: list[Damage]


def stream(file: EventFile, size: int, decoder: Decoder, threads: Workers) -> Iterator[Portion]:
    """Yield what the file holds from its position on, as long as it reads smoothly.

    Whoever takes the portions moves the file's position on. What is left in the
    end is an unfinished record, or something that needs care. Pieces that hold a few
    points of very many series are joined.

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
    held: list[Portion] = []
    joiner = Joiner(_MOST_HELD)
    with closing(_portions(file, size, decoder, threads)) as portions:
        for portion in portions:
            joins = joins_well(portion.decoded)
            if held and not (joins and joiner.has_room(portion.decoded)):
                yield _joined(held, joiner)
                held, joiner = [], Joiner(_MOST_HELD)
            if joins and joiner.has_room(portion.decoded):
                joiner.add(portion.decoded)
                held.append(portion._replace(decoded=Decoded()))
            else:
                yield portion
    if held:
        yield _joined(held, joiner)


def _joined(portions: list[Portion], joiner: Joiner) -> Portion:
    damage = [item for portion in portions for item in portion.damage]
    return portions[-1]._replace(decoded=joiner.take(), damage=damage)


def _portions(
    file: EventFile, size: int, decoder: Decoder, threads: Workers
) -> Generator[Portion, None, None]:
    """Yield what the file holds, piece by piece."""
    # What is read and not decoded yet, in one array or more, and how much is needed to go on.
    carried: list[NDArray[np.uint8]] = []
    waiting = need = 0
    position = file.position
    # A local file is in memory, as a rule: then only the copying of large pieces is worth a
    # thread, and what waits for its turn takes memory.
    is_local = file.storage.is_local
    plan = _Plan(position, size, LARGE_PIECE if is_local else MIXED_PIECE)
    with file.open() as opened:

        def read(job: tuple[int, int, NDArray[np.uint8]]) -> tuple[NDArray[np.uint8], int]:
            start, want, data = job
            return data, opened.read_into(data.data[FRONT : FRONT + want], start)

        # Closed before the file is: nobody reads any more then.
        jobs = threads.ahead(read, plan, _is_long) if is_local else threads.map(read, plan)
        with closing(jobs) as pieces:
            for data, count in pieces:
                reached = position + waiting + count
                if waiting + count < need and reached < size:
                    carried.append(data[FRONT : FRONT + count].copy())
                    give_back(data)
                    waiting += count
                    continue
                buffer, first, stop = _with_carried(carried, waiting, data, count)
                found = walk(buffer, first, stop)
                inside, end = _cut(found, last=reached >= size)
                if inside:
                    records = records_of(buffer, found, (inside, end), file, position - first)
                    decoded, damage = decoder.decode(records)
                    position += end - first
                    tail = buffer[max(first, end - HEAD) : end].tobytes()
                    yield Portion(position, tail, decoded, damage)
                    plan.adapt(records)
                if found.length == -1 or found.length > MAX_RECORD or not count:
                    return
                carried = [buffer[end:stop].copy()]
                give_back(data)
                waiting = stop - end
                need = OVERHEAD + max(found.length, 0) if found.stop == end else 0


def _is_long(job: tuple[int, int, NDArray[np.uint8]]) -> bool:
    return job[1] > MIXED_PIECE


class _Plan:
    """What to read next: (start, size, buffer) of each piece.

    Parameters
    ----------
    start, stop
        What to read altogether.
    most
        The largest piece.
    """

    def __init__(self, start: int, stop: int, most: int) -> None:
        self._most = most
        self._start = start
        self._stop = stop
        self._size = PIECE

    def __iter__(self) -> Iterator[tuple[int, int, NDArray[np.uint8]]]:
        while self._start < self._stop:
            size = min(self._size, self._stop - self._start)
            yield self._start, size, borrow()
            self._start += size

    def adapt(self, records: RecordBatch) -> None:
        """Read larger pieces if records are long, or many kinds of them are mixed."""
        count, cycles = len(records.positions), records.cycles
        regular = sum(item.period * item.count for item in cycles)
        if int(records.lengths.sum()) > _LONG_RECORD * count:
            self._size = self._most
        elif regular * 2 < count or len(cycles) > _FEW_LOOPS:
            self._size = MIXED_PIECE


def _with_carried(
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
    """Return how many records to decode, and where the last of them ends."""
    count = len(found.positions)
    if found.cycles and not last and found.length != -1:
        first, period, complete = found.cycles[-1]
        whole = first + complete * period
        if count - period < whole < count:
            return whole, int(found.positions[whole])
    return count, found.stop
