"""Tensors out of TensorFlow's checkpoints, read without TensorFlow.

A checkpoint ``NAME`` is ``NAME.index``, a table of names, and ``NAME.data-00000-of-00001`` and so
on, the bytes of the tensors behind each other.
"""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import DamagedError, UndecodableError
from nbboard.kinds.projector.checkpoint_index import Entry, read_index
from nbboard.kinds.projector.places import Place, place_of, read_bytes
from nbboard.kinds.projector.slices import key_of
from nbboard.kinds.projector.vectors import MOST_BYTES, Vectors, sampled_rows
from nbboard.records.crc_tables import mask
from nbboard.records.framing import crc32c
from nbboard.text import printable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nbboard.series.points import FileBeside

__all__ = ["find_checkpoint", "read_tensor"]

_CHUNK = 8 << 20
#: DataType (tensorflow/core/framework/types.proto): those that are vectors.
_TYPES = {1: "<f4", 2: "<f8", 3: "<i4", 4: "u1", 6: "i1", 9: "<i8", 19: "<f2", 14: "bfloat16"}
_LATEST = re.compile(r'^\s*model_checkpoint_path:\s*"((?:[^"\\]|\\.)*)"', re.MULTILINE)


class _Part(NamedTuple):
    """A part of a matrix: its entry, and the row and the column that it begins with."""

    entry: Entry
    top: int
    left: int

    @property
    def size(self) -> int:
        rows, columns = self.entry.shape
        return rows * columns

    def overlaps(self, other: _Part) -> bool:
        rows, columns = self.entry.shape
        more_rows, more_columns = other.entry.shape
        return max(self.top, other.top) < min(self.top + rows, other.top + more_rows) and max(
            self.left, other.left
        ) < min(self.left + columns, other.left + more_columns)


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
        return _beside(config, named)
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
    return _beside(config, found.group(1).replace('\\"', '"').replace("\\\\", "\\"))


def _beside(config: FileBeside, named: str) -> str:
    """Return a checkpoint's name, or the last part of it where that is what lies in the folder.

    TensorFlow writes where the checkpoint was saved, and folders are moved.
    """
    last = re.split(r"[/\\]", named)[-1]
    for name in (named, last):
        try:
            place_of(config, f"{name}.index").stat()
        except UndecodableError:
            continue
        return name
    return named


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
    known = name if name in index else name.removesuffix(":0")
    entry = index.get(known)
    if entry is None:
        matrices = [key for key, one in index.items() if len(one.shape) == 2 and "\0" not in key]
        there = ", ".join(map(printable, matrices[:6])) or "none"
        raise UndecodableError(f"no tensor {name!r} in the checkpoint; matrices: {there}")
    if len(entry.shape) != 2 or entry.dtype not in _TYPES:
        raise UndecodableError(
            f"{name!r} is no matrix of numbers: shape {list(entry.shape)}, type {entry.dtype}"
        )
    total, width = entry.shape
    rows = sampled_rows(total, width)
    values = np.zeros((total if rows is None else len(rows), width), np.float32)
    for part, top, left in _parts(index, known, entry):
        high, wide = part.shape
        begin, end, kept = top, top + high, None
        if rows is not None:
            begin, end = np.searchsorted(rows, (top, top + high)).tolist()
            kept = rows[begin:end] - top
        place = _shard(config, checkpoint, part.shard)
        _read_part(place, part, values[begin:end, left : left + wide], kept)
    notes = () if rows is None else (f"{len(rows):,} of {total:,} points, chosen uniformly",)
    return Vectors(values, rows, total, notes)


def _parts(index: Mapping[str, Entry], name: str, entry: Entry) -> list[_Part]:
    """Return what has the bytes of a matrix; together it has to be the matrix."""
    if not entry.parts:
        return [_Part(entry, 0, 0)]
    found = []
    for extents in entry.parts:
        key = key_of(name, extents).decode("utf-8", "surrogateescape")
        part = index.get(key)
        if part is None or len(extents) != len(entry.shape):
            raise UndecodableError(f"{name!r} is not whole: a part of it is not in the checkpoint")
        (top, rows), (left, columns) = (
            extent.within(size) for extent, size in zip(extents, entry.shape, strict=True)
        )
        if part.shape != (rows, columns) or part.dtype != entry.dtype:
            raise UndecodableError(f"{name!r} has a part of shape {list(part.shape)} at {extents}")
        found.append(_Part(part, top, left))
    covered = sum(part.size for part in found)
    apart = not any(one.overlaps(other) for one, other in combinations(found, 2))
    if covered != entry.shape[0] * entry.shape[1] or not apart:
        raise UndecodableError(f"{name!r} is not whole: its parts do not cover it")
    return found


def _read_part(
    place: Place, entry: Entry, values: NDArray[np.float32], kept: NDArray[np.intp] | None
) -> None:
    """Read and verify a matrix, or a part of one.

    Parameters
    ----------
    place
        The data file.
    values
        Where its numbers go.
    kept
        Which of its rows those are, ascending; None for all.
    """
    kind = _TYPES[entry.dtype]
    total, width = entry.shape
    each = 2 if kind == "bfloat16" else np.dtype(kind).itemsize
    if entry.size != total * width * each or not total or not width:
        raise UndecodableError(f"a tensor of shape {total} x {width} has {entry.size:,} bytes")
    step = max(1, min(_CHUNK, MOST_BYTES) // (each * width))
    crc = 0
    with place.open() as file:
        for first in range(0, total, step):
            last = min(first + step, total)
            raw = bytearray(each * width * (last - first))
            if file.read_into(memoryview(raw), entry.offset + each * width * first) < len(raw):
                raise DamagedError(f"{place.named} is cut off")
            crc = crc32c(raw, crc)  # all of it is verified, whatever is kept
            chunk = _floats(raw, kind).reshape(-1, width)
            if kept is None:
                values[first:last] = chunk
            else:
                begin, end = np.searchsorted(kept, (first, last))
                values[begin:end] = chunk[kept[begin:end] - first]
    if int(mask(np.array([crc], np.uint32))[0]) != entry.crc:
        raise DamagedError(
            f"a tensor in {place.named} is damaged at byte {entry.offset:,}: its checksum is another"
        )


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
