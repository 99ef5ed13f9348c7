"""From what the user gives to ``nbboard.open`` to named roots."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping

from nbboard.errors import LogdirError
from nbboard.series.points import Source

__all__ = ["LogdirLike", "sources_of"]

_PathLike = str | os.PathLike[str]

#: A path or URL, several of them, or several with names.
LogdirLike = _PathLike | Iterable[_PathLike] | Mapping[str, _PathLike]


def sources_of(logdir: LogdirLike) -> tuple[Source, ...]:
    """Return the roots to read, each with the prefix of its runs' names.

    Parameters
    ----------
    logdir
        A path or URL (runs are named below it), several of them (each prefixes its
        runs with its last part, or with the whole path where these coincide), or a
        mapping from prefixes to them.

    Raises
    ------
    LogdirError
        If there is none, one is not a path, or their names do not tell all runs apart.
    """
    if isinstance(logdir, (str, os.PathLike)):
        return (Source("", _text(logdir)),)
    if isinstance(logdir, Mapping):
        named = [(str(name).strip("/"), _text(path)) for name, path in logdir.items()]
    elif isinstance(logdir, Iterable) and not isinstance(logdir, (bytes, bytearray)):
        paths = [_text(path) for path in logdir]
        named = list(zip(_short_names(paths), paths, strict=True))
    else:
        raise LogdirError(f"a logdir is a path, several paths or {{name: path}}, not {logdir!r}")
    if not named:
        raise LogdirError("no logdir was given: the list of paths is empty")
    if len(named) > 1 and not all(name for name, _ in named):
        raise LogdirError("each of several logdirs needs a name: one is empty")
    _insist_on_distinct([name for name, _ in named])
    return tuple(Source(name, path) for name, path in named)


def _insist_on_distinct(names: list[str]) -> None:
    """Refuse names of which one could be that of a run below another."""
    known: set[str] = set()
    for name in names:
        if name in known:
            raise _same_names(f"{name!r} twice")
        known.add(name)
    for name in names:
        parts = name.split("/")
        for end in range(1, len(parts)):
            above = "/".join(parts[:end])
            if above in known:
                raise _same_names(f"{above!r} and {name!r}")


def _same_names(said: str) -> LogdirError:
    return LogdirError(
        f"logdirs are named {said}, so that runs of both could have one name:"
        " give other names, as {name: path}"
    )


def _text(path: object) -> str:
    if not isinstance(path, (str, os.PathLike)):
        raise LogdirError(f"a logdir is a path or URL, not {path!r}")
    text = os.fspath(path)
    if not isinstance(text, str) or not text or "\0" in text:
        raise LogdirError(f"a logdir is a path or URL, not {path!r}")
    return text


def _short_names(paths: list[str]) -> list[str]:
    """Return the last part of each path, or all of it where two paths share that."""
    if len(set(paths)) < len(paths):
        raise LogdirError("the same logdir was given twice: " + ", ".join(paths))
    # Not pathlib: these may be URLs.
    last = [path.rstrip("/").rpartition("/")[2] for path in paths]
    count = Counter(last)
    return [
        path.strip("/") if count[name] > 1 or name in {"", "."} else name
        for name, path in zip(last, paths, strict=True)
    ]
