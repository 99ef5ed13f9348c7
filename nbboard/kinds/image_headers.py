"""Format, size and frame count of an image, read from its header without decoding it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["ImageHeader", "read_image_header"]

#: Frames are counted up to here; more is "too many", however many.
MAX_COUNTED_FRAMES = 1001

_PNG = b"\x89PNG\r\n\x1a\n"

# Start-of-frame markers of JPEG: C0 to CF without DHT (C4), JPG (C8) and DAC (CC).
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class ImageHeader(NamedTuple):
    """What a header says; sizes are 0 and frames 1 where it does not say."""

    format: str
    width: int
    height: int
    frames: int


def read_image_header(data: bytes) -> ImageHeader:
    """Sniff an encoded image.

    Parameters
    ----------
    data
        The file's bytes.

    Returns
    -------
    ImageHeader
        ``format`` is ``"png"``, ``"jpeg"``, ``"gif"``, ``"bmp"``, ``"webp"`` or
        ``"unknown"``. Truncated headers give the format with size 0.
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return ImageHeader("webp", 0, 0, 1)
    for name, (signatures, read) in _READERS.items():
        if data.startswith(signatures):
            try:
                return read(data)
            except (struct.error, IndexError):
                return ImageHeader(name, 0, 0, 1)
    return ImageHeader("unknown", 0, 0, 1)


def _png(data: bytes) -> ImageHeader:
    if data[12:16] != b"IHDR":
        return ImageHeader("png", 0, 0, 1)
    width, height = struct.unpack_from(">II", data, 16)
    return ImageHeader("png", width, height, _png_frames(data))


def _png_frames(data: bytes) -> int:
    """Return the frame count of an animated PNG: its acTL chunk stands before the pixels."""
    at = 8
    for _ in range(100):
        head = data[at : at + 12]
        if len(head) < 12 or head[4:8] == b"IDAT":
            break
        if head[4:8] == b"acTL":
            return max(1, int.from_bytes(head[8:12], "big"))
        at += 12 + int.from_bytes(head[:4], "big")
    return 1


def _jpeg(data: bytes) -> ImageHeader:
    at = 2
    while True:
        if data[at] != 0xFF:
            return ImageHeader("jpeg", 0, 0, 1)
        marker = data[at + 1]
        if marker == 0xFF:  # padding
            at += 1
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack_from(">HH", data, at + 5)
            return ImageHeader("jpeg", width, height, 1)
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:  # markers without a length
            at += 2
        else:
            at += 2 + max(2, struct.unpack_from(">H", data, at + 2)[0])


def _gif(data: bytes) -> ImageHeader:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _color_table(flags)
    frames = 0
    try:
        while frames < MAX_COUNTED_FRAMES:
            block = data[at]
            if block == 0x2C:
                left, top, wide, high, flags = struct.unpack_from("<HHHHB", data, at + 1)
                # A frame may stick out of the screen; decoders then enlarge it.
                width, height = max(width, left + wide), max(height, top + high)
                frames += 1
                at = _after_blocks(data, at + 11 + _color_table(flags))
            elif block == 0x21:
                at = _after_blocks(data, at + 2)
            else:
                break
    except (struct.error, IndexError):
        pass  # cut off: the frames up to here count
    return ImageHeader("gif", width, height, max(1, frames))


def _color_table(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int) -> int:
    while data[at]:
        at += 1 + data[at]
    return at + 1


def _bmp(data: bytes) -> ImageHeader:
    if struct.unpack_from("<I", data, 14)[0] == 12:
        width, height = struct.unpack_from("<HH", data, 18)
    else:
        width, height = struct.unpack_from("<ii", data, 18)
    return ImageHeader("bmp", abs(width), abs(height), 1)


_READERS: dict[str, tuple[tuple[bytes, ...], Callable[[bytes], ImageHeader]]] = {
    "png": ((_PNG,), _png),
    "jpeg": ((b"\xff\xd8\xff",), _jpeg),
    "gif": ((b"GIF87a", b"GIF89a"), _gif),
    "bmp": ((b"BM",), _bmp),
}
