"""Files of this machine (which may well be on a network file system)."""

from __future__ import annotations

import errno
import os
import stat as stat_module
from typing import TYPE_CHECKING, Any

from nbboard.storage.base import Entry, FileStat, OpenFile, open_slots, retrying

if TYPE_CHECKING:
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["LocalStorage", "System"]

_NOUNS = {
    stat_module.S_IFIFO: "FIFO",
    stat_module.S_IFCHR: "character device",
    stat_module.S_IFBLK: "block device",
    stat_module.S_IFSOCK: "socket",
}
# O_NONBLOCK: opening a FIFO without a writer would wait for ever, should one
# take a file's place between the listing and here.
_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_BINARY", 0)
    | getattr(os, "O_NOCTTY", 0)
)


class System:
    """The operating system calls in use, so that a test can make each of them fail."""

    scandir: Any = staticmethod(os.scandir)
    stat = staticmethod(os.stat)
    open = staticmethod(os.open)
    fstat = staticmethod(os.fstat)
    close = staticmethod(os.close)

    @staticmethod
    def read_into(descriptor: int, view: memoryview, offset: int) -> int:
        """Read once from ``offset``, as many bytes as come."""
        if hasattr(os, "preadv"):
            return os.preadv(descriptor, [view], offset)
        os.lseek(descriptor, offset, os.SEEK_SET)
        data = os.read(descriptor, len(view))
        view[: len(data)] = data
        return len(data)


class LocalFile:
    """One open regular file of this machine."""

    def __init__(self, system: System, path: str) -> None:
        self._system = system
        self._descriptor = -1
        open_slots.get()
        try:
            self._descriptor = retrying(system.open, path, _FLAGS)
            status = retrying(system.fstat, self._descriptor)
            _insist_on_file(status.st_mode, path)
        except BaseException:
            self._close()
            raise
        self._first_stat: os.stat_result | None = status

    def stat(self) -> FileStat:
        """Return the state of the open file."""
        status, self._first_stat = self._first_stat, None
        if status is None:
            status = retrying(self._system.fstat, self._descriptor)
        return _file_stat(status)

    def read_into(self, view: memoryview, offset: int) -> int:
        """Fill ``view`` from ``offset``; short reads are continued."""
        done = 0
        while done < len(view):
            rest, position = view[done:] if done else view, offset + done
            count = retrying(self._system.read_into, self._descriptor, rest, position)
            if count <= 0:
                break
            done += count
        return done

    def _close(self) -> None:
        try:
            if self._descriptor >= 0:
                self._system.close(self._descriptor)
        except OSError:
            pass  # read-only: nothing can be lost, and the descriptor is gone either way
        finally:
            self._descriptor = -1
            open_slots.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()


class LocalStorage:
    """The file system of this machine.

    Parameters
    ----------
    system
        The system calls; tests pass one that fails on demand.
    home
        The folder that relative paths start from, also when the working directory has changed;
        empty for whatever that is.
    """

    is_local = True

    def __init__(self, system: System | None = None, home: str = "") -> None:
        self._system = system or System()
        self._home = home

    def _at(self, path: str) -> str:
        return os.path.join(self._home, path) if self._home else path  # noqa: PTH118 - many of them

    def scan(self, path: str) -> list[Entry]:
        """List a folder; a name whose nature cannot be told is a ``"broken link"`` or the like."""
        return retrying(self._scan, path)

    def _scan(self, path: str) -> list[Entry]:
        cut = len(self._at("")) if self._home else 0
        with self._system.scandir(self._at(path)) as items:
            # Answered by the listing itself; only links and oddities cost a call.
            return [
                Entry(item.name, item.path[cut:], "file")
                if item.is_file(follow_symlinks=False)
                else Entry(item.name, item.path[cut:], "folder")
                if item.is_dir(follow_symlinks=False)
                else self._other_entry(item, item.path[cut:])
                for item in items
            ]

    def _other_entry(self, item: os.DirEntry[str], path: str) -> Entry:
        try:
            mode = retrying(self._system.stat, item.path).st_mode
        except OSError as error:
            noun = "link that leads nowhere" if error.errno == errno.ENOENT else "unreadable entry"
            if error.errno == errno.ELOOP:
                noun = "link that leads to itself"
            return Entry(item.name, path, noun)
        return Entry(item.name, path, _kind(mode), is_link=item.is_symlink())

    def stat(self, path: str) -> FileStat:
        """Return the state of the regular file at ``path``."""
        status = retrying(self._system.stat, self._at(path))
        _insist_on_file(status.st_mode, path)
        return _file_stat(status)

    def kind(self, path: str) -> str:
        """Return ``"folder"``, ``"file"`` or a noun for anything else."""
        return _kind(retrying(self._system.stat, self._at(path)).st_mode)

    def identity(self, path: str) -> object:
        """Return the device and inode of a folder."""
        status = retrying(self._system.stat, self._at(path))
        return status.st_dev, status.st_ino

    def find(self, root: str) -> list[Entry] | None:  # noqa: ARG002 - storages differ
        """Not offered: folders are listed one by one."""
        return None

    def open(self, path: str, known: FileStat | None = None) -> OpenFile:  # noqa: ARG002 - as above
        """Open a regular file for reading at offsets."""
        return LocalFile(self._system, self._at(path))

    def read_whole(
        self,
        path: str,
        view: memoryview,
        known: FileStat | None = None,  # noqa: ARG002 - as above
    ) -> FileStat | None:
        """Read a small file at once; None if it is longer, or anything is unusual."""
        system = self._system
        open_slots.get()
        try:
            descriptor = system.open(self._at(path), _FLAGS)
            try:
                status = system.fstat(descriptor)
                size = status.st_size
                if size > len(view) or not stat_module.S_ISREG(status.st_mode):
                    return None
                if system.read_into(descriptor, view[:size], 0) != size:
                    return None
            finally:
                system.close(descriptor)
        except OSError:
            return None
        finally:
            open_slots.put(None)
        return FileStat(size, status.st_mtime_ns, (status.st_ino,))


def _kind(mode: int) -> str:
    if stat_module.S_ISDIR(mode):
        return "folder"
    return "file" if stat_module.S_ISREG(mode) else _noun(mode)


def _insist_on_file(mode: int, path: str) -> None:
    if not stat_module.S_ISREG(mode):
        raise OSError(errno.EINVAL, f"not a regular file but a {_noun(mode)}", path)


def _noun(mode: int) -> str:
    return _NOUNS.get(stat_module.S_IFMT(mode), "special file")


def _file_stat(status: os.stat_result) -> FileStat:
    return FileStat(status.st_size, status.st_mtime_ns, (status.st_ino,))
