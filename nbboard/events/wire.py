"""The protobuf wire format, as little of it as layouts and damaged or foreign events need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

__all__ = ["Field", "WireError", "decode_varints", "fields", "varint"]


class WireError(ValueError):
    """Bytes that are not protobuf."""


class Field(NamedTuple):
    """One field of a message.

    Attributes
    ----------
    number
        The field's number.
    kind
        The wire type: 0 varint, 1 eight bytes, 2 length-delimited, 5 four bytes.
    value
        For varints the value, else -1.
    start, stop
        Where the field's content lies (for varints, the varint's bytes).
    key
        Where the field begins.
    """

    number: int
    kind: int
    value: int
    start: int
    stop: int
    key: int


def varint(data: bytes | memoryview, position: int, stop: int) -> tuple[int, int]:
    """Return an unsigned varint and the position after it."""
    result = shift = 0
    while position < stop and shift < 70:
        byte = data[position]
        position += 1
        result |= (byte & 0x7F) << shift
        if byte < 0x80:
            return result & 0xFFFFFFFFFFFFFFFF, position
        shift += 7
    raise WireError("a varint without an end")


def fields(data: bytes | memoryview, start: int, stop: int) -> Iterator[Field]:
    """Yield the fields of the message in ``data[start:stop]``.

    Raises
    ------
    WireError
        The bytes do not follow the wire format.
    """
    position = start
    while position < stop:
        begin = position
        key, position = varint(data, position, stop)
        number, kind = key >> 3, key & 7
        value = -1
        first = position
        if kind == 0:
            value, position = varint(data, position, stop)
        elif kind == 1:
            position += 8
        elif kind == 2:
            size, first = varint(data, position, stop)
            position = first + size
        elif kind == 5:
            position += 4
        else:
            raise WireError("a wire type that does not exist")
        if position > stop or number == 0:
            raise WireError("a field beyond its message")
        yield Field(number, kind, value, first, position, begin)


def decode_varints(raw: NDArray[Any], size: int) -> NDArray[np.int64]:
    """Decode varints of ``size`` bytes; what stands behind them does not matter.

    Parameters
    ----------
    raw
        The bytes, as uint32 (up to four of them) or uint64; overwritten.
    """
    kind = raw.dtype.type
    step = raw & kind(0x7F)
    for i in range(1, size):
        raw >>= kind(1)
        step |= raw & kind(0x7F << 7 * i)
    result: NDArray[np.int64] = step.astype(np.int64) if step.itemsize < 8 else step.view(np.int64)
    return result
