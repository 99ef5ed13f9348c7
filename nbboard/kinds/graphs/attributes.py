"""The attributes of one node as text, however large they are."""

from __future__ import annotations

import json
from typing import Any

from nbboard.kinds.graphs.definition import data_type, shape_text

__all__ = ["CUT", "attributes_of", "shortened"]

#: TensorBoard cuts attributes that are longer (``LIMIT_ATTR_SIZE``).
CUT = 1024


def attributes_of(definition: Any) -> dict[str, str]:
    """Return the attributes of a NodeDef, an ArgDef or a layer's JSON.

    Parameters
    ----------
    definition
        One of :attr:`Operations.definition`.
    """
    if isinstance(definition, dict):
        config = definition.get("config")
        config = config if isinstance(config, dict) else {}
        return {str(name): _json(value) for name, value in config.items() if name != "layers"}
    if not hasattr(definition, "attr"):
        return {} if definition is None else {"type": data_type(definition.type)}
    return {name: _value(definition.attr[name]) for name in sorted(definition.attr)}


def shortened(text: str) -> str:
    """Return text as it travels unasked: the end of a long one is left out and counted."""
    rest = len(text) - CUT
    return text if rest <= 0 else f"{text[:CUT]}… {rest:,} more characters"


def _json(value: Any) -> str:
    try:
        return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    except RecursionError:
        return "(nested too deeply)"


def _value(attribute: Any) -> str:
    """Return an AttrValue as short as it can be read."""
    which = attribute.WhichOneof("value")
    if which is None:
        return ""
    value = getattr(attribute, which)
    if which == "s":
        return _bytes(value)
    if which == "type":
        return data_type(value)
    if which == "shape":
        return shape_text(value) or "unknown rank"
    if which == "list":
        return _list(value)
    if which == "func":
        return str(value.name)
    return str(value).strip()


def _list(values: Any) -> str:
    """Return an AttrValue.ListValue, of which one field is filled."""
    for field, items in values.ListFields():
        words = {
            "s": _bytes,
            "type": data_type,
            "shape": lambda shape: shape_text(shape) or "unknown rank",
            "func": lambda function: str(function.name),
        }.get(field.name, lambda item: str(item).strip())
        return f"[{', '.join(words(item) for item in items)}]"
    return "[]"


def _bytes(value: bytes) -> str:
    return value.decode("utf-8", "backslashreplace")
