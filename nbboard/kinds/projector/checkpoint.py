"""Tensors out of TensorFlow's checkpoints, read without TensorFlow.

A checkpoint ``NAME`` is ``NAME.index``, a table of names (the sorted string table of LevelDB,
whose blocks carry checksums), and ``NAME.data-00000-of-00001`` and so on, the bytes of the tensors
behind each other. The messages of the index are BundleHeaderProto and BundleEntryProto
(tensorflow/core/protobuf/tensor_bundle.proto).
"""

from __future__ import annotations

import re
import struct
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import DamagedError, UndecodableError
from nbboard.events.wire import WireError, fields, varint
from nbboard.kinds.projector.places import Place, place_of, read_bytes
from nbboard.kinds.projector.vectors import MOST_BYTES, Vectors, sampled_rows
from nbboard.records.crc_tables import mask
from nbboard.records.framing import crc32c, masked_crc
from nbboard.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from nbboard.series.points import FileBeside

__all__ = ["Entry", "find_checkpoint", "read_index", "read_tensor"]

_MAGIC = 0xDB4775248B80FB57
_FOOTER = 48
_BLOCK_TAIL = 5
_MOST_INDEX = 256 << 20
_CHUNK = 8 << 20
#: DataType (tensorflow/core/framework/types.proto): those that are vectors.
_TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 6: "i1", 9: "<i8", 19: "<f2", 14: "bfloat16"}
_LATEST = re.compile(r'^\s*model_checkpoint_path:\s*"((?:[^"\\]|\\.)*)"', re.MULTILINE)


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
    """

    dtype: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int
    crc: int


def find_checkpoint(config: FileBeside, named: str) -> str:
    """Return the name of the checkpoint that a configuration means, relative to its folder.

    Parameters
    ----------
    config
        The configuration.
    named
        What it says itself; if empty, the file ``checkpoint`` beside it is asked, as
        TensorBoard does.

    Raises
    ------
    UndecodableError
        If there is none.
    """
    if named:
        return named
    try:
        text = read_bytes(place_of(config, "checkpoint"), 1 << 20).decode("utf-8", "replace")
    except UndecodableError as error:
        raise UndecodableError(
            "the configuration names neither a file of vectors nor a checkpoint, and there is no"
            " file called checkpoint beside it"
        ) from error
    found = _LATEST.search(text)
    if found is None:
        raise UndecodableError("the file called checkpoint names none")
    return found.group(1).replace('\\"', '"').replace("\\\\", "\\")


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
                    found[name.decode("utf-8", "replace")] = _entry(value)
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
        elif one.number == 7:
            raise UndecodableError("a tensor in slices, which no embedding is")
    number = found.get
    return Entry(number(1, 0), tuple(shape), number(3, 0), number(4, 0), number(5, 0), number(6, 0))


def read_tensor(config: FileBeside, checkpoint: str, name: str) -> Vectors:
    """Read a matrix of a checkpoint, and verify it.

    Parameters
    ----------
    config
        The configuration, in whose folder it must lie.
    checkpoint
        Its name, without an ending.
    name
        The name of the tensor.

    Raises
    ------
    UndecodableError
        If there is no such tensor, or it is no matrix of numbers.
    DamagedError
        If its bytes do not have their checksum.
    """
    index = read_index(place_of(config, f"{checkpoint}.index"))
    entry = index.get(name) or index.get(name.removesuffix(":0"))
    if entry is None:
        matrices = [key for key, one in index.items() if len(one.shape) == 2]
        known = ", ".join(map(printable, matrices[:6])) or "none"
        raise UndecodableError(f"no tensor {name!r} in the checkpoint; matrices: {known}")
    kind = _TYPES.get(entry.dtype)
    if len(entry.shape) != 2 or kind is None:
        raise UndecodableError(
            f"{name!r} is no matrix of numbers: shape {list(entry.shape)}, type {entry.dtype}"
        )
    total, width = entry.shape
    each = 2 if kind == "bfloat16" else np.dtype(kind).itemsize
    if entry.size != total * width * each or not total or not width:
        raise UndecodableError(f"{name!r} of shape {total} x {width} has {entry.size:,} bytes")
    place = _shard(config, checkpoint, entry.shard)
    rows = sampled_rows(total, width)
    values = np.empty((total if rows is None else len(rows), width), np.float32)
    step = max(1, min(_CHUNK, MOST_BYTES) // (each * width))
    crc = done = 0
    with place.open() as file:
        for first in range(0, total, step):
            last = min(first + step, total)
            raw = bytearray(each * width * (last - first))
            if file.read_into(memoryview(raw), entry.offset + each * width * first) < len(raw):
                raise DamagedError(f"{place.named} is cut off")
            crc = crc32c(raw, crc)  # all of it is verified, whatever is kept
            chunk = _floats(raw, kind).reshape(-1, width)
            if rows is None:
                values[first:last] = chunk
            else:
                wanted = rows[done : np.searchsorted(rows, last)] - first
                values[done : done + len(wanted)] = chunk[wanted]
                done += len(wanted)
    if int(mask(np.array([crc], np.uint32))[0]) != entry.crc:
        raise DamagedError(f"{name!r} in {place.named} is damaged: its checksum is another")
    notes = () if rows is None else (f"{len(rows):,} of {total:,} points, chosen uniformly",)
    return Vectors(values, rows, total, notes)


def _floats(raw: bytearray, kind: str) -> np.ndarray[Any, Any]:
    if kind == "bfloat16":  # the upper half of a float32
        return (np.frombuffer(raw, "<u2").astype("<u4") << 16).view("<f4")
    return np.frombuffer(raw, kind).astype(np.float32)


def _shard(config: FileBeside, checkpoint: str, shard: int) -> Place:
    """Return a data file: their number stands in their names, and not in the index of old ones."""
    for count in range(shard + 1, 65):
        place = place_of(config, f"{checkpoint}.data-{shard:05d}-of-{count:05d}")
        try:
            place.stat()
        except UndecodableError:
            continue
        return place
    raise UndecodableError(f"{printable(checkpoint)}.data-{shard:05d}-of-... is not there")
