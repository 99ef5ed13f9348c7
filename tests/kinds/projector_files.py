"""Writes what the projector reads: configurations, and checkpoints as TensorFlow lays them out."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING

from tensorboard.compat.proto.tensor_shape_pb2 import TensorShapeProto
from tensorboardX import SummaryWriter

from nbboard.records.framing import masked_crc

if TYPE_CHECKING:
    import numpy as np

__all__ = ["write_checkpoint", "write_config"]

MAGIC = 0xDB4775248B80FB57


def write_config(folder: Path, text: str) -> Path:
    """Write a run with a value and a configuration; return the folder."""
    writer = SummaryWriter(str(folder))
    writer.add_scalar("x", 1, 0)
    writer.close()
    (folder / "projector_config.pbtxt").write_text(text, "utf-8")
    return folder


def varint(number: int) -> bytes:
    """Return a number as protobuf and LevelDB write it."""
    found = b""
    while number > 0x7F:
        found += bytes([number & 0x7F | 0x80])
        number >>= 7
    return found + bytes([number])


def block(entries: list[tuple[bytes, bytes]]) -> bytes:
    """Return a block of a sorted string table; keys share their beginnings with those before."""
    data, before = b"", b""
    for number, (key, value) in enumerate(entries):
        shared = 0
        if number:
            while shared < min(len(key), len(before)) and key[shared] == before[shared]:
                shared += 1
        own = key[shared:]
        data += varint(shared) + varint(len(own)) + varint(len(value)) + own + value
        before = key
    return data + struct.pack("<II", 0, 1)


def head(kind: int, shape: tuple[int, ...]) -> bytes:
    """Return type and shape of a BundleEntryProto."""
    proto = TensorShapeProto(dim=[TensorShapeProto.Dim(size=size) for size in shape])
    dims = proto.SerializeToString()
    return b"\x08" + varint(kind) + b"\x12" + varint(len(dims)) + dims


def whole(kind: int, shape: tuple[int, ...], parts: list[list[tuple[int, int] | None]]) -> bytes:
    """Return the entry of a tensor in parts: for each dimension start and length, None for all."""
    found = head(kind, shape)
    for part in parts:
        message = b""
        for extent in part:
            numbers = b"" if extent is None else b"\x10" + varint(extent[1])
            if extent and extent[0]:
                numbers = b"\x08" + varint(extent[0]) + numbers
            message += b"\x0a" + varint(len(numbers)) + numbers
        found += b"\x3a" + varint(len(message)) + message
    return found


def entry(kind: int, shape: tuple[int, ...], offset: int, raw: bytes) -> bytes:
    """Return a BundleEntryProto."""
    found = head(kind, shape)
    if offset:
        found += b"\x20" + varint(offset)
    return found + b"\x28" + varint(len(raw)) + b"\x35" + struct.pack("<I", masked_crc(raw))


def write_checkpoint(
    path: Path,
    tensors: dict[str | bytes, tuple[int, np.ndarray]],
    also: dict[str, bytes] | None = None,
) -> None:
    """Write a checkpoint of one shard: type number and array by name; and entries as they are."""
    data, entries = b"", [(b"", b"\x08\x01\x1a\x02\x08\x01")]
    for name, (kind, array) in tensors.items():
        raw = array.tobytes()
        key = name if isinstance(name, bytes) else name.encode()
        entries.append((key, entry(kind, array.shape, len(data), raw)))
        data += raw
    entries += [(name.encode(), content) for name, content in (also or {}).items()]
    entries.sort()
    Path(f"{path}.data-00000-of-00001").write_bytes(data)

    def stored(content: bytes) -> bytes:
        return content + b"\0" + struct.pack("<I", masked_crc(content + b"\0"))

    body = block(entries)
    file = stored(body)
    meta = block([])
    meta_handle = varint(len(file)) + varint(len(meta))
    file += stored(meta)
    index = block([(b"zzz", varint(0) + varint(len(body)))])
    index_handle = varint(len(file)) + varint(len(index))
    file += stored(index)
    footer = (meta_handle + index_handle).ljust(40, b"\0") + struct.pack("<Q", MAGIC)
    Path(f"{path}.index").write_bytes(file + footer)
