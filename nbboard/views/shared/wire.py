"""How content travels to the page and back: plain values, typed arrays, blobs; one message.

Content is nested mappings and lists of numbers, strings, None, NumPy arrays and bytes. What
JSON lacks travels marked by a key that begins with ``$``:

====================  ======================================================
``$array``            a typed array: its type, ``shape`` and ``data``
``$words``            an array of strings: each different one, and ``codes``
``$number``           NaN, the infinities, and integers beyond 2**53
``$buffer``           the number of the message's buffer that holds the bytes
====================  ======================================================

The page's half is ``labextension/src/shell/wire.ts``; ``tests/vectors/wire.json`` ties them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

__all__ = ["encode", "pack", "size_of", "split", "unpack"]

Bytes = bytes | memoryview

#: The types of arrays that a page has, by kind and size.
_CODES = frozenset({"i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8"})
#: An integer of the page is a float64: beyond this it would be rounded.
_EXACT = 2**53


def pack(content: Any) -> tuple[Any, list[Bytes]]:
    """Return content as JSON has it, and the buffers that go with it.

    Parameters
    ----------
    content
        Nested mappings, lists and tuples of plain values, arrays and bytes. Arrays of
        booleans travel as bytes, half-precision ones as float32; other types that a page
        has no array for are refused.

    Raises
    ------
    TypeError
        For what cannot travel.
    """
    return split(encode(content))


def unpack(plain: Any, buffers: Sequence[Bytes] = ()) -> Any:  # noqa: PLR0911 - one for each mark
    """Return the content that :func:`pack` was given: lists for tuples, bytes for blobs."""
    if isinstance(plain, list):
        return [unpack(item, buffers) for item in plain]
    if not isinstance(plain, dict):
        return plain
    if "$buffer" in plain:
        return bytes(buffers[plain["$buffer"]])
    if "$number" in plain:
        text = plain["$number"]
        return int(text) if text.lstrip("-").isdigit() else float(text)
    if "$array" in plain:
        data = unpack(plain["data"], buffers)
        return np.frombuffer(data, f"<{plain['$array']}").reshape(plain["shape"])
    if "$words" in plain:
        words = np.array([*plain["$words"]], dtype=object)
        codes = unpack(plain["codes"], buffers)
        return words[codes] if len(words) else np.empty(codes.shape, dtype=object)
    return {key[key.startswith("$") :]: unpack(item, buffers) for key, item in plain.items()}


def encode(content: Any) -> Any:  # noqa: PLR0911 - one for each type
    """Return content as JSON has it, but with its bytes still in their places.

    That is the form for a trait, whose bytes ipywidgets takes out by itself.
    """
    if content is None or isinstance(content, str | bool | bytes | memoryview):
        return content
    if isinstance(content, int | float):
        return _number(content)
    if isinstance(content, Mapping):
        return {_key(key): encode(item) for key, item in content.items()}
    if isinstance(content, list | tuple):
        return [encode(item) for item in content]
    if isinstance(content, np.ndarray):
        return _array(content)
    if isinstance(content, np.generic):
        return encode(content.item())
    if isinstance(content, bytearray):
        return bytes(content)
    raise TypeError(f"{type(content).__name__} cannot travel to the page")


def split(encoded: Any) -> tuple[Any, list[Bytes]]:
    """Take the bytes out of what :func:`encode` returned, leaving ``{"$buffer": i}``."""
    buffers: list[Bytes] = []

    def plain(value: Any) -> Any:
        if isinstance(value, bytes | memoryview):
            buffers.append(value)
            return {"$buffer": len(buffers) - 1}
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return value

    return plain(encoded), buffers


#: What stands around the bytes of an array in the message's text: type, shape, number.
_AROUND = 64


def size_of(content: Any) -> int:
    """Return about how many bytes content takes on its way; for budgets."""
    if isinstance(content, bytes | bytearray | str):
        return len(content)
    if isinstance(content, memoryview):
        return content.nbytes
    if isinstance(content, np.ndarray):
        return _size_of_array(content)
    if isinstance(content, Mapping):
        return sum(len(key) + size_of(item) for key, item in content.items())
    if isinstance(content, list | tuple):
        return sum(size_of(item) for item in content)
    return 8


def _size_of_array(array: np.ndarray) -> int:
    if array.dtype.kind not in "OU":
        return _AROUND + array.nbytes
    # Each different text once, and a code for each.
    return 2 * _AROUND + 4 * array.size + size_of(list(set(array.reshape(-1).tolist())))


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise TypeError(f"a name on the wire is a string, not {key!r}")
    # A run or tag may be called so: it is marked as a name.
    return f"${key}" if key.startswith("$") else key


def _number(number: float) -> Any:
    if isinstance(number, int):
        return number if -_EXACT <= number <= _EXACT else {"$number": str(number)}
    if math.isfinite(number):
        return float(number)
    names = {math.inf: "Infinity", -math.inf: "-Infinity"}
    return {"$number": names.get(number, "NaN")}


def _array(array: np.ndarray) -> Any:
    if array.dtype.kind in "OU":
        words = list(dict.fromkeys(array.reshape(-1).tolist()))
        if not all(isinstance(word, str) for word in words):
            raise TypeError("an array of objects cannot travel to the page, unless of strings")
        places = {word: code for code, word in enumerate(words)}
        flat = [places[word] for word in array.reshape(-1).tolist()]
        codes = np.array(flat, np.uint32).reshape(array.shape)
        return {"$words": words, "codes": _array(codes)}
    kinds = {"?": "u1", "e": "f4"}
    code = kinds.get(array.dtype.char) or array.dtype.str[1:]
    if code not in _CODES:
        raise TypeError(f"an array of {array.dtype} cannot travel to the page")
    data = np.ascontiguousarray(array, f"<{code}")
    return {"$array": code, "shape": list(array.shape), "data": data.tobytes()}
