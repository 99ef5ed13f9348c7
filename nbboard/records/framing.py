"""One record's frame: its constants, its checksums, and how to make one."""

from __future__ import annotations

import struct

from nbboard.records.extension import crc32c_function

__all__ = ["HEADER", "MAX_RECORD", "OVERHEAD", "crc32c", "frame", "masked_crc", "read_header"]

#: Bytes before the payload: the length and its checksum.
HEADER = 12
#: Bytes around the payload: the header and the payload's checksum.
OVERHEAD = 16
#: A longer payload is not an event but damage (or an attack): never allocated.
MAX_RECORD = 256 << 20

_HEADER = struct.Struct("<QI")

_crc32c = crc32c_function()


def crc32c(data: bytes | bytearray | memoryview, value: int = 0) -> int:
    """Return the CRC-32C of ``data``, going on from ``value``."""
    return _crc32c(data, value)


def masked_crc(data: bytes | bytearray | memoryview) -> int:
    """Return the checksum as TFRecord stores it.

    It is rotated right by 15 bits and a constant added, because a CRC over
    bytes that contain their own CRC is weak (TensorFlow, ``crc32c.h``).
    """
    crc = _crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def read_header(data: bytes | bytearray | memoryview, offset: int) -> int:
    """Return the payload's length from the header at ``offset``, -1 if its checksum fails."""
    length, stored = _HEADER.unpack_from(data, offset)
    if stored != masked_crc(bytes(data[offset : offset + 8])):
        return -1
    return int(length)


def frame(payload: bytes) -> bytes:
    """Return the record that holds ``payload``."""
    length = struct.pack("<Q", len(payload))
    return b"".join(
        (
            length,
            struct.pack("<I", masked_crc(length)),
            payload,
            struct.pack("<I", masked_crc(payload)),
        )
    )
