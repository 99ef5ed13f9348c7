"""Which folders are runs: TensorBoard's rule.

A run is a folder with at least one file whose name contains ``tfevents`` and
does not end in ``.profile-empty``; its name is its path below the logdir.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.series.workers import Workers
    from nbboard.storage import Entry, FileStat, Storage

__all__ = ["Found", "FoundFile", "StoppedError", "discover", "is_event_file"]


def is_event_file(name: str) -> bool:
    """Whether TensorBoard takes a file of this name for an event file."""
    return "tfevents" in name and not name.endswith(".profile-empty")


class FoundFile(NamedTuple):
    """One event file.

    Attributes
    ----------
    below
        The path of its folder below the root; ``""`` is the root itself.
    name
        Its name.
    stat
        Its state, if the listing told it.
    """

    below: str
    name: str
    stat: FileStat | None


@dataclass(slots=True)
class Found:
    """What a walk over a logdir found.

    Attributes
    ----------
    files
        The event files by path.
    skipped
        Path and reason of what looks like an event file but must not be
        opened, and of folders that could not be listed.
    unlisted
        Paths below the root of folders that could not be listed: what was
        known below them may still be there.
    away
        Whether the root itself could not be reached: nothing in it can be.
    """

    files: dict[str, FoundFile] = field(default_factory=dict)
    skipped: dict[str, str] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    away: bool = False

    def may_hide(self, below: str) -> bool:
        """Whether a run was not seen only because a folder could not be listed."""
        return any(
            not folder or below == folder or below.startswith(folder + "/")
            for folder in self.unlisted
        )


class StoppedError(Exception):
    """A walk was stopped before its end: what it would have found is unknown."""


def discover(
    storage: Storage,
    root: str,
    workers: Workers,
    stop: Callable[[], bool] | None = None,
) -> Found:
    """List a logdir; links are followed, loops are not.

    Parameters
    ----------
    storage
        Where the logdir is.
    root
        Its path there: a folder, or a single event file.
    workers
        List several folders at a time if that is of use.
    stop
        Asked now and then whether to stop.

    Raises
    ------
    StoppedError
        If it was stopped.
    """
    found = Found()
    try:
        entries = storage.find(root)
        kind = "folder" if entries else storage.kind(root)
    except OSError as error:
        found.skipped[root] = _why_missing(root, error)
        found.unlisted.add("")
        found.away = True
        return found
    if entries:
        _take_listing(entries, root, found)
    elif kind == "file":
        name = root.replace("\\", "/").rsplit("/", 1)[-1]
        found.files[root] = FoundFile("", name, None)
    elif kind == "folder":
        _walk(storage, root, found, workers, stop or _never)
    else:
        found.skipped[root] = f"skipped: a {kind}"
    return found


def _take_listing(entries: list[Entry], root: str, found: Found) -> None:
    """Take the event files out of one listing of everything below the root."""
    start = root.rstrip("/")
    for entry in entries:
        if not is_event_file(entry.name) and entry.path != root:
            continue
        below = entry.path[len(start) + 1 : -len(entry.name)].replace("\\", "/").strip("/")
        found.files[entry.path] = FoundFile(below, entry.name, entry.stat)


class _Folder(NamedTuple):
    """A folder to be listed: its path, that below the root, and the folders it lies in."""

    path: str
    below: str
    chain: tuple[str, ...]


def _walk(
    storage: Storage, root: str, found: Found, workers: Workers, stop: Callable[[], bool]
) -> None:
    def scan(folder: _Folder) -> list[Entry] | OSError:
        if stop():
            raise StoppedError
        try:
            return storage.scan(folder.path)
        except OSError as error:
            return error

    # Level by level, so that many folders can be listed at a time. A folder knows those it
    # lies in: a link to one of them is a loop, while the same may be reached by two links.
    level = [_Folder(root, "", (root,))]
    while level:
        below: list[_Folder] = []
        for folder, entries in zip(level, workers.map(scan, level), strict=True):
            if isinstance(entries, OSError):
                found.skipped[folder.path] = f"cannot be listed: {reason(entries)}"
                found.unlisted.add(folder.below)
            else:
                below += _take_folder(storage, folder, entries, found)
        level = below


def _take_folder(
    storage: Storage, folder: _Folder, entries: list[Entry], found: Found
) -> list[_Folder]:
    """Take the event files out of a folder's listing; return the folders in it."""
    below = []
    for entry in entries:
        if entry.kind == "folder":
            if entry.is_link and _leads_back(storage, entry.path, folder.chain):
                found.skipped[entry.path] = "skipped: a link back to a folder above it"
                continue
            inside = f"{folder.below}/{entry.name}" if folder.below else entry.name
            below.append(_Folder(entry.path, inside, (*folder.chain, entry.path)))
        elif is_event_file(entry.name):
            if entry.kind == "file":
                found.files[entry.path] = FoundFile(folder.below, entry.name, entry.stat)
            else:
                found.skipped[entry.path] = f"skipped: a {entry.kind}"
    return below


def _never() -> bool:
    return False


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
