"""The line of Python that makes a view as it is on screen (as in labextension/src/shell/code.ts)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbboard.logdir.registry import kind_named
from nbboard.views.run_labels import hparam_text
from nbboard.views.run_list import RunList

if TYPE_CHECKING:
    from nbboard.logdir import LogDir
    from nbboard.views.base import View

__all__ = ["code_of", "python_line", "python_value", "source_code"]


def code_of(view: View) -> str:
    """Return the line that makes a view: where it looks, and what is not at its default."""
    traits = view.class_traits(option=True)
    settings = {
        name: getattr(view, name)
        for name in view.option_names()
        if getattr(view, name) != traits[name].default()
    }
    shared = RunList.class_traits()
    kept = {"tags", "notes"} if view.run_list.kept == "catalogue" else set()
    for name, of in RunList.OPTIONS.items():
        if of in kept:
            continue
        value = getattr(view.run_list, of)
        if value != shared[of].default():
            settings[name] = value
    return python_line(source_code(view.source), settings)


def python_line(source: str, settings: Mapping[str, Any]) -> str:
    """Return the line: ``SOURCE.view(NAME=VALUE, ...)``."""
    given = ", ".join(f"{name}={python_value(value)}" for name, value in settings.items())
    return f"{source}.view({given})"


def python_value(value: Any) -> str:
    """Return a value as Python is written, in the same way as the page does."""
    if isinstance(value, str):
        return _text(value)
    if value is None or isinstance(value, bool):
        return str(value)
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        pairs = (f"{python_value(key)}: {python_value(item)}" for key, item in value.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(python_value, value)) + "]"
    return str(value)


def source_code(source: Any) -> str:
    """Return the expression that gives a log, or a collection of one."""
    log = getattr(source, "log", None)
    if log is None:
        return _open_code(source)
    whole = log.collection(source.kind)
    # log.runs are their names.
    every = kind_named(source.kind).of_every_log
    how = f"collection({python_value(source.kind)})" if every else source.kind
    text = f"{_open_code(log)}.{how}"
    narrowed = {}
    for field in ("tags", "runs"):
        names, every_name = getattr(source, field, ()), getattr(whole, field, ())
        if names != every_name:
            narrowed[field] = list(names)
    if not narrowed:
        return text
    given = ", ".join(f"{name}={python_value(names)}" for name, names in narrowed.items())
    return f"{text}.select({given})"


def _open_code(log: LogDir) -> str:
    return f"nbboard.open({python_value(log.opened)})"


def _number(value: float) -> str:
    if math.isnan(value):
        return 'float("nan")'
    if math.isinf(value):
        return 'float("inf")' if value > 0 else '-float("inf")'
    return hparam_text(value)


def _text(text: str) -> str:
    out = []
    for character in text:
        code = ord(character)
        if character in '\\"':
            out.append(f"\\{character}")
        elif character == "\n":
            out.append("\\n")
        elif code < 0x20 or code == 0x7F or 0xD800 <= code < 0xE000:
            out.append(f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}")
        else:
            out.append(character)
    return '"' + "".join(out) + '"'
