"""NodeDef messages of TensorFlow and PyTorch as columns of operations."""

from __future__ import annotations

import math
import zlib
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.events.texts import alike, distinct
from nbboard.kinds.graphs.fields import Fields, fields_of
from nbboard.kinds.graphs.operations import CONTROL, Operations
from nbboard.kinds.graphs.types import data_type, shape_text

__all__ = ["of_nodes"]

# The fields of a NodeDef.
_NAME, _OP, _INPUT, _DEVICE, _ATTRIBUTE = 1, 2, 3, 4, 5

#: What holds numbers that are trained.
_VARIABLES = frozenset(
    {"Variable", "VariableV2", "VarHandleOp", "AutoReloadVariable", "prim::Param", "prim::GetAttr"}
)
#: Variables that an optimizer keeps beside those of the model are named so.
_SLOTS = ("Adam", "Adam_1", "Momentum", "RMSProp", "RMSProp_1", "Adagrad", "Ftrl", "Ftrl_1")
#: The attributes that say of what type the output is, the surest first.
_TYPES = ("dtype", "DstT", "out_type", "output_type", "T")


def of_nodes(nodes: Sequence[bytes], prefixes: Sequence[tuple[str, int]]) -> Operations:
    """Return the operations that NodeDef messages describe.

    Parameters
    ----------
    nodes
        The messages; there may be a million.
    prefixes
        What stands before the names of so many of them, of all one after the other.

    Raises
    ------
    UndecodableError
        If one of them is no message.
    """
    fields = fields_of(nodes)
    count = len(nodes)
    inputs = fields.called(_INPUT)
    name = _texts(fields.called(_NAME), count)
    given = _decoded(inputs.contents)
    ends = np.searchsorted(inputs.row, np.arange(count + 1))
    first = 0
    for prefix, length in prefixes:
        last = first + length
        if prefix:
            name[first:last] = [prefix + each for each in name[first:last]]
            part = slice(int(ends[first]), int(ends[last]))
            given[part] = [_prefixed(each, prefix) for each in given[part]]
        first = last
    attributes = fields.called(_ATTRIBUTE)
    code, words = _coded(fields.called(_OP), count)
    variable = np.array([word in _VARIABLES for word in words])[code]
    outputs, parameters = _outputs(attributes, name, variable)
    return Operations(
        name=name,
        op=_texts_of(code, words),
        device=_texts_of(*_coded(fields.called(_DEVICE), count)),
        given=given,
        input_ends=ends[1:].tolist(),
        outputs=outputs,
        parameters=parameters,
        definition=list(nodes),
        check=_checks(attributes, count),
    )


def _prefixed(given: str, prefix: str) -> str:
    return f"{CONTROL}{prefix}{given[1:]}" if given[:1] == CONTROL else prefix + given


def _decoded(texts: Sequence[bytes]) -> list[str]:
    """Return texts as strings: together, since one call for each takes as long as all else."""
    together = b"\n".join(texts).decode("utf-8", "replace").split("\n")
    if len(together) == len(texts):
        return together
    return [each.decode("utf-8", "replace") for each in texts]


def _texts(fields: Fields, count: int) -> list[str]:
    """Return a text for each node; empty where there is none."""
    texts = _decoded(fields.contents)
    if len(texts) == count and np.array_equal(fields.row, np.arange(count)):
        return texts
    found = dict(zip(fields.row.tolist(), texts, strict=True))
    return [found.get(row, "") for row in range(count)]


def _coded(fields: Fields, count: int) -> tuple[np.ndarray, list[str]]:
    """Return which of the different texts each node has, and those; the empty one first."""
    codes, words = fields.distinct()
    code = np.zeros(count, np.intp)
    code[fields.row] = codes + 1
    return code, ["", *(word.decode("utf-8", "replace") for word in words)]


def _texts_of(code: np.ndarray, words: Sequence[str]) -> list[str]:
    return [words[each] for each in code.tolist()]


