"""TensorBoard's arguments: from Python values, and to a key that says "the same again"."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence

from nbboard.errors import LogdirError

__all__ = ["Key", "absolute", "key_of", "path_of", "value_of"]

Key = tuple[tuple[str, str], ...]
"""Normalised flags, sorted by name: equal keys ask for the same server."""

_URL = re.compile(r"[a-zA-Z][0-9a-zA-Z.]*://")  # as TensorBoard knows one


def path_of(logdir: str | os.PathLike[str]) -> str:
    """Return a logdir as TensorBoard should get it: absolute, or the URL it is.

    Raises
    ------
    LogdirError
        The path is relative to a working folder that was deleted.
    """
    text = os.fspath(logdir)
    if "://" in text or not text:
        return text
    try:
        return os.path.abspath(os.path.expanduser(text))  # noqa: PTH100, PTH111 - keeps symbolic links
    except FileNotFoundError as error:
        message = f"The folder to which {text} is relative was deleted; %cd changes to another."
        raise LogdirError(message) from error


def _spec_of(logdirs: str) -> str:
    """Return the value of ``--logdir_spec`` (``name:path,path``) with absolute paths."""
    return ",".join(map(_part_of, logdirs.split(",")))


def _part_of(text: str) -> str:
    """Do so for one part, told apart as TensorBoard does."""
    if not text or _URL.match(text):
        return text
    if ":" not in text or text[0] == "/" or os.path.splitdrive(text)[0]:
        return path_of(text)
    name, _, path = text.partition(":")
    return f"{name}:{path if _URL.match(path) else path_of(path)}"


_PATHS = {"logdir": path_of, "event_file": path_of, "logdir_spec": _spec_of}


def absolute(arguments: Sequence[str]) -> list[str]:
    """Return the arguments with the paths in them made absolute."""
    result: list[str] = []
    awaited = ""
    for argument in arguments:
        name, equals, value = argument.removeprefix("--").partition("=")
        is_flag = argument.startswith("--")
        if awaited and not is_flag:
            result.append(_PATHS[awaited](argument))
        elif is_flag and equals and name in _PATHS:
            result.append(f"--{name}={_PATHS[name](value)}")
        else:
            result.append(argument)
        awaited = name if is_flag and not equals and name in _PATHS else ""
    return result


def key_of(arguments: Sequence[str], options: Mapping[str, str | bool]) -> Key:
    """Normalise arguments: order, ``--a b`` or ``--a=b``, and ways to write a path do not matter.

    What happens by itself (``--port=0`` is nbboard's default) is left out. A flag given twice counts as its last value, as
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
    for path, resolved in _PATHS.items():
        if values.get(path):
            values[path] = resolved(values[path])
            if path != "logdir_spec" and "://" not in values[path]:
                values[path] = os.path.realpath(values[path])
    return tuple(sorted(item for item in values.items() if item != ("port", "0")))


def value_of(key: Key, name: str) -> str | None:
    """Return the value of one flag of a key, None where it was not given."""
    return dict(key).get(name)
