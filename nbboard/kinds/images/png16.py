"""PNGs of 16 bits a channel in colour, which Pillow reads as 8.

The format: W3C, Portable Network Graphics (third edition), chapters 7 to 9. Interlaced ones are
left to Pillow.
"""

from __future__ import annotations

import struct
import zlib

import numpy as np

__all__ = ["is_png16", "read_png16"]

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
#: Channels by colour type: grey with alpha, RGB, RGB with alpha. Grey alone Pillow reads whole.
_CHANNELS = {4: 2, 2: 3, 6: 4}


def is_png16(data: bytes) -> bool:
    """Whether these bytes are such a PNG."""
    return (
        data.startswith(_SIGNATURE)
        and len(data) > 28
        and data[24] == 16
        and data[25] in _CHANNELS
        and data[28] == 0
    )


def read_png16(data: bytes) -> np.ndarray:
    """Decode the pixels.

    Parameters
    ----------
    data
        A PNG for which :func:`is_png16` is true; its size was checked before.

    Returns
    -------
    numpy.ndarray
        uint16, shape ``(height, width, channels)``.

    Raises
    ------
    ValueError
        If it is cut off or damaged.
    """
    width, height = struct.unpack_from(">II", data, 16)
    channels = _CHANNELS[data[25]]
    pixel = 2 * channels
    size = height * (1 + width * pixel)
    # No more than the header says is unpacked, whatever the stream holds.
    raw = zlib.decompressobj().decompress(_image_data(data), size)
    if len(raw) < size:
        raise ValueError(f"{len(raw):,} of {size:,} bytes of pixels")
    rows = np.frombuffer(raw, np.uint8).reshape(height, 1 + width * pixel)
    filters = rows[:, 0]
    if filters.max(initial=0) > 4:
        raise ValueError(f"a row of filter {filters.max()}")
    pixels = _unfiltered(filters, rows[:, 1:].reshape(height, width, pixel))
    found: np.ndarray = pixels.view(">u2").astype(np.uint16)
    return found


def _image_data(data: bytes) -> bytes:
    at, parts = 8, []
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        kind, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if len(body) < length:
            break
        if kind == b"IDAT":
            if zlib.crc32(kind + body) != int.from_bytes(data[at + 8 + length :][:4], "big"):
                raise ValueError("a chunk of pixels whose checksum is wrong")
            parts.append(body)
        elif kind == b"IEND":
            break
        at += 12 + length
    return b"".join(parts)


def _unfiltered(filters: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Undo the filters of all rows, along the diagonals: what a pixel needs stands before them.

    A pixel is predicted from those at its left, above it, and above at the left (chapter 9.2).
    Pixels whose row and column have one sum need none of each other.
    """
    height, width, pixel = rows.shape
    found = np.zeros((height + 1, width + 1, pixel), np.uint8)  # a row and a column of zeros
    for diagonal in range(height + width - 1):
        row = np.arange(max(0, diagonal - width + 1), min(height, diagonal + 1))
        column = diagonal - row
        left = found[row + 1, column].astype(np.int16)
        above = found[row, column + 1].astype(np.int16)
        corner = found[row, column].astype(np.int16)
        kind = filters[row][:, np.newaxis]
        predicted = np.select(
            [kind == 1, kind == 2, kind == 3, kind == 4],
            [left, above, (left + above) // 2, _paeth(left, above, corner)],
            0,
        )
        found[row + 1, column + 1] = (rows[row, column] + predicted) & 0xFF
    return np.ascontiguousarray(found[1:, 1:])


def _paeth(left: np.ndarray, above: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Return of three the one nearest to ``left + above - corner`` (chapter 9.4)."""
    by_left, by_above = np.abs(above - corner), np.abs(left - corner)
    by_corner = np.abs(left + above - 2 * corner)
    nearest = np.where(by_above <= by_corner, above, corner)
    return np.where((by_left <= by_above) & (by_left <= by_corner), left, nearest)
