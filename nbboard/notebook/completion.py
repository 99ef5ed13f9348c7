"""Tab completion on the magics' lines: flags, their choices, and paths."""

from __future__ import annotations

import argparse
import functools
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from IPython.core.completer import (
    CompletionContext,
    SimpleCompletion,
    SimpleMatcherResult,
    context_matcher,
)

from nbboard.notebook.line import split

__all__ = ["complete"]

_LINE = re.compile(r"\s*(?:\w+\s*=\s*)?%(?P<magic>tensorboard|nbboard)\s(?P<rest>.*)", re.DOTALL)
_PATHS = {"--logdir", "--event_file"}


@context_matcher()
def complete(context: CompletionContext) -> SimpleMatcherResult:
    """Complete what stands before the cursor on a ``%tensorboard`` or ``%nbboard`` line.

    Parameters
    ----------
    context
        IPython's description of the line.
    """
    line = context.line_with_cursor[: context.cursor_position]
    match = _LINE.fullmatch(line)
    result: Any = {"completions": []}  # most of its keys are optional, in fact
    if match is not None:
        candidates = _candidates if match["magic"] == "tensorboard" else _board_candidates
        fragment, found = candidates(match["rest"])
        result["completions"] = [SimpleCompletion(text, type=kind) for text, kind in found]
        result["matched_fragment"] = fragment
        result["suppress"] = True
    return cast("SimpleMatcherResult", result)


def _candidates(rest: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the text to be replaced, and (text, kind) of what may replace it."""
    from nbboard.notebook.options import OWN_FLAGS

    words = split(rest, strict=False)
    typed = "" if rest[-1:].isspace() or not rest else words.pop()
    raw = "" if not typed else rest[_begin_of_last(rest) :]
    name, equals, value = typed.partition("=")
    if equals and name.startswith("--"):
        raw = raw.partition("=")[2]
        return raw, _values(name, value, raw)
    before = words[-1] if words else ""
    if not typed.startswith("-"):
        if before.startswith("--") and "=" not in before and _takes_value(before):
            return raw, _values(before, typed, raw)
        if not words:
            commands = ("list", "logs", "open", "stop")
            return raw, [(c, "keyword") for c in commands if c.startswith(typed)]
    flags = sorted({*OWN_FLAGS, *_tensorboard_flags()})
    return raw, [(flag, "flag") for flag in flags if flag.startswith(typed)]


def _board_candidates(rest: str) -> tuple[str, list[tuple[str, str]]]:
    """Return the same for ``%nbboard``: kinds, folders and the options of the view."""
    from nbboard.notebook import board

    words = split(rest, strict=False)
    typed = "" if rest[-1:].isspace() or not rest else words.pop()
    raw = "" if not typed else rest[_begin_of_last(rest) :]
    if typed.startswith("--"):
        kind = words[0] if words and words[0] in board.kinds() else "board"
        try:
            names = board.options_of(kind)
        except Exception:  # noqa: BLE001 - completion must not fail over a broken view
            names = board.NARROWING
        flags = sorted(f"--{name.replace('_', '-')}" for name in names)
        return raw, [(flag, "flag") for flag in flags if flag.startswith(typed)]
    found = [(_one_word(path, raw), "path") for path in _paths(typed)]
    if not words:
        found = [(kind, "keyword") for kind in board.kinds() if kind.startswith(typed)] + found
    return raw, found


def _begin_of_last(rest: str) -> int:
    """Find where the last word begins, with its quote."""
    for start in range(len(rest)):
        tail = rest[start:]
        if (start == 0 or rest[start - 1].isspace()) and not tail[0].isspace():
            before = split(rest[:start], strict=False)
            if split(rest, strict=False)[:-1] == before:
                return start
    return len(rest)


def _values(name: str, typed: str, raw: str) -> list[tuple[str, str]]:
    """Return what a flag can take that begins with what is typed."""
    if name in _PATHS:
        return [(_one_word(path, raw), "path") for path in _paths(typed)]
    if name == "--theme":
        choices: Iterable[str] = ("auto", "dark", "light")
    else:
        action = _tensorboard_flags().get(name)
        choices = [str(choice) for choice in (action.choices or ())] if action else ()
        choices = [{"True": "true", "False": "false"}.get(choice, choice) for choice in choices]
    return [(choice, "value") for choice in choices if choice.startswith(typed)]


def _takes_value(name: str) -> bool:
    from nbboard.notebook.options import OWN_FLAGS

    if name in OWN_FLAGS:
        return name not in {"--new", "--no-display"}
    action = _tensorboard_flags().get(name)
    return action is None or action.nargs != 0


def _paths(typed: str) -> list[str]:
    """Return the folders that begin with what is typed, so that they stay one word."""
    folder, prefix = _cut(typed)
    try:
        with os.scandir(Path(folder or ".").expanduser()) as entries:
            names = sorted(entry.name for entry in entries if entry.is_dir())
    except (OSError, RuntimeError):  # RuntimeError: ~ of somebody who is not known
        return []
    return [
        f"{folder}{name}/"
        for name in names
        if name.startswith(prefix) and (prefix.startswith(".") or not name.startswith("."))
    ]


def _cut(typed: str, *, windows: bool = os.name == "nt") -> tuple[str, str]:
    """Cut what is typed behind the last separator: the folder to look into, and a name's begin."""
    end = 1 + max(typed.rfind("/"), typed.rfind("\\") if windows else -1)
    return typed[:end], typed[end:]


def _one_word(path: str, raw: str) -> str:
    """Write a path so that it is read as one word, in the quote that was begun if any."""
    if raw[:1] in {"'", '"'}:
        return raw[0] + path
    if " " not in path:
        return path
    return f'"{path}' if os.name == "nt" else path.replace(" ", "\\ ")


@functools.cache
def _tensorboard_flags() -> dict[str, argparse.Action]:
    """Return the flags of the installed TensorBoard, as its own parser has them."""
    flags: dict[str, argparse.Action] = {}

    class Collector(argparse.ArgumentParser):
        def add_argument(self, *names: Any, **details: Any) -> argparse.Action:
            action: argparse.Action = super().add_argument(*names, **details)
            flags.update({name: action for name in names if name.startswith("--")})
            return action

    try:
        from tensorboard.plugins.core.core_plugin import CorePluginLoader

        CorePluginLoader().define_flags(Collector(add_help=False))
    except Exception:  # noqa: BLE001 - completion must not fail over a broken TensorBoard
        return {}
    return flags
