"""Reading values that stay in their files, when somebody asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbboard.errors import DamagedError
from nbboard.events.single import MalformedEventError, value_at
from nbboard.records import HEADER, OVERHEAD, masked_crc, read_header
from nbboard.series.find import reason

if TYPE_CHECKING:
    from nbboard.series.event_file import EventFile

__all__ = ["value_in"]


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
    where = f"{file.path} at byte {offset:,}"
    try:
        with file.storage.open(file.path) as opened:
            # A replaced file may be shorter than the record claims to be.
            size = min(length + OVERHEAD, max(opened.stat().size - offset, 0))
            data = bytearray(size)
            count = opened.read_into(memoryview(data), offset)
    except OSError as error:
        raise DamagedError(f"{where} cannot be read: {reason(error)}") from error
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
