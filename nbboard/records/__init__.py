"""RECORDS: TFRecord framing, checksums, damage. Bytes in, record offsets out.

A record is ``length (8 bytes, little-endian), masked CRC-32C of the length
(4), payload, masked CRC-32C of the payload (4)``.
"""

from __future__ import annotations

from nbboard.records.framing import (
    HEADER,
    MAX_RECORD,
    OVERHEAD,
    crc32c,
    frame,
    masked_crc,
    read_header,
)

__all__ = ["HEADER", "MAX_RECORD", "OVERHEAD", "crc32c", "frame", "masked_crc", "read_header"]
