"""Which folders are runs: TensorBoard's rule.

A run is a folder with at least one file whose name contains ``tfevents`` and
does not end in ``.profile-empty``; its name is its path below the logdir.
"""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from nbboard.paths import probably_meant

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.series.workers import Workers
    from nbboard.storage import Entry, FileStat, Storage

#: So many folders are listed by one of those who list at a time.
_FOLDERS = 32

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
    beside
        Other files that somebody is interested in, by path.
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
    beside: dict[str, FoundFile] = field(default_factory=dict)
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
    beside: Callable[[str], object] | None = None,
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
    beside
        Told a file's name, whether the file is of interest though it is no event file.

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
        _take_listing(entries, root, found, beside or _never)
    elif kind == "file":
        name = root.replace("\\", "/").rsplit("/", 1)[-1]
        found.files[root] = FoundFile("", name, None)
    elif kind == "folder":
        _Walk(storage, found, workers, stop or _never, beside or _never).run(root)
    else:
        found.skipped[root] = f"skipped: a {kind}"
    return found


def _take_listing(
    entries: list[Entry], root: str, found: Found, beside: Callable[[str], object]
) -> None:
    """Take the files out of one listing of everything below the root."""
    start = root.rstrip("/")
    for entry in entries:
        if is_event_file(entry.name) or entry.path == root:
            files = found.files
        elif beside(entry.name):
            files = found.beside
        else:
            continue
        below = entry.path[len(start) + 1 : -len(entry.name)].replace("\\", "/").strip("/")
        files[entry.path] = FoundFile(below, entry.name, entry.stat)


class _Folder(NamedTuple):
    """A folder to be listed: its path, that below the root, and the folders it lies in."""

    path: str
    below: str
    chain: tuple[str, ...]


@dataclass(slots=True)
class _Walk:
    """A walk from folder to folder; the fields are those of :func:`discover`."""

    storage: Storage
    found: Found
    workers: Workers
    stop: Callable[[], bool]
    beside: Callable[[str], object]

    def run(self, root: str) -> None:
        """List all folders, level by level, so that many can be listed at a time.

        A folder knows those it lies in: a link to one of them is a loop, while the same
        folder may be reached by two links.
        """
        level = [_Folder(root, "", (root,))]
        while level:
            groups = [level[i : i + _FOLDERS] for i in range(0, len(level), _FOLDERS)]
            below: list[_Folder] = []
            for group, listed in zip(groups, self.workers.map(self._scan, groups), strict=True):
                for folder, entries in zip(group, listed, strict=True):
                    if isinstance(entries, OSError):
                        why = reason(entries)
                        self.found.skipped[folder.path] = f"cannot be listed: {why}"
                        self.found.unlisted.add(folder.below)
                    else:
                        self._take(folder, entries, below)
            level = below

    def _scan(self, folders: list[_Folder]) -> list[list[Entry] | OSError]:
        listed: list[list[Entry] | OSError] = []
        for folder in folders:
            if self.stop():
                raise StoppedError
            try:
                listed.append(self.storage.scan(folder.path))
            except OSError as error:
                listed.append(error)
        return listed

    def _take(self, folder: _Folder, entries: list[Entry], below: list[_Folder]) -> None:
        """Take the files out of a folder's listing, and the folders in it."""
        found = self.found
        for entry in entries:
            name = entry.name
            if entry.kind == "folder":
                if entry.is_link and _leads_back(self.storage, entry.path, folder.chain):
                    found.skipped[entry.path] = "skipped: a link back to a folder above it"
                    continue
                inside = f"{folder.below}/{name}" if folder.below else name
                below.append(_Folder(entry.path, inside, (*folder.chain, entry.path)))
            elif is_event_file(name):
                if entry.kind == "file":
                    found.files[entry.path] = FoundFile(folder.below, name, entry.stat)
                else:
                    found.skipped[entry.path] = f"skipped: a {entry.kind}"
            elif entry.kind == "file" and self.beside(name):
                found.beside[entry.path] = FoundFile(folder.below, name, self._state(entry))

    def _state(self, entry: Entry) -> FileStat | None:
        """Return the state of a file beside the event files, which nobody else looks at."""
        try:
            return entry.stat or self.storage.stat(entry.path)
        except OSError:
            return None  # whoever reads it is told why


def _never(_name: str = "") -> bool:
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
    meant = probably_meant(root)
    return f"{why} ({meant})" if meant else why


def reason(error: OSError) -> str:
    """Say in a few words why the system, or the client of a remote storage, refused."""
    text = error.strerror or str(error) or type(error).__name__
    # The system's own sentences go on within ours; all others stay as they are.
    system = error.errno is not None and text == os.strerror(error.errno)
    return _uncapitalized(text) if system else text


def _uncapitalized(text: str) -> str:
    return text[:1].lower() + text[1:]
