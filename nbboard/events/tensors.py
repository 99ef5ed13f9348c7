"""Tensors: from TensorProto to NumPy, never allocating more than was logged."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from nbboard.errors import UndecodableError

__all__ = ["MAX_BROADCAST", "strings_of", "tensor_to_numpy"]

#: A tensor may hold one value and a shape; it is filled out up to this many elements.
MAX_BROADCAST = 1_000_000

_STRING = 7
_BFLOAT16 = 14

# The numbers of tensorflow/core/framework/types.proto: element type, and the field that
# holds the elements where tensor_content does not.
_TYPES: dict[int, tuple[type[np.generic], str]] = {
    1: (np.float32, "float_val"),
    2: (np.float64, "double_val"),
    3: (np.int32, "int_val"),
    4: (np.uint8, "int_val"),
    5: (np.int16, "int_val"),
    6: (np.int8, "int_val"),
    8: (np.complex64, "scomplex_val"),
    9: (np.int64, "int64_val"),
    10: (np.bool_, "bool_val"),
    11: (np.int8, "int_val"),  # qint8
    12: (np.uint8, "int_val"),  # quint8
    13: (np.int32, "int_val"),  # qint32
    _BFLOAT16: (np.uint16, "half_val"),
    15: (np.int16, "int_val"),  # qint16
    16: (np.uint16, "int_val"),  # quint16
    17: (np.uint16, "int_val"),
    18: (np.complex128, "dcomplex_val"),
    19: (np.float16, "half_val"),
    22: (np.uint32, "uint32_val"),
    23: (np.uint64, "uint64_val"),
}


def tensor_to_numpy(tensor: Any) -> np.ndarray:
    """Convert a TensorProto into an array.

    Parameters
    ----------
    tensor
        A ``TensorProto``.

    Returns
    -------
    numpy.ndarray
        Of the logged shape. Strings are an object array of bytes.

    Raises
    ------
    UndecodableError
        If the shape claims more elements than the message holds (where the message
        gives fewer, its last value fills the rest, up to :data:`MAX_BROADCAST`
        elements), or its dtype has no NumPy counterpart.
    """
    shape, count = _shape_of(tensor)
    if tensor.dtype == _STRING:
        return _string_array(_string_elements(tensor, count), shape, count)
    try:
        element, field = _TYPES[tensor.dtype]
    except KeyError:
        raise UndecodableError(f"a tensor of dtype number {tensor.dtype}: not supported") from None
    if tensor.tensor_content:
        array = _from_content(tensor.tensor_content, np.dtype(element), count)
    else:
        array = _from_field(getattr(tensor, field), element, field, count)
    if tensor.dtype == _BFLOAT16:
        # The upper half of a float32: exact.
        array = (array.astype(np.uint32) << np.uint32(16)).view(np.float32)
    return array.reshape(shape)


def strings_of(tensor: Any) -> list[bytes]:
    """Return the elements of a string tensor, flattened.

    Raises
    ------
    UndecodableError
        If the tensor is not of strings or claims more of them than it has.
    """
    if tensor.dtype != _STRING:
        raise UndecodableError(f"a tensor of dtype number {tensor.dtype} where strings belong")
    return list(tensor_to_numpy(tensor).reshape(-1))


def _shape_of(tensor: Any) -> tuple[tuple[int, ...], int]:
    if tensor.tensor_shape.unknown_rank:
        raise UndecodableError("a tensor of unknown rank")
    shape = tuple(int(dim.size) for dim in tensor.tensor_shape.dim)
    if len(shape) > 32:
        raise UndecodableError(f"a tensor of {len(shape)} dimensions")
    if any(size < 0 for size in shape):
        raise UndecodableError(f"a tensor of shape {shape}: a size is negative")
    # Python's integers do not overflow, so a product of absurd sizes stays absurd.
    return shape, math.prod(shape)


def _from_content(content: bytes, dtype: np.dtype[Any], count: int) -> np.ndarray:
    if len(content) != count * dtype.itemsize:
        raise UndecodableError(
            f"a tensor of {count:,} elements of {dtype} with {len(content):,} bytes of content"
        )
    # Little-endian on the wire, whatever this machine is; a copy, so that it is writable.
    return np.frombuffer(content, dtype=dtype.newbyteorder("<")).astype(dtype)


def _from_field(values: Any, element: type[np.generic], field: str, count: int) -> np.ndarray:
    if field == "half_val":
        given = np.array(values, dtype=np.int32).astype(np.uint16).view(_half_view(element))
    elif field in {"scomplex_val", "dcomplex_val"}:
        part = np.float32 if field == "scomplex_val" else np.float64
        given = np.array(values[: len(values) // 2 * 2], dtype=part).view(element)
    elif field == "int_val":
        # Stored as int32: uint8 and the like wrap back to themselves.
        given = np.array(values, dtype=np.int32).astype(element)
    else:
        given = np.array(values, dtype=element)
    return _fill(given, count)


def _half_view(element: type[np.generic]) -> type[np.generic]:
    return np.float16 if element is np.float16 else np.uint16


def _fill(given: np.ndarray, count: int) -> np.ndarray:
    """Repeat the last value up to `count` elements, as TensorFlow's compact form means."""
    if len(given) == count:
        return given
    if len(given) > count or count > MAX_BROADCAST:
        raise UndecodableError(f"a tensor of {count:,} elements that holds {len(given):,}")
    result = np.zeros(count, dtype=given.dtype)
    result[: len(given)] = given
    if len(given):
        result[len(given) :] = given[-1]
    return result


def _string_elements(tensor: Any, count: int) -> list[bytes]:
    elements = list(tensor.string_val)
    if not elements and tensor.tensor_content:
        elements = _string_list(tensor.tensor_content, count)
    if len(elements) == 1 < count <= MAX_BROADCAST:
        elements *= count
    if len(elements) != count:
        raise UndecodableError(f"a tensor of {count:,} strings that holds {len(elements):,}")
    return elements


def _string_list(content: bytes, count: int) -> list[bytes]:
    """Split TensorFlow's packed strings: `count` varint lengths, then the bytes."""
    if count > len(content):
        raise UndecodableError(f"a tensor of {count:,} strings in {len(content):,} bytes")
    lengths, at = [], 0
    for _ in range(count):
        length = shift = 0
        while True:
            if at >= len(content) or shift > 63:
                raise UndecodableError("a tensor of packed strings that ends too early")
            byte = content[at]
            at += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        lengths.append(length)
    if sum(lengths) != len(content) - at:
        raise UndecodableError("a tensor of packed strings whose lengths do not add up")
    result = []
    for length in lengths:
        result.append(content[at : at + length])
        at += length
    return result


def _string_array(elements: Iterable[bytes], shape: tuple[int, ...], count: int) -> np.ndarray:
    array = np.empty(count, dtype=object)
    for i, element in enumerate(elements):
        array[i] = element
    return array.reshape(shape)
