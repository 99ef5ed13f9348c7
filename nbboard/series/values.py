"""Reading values that stay in their files, when somebody asks for them.

However many are asked for: each file is opened once, its records are read in the order in
which they lie there, and where the storage waits several files are read at a time.
"""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import DamagedError
from nbboard.events.protobuf import MalformedEventError, value_at
from nbboard.records import HEADER, OVERHEAD, masked_crc, read_header
from nbboard.series.find import reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    from nbboard.series.event_file import EventFile
    from nbboard.series.workers import Workers
    from nbboard.storage import OpenFile

__all__ = ["Fetched", "heads_in", "values_in"]

#: Records so close to each other are read at once, with what lies between them ...
_GAP = 64 << 10
#: ... up to so many bytes.
_MOST = 4 << 20


class Fetched(NamedTuple):
    """One value that was asked for.

    Attributes
    ----------
    number
        Which of the references it belongs to.
    value
        The ``Summary.Value`` in the current form; None if it cannot be had.
    error
        Why it cannot be had.
    """

    number: int
    value: Any
    error: DamagedError | None = None


def values_in(
    files: Mapping[int, EventFile | None], refs: NDArray[Any], workers: Workers
) -> Iterator[Fetched]:
    """Yield the values that references stand for, file by file, each in the order of its bytes.

    Both checksums of every record are verified anew.

    Parameters
    ----------
    files
        The event files by number; None for one that is gone.
    refs
        The references, in any order.
    workers
        Read several files at a time if that is of use.
    """
    jobs = [(files[number], part, refs[part]) for number, part in _by_file(refs)]
    if len(jobs) == 1:
        yield from _values_of_file(*jobs[0])
        return
    for found in workers.map(lambda job: list(_values_of_file(*job)), jobs):
        yield from found


def heads_in(files: Mapping[int, EventFile | None], refs: NDArray[Any], size: int) -> list[bytes]:
    """Return the first bytes of the events that references lead to, unverified.

    Parameters
    ----------
    files, refs
        As for :func:`values_in`.
    size
        How many bytes of each event at the most.
    """
    heads = [b""] * len(refs)
    for number, part in _by_file(refs):
        file = files[number]
        if file is None:
            continue
        with contextlib.suppress(OSError), file.storage.open(file.path) as opened:
            for i in part.tolist():
                start = int(refs["offset"][i]) + HEADER
                heads[i] = bytes(_read(opened, start, start + min(size, int(refs["length"][i]))))
    return heads


def _by_file(refs: NDArray[Any]) -> Iterator[tuple[int, NDArray[np.int64]]]:
    """Yield each file's number with the indices of its references in the file's order."""
    order = np.lexsort((refs["index"], refs["offset"], refs["file"]))
    bounds = np.flatnonzero(np.diff(refs["file"][order])) + 1
    for part in np.split(order, bounds):
        if len(part):
            yield int(refs["file"][part[0]]), part


def _values_of_file(
    file: EventFile | None, indices: NDArray[np.int64], refs: NDArray[Any]
) -> Iterator[Fetched]:
    """Yield the values that lie in one file."""
    if file is None:
        error = DamagedError(
            "the file of this value is gone, or was read anew: take the series from the log again"
        )
        yield from (Fetched(index, None, error) for index in indices.tolist())
        return
    numbers = indices.tolist()
    starts: list[int] = refs["offset"].tolist()
    lengths: list[int] = refs["length"].tolist()
    places: list[int] = refs["index"].tolist()
    done = 0
    try:
        with file.open() as opened:
            size = opened.stat().size
            while done < len(numbers):
                stop = _end_of_piece(starts, lengths, done)
                begin, end = starts[done], starts[stop - 1] + lengths[stop - 1] + OVERHEAD
                data = _read(opened, begin, min(end, size))
                for i in range(done, stop):
                    try:
                        payload = _payload(file, data, starts[i], starts[i] - begin, lengths[i])
                        found = Fetched(numbers[i], _value(file, payload, starts[i], places[i]))
                    except DamagedError as error:
                        found = Fetched(numbers[i], None, error)
                    done = i + 1
                    yield found
    except OSError as error:
        why = DamagedError(f"{file.path} cannot be read: {reason(error)}")
        yield from (Fetched(number, None, why) for number in numbers[done:])


def _end_of_piece(starts: list[int], lengths: list[int], first: int) -> int:
    """Return behind which record to stop that is read at once with the first one."""
    stop = first + 1
    while stop < len(starts):
        gap = starts[stop] - (starts[stop - 1] + lengths[stop - 1] + OVERHEAD)
        if gap > _GAP or starts[stop] + lengths[stop] + OVERHEAD - starts[first] > _MOST:
            break
        stop += 1
    return stop


def _read(opened: OpenFile, start: int, stop: int) -> memoryview:
    data = bytearray(max(stop - start, 0))
    count = opened.read_into(memoryview(data), start)
    return memoryview(data)[:count]


def _payload(file: EventFile, data: memoryview, offset: int, start: int, length: int) -> bytes:
    """Return the payload of a record, both of its checksums verified."""
    where = f"{file.path} at byte {offset:,}"
    stop = start + HEADER + length
    if len(data) < stop + 4 or read_header(data, start) != length:
        raise DamagedError(
            f"{where} has changed since it was read: its record is not there;"
            " log.refresh() reads what is"
        )
    payload = bytes(data[start + HEADER : stop])
    if masked_crc(payload) != int.from_bytes(data[stop : stop + 4], "little"):
        raise DamagedError(f"{where} has changed since it was read: its checksum is wrong")
    return payload


def _value(file: EventFile, payload: bytes, offset: int, index: int) -> Any:
    try:
        return value_at(payload, index)
    except MalformedEventError as error:
        raise DamagedError(
            f"{file.path} at byte {offset:,} is not the event that was indexed: {error}"
        ) from error
