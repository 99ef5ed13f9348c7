"""Which folders are runs: TensorBoard's rule.

A run is a folder with at least one file whose name contains ``tfevents`` and
does not end in ``.profile-empty``; its name is its path below the logdir.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.storage import FileStat, Storage

__all__ = ["Found", "StoppedError", "discover", "is_event_file"]


def is_event_file(name: str) -> bool:
    """Whether TensorBoard takes a file of this name for an event file."""
    return "tfevents" in name and not name.endswith(".profile-empty")


@dataclass(slots=True)
class Found:
    """What a walk over a logdir found.

    Attributes
    ----------
    runs
        For each run's path below the root (``""`` is the root itself) its
        event files: name to (path, state if the listing told it).
    skipped
        Path and reason of what looks like an event file but must not be
        opened, and of folders that could not be listed.
    unlisted
        Paths below the root of folders that could not be listed: what was
        known below them may still be there.
    away
        Whether the root itself could not be reached: nothing in it can be.
    """

    runs: dict[str, dict[str, tuple[str, FileStat | None]]] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    away: bool = False


class StoppedError(Exception):
    """A walk was stopped before its end: what it would have found is unknown."""


def discover(storage: Storage, root: str, stop: Callable[[], bool] | None = None) -> Found:
    """Walk a logdir; links are followed, loops are not.

    Parameters
    ----------
    storage
        Where the logdir is.
    root
        Its path there: a folder, or a single event file.
    stop
        Asked before each folder whether to stop.

    Raises
    ------
    StoppedError
        If it was stopped.
    """
    found = Found()
    try:
        kind = storage.kind(root)
    except OSError as error:
        found.skipped[root] = _why_missing(root, error)
        found.unlisted.add("")
        found.away = True
        return found
    if kind == "file":
        name = root.replace("\\", "/").rsplit("/", 1)[-1]
        found.runs[""] = {name: (root, None)}
    elif kind == "folder":
        _walk(storage, root, found, stop)
    else:
        found.skipped[root] = f"skipped: a {kind}"
    return found


def _walk(storage: Storage, root: str, found: Found, stop: Callable[[], bool] | None) -> None:
    # Each pending folder knows the folders it lies in: a link to one of them is
    # a loop, while the same folder may well be reached by two links.
    pending: list[tuple[str, str, tuple[str, ...]]] = [(root, "", (root,))]
    while pending:
        path, below, chain = pending.pop()
        if stop is not None and stop():
            raise StoppedError
        try:
            entries = storage.scan(path)
        except OSError as error:
            found.skipped[path] = f"cannot be listed: {reason(error)}"
            found.unlisted.add(below)
            continue
        files = {}
        for entry in entries:
            if entry.kind == "folder":
                if entry.is_link and _leads_back(storage, entry.path, chain):
                    found.skipped[entry.path] = "skipped: a link back to a folder above it"
                    continue
                inside = f"{below}/{entry.name}" if below else entry.name
                pending.append((entry.path, inside, (*chain, entry.path)))
            elif is_event_file(entry.name):
                if entry.kind == "file":
                    files[entry.name] = (entry.path, entry.stat)
                else:
                    found.skipped[entry.path] = f"skipped: a {entry.kind}"
        if files:
            found.runs[below] = files


def _leads_back(storage: Storage, path: str, chain: tuple[str, ...]) -> bool:
    try:
        here = storage.identity(path)
        return any(storage.identity(folder) == here for folder in chain)
    except OSError:
        return True  # whatever cannot be told apart from a loop is not walked into


def _why_missing(root: str, error: OSError) -> str:
    if error.errno != errno.ENOENT:
        return f"cannot be read: {reason(error)}"
    told = reason(error)
    known = told == _uncapitalized(os.strerror(errno.ENOENT))
    why = "there is no such folder" if known else f"there is no such folder: {told}"
    if any(c in root for c in "*?["):
        why += " (a pattern is not expanded: give a list of folders, such as glob.glob makes)"
    elif "," in root:
        why += " (several folders are given as a list or as {name: folder})"
    return why


def reason(error: OSError) -> str:
    """Say in a few words why the system, or the client of a remote storage, refused."""
    text = error.strerror or str(error) or type(error).__name__
    # The system's own sentences go on within ours; all others stay as they are.
    system = error.errno is not None and text == os.strerror(error.errno)
    return _uncapitalized(text) if system else text


def _uncapitalized(text: str) -> str:
    return text[:1].lower() + text[1:]
