"""Parameters in text: tables, JSON, Python's own notation, lines of names and values.

CleanRL logs a Markdown table, ML-Agents lines with tabs, Open3D-ML a printed dict, Hugging
Face's Trainer JSON, tianshou a printed ``Namespace``.
"""

from __future__ import annotations

import ast
import json
import re
from typing import Any

from nbboard.errors import UndecodableError
from nbboard.kinds.params.flat import MOST_DEPTH, ParamValue, flatten, value_of
from nbboard.kinds.params.yaml_text import parse_yaml

__all__ = ["MOST_BYTES", "params_in_text", "prefix_of_tag"]

#: A longer text is no list of settings.
MOST_BYTES = 1 << 20

_TAG = re.compile(
    r"hyper[-_ ]?param(eter)?s?|hparams?|params?|parameters?|args?|arguments?|config(uration)?s?"
    r"|settings?|options?|opts?|flags|nbboard",
    re.IGNORECASE,
)
_NAMED = re.compile(
    r"(model|training|train|data|trainer|env)[-_ ](config|args|params)", re.IGNORECASE
)
_COMMAND = re.compile(r"command([-_ ]?line)?", re.IGNORECASE)
#: A row of a table in Markdown: what stands between bars that are not escaped.
_CELL = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r"^[\s|:\-]+$")


def prefix_of_tag(tag: str) -> str | None:
    """Return what stands before the names of a tag's parameters; None if it holds none.

    Examples
    --------
    >>> prefix_of_tag("hyperparameters/text_summary"), prefix_of_tag("Configuration/Model")
    ('', 'Model')
    >>> prefix_of_tag("samples") is None
    True
    """
    parts = tag.removesuffix("/text_summary").split("/")
    if _COMMAND.fullmatch(parts[-1]):
        return ""
    if _NAMED.fullmatch(parts[-1]):
        return parts[-1]
    for place, part in enumerate(parts):
        if _TAG.fullmatch(part):
            rest = parts[place + 1 :]
            return "" if part.lower() == "nbboard" else ".".join(rest)
    return None


def params_in_text(tag: str, text: str) -> dict[str, ParamValue]:
    """Return the parameters that a text of a tag holds; empty if it is none that is known.

    Raises
    ------
    UndecodableError
        If it is longer than any settings are, or goes too deep.
    """
    prefix = prefix_of_tag(tag)
    if prefix is None:
        return {}
    if len(text) > MOST_BYTES:
        raise UndecodableError(f"settings of {len(text):,} characters")
    if _COMMAND.fullmatch(tag.removesuffix("/text_summary").rpartition("/")[2]):
        return flatten({"command": text.strip()})
    for read in (_table, _json, _python, _lines):
        found = read(text)
        if found:
            return flatten(found, prefix)
    return {}


def _table(text: str) -> dict[str, Any] | None:
    """Return the rows of a Markdown table of two columns; the header is none of them."""
    lines = [line.strip() for line in text.strip().splitlines() if line.strip()]
    rules = [place for place, line in enumerate(lines) if "-" in line and _RULE.match(line)]
    if not rules or rules[0] != 1:
        return None
    found: dict[str, Any] = {}
    for line in lines[2:]:
        cells = _CELL.split(line.removeprefix("|").removesuffix("|"))
        if len(cells) != 2:
            return None
        name, value = (cell.strip().replace("\\|", "|") for cell in cells)
        if name:
            found[name.strip("*`")] = value_of(value.strip("`"))
    return found


def _json(text: str) -> dict[str, Any] | None:
    # Some writers indent it, so that it is code to Markdown; some put it into a fence.
    text = text.strip().removeprefix("```json").strip("`").strip()
    if not text.startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _python(text: str) -> dict[str, Any] | None:
    """Return a printed dict or ``Namespace(lr=0.1)``; names and calls in it are text."""
    text = text.strip().strip("`").strip()
    if not (text.startswith("{") or re.match(r"[\w.]+\(", text)) or _depth(text) > MOST_DEPTH:
        return None
    try:
        node = ast.parse(text, mode="eval").body
        if isinstance(node, ast.Call):
            return {word.arg: _literal(word.value) for word in node.keywords if word.arg}
        found = _literal(node)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        # Open3D-ML cuts what it prints: what stands whole before that is known.
        end = _last_item(text)
        return _python(text[:end] + "}") if end else None
    return found if isinstance(found, dict) else None


def _last_item(text: str) -> int:
    """Return where the last whole item of a printed dict ends that was cut; 0 if it was not."""
    depth = end = 0
    quote = ""
    pairs = zip(text, " " + text, strict=False)
    for place, (letter, before) in enumerate(pairs):
        if quote:
            quote = "" if letter == quote and before != "\\" else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "[({":
            depth += 1
        elif letter in "])}":
            depth -= 1
        elif letter == "," and depth == 1:
            end = place
    return end if text.startswith("{") and (depth > 0 or quote) else 0


def _literal(node: ast.expr) -> Any:
    """Return what a literal stands for; what is none is the text that it was written as."""
    if isinstance(node, ast.Dict):
        keys = [None if key is None else _literal(key) for key in node.keys]
        return {str(k): _literal(v) for k, v in zip(keys, node.values, strict=True)}
    if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
        return [_literal(item) for item in node.elts]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError):
        return ast.unparse(node)


def _depth(text: str) -> int:
    """Return how deep brackets stand in one another, at most: Python's parser recurses."""
    depth = deepest = 0
    for bracket in re.findall(r"[\[({\])}]", text):
        depth += 1 if bracket in "[({" else -1
        deepest = max(deepest, depth)
    return deepest


def _lines(text: str) -> dict[str, Any] | None:
    """Return lines of ``name: value``, nested by how far they are indented."""
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines or not all(re.match(r"\s*[^:]+:(\s|$)|\s*- ", line) for line in lines):
        return None
    # ML-Agents indents all of it by a tab, and puts one behind each name.
    plain = "\n".join(line.removeprefix("\t").replace("\t", " ") for line in lines)
    try:
        found = parse_yaml(plain)
    except UndecodableError:
        return None
    if not isinstance(found, dict):
        return None
    # Printed by Python, not by YAML.
    return {name: _as_python(value) for name, value in found.items()}


def _as_python(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _as_python(item) for name, item in value.items()}
    return value_of(value) if isinstance(value, str) else value
