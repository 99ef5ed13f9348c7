"""Reading values, or one small file beside a log, when somebody asks for them."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import DamagedError
from nbboard.events.single import MalformedEventError, value_at
from nbboard.logdir.discovery import reason
from nbboard.records import HEADER, OVERHEAD, masked_crc, read_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from numpy.typing import NDArray

    from nbboard.logdir.tail import EventFile
    from nbboard.storage import OpenFile

__all__ = ["content_beside", "heads_of", "value_in", "values_of"]


def value_in(file: EventFile, offset: int, length: int, index: int) -> Any:
    """Return a ``Summary.Value`` in the current form; both checksums are verified anew.

    Parameters
    ----------
    file
        The file.
    offset, length
        Where the record begins in it, and its payload's length.
    index
        The value's place in the event.

    Raises
    ------
    DamagedError
        The file no longer holds what was indexed.
    """
    try:
        with file.storage.open(file.path) as opened:
            return _value(opened, file.path, offset, length, index)
    except OSError as error:
        where = f"{file.path} at byte {offset:,}"
        raise DamagedError(f"{where} cannot be read: {reason(error)}") from error


def values_of(
    find: Callable[[int], EventFile | None], refs: NDArray[Any]
) -> list[Any | DamagedError]:
    """Return many ``Summary.Value``s, each file opened once and read from front to back.

    Parameters
    ----------
    find
        Returns the file of a number, None if it is gone.
    refs
        Which values; items of the dtype :data:`nbboard.events.decoded.REF`.

    Returns
    -------
    list
        In the order of `refs`; a :class:`DamagedError` stands for what cannot be read.
    """
    found: list[Any] = [DamagedError("its file is gone, or was read anew")] * len(refs)
    for file, places in _by_file(find, refs):
        for place, value in zip(places, _values_in(file, refs[places].tolist()), strict=True):
            found[place] = value
    return found


def _values_in(file: EventFile, refs: list[tuple[int, int, int, int]]) -> list[Any]:
    """Return the values of one file."""
    found: list[Any] = []
    try:
        with file.storage.open(file.path) as opened:
            for _, index, offset, length in refs:
                try:
                    found.append(_value(opened, file.path, offset, length, index))
                except DamagedError as error:  # noqa: PERF203 - the others may be whole
                    found.append(error)
    except OSError as error:
        why = DamagedError(f"{file.path} cannot be read: {reason(error)}")
        found += [why] * (len(refs) - len(found))
    return found


def heads_of(find: Callable[[int], EventFile | None], refs: NDArray[Any], size: int) -> list[bytes]:
    """Return the first bytes of records' payloads, unverified; empty where there are none.

    Parameters
    ----------
    find, refs
        As for :func:`values_of`.
    size
        How many bytes of each at the most.
    """
    found = [b""] * len(refs)
    for file, places in _by_file(find, refs):
        with contextlib.suppress(OSError), file.storage.open(file.path) as opened:
            for place in places:
                _, _, offset, length = refs[place].tolist()
                data = bytearray(min(size, length))
                count = opened.read_into(memoryview(data), offset + HEADER)
                found[place] = bytes(data[:count])
    return found


def _by_file(
    find: Callable[[int], EventFile | None], refs: NDArray[Any]
) -> Iterator[tuple[EventFile, list[int]]]:
    """Yield each file with the places in `refs` of what lies in it, in the file's order."""
    order = np.lexsort((refs["offset"], refs["file"]))
    numbers = refs["file"][order]
    for places in np.split(order, np.flatnonzero(np.diff(numbers)) + 1):
        file = find(int(refs["file"][places[0]])) if len(places) else None
        if file is not None:
            yield file, places.tolist()


def _value(opened: OpenFile, path: str, offset: int, length: int, index: int) -> Any:
    """Return a value of an open file; see :func:`value_in`."""
    where = f"{path} at byte {offset:,}"
    # A replaced file may be shorter than the record claims to be.
    size = min(length + OVERHEAD, max(opened.stat().size - offset, 0))
    data = bytearray(size)
    count = opened.read_into(memoryview(data), offset)
    if count < length + OVERHEAD or read_header(data, 0) != length:
        raise DamagedError(
            f"{where} has changed since it was read: its record is not there;"
            " log.refresh() reads what is"
        )
    payload = bytes(memoryview(data)[HEADER:-4])
    if masked_crc(payload) != int.from_bytes(data[-4:], "little"):
        raise DamagedError(f"{where} has changed since it was read: its checksum is wrong")
    try:
        return value_at(payload, index)
    except MalformedEventError as error:
        raise DamagedError(f"{where} is not the event that was indexed: {error}") from error


def content_beside(file: EventFile, name: str, limit: int) -> bytes | None:
    """Return the content of a file in the same folder, None if there is none or it is too large."""
    folder = file.path[: len(file.path) - len(file.path.replace("\\", "/").rsplit("/", 1)[-1])]
    try:
        with file.storage.open(folder + name) as opened:
            size = opened.stat().size
            if size > limit:
                return None
            data = bytearray(size)
            return bytes(data[: opened.read_into(memoryview(data), 0)])
    except OSError:
        return None
