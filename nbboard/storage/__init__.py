"""BYTES: where files are. Local paths, and ``scheme://`` through fsspec.

A storage lists folders, tells what a file is, and reads ranges of it. Above
this layer nobody calls ``open``. Only regular files are ever opened, and never
more than :data:`MAX_OPEN` at a time.
"""

from __future__ import annotations

from nbboard.storage.base import MAX_OPEN, Entry, FileStat, OpenFile, Storage, is_transient
from nbboard.storage.listed import ListedStorage
from nbboard.storage.local import LocalStorage, System
from nbboard.storage.resolve import storage_for

__all__ = [
    "MAX_OPEN",
    "Entry",
    "FileStat",
    "ListedStorage",
    "LocalStorage",
    "OpenFile",
    "Storage",
    "System",
    "is_transient",
    "storage_for",
]
