"""Format, size and frame count of an image, read from its header without decoding it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

__all__ = ["ImageHeader", "read_image_header"]

#: Frames are counted up to here; more is "too many", however many.
MAX_COUNTED_FRAMES = 10_001

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
        return _webp(data)
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


def _webp(data: bytes) -> ImageHeader:
    """Walk the chunks: the largest size that any of them claims, and how many frames."""
    width = height = frames = 0
    at = 12
    while frames < MAX_COUNTED_FRAMES and at + 8 <= len(data):
        kind, length = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        body = data[at + 8 : at + 8 + min(length, 32)]
        size = _webp_size(kind, body)
        if size is None:
            break
        width, height = max(width, size[0]), max(height, size[1])
        frames += kind == b"ANMF"
        if len(body) < min(length, 32):
            break
        at += 8 + length + length % 2
    return ImageHeader("webp", width, height, max(1, frames))


def _webp_size(kind: bytes, body: bytes) -> tuple[int, int] | None:
    """Return the size that a chunk states, (0, 0) if it states none; None if it is cut off."""
    read = _WEBP_CHUNKS.get(kind)
    try:
        return (0, 0) if read is None else read(body)
    except struct.error:
        return None


def _webp_canvas(body: bytes, at: int = 4) -> tuple[int, int]:
    # Width and height, each less by one and of three bytes.
    width, width_high, height, height_high = struct.unpack_from("<HBHB", body, at)
    return (width | width_high << 16) + 1, (height | height_high << 16) + 1


def _webp_frame(body: bytes) -> tuple[int, int]:
    width, height = _webp_canvas(body, 6)
    left, left_high, top, top_high = struct.unpack_from("<HBHB", body)
    # The picture within has a chunk of its own.
    inside = _webp_size(body[16:20], body[24:]) or (0, 0)
    left, top = 2 * (left | left_high << 16), 2 * (top | top_high << 16)
    return left + max(width, inside[0]), top + max(height, inside[1])


def _webp_lossy(body: bytes) -> tuple[int, int] | None:
    start, width, height = struct.unpack_from("<3x3sHH", body)
    return (width & 0x3FFF, height & 0x3FFF) if start == b"\x9d\x01\x2a" else None


def _webp_lossless(body: bytes) -> tuple[int, int] | None:
    start, bits = struct.unpack_from("<BI", body)
    return ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1) if start == 0x2F else None


_WEBP_CHUNKS: dict[bytes, Callable[[bytes], tuple[int, int] | None]] = {
    b"VP8X": _webp_canvas,
    b"ANMF": _webp_frame,
    b"VP8 ": _webp_lossy,
    b"VP8L": _webp_lossless,
}


_READERS: dict[str, tuple[tuple[bytes, ...], Callable[[bytes], ImageHeader]]] = {
    "png": ((_PNG,), _png),
    "jpeg": ((b"\xff\xd8\xff",), _jpeg),
    "gif": ((b"GIF87a", b"GIF89a"), _gif),
    "bmp": ((b"BM",), _bmp),
}
