"""Nested settings as flat names: ``{"model": {"depth": 3}}`` is ``model.depth``."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from nbboard.errors import UndecodableError

__all__ = [
    "MOST_DEPTH",
    "MOST_NAMES",
    "MOST_TEXT",
    "ParamValue",
    "flatten",
    "plain_value",
    "value_of",
]

#: What a parameter is: a number, a text, a truth value, or None where that was written.
ParamValue = float | int | str | bool | None

#: So many names of one source are kept; a source with more is no list of settings.
MOST_NAMES = 2_000
#: So deep may mappings stand in one another.
MOST_DEPTH = 32
#: Characters of a value; longer ones are cut, and say so.
MOST_TEXT = 1_000

#: Whole numbers beyond this many digits are text: nobody computes with them.
_MOST_DIGITS = 18


def flatten(value: Any, prefix: str = "") -> dict[str, ParamValue]:
    """Return nested mappings as names with dots, each with one plain value.

    A list of plain values is one value, its JSON text; a list that holds mappings is
    numbered: ``layers.0.units``.

    Raises
    ------
    UndecodableError
        If it is no mapping, holds too many names, or goes too deep.
    """
    if not isinstance(value, Mapping):
        raise UndecodableError(f"settings are names with values, not a {type(value).__name__}")
    found: dict[str, ParamValue] = {}
    _add(value, prefix, found, 0)
    return found


def _add(value: Any, name: str, found: dict[str, ParamValue], depth: int) -> None:
    if depth > MOST_DEPTH:
        raise UndecodableError(f"settings that are nested deeper than {MOST_DEPTH} levels")
    inner: list[tuple[str, Any]] | None = None
    if isinstance(value, Mapping):
        inner = [(str(key), item) for key, item in value.items()]
    elif isinstance(value, (list, tuple)) and any(isinstance(v, Mapping) for v in value):
        inner = [(str(place), item) for place, item in enumerate(value)]
    if inner:
        for key, item in inner:
            _add(item, f"{name}.{key}" if name else key, found, depth + 1)
        return
    if name:
        found[name[:MOST_TEXT]] = plain_value(value)
    if len(found) > MOST_NAMES:
        raise UndecodableError(f"more than {MOST_NAMES:,} settings")


def plain_value(value: Any) -> ParamValue:
    """Return a value as one that can be compared and shown; lists become their JSON text."""
    if value is None or isinstance(value, (bool, float)):
        return value
    if isinstance(value, int):
        return value if abs(value) < 10**_MOST_DIGITS else _cut(hex(value))
    if isinstance(value, str):
        return _cut(value)
    if isinstance(value, (list, tuple, Mapping)):
        return _cut(json.dumps(value, ensure_ascii=False, default=str))
    return _cut(str(value))


def value_of(text: str) -> ParamValue:
    """Return what a text stands for, as Python writes it: a number, True, None, or the text.

    Examples
    --------
    >>> value_of("1e-3"), value_of("True"), value_of("adam")
    (0.001, True, 'adam')
    """
    text = text.strip()
    if text in _WORDS:
        return _WORDS[text]
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        return _cut(text[1:-1])
    digits = text.lstrip("+-")
    if digits.isascii() and digits.isdigit() and len(digits) <= _MOST_DIGITS:
        return int(text)
    try:
        # Python also takes 1_000 for a number; who writes that means a name.
        number = math.nan if "_" in text else float(text)
    except ValueError:
        return _cut(text)
    return _cut(text) if math.isnan(number) and text.lower() != "nan" else number


_WORDS: dict[str, ParamValue] = {
    "True": True,
    "true": True,
    "False": False,
    "false": False,
    "None": None,
    "null": None,
}


def _cut(text: str) -> str:
    rest = len(text) - MOST_TEXT
    return text if rest <= 0 else f"{text[:MOST_TEXT]}... {rest:,} more characters"
