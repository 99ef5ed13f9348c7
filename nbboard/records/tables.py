"""CRC-32C as linear algebra: tables that answer for columns of bytes what the hardware does for one.

Without its initial value and final complement the CRC is linear over GF(2):
``crc(a ^ b) = crc(a) ^ crc(b)``. If records differ from a model record in a few
bytes only, their CRCs differ from the model's by the CRC of the difference,
which is the sum of what each differing pair of bytes contributes. That depends
on the pair's distance from the end, so there is a table of 65,536 entries for
each distance.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from nbboard.records.framing import crc32c, masked_crc

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["byte_table", "header_checksum", "header_checksums", "mask", "pair_table", "unmask"]

_CACHE_SIZE = 48  # tables of 256 KiB
_lock = threading.Lock()
_pairs: OrderedDict[int, NDArray[np.uint32]] = OrderedDict()


def pair_table(distance: int) -> NDArray[np.uint32]:
    """Return what a pair of bytes contributes to the CRC.

    Parameters
    ----------
    distance
        How many bytes follow the pair; -1 if the pair's second byte is beyond
        the end (and counts for nothing).

    Returns
    -------
    ndarray
        uint32, indexed by the pair as a little-endian uint16.
    """
    with _lock:
        table = _pairs.get(distance)
        if table is not None:
            _pairs.move_to_end(distance)
            return table
    table = np.zeros(1 << 16, np.uint32)
    size = distance + 2
    zero = crc32c(bytes(size))
    for bit in range(16):
        data = bytearray(size)
        if bit // 8 < size:
            data[bit // 8] = 1 << bit % 8
        # Linear: entries with this bit are those without it, plus its own.
        table[1 << bit : 2 << bit] = table[: 1 << bit] ^ np.uint32(crc32c(data) ^ zero)
    with _lock:
        _pairs[distance] = table
        while len(_pairs) > _CACHE_SIZE:
            _pairs.popitem(last=False)
    return table


@lru_cache(maxsize=8192)
def byte_table(distance: int) -> NDArray[np.uint32]:
    """Return what a byte with ``distance`` bytes behind it contributes to the CRC."""
    size = distance + 1
    zero = crc32c(bytes(size))
    table = np.zeros(256, np.uint32)
    for bit in range(8):
        data = bytes([1 << bit]) + bytes(distance)
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
