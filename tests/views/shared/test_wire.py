"""The wire: what Python packs is what the page, and Python itself, unpacks."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest

from nbboard.views.shared import wire
from tests.vectors import load

#: Named as in tests/vectors/wire.json; what stands there is what they look like on the wire.
CONTENT = {
    "plain values": {"a": 1, "b": [None, True, "x", 1.5], "c": {"": "empty name"}},
    "numbers that JSON lacks": [math.nan, math.inf, -math.inf, 2**53, 2**53 + 1, -(2**63)],
    "arrays of every type": {
        code: np.array([0, 1, 100], code)
        for code in ("i1", "u1", "i2", "u2", "i4", "u4", "i8", "u8", "f4", "f8")
    },
    "an array that JSON would round": np.array([2**63 - 1, -(2**63)]),
    "floats that JSON lacks": np.array([math.nan, -math.inf, 0.1]),
    "two dimensions": np.arange(6, dtype=np.int16).reshape(2, 3),
    "an empty array": np.array([], np.float32),
    "other byte orders and strides": [np.array([1, 2], ">i4"), np.arange(6, dtype="u1")[::2]],
    "booleans and half precision": [np.array([True, False]), np.array([0.5], np.float16)],
    "words": np.array(["b", "a", "b", ""], dtype=object),
    "words in a table": np.array([["x", "y"], ["y", "é\u202e"]], dtype=object),
    "blobs": [b"\x00\xff", b"", {"inner": bytearray(b"abc")}],
    "names like marks": {"$array": 1, "$$buffer": {"$number": "x"}},
    "numbers of NumPy": [np.int64(2**60), np.float32(0.5), np.bool_(1)],
}  # fmt: skip

CASES = {case["name"]: case for case in load("wire")}


def describe(value):  # noqa: PLR0911 - one for each type
    """Say content in words that JSON has, as describe() in the TypeScript test."""
    if isinstance(value, np.ndarray):
        if value.dtype.kind == "O":
            flat = value.reshape(-1).tolist()
            return flat if value.ndim == 1 else {"values": flat, "shape": list(value.shape)}
        values = [_text(item) for item in value.reshape(-1).tolist()]
        return {"type": value.dtype.str[1:], "shape": list(value.shape), "values": values}
    if isinstance(value, bytes):
        return {"bytes": value.hex()}
    if isinstance(value, dict):
        return {key: describe(item) for key, item in value.items()}
    if isinstance(value, list):
        return [describe(item) for item in value]
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    beyond = isinstance(value, int) and abs(value) > 2**53
    return {"number": _text(value)} if beyond or not math.isfinite(value) else value


def _text(number):
    """Write a number as JavaScript does."""
    if isinstance(number, int):
        return str(number)
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    return str(int(number)) if number == int(number) else repr(number)


def case_of(name):
    """Return one case as it stands in the file."""
    plain, buffers = wire.pack(CONTENT[name])
    content = wire.unpack(plain, buffers)
    return {
        "name": name,
        "plain": plain,
        "buffers": [bytes(buffer).hex() for buffer in buffers],
        "content": describe(content),
    }


def test_every_case_is_in_the_file():
    """The page is tested with all that is tested here."""
    assert list(CASES) == list(CONTENT)


@pytest.mark.parametrize("name", CONTENT)
def test_content_is_packed_as_the_page_expects(name):
    """The file has what is packed, bit by bit, and what it is when it has arrived."""
    packed = case_of(name)

    assert json.loads(json.dumps(packed, allow_nan=False)) == CASES[name]


@pytest.mark.parametrize("array", [np.array([1j]), np.array([b"x"]), np.array([None, "x"])])
def test_what_the_page_has_no_array_for_is_refused(array):
    """Complex numbers, bytes and objects are refused, not turned into something else."""
    with pytest.raises(TypeError, match="cannot travel"):
        wire.pack({"array": array})


def test_names_are_strings():
    """A key that is no string would be another one when it arrives."""
    with pytest.raises(TypeError, match="not 1"):
        wire.pack({1: "x"})


def test_the_size_counts_bytes_and_letters():
    """Budgets count what weighs: blobs, text, arrays with what names them."""
    content = {"ab": b"123", "c": [np.zeros(4, "f4"), "xyz", None]}

    assert wire.size_of(content) == 2 + 3 + 1 + 16 + 64 + 3 + 8


def test_the_size_is_about_that_of_the_message():
    """Many small arrays weigh by their names; an array of text by its different ones."""
    words = np.array(["abc", "defg"] * 50, dtype=object)
    content = {"items": [{"name": np.arange(3)} for _ in range(1_000)], "words": words}

    plain, buffers = wire.pack(content)

    sent = len(json.dumps(plain)) + sum(len(buffer) for buffer in buffers)
    assert 0.7 * sent < wire.size_of(content) < 1.3 * sent
