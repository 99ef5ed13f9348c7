"""Tensors that a checkpoint holds in parts: which there are, and what each is called.

TensorFlow writes a variable that was made with a partitioner part by part. The entry of the
whole tensor has no bytes, only the extents of its parts (tensorflow/core/framework/
tensor_slice.proto); each part has an entry of its own, whose key is the name and the extents in
an encoding that sorts as they do (``EncodeTensorNameSlice`` in
tensorflow/core/util/saved_tensor_slice_util.cc, tensorflow/core/lib/strings/ordered_code.cc).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from nbboard.events.wire import fields

__all__ = ["Extent", "extents_of", "key_of"]

# Zeros end a text in the encoding.
_SPECIAL = re.compile(rb"[\0\xff]")
_ESCAPED = {b"\0": b"\0\xff", b"\xff": b"\xff\0"}
#: What a length is of an extent that is everything.
_WHOLE = -1


class Extent(NamedTuple):
    """What a part has of one dimension: from where, and how much; a length of -1 is everything."""

    start: int
    length: int

    def within(self, size: int) -> tuple[int, int]:
        """Return the first place and how many, in a dimension of some size."""
        return (0, size) if self.length == _WHOLE else (self.start, self.length)


def extents_of(message: bytes, start: int, stop: int) -> tuple[Extent, ...]:
    """Return the extents in a TensorSliceProto, one a dimension."""
    found = []
    for extent in fields(message, start, stop):
        if extent.number == 1 and extent.kind == 2:
            numbers = {f.number: f.value for f in fields(message, extent.start, extent.stop)}
            whole = 2 not in numbers
            found.append(Extent(0, _WHOLE) if whole else Extent(numbers.get(1, 0), numbers[2]))
    return tuple(found)


def key_of(name: str, extents: tuple[Extent, ...]) -> bytes:
    """Return what a part of a tensor is called in the index."""
    text = _SPECIAL.sub(lambda found: _ESCAPED[found[0]], name.encode("utf-8", "surrogateescape"))
    key = _unsigned(0) + text + b"\0\1" + _unsigned(len(extents))
    return key + b"".join(_signed(each.start) + _signed(each.length) for each in extents)


def _unsigned(number: int) -> bytes:
    """Return a number behind the number of its bytes, the highest first."""
    size = (number.bit_length() + 7) // 8
    return bytes([size]) + number.to_bytes(size, "big")


def _signed(number: int) -> bytes:
    """Return a number with its length in the highest bits, so that it sorts as a number does."""
    bits = (~number if number < 0 else number).bit_length()
    size = bits // 7 + 1
    # As many ones as there are bytes, then a zero, from the highest bit down; all of that
    # inverted where the number is negative, whose highest bits are ones.
    mark = ((1 << size) - 1) << (8 * size - size)
    value = number & ((1 << 8 * size) - 1)
    return (value ^ mark).to_bytes(size, "big")
