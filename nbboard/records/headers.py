"""Finding headers of records in a buffer, many places looked at at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.records.crc_tables import header_checksum, header_checksums
from nbboard.records.framing import HEADER, MAX_RECORD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Positions = NDArray[np.int64]

__all__ = ["first_header", "headers_hold"]

#: Records longer than this are walked over one by one; they are few a megabyte.
_SMALL = 1 << 16


def first_header(data: NDArray[np.uint8], start: int, stop: int) -> int:
    """Return the first place at or behind ``start`` that holds a valid header, else -1.

    Only headers of records that may be (up to 256 MiB) count.

    Parameters
    ----------
    data
        The buffer.
    start, stop
        The header must lie in this range.
    """
    position, reach = start, 1 << 12
    while stop - position >= HEADER:
        end = min(stop, position + reach)
        found = _candidates(data[position:end])
        if len(found):
            return position + int(found[0])
        if end == stop:
            break
        position, reach = end - HEADER + 1, min(reach * 4, 1 << 18)
    return -1


def _candidates(data: NDArray[np.uint8]) -> Positions:
    """Return where valid headers are."""
    size = len(data) - HEADER + 1
    # Below 256 MiB the upper four bytes of the length are zero.
    zero = data[4:] == 0
    possible = zero[:size] & zero[1 : 1 + size]
    possible &= zero[2 : 2 + size]
    possible &= zero[3 : 3 + size]
    possible &= data[3 : 3 + size] <= MAX_RECORD >> 24
    places = np.flatnonzero(possible)
    if not len(places):
        return places
    window: NDArray[Any] = np.ndarray((size,), "V12", data.data, 0, (1,))
    headers = np.ascontiguousarray(window[places]).view("<u4").reshape(-1, 3)
    good: Positions = places[header_checksum(headers[:, 0]) == headers[:, 2]]
    return good


def headers_hold(data: NDArray[np.uint8], positions: Positions) -> NDArray[np.bool_]:
    """Whether each place holds the header of a record below 64 KiB, checksum verified."""
    if not len(positions):
        return np.zeros(0, bool)
    window: NDArray[Any] = np.ndarray((len(data) - HEADER + 1,), "V12", data.data, 0, (1,))
    headers = window[positions].view("<u4").reshape(-1, 3)
    length = headers[:, 0]
    checksums = header_checksums()
    hold: NDArray[np.bool_] = checksums.take(length, mode="clip") == headers[:, 2]
    hold &= headers[:, 1] == 0
    hold &= length < _SMALL
    return hold
