r"""Read a magic's line: words, quotes, and the notebook's variables in braces.

Lines are read as people mean them, which is not quite as a shell would:

- ``#`` belongs to a name (``logs#2``); only a ``#`` standing alone begins a comment.
- A backslash is a character (``C:\Users\me``) unless it precedes a space or a quote,
  and always on Windows.
- A quote in the middle of a word is an apostrophe (``bob's``).
- ``{name}`` and ``$name`` are replaced by the notebook's variable after the line has
  been cut into words, so a value with spaces stays one word. Any expression may
  stand in the braces, as in every IPython magic. ``{{`` is a brace.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any

from nbboard.errors import UsageError

__all__ = ["Words", "read_line", "split"]

_VARIABLE = re.compile(r"\{\{|\}\}|\{(?P<braces>[^{}]+)\}|\$(?P<dollar>[A-Za-z_]\w*)")


_COMMENT = re.compile(r"#(?=\s|$)")


class Words(list[str]):
    """The words of a line.

    Attributes
    ----------
    unknown : tuple of str
        What stood in braces and is no variable of the notebook: it was left as it is.
    """

    unknown: tuple[str, ...] = ()


def read_line(line: str, variables: Mapping[str, Any]) -> Words:
    """Cut a line into words and put the values of variables in.

    Parameters
    ----------
    line
        What follows the magic's name.
    variables
        The notebook's names.

    Raises
    ------
    UsageError
        A quote is not closed.
    """
    unknown: list[str] = []
    words = Words(_expand(word, variables, unknown) for word in split(line))
    words.unknown = tuple(dict.fromkeys(unknown))
    return words


def split(line: str, *, windows: bool = os.name == "nt", strict: bool = True) -> list[str]:
    """Cut a line into words; see the module's docstring for the rules.

    Parameters
    ----------
    line
        The line.
    windows
        Whether a backslash is never an escape.
    strict
        Whether a quote that is not closed is an error, or closes at the line's end.
    """
    words: list[str] = []
    word: list[str] | None = None  # "" is a word, too
    position = 0
    while position < len(line):
        if line[position].isspace() or (word is None and _COMMENT.match(line, position)):
            if word is not None:
                words.append("".join(word))
                word = None
            if not line[position].isspace():
                break
            position += 1
            continue
        word = [] if word is None else word
        text, position = _piece(line, position, word, windows=windows, strict=strict)
        word.append(text)
    if word is not None:
        words.append("".join(word))
    return words


def _piece(
    line: str, position: int, word: list[str], *, windows: bool, strict: bool
) -> tuple[str, int]:
    """Read what belongs together: a quoted part, an expression in braces, a character."""
    character = line[position]
    if character in "'\"" and (not word or word[-1] == "="):
        end = line.find(character, position + 1)
        if end < 0 and strict:
            raise UsageError(f"The quote in {line[position:]!r} is not closed.")
        end = len(line) if end < 0 else end
        return line[position + 1 : end], end + 1
    if character == "{":
        end = _closing_brace(line, position)
        return line[position : end + 1], end + 1
    if character == "\\" and not windows and line[position + 1 : position + 2] in (" ", "'", '"'):
        return line[position + 1], position + 2
    return character, position + 1


def _closing_brace(line: str, start: int) -> int:
    """Find the brace that closes the one at ``start``; itself where none does."""
    depth = 0
    for position in range(start, len(line)):
        depth += {"{": 1, "}": -1}.get(line[position], 0)
        if depth == 0:
            return position
    return start


def _expand(word: str, variables: Mapping[str, Any], unknown: list[str]) -> str:
    """Put values in; what has none stays, and is noted if it looks like a variable."""

    def value(match: re.Match[str]) -> str:
        whole = match[0]
        if whole in {"{{", "}}"}:
            return whole[0]
        if match["dollar"]:
            return str(variables[match["dollar"]]) if match["dollar"] in variables else whole
        expression = match["braces"].strip()
        if expression in variables:
            return str(variables[expression])
        try:
            return _evaluate(expression, variables)
        except Exception:  # noqa: BLE001 - the expression is the person's own
            unknown.append(expression)
            return whole

    return _VARIABLE.sub(value, word)


def _evaluate(expression: str, variables: Mapping[str, Any]) -> str:
    """Format an expression as IPython does for every magic; ``{n:03d}`` works, too."""
    from IPython.utils.text import EvalFormatter, FullEvalFormatter

    field = "{" + expression + "}"
    try:
        return str(FullEvalFormatter().vformat(field, (), dict(variables)))
    except SyntaxError:
        return str(EvalFormatter().vformat(field, (), dict(variables)))
