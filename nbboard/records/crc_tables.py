"""CRC-32C as linear algebra: the checksums of columns of headers.

Without its initial value and final complement the CRC is linear over GF(2):
``crc(a ^ b) = crc(a) ^ crc(b)``. So a header's checksum is the sum of what each
pair of its bytes contributes. That depends on the pair's distance from the end:
there is a table of 65,536 entries for each distance.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nbboard.records.framing import crc32c, masked_crc

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["header_checksum", "header_checksums", "mask", "pair_table", "unmask"]


@lru_cache(maxsize=4)
def pair_table(distance: int) -> NDArray[np.uint32]:
    """Return what a pair of bytes contributes to the CRC.

    Parameters
    ----------
    distance
        How many bytes follow the pair.

    Returns
    -------
    ndarray
        uint32, indexed by the pair as a little-endian uint16.
    """
    table = np.zeros(1 << 16, np.uint32)
    size = distance + 2
    zero = crc32c(bytes(size))
    for bit in range(16):
        data = bytearray(size)
        data[bit // 8] = 1 << bit % 8
        # Linear: entries with this bit are those without it, plus its own.
        table[1 << bit : 2 << bit] = table[: 1 << bit] ^ np.uint32(crc32c(data) ^ zero)
    return table


@lru_cache(maxsize=1)
def header_checksums() -> NDArray[np.uint32]:
    """Return, for every length below 65,536, the checksum its header must have."""
    low = pair_table(6)
    whole = low ^ np.uint32(crc32c(bytes(8)))
    result = mask(whole)
    if int(result[1]) != masked_crc((1).to_bytes(8, "little")):  # pragma: no cover
        raise AssertionError("the CRC tables are wrong")
    return result


def header_checksum(length: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the checksums that the headers of records of these lengths must have."""
    crc = pair_table(6).take(length & np.uint32(0xFFFF))
    crc ^= pair_table(4).take(length >> np.uint32(16))
    crc ^= np.uint32(crc32c(bytes(8)))
    return mask(crc)


def mask(crc: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return CRCs as TFRecord stores them; see :func:`~nbboard.records.framing.masked_crc`."""
    rotated: NDArray[np.uint32] = crc >> np.uint32(15)
    rotated |= crc << np.uint32(17)
    rotated += np.uint32(0xA282EAD8)
    return rotated


def unmask(stored: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """Return the CRCs that are stored so: the inverse of :func:`mask`."""
    rotated = stored - np.uint32(0xA282EAD8)
    crc: NDArray[np.uint32] = rotated >> np.uint32(17)
    rotated <<= np.uint32(15)
    crc |= rotated
    return crc
