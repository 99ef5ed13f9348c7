"""The index of a checkpoint: which tensors it has, and where they lie.

It is a sorted string table of LevelDB, whose blocks carry checksums. Its messages are
BundleHeaderProto and BundleEntryProto (tensorflow/core/protobuf/tensor_bundle.proto).
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, NamedTuple

from nbboard.errors import DamagedError, UndecodableError
from nbboard.events.wire import WireError, fields, varint
from nbboard.kinds.projector.places import read_bytes
from nbboard.kinds.projector.slices import Extent, extents_of
from nbboard.records.framing import masked_crc

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbboard.kinds.projector.places import Place

__all__ = ["Entry", "read_index"]

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_BLOCK_TAIL = 5
_MOST_INDEX = 256 << 20


class Entry(NamedTuple):
    """Where a tensor lies, as the index says.

    Attributes
    ----------
    dtype
        The number of its type.
    shape
        Its shape.
    shard, offset, size
        Which data file, and where in it, in bytes.
    crc
        The masked CRC-32C of its bytes.
    parts
        Of a tensor in parts, which have entries of their own, what each has of it.
    """

    dtype: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    crc: int
    parts: tuple[tuple[Extent, ...], ...] = ()


def read_index(place: Place) -> dict[str, Entry]:
    """Return the tensors of a checkpoint by name.

    Raises
    ------
    UndecodableError
        If the file is no such index.
    DamagedError
        If a block does not have its checksum.
    """
    data = read_bytes(place, _MOST_INDEX)
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise UndecodableError(f"{place.named} is no index of a checkpoint")
    found: dict[str, Entry] = {}
    try:
        # Two handles: of the index of meta blocks, which has nothing for us, and of the index.
        start = len(data) - _FOOTER
        for _ in range(2):
            _, start = varint(data, start, len(data))
        for _, handle in _block(data, start, place.named):
            for name, value in _block(handle, 0, place.named, data):
                if name:
                    found[name.decode("utf-8", "surrogateescape")] = _entry(value)
                elif any(f.number == 2 and f.value == 1 for f in fields(value, 0, len(value))):
                    raise UndecodableError(f"{place.named} is big-endian")
    except (WireError, struct.error, IndexError) as error:
        raise UndecodableError(f"{place.named} is no index of a checkpoint: {error}") from error
    return found


def _block(
    handle: bytes, at: int, name: str, data: bytes | None = None
) -> Iterator[tuple[bytes, bytes]]:
    """Yield keys and values of the block that a handle (offset, size) points to."""
    whole = handle if data is None else data
    offset, at = varint(handle, at, len(handle))
    size, _ = varint(handle, at, len(handle))
    end = offset + size
    if end + _BLOCK_TAIL > len(whole):
        raise UndecodableError(f"{name} is cut off")
    (stored,) = struct.unpack_from("<I", whole, end + 1)
    if masked_crc(whole[offset : end + 1]) != stored:
        raise DamagedError(f"{name} is damaged at byte {offset:,}: its checksum is another")
    if whole[end] != 0:
        raise UndecodableError(f"{name} is compressed, which TensorFlow does not do")
    block = whole[offset:end]
    (restarts,) = struct.unpack_from("<I", block, len(block) - 4)
    stop = len(block) - 4 - 4 * restarts
    key, position = b"", 0
    while position < stop:
        shared, position = varint(block, position, stop)
        own, position = varint(block, position, stop)
        length, position = varint(block, position, stop)
        key = key[:shared] + block[position : position + own]
        position += own
        yield key, block[position : position + length]
        position += length


def _entry(message: bytes) -> Entry:
    found: dict[int, int] = {}
    shape: list[int] = []
    parts: list[tuple[Extent, ...]] = []
    for one in fields(message, 0, len(message)):
        if one.number == 2 and one.kind == 2:
            for dim in fields(message, one.start, one.stop):
                if dim.number == 2 and dim.kind == 2:
                    sizes = fields(message, dim.start, dim.stop)
                    shape.append(next((f.value for f in sizes if f.number == 1), 0))
        elif one.kind == 5:
            found[one.number] = int.from_bytes(message[one.start : one.stop], "little")
        elif one.kind == 0:
            found[one.number] = one.value
        elif one.number == 7 and one.kind == 2:
            parts.append(extents_of(message, one.start, one.stop))
    number = found.get
    place = number(3, 0), number(4, 0), number(5, 0), number(6, 0)
    return Entry(number(1, 0), tuple(shape), *place, tuple(parts))
