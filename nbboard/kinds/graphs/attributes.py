"""The attributes of one node as text, however large they are."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable
from typing import Any

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.kinds.graphs.types import data_type, shape_text

__all__ = ["CUT", "attributes_of", "check_of"]

#: TensorBoard cuts attributes that are longer (``LIMIT_ATTR_SIZE``).
CUT = 1024


def attributes_of(definition: Any, most: int | None = None) -> dict[str, str]:
    """Return the attributes of a node or a layer.

    Parameters
    ----------
    definition
        One of :attr:`Operations.definition`.
    most
        So many characters of each are wanted; the rest is counted. None wants all.
    """
    if isinstance(definition, dict):
        config = definition.get("config")
        config = config if isinstance(config, dict) else {}
        texts = {str(name): _json(value) for name, value in config.items() if name != "layers"}
    else:
        attributes = {} if definition is None else _parsed(definition).attr
        texts = {name: _value(attributes[name], most) for name in sorted(attributes)}
    return {name: _shortened(text, most) for name, text in texts.items()}


def check_of(layer: dict[str, Any]) -> int:
    """Return a checksum of the attributes of a layer, in whatever order they were written."""
    return zlib.crc32(repr(sorted(attributes_of(layer).items())).encode("utf-8", "replace"))


def _parsed(definition: bytes) -> Any:
    from google.protobuf.message import DecodeError
    from tensorboard.compat.proto.node_def_pb2 import NodeDef

    try:
        return NodeDef.FromString(definition)
    except DecodeError as error:
        raise UndecodableError("a node that cannot be parsed") from error


def _shortened(text: str, most: int | None) -> str:
    rest = 0 if most is None else len(text) - most
    return text if rest <= 0 else f"{text[:most]}… {rest:,} more characters"


def _json(value: Any) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply)"


def _value(attribute: Any, most: int | None) -> str:
    """Return an AttrValue as short as it can be read."""
    which = attribute.WhichOneof("value")
    if which is None:
        return ""
    value = getattr(attribute, which)
    if which == "tensor":
        return _tensor(value, most)
    if which == "list":
        return _list(value, most)
    return _WORDS.get(which, _plain)(value)


def _list(values: Any, most: int | None) -> str:
    """Return an AttrValue.ListValue, of which one field is filled."""
    for field, items in values.ListFields():
        words = _WORDS.get(field.name, _plain)
        # Each takes three characters at least.
        shown = items if most is None else items[: most // 3 + 1]
        rest = len(items) - len(shown)
        more = f"; {rest:,} more values" if rest else ""
        return f"[{', '.join([words(item) for item in shown])}{more}]"
    return "[]"


def _tensor(tensor: Any, most: int | None) -> str:
    """Return the type, the shape and the values of a constant, in the order of its memory."""
    head = f"{data_type(tensor.dtype)} {shape_text(tensor.tensor_shape)}".strip()
    try:
        values = tensor_to_numpy(tensor).reshape(-1)
    except UndecodableError as error:
        return f"{head}: {error}"
    shown = values if most is None else values[: most // 3 + 1]
    rest = len(values) - len(shown)
    more = f"; {rest:,} more values" if rest else ""
    words = [_bytes(value) if isinstance(value, bytes) else str(value) for value in shown.tolist()]
    return f"{head}: {', '.join(words)}{more}"


def _plain(value: Any) -> str:
    return str(value).strip()


def _bytes(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")


def _shape(value: Any) -> str:
    return shape_text(value) or "unknown rank"


def _function(value: Any) -> str:
    return str(value.name)


#: How the fields of an AttrValue that are no plain numbers are written.
_WORDS: dict[str, Callable[[Any], str]] = {
    "s": _bytes,
    "type": data_type,
    "shape": _shape,
    "func": _function,
    "tensor": lambda tensor: _tensor(tensor, CUT),
}
