"""A storage with a listing that is given from outside, by somebody who has listed it already."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

from nbboard.storage.base import Entry, FileStat, OpenFile, Storage

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ListedStorage"]


class ListedStorage:
    """Some files of a storage: what is listed is believed, nothing else is there.

    Parameters
    ----------
    storage
        Where the files are read.
    files
        Their paths and states.
    """

    def __init__(self, storage: Storage, files: Mapping[str, FileStat]) -> None:
        self._storage = storage
        self._files = files
        self.is_local = storage.is_local

    def find(self, root: str) -> list[Entry] | None:
        """Return the files of the listing that lie below a folder, or are it."""
        inside = (root.rstrip("/") + "/", root.rstrip(os.sep) + os.sep)
        return [
            Entry(path.replace("\\", "/").rsplit("/", 1)[-1], path, "file", stat=stat)
            for path, stat in self._files.items()
            if path == root or path.startswith(inside)
        ]

    def scan(self, path: str) -> list[Entry]:
        """Return the files of the listing that lie in a folder."""
        found = self.find(path) or []
        return [e for e in found if len(e.path) == len(path.rstrip("/")) + 1 + len(e.name)]

    def stat(self, path: str) -> FileStat:
        """Return the state of a file as it was listed."""
        try:
            return self._files[path]
        except KeyError:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), path) from None

    def kind(self, path: str) -> str:
        """Return ``"file"`` for what is listed, else ``"folder"``."""
        return "file" if path in self._files else "folder"

    def identity(self, path: str) -> object:
        """Return the path: the listing has no links."""
        return path

    def open(self, path: str, known: FileStat | None = None) -> OpenFile:
        """Open a file where it is."""
        return self._storage.open(path, known or self.stat(path))

    def read_whole(
        self, path: str, view: memoryview, known: FileStat | None = None
    ) -> FileStat | None:
        """Read a small file where it is."""
        return self._storage.read_whole(path, view, known or self.stat(path))
