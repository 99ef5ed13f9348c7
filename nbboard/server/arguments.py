"""TensorBoard's arguments: from Python values, and to a key that says "the same again"."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence

__all__ = ["Key", "absolute", "key_of", "path_of", "value_of"]

Key = tuple[tuple[str, str], ...]
"""Normalised flags, sorted by name: equal keys ask for the same server."""

_PATHS = ("logdir", "event_file")


def path_of(logdir: str | os.PathLike[str]) -> str:
    """Return a logdir as TensorBoard should get it: absolute, or the URL it is."""
    text = os.fspath(logdir)
    if "://" in text or not text:
        return text
    return os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111 - keeps symbolic links


def absolute(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the paths of ``--logdir`` and ``--event_file`` made absolute."""
    result: list[str] = []
    awaited = None
    for argument in arguments:
        name, equals, value = argument.removeprefix("--").partition("=")
        if awaited and not argument.startswith("--"):
            result.append(path_of(argument))
        elif argument.startswith("--") and equals and name in _PATHS:
            result.append(f"--{name}={path_of(value)}")
        else:
            result.append(argument)
        awaited = argument.startswith("--") and not equals and name in _PATHS
    return result


def key_of(arguments: Sequence[str], options: Mapping[str, str | bool]) -> Key:
    """Normalise arguments: order, ``--a b`` or ``--a=b``, and ways to write a path do not matter.

    What TensorBoard would do by itself (``--load_fast=false`` and ``--port=0`` are
    nbboard's defaults) is left out. A flag given twice counts as its last value, as
    in TensorBoard.
    """
    values: dict[str, str] = {}
    name = None
    for argument in arguments:
        if argument.startswith("--"):
            name, equals, value = argument.removeprefix("--").partition("=")
            values[name] = value if equals else ""
            name = None if equals else name
        elif name is not None:
            values[name] = argument
            name = None
        else:
            values[argument] = ""
    for option, given in options.items():
        if given is True:
            values[option] = ""
        elif given is not False:
            values[option] = given
        else:
            values[option] = "false"
    for path in _PATHS:
        if values.get(path):
            values[path] = (
                os.path.realpath(path_of(values[path]))
                if "://" not in values[path]
                else values[path]
            )
    usual = {("load_fast", "false"), ("port", "0")}
    return tuple(sorted(item for item in values.items() if item not in usual))


def value_of(key: Key, name: str) -> str | None:
    """Return the value of one flag of a key, None where it was not given."""
    return dict(key).get(name)
