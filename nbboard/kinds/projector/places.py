"""Where the files of an embedding lie: below the folder of its configuration, nowhere else."""

from __future__ import annotations

import os
import posixpath
import re
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from nbboard.errors import UndecodableError
from nbboard.series.find import reason
from nbboard.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.series.points import FileBeside
    from nbboard.storage.base import FileStat, OpenFile, Storage

__all__ = ["Place", "place_of", "read_bytes"]

T = TypeVar("T")

#: A drive, a home folder, the address of something elsewhere.
_ELSEWHERE = re.compile(r"^([/\\~]|[A-Za-z]:|[A-Za-z][\w+.-]*://)")


class Place(NamedTuple):
    """A file that a configuration names.

    Attributes
    ----------
    path, storage
        Where it is.
    named
        As the configuration has it, for messages.
    """

    path: str
    storage: Storage
    named: str

    def stat(self) -> FileStat:
        """Return its state.

        Raises
        ------
        UndecodableError
            If it is not there or no file.
        """
        return self._asking(self.storage.stat)

    def open(self) -> OpenFile:
        """Open it.

        Raises
        ------
        UndecodableError
            If it is not there or no file.
        """
        return self._asking(self.storage.open)

    def _asking(self, call: Callable[[str], T]) -> T:
        try:
            return call(self.path)
        except OSError as error:
            raise UndecodableError(f"{self.named} cannot be read: {reason(error)}") from error


def place_of(config: FileBeside, named: str) -> Place:
    """Return where a file lies that a configuration names.

    Parameters
    ----------
    config
        The configuration.
    named
        A path relative to its folder.

    Raises
    ------
    UndecodableError
        If the path leads out of the folder: by itself, or by a symbolic link.
    """
    shown = printable(named)
    parts = posixpath.normpath(named.replace("\\", "/")).split("/")
    if not named or "\0" in named or _ELSEWHERE.match(named) or parts[0] in {"..", "."}:
        raise UndecodableError(f"{shown!r} leads out of the folder of the configuration")
    folder = config.path[: len(config.path) - len(config.name)]
    path = folder + "/".join(parts)
    # Of a path that is not of this machine only the dots are taken out, which does no harm.
    inside = os.path.realpath(folder or ".")
    if os.path.commonpath([inside, os.path.realpath(path)]) != inside:
        raise UndecodableError(f"{shown!r} is a link that leads out of the configuration's folder")
    return Place(path, config.storage, shown)


def read_bytes(place: Place, most: int) -> bytes:
    """Return a whole file.

    Raises
    ------
    UndecodableError
        If it cannot be read, or has more than `most` bytes.
    """
    with place.open() as file:
        size = file.stat().size
        if size > most:
            raise UndecodableError(f"{place.named} has {size:,} bytes; {most:,} are read at most")
        data = bytearray(size)
        try:
            count = file.read_into(memoryview(data), 0)
        except OSError as error:
            raise UndecodableError(f"{place.named} cannot be read: {reason(error)}") from error
    return bytes(data[:count])
