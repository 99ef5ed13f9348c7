"""Finding the next record behind a damaged header."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from nbboard.records.framing import HEADER, OVERHEAD, crc32c, masked_crc
from nbboard.records.headers import first_header

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Resynchronised", "resynchronise"]

#: How many later headers are tried as the true end of a record of unknown length.
_TRIES = 256


class Resynchronised(NamedTuple):
    """Where reading can go on.

    Attributes
    ----------
    position
        Of the next valid header, or the end; -1 if there is none yet.
    recovered
        Whether the damaged record's payload is intact: it then reaches from
        behind its header up to four bytes before ``position``.
    """

    position: int
    recovered: bool


def resynchronise(
    data: NDArray[np.uint8], start: int, stop: int, *, at_end: bool
) -> Resynchronised:
    """Look for the end of the record whose header at ``start`` is damaged.

    If only the header is damaged, the payload's own checksum tells where it
    ends: no header inside the payload (of a log within a log) can be mistaken
    for the next record. Otherwise the first valid header is taken.

    Parameters
    ----------
    data
        The buffer.
    start, stop
        The damaged record's place, and where the bytes end.
    at_end
        Whether the file ends at ``stop``.
    """
    view = data.data
    first, position = -1, start
    crc, covered = 0, start + HEADER
    for _ in range(_TRIES):
        position = first_header(data, position + 1, stop)
        if position < 0:
            break
        if first < 0:
            first = position
        if position < start + OVERHEAD:
            continue
        crc = crc32c(view[covered : position - 4], crc)
        covered = position - 4
        if _masked(crc) == int.from_bytes(view[position - 4 : position], "little"):
            return Resynchronised(position, recovered=True)
    if at_end and stop - start >= OVERHEAD:
        stored = int.from_bytes(view[stop - 4 : stop], "little")
        if masked_crc(view[start + HEADER : stop - 4]) == stored:
            return Resynchronised(stop, recovered=True)
    return Resynchronised(first, recovered=False)


def _masked(crc: int) -> int:
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