def _outputs(
    attributes: Fields, name: Sequence[str], variable: np.ndarray
) -> tuple[list[tuple[str, ...]], dict[int, tuple[float, float]]]:
    """Return what comes out of each node, and what variables hold: numbers, and their bytes."""
    count = len(name)
    kind = np.zeros(count, np.int64)
    # The surest comes last, and stays.
    for each in reversed(_TYPES):
        rows, codes, values = _values(attributes, each)
        types = np.array([value.type for value in values], np.int64)
        said = types[codes] if len(values) else np.zeros(0, np.int64)
        kind[rows[said > 0]] = said[said > 0]
    rows, codes, lists = _values(attributes, "_output_shapes")
    shapes = np.full(count, -1)
    shapes[rows] = codes
    # What comes out is put into words once for each type with each list of shapes.
    both = kind * (len(lists) + 1) + shapes + 1
    first, inverse = alike(both)
    texts = []
    for each in both[first].tolist():
        type_, code = divmod(each, len(lists) + 1)
        texts.append(_of(type_, lists[code - 1].list.shape if code else None))
    outputs = [texts[code] for code in inverse.tolist()]
    if not variable.any():
        return outputs, {}
    rows, codes, own = _values(attributes[np.flatnonzero(variable[attributes.row])], "shape")
    shape = np.full(count, -1)
    shape[rows] = codes
    said = [each.list.shape[0] if each.list.shape else None for each in lists]
    known = [each.shape for each in own]
    held = [_held(each) for each in (*known, *said)]
    words = [shape_text(each) if each is not None else "" for each in (*known, *said)]
    parameters = {}
    for row in np.flatnonzero(variable).tolist():
        type_, code = int(kind[row]), int(shape[row])
        if code < 0 and shapes[row] >= 0:
            code = len(known) + int(shapes[row])
        if code < 0:
            continue
        if held[code] and name[row].rpartition("/")[2] not in _SLOTS:
            parameters[row] = held[code], held[code] * _width(type_)
        if shapes[row] < 0:
            output = _output(type_, words[code])
            outputs[row] = (output,) if output else ()
    return outputs, parameters


def _values(attributes: Fields, name: str) -> tuple[np.ndarray, np.ndarray, list[Any]]:
    """Return the nodes that have an attribute, which of the different values, and those.

    An attribute is an entry of a map, which begins with its name.
    """
    begin = b"\x0a" + bytes([len(name)]) + name.encode()
    raw, start = attributes.raw, attributes.start
    # The length first: it differs most.
    found = np.flatnonzero(raw[start + 1] == begin[1])
    for place in (0, *range(2, len(begin))):
        found = found[raw[start[found] + place] == begin[place]]
    these = attributes[found[attributes.stop[found] - start[found] >= len(begin)]]
    codes, words = these.distinct()
    return these.row, codes, [_value(word) for word in words]


def _value(entry: bytes) -> Any:
    """Return the AttrValue in an entry of the map of attributes."""
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto.node_def_pb2 import NodeDef

    try:
        return NodeDef.AttrEntry.FromString(entry).value
    except DecodeError as error:
        raise UndecodableError("an attribute that cannot be parsed") from error


def _of(kind: int, shapes: Any) -> tuple[str, ...]:
    if shapes is None:
        return (data_type(kind),) if kind else ()
    return tuple([_output(kind, shape_text(shape)) for shape in shapes])


def _output(kind: int, shape: str) -> str:
    return f"{data_type(kind)} {shape}".strip() if kind else shape


def _held(shape: Any) -> float:
    """Return how many numbers have a shape; 0 if that is not logged."""
    if shape is None:
        return 0.0
    sizes = [dimension.size for dimension in shape.dim]
    unknown = shape.unknown_rank or any(size < 0 for size in sizes)
    return 0.0 if unknown else float(math.prod(sizes))


@cache
def _width(kind: int) -> float:
    """Return how many bytes a number of a DataType takes; 0 if it is none of fixed size."""
    digits = "".join(c for c in data_type(kind).split()[0] if c.isdecimal()) if kind else ""
    return int(digits) / 8 if digits else float(data_type(kind) == "bool")


def _checks(attributes: Fields, count: int) -> list[int]:
    """Return a checksum of the attributes of each node, in whatever order they were written."""
    ends = np.searchsorted(attributes.row, np.arange(count + 1))
    having = np.flatnonzero(np.diff(ends))
    first, last = ends[having], ends[having + 1]
    # All attributes of a node stand together, and many nodes have the same ones.
    start = attributes.key[first]
    codes, _ = distinct(attributes.data, start, attributes.stop[last - 1] - start)
    examples, codes = alike(codes)
    found = [_check(attributes[np.arange(first[at], last[at])]) for at in examples.tolist()]
    checks = np.zeros(count, np.uint32)
    checks[having] = np.array(found, np.uint32)[codes]
    listed: list[int] = checks.tolist()
    return listed


def _check(attributes: Fields) -> int:
    return sum(zlib.crc32(each) for each in attributes.contents) & 0xFFFFFFFF
