"""Object stores and other file systems behind ``scheme://``, through fsspec."""

from __future__ import annotations

import errno
import os
from datetime import datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from nbboard.storage.base import Entry, FileStat, OpenFile, open_slots, retrying

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

__all__ = ["RemoteStorage"]

_CODES = frozenset(status.value for status in HTTPStatus)

T = TypeVar("T")

#: What Python's own exceptions mean where a client raises them without a number.
_NUMBERS: dict[type[OSError], int] = {
    FileNotFoundError: errno.ENOENT,
    NotADirectoryError: errno.ENOTDIR,
    PermissionError: errno.EACCES,
}


class RemoteFile:
    """One remote object; each read is a request for a range of it."""

    def __init__(self, storage: RemoteStorage, path: str, known: FileStat | None) -> None:
        self._storage = storage
        self._path = path
        open_slots.get()
        try:
            self._first_stat: FileStat | None = known or storage.stat(path)
        except BaseException:
            open_slots.put(None)
            raise

    def stat(self) -> FileStat:
        """Return the state of the object at its path."""
        known, self._first_stat = self._first_stat, None
        return known or self._storage.stat(self._path)

    def read_into(self, view: memoryview, offset: int) -> int:
        """Fill ``view`` from ``offset``; a range that comes short is asked for again."""
        done = 0
        while done < len(view):
            start, stop = offset + done, offset + len(view)
            data = self._storage.read_range(self._path, start, stop)
            if not data:
                break
            view[done : done + len(data)] = data
            done += len(data)
        return done

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        open_slots.put(None)


class RemoteStorage:
    """A file system of fsspec.

    Parameters
    ----------
    filesystem
        An ``fsspec.AbstractFileSystem``.
    prefix
        What stands before the file system's own paths in all that come in and go out
        here, so that they are URLs; for example ``"s3://"``.
    """

    is_local = False

    def __init__(self, filesystem: Any, prefix: str = "") -> None:
        self._filesystem = filesystem
        self._prefix = prefix

    def url(self, path: str) -> str:
        """Return the URL of one of the file system's own paths."""
        return self._prefix + path

    def _own(self, path: str) -> str:
        return path.removeprefix(self._prefix)

    def scan(self, path: str) -> list[Entry]:
        """List a folder, always anew: fsspec's listing cache would hide what was appended."""
        found = self._call(path, lambda: self._list(path))
        # Some stores list the folder's own marker among its content.
        entries = (self._entry(info) for info in found)
        return [e for e in entries if e.name and e.path.rstrip("/") != path.rstrip("/")]

    def _entry(self, info: dict[str, Any]) -> Entry:
        full = self.url(str(info["name"]))
        name = full.rstrip("/").rsplit("/", 1)[-1]
        kind = {"file": "file", "directory": "folder"}.get(str(info["type"]), "special file")
        return Entry(name, full, kind, stat=_stat_of(info) if kind == "file" else None)

    def find(self, root: str) -> list[Entry] | None:
        """List all objects below a prefix, a thousand a request, always anew.

        None for file systems that would walk from folder to folder all the same, and
        leave out in silence what they cannot list.
        """
        if not _lists_prefixes(self._filesystem):
            return None
        own = self._own(root)

        def listing() -> dict[str, dict[str, Any]]:
            self._filesystem.invalidate_cache(own)
            found: dict[str, dict[str, Any]] = self._filesystem.find(own, detail=True)
            return found

        found = self._call(root, listing)
        return [self._entry(info or self._info(self.url(name))) for name, info in found.items()]

    def _list(self, path: str) -> list[dict[str, Any]]:
        own = self._own(path)
        self._filesystem.invalidate_cache(own)
        listing: list[dict[str, Any]] = self._filesystem.ls(own, detail=True)
        return listing

    def stat(self, path: str) -> FileStat:
        """Return the size and identity of the object at ``path``."""
        info = self._call(path, lambda: self._info(path))
        if info["type"] != "file":
            raise OSError(errno.EINVAL, f"not a file but a {info['type']}", path)
        return _stat_of(info)

    def _info(self, path: str) -> dict[str, Any]:
        own = self._own(path)
        self._filesystem.invalidate_cache(own)
        info: dict[str, Any] = self._filesystem.info(own)
        return info

    def kind(self, path: str) -> str:
        """Return ``"folder"``, ``"file"`` or a noun for anything else."""
        found = str(self._call(path, lambda: self._info(path))["type"])
        return {"file": "file", "directory": "folder"}.get(found, "special file")

    def identity(self, path: str) -> object:
        """Return the path: these stores have no links."""
        return path

    def open(self, path: str, known: FileStat | None = None) -> OpenFile:
        """Open an object for reading ranges."""
        return RemoteFile(self, path, known)

    def read_whole(
        self, path: str, view: memoryview, known: FileStat | None = None
    ) -> FileStat | None:
        """Read a small object by one request, if a listing has told its size; else None."""
        if known is None or not 0 < known.size <= len(view):
            return None
        try:
            data = self.read_range(path, 0, known.size)
        except OSError:
            return None
        if len(data) != known.size:
            return None
        view[: len(data)] = data
        return known

    def read_range(self, path: str, start: int, stop: int) -> bytes:
        """Return the bytes from ``start`` up to ``stop`` or the end."""
        own = self._own(path)
        data: bytes = self._call(
            path, lambda: self._filesystem.cat_file(own, start=start, end=stop)
        )
        return data

    def _call(self, path: str, call: Callable[[], T]) -> T:
        """Call with retries; whatever a client raises becomes an OSError that says what."""

        def once() -> T:
            try:
                return call()
            except OSError as error:
                answer = _http_answer(error)
                if answer is not None:
                    raise OSError(*answer, path) from error
                number = _NUMBERS.get(type(error))
                if number is None or error.errno is not None:
                    raise
                # Clients seldom give a number; some give the path for a reason.
                text = str(error)
                told = text and text.strip("/") not in path
                raise OSError(number, text if told else os.strerror(number), path) from error

        try:
            return retrying(once)
        except OSError:
            raise
        except Exception as error:
            # Not repeated: before such a client gives up, it has tried again by itself.
            answer = _http_answer(error)
            if answer is not None:
                raise OSError(*answer, path) from error
            raise OSError(errno.EIO, f"{type(error).__name__}: {error}", path) from error


def _http_answer(error: BaseException) -> tuple[int, str] | None:
    """Return number and words for what an HTTP server answered; None for other errors.

    fsspec says of whatever its HTTP client could not do that there is no such file; what
    happened is the cause of that.
    """
    cause: BaseException | None = error
    while cause is not None:
        status = getattr(cause, "status", None)
        if isinstance(status, int) and status >= 400 and status != 404:
            words = f"HTTP {status}, {HTTPStatus(status).phrase}" if status in _CODES else ""
            return _meaning(status), f"{words or f'HTTP {status}'}: {_advice(status)}"
        refused = getattr(cause, "os_error", None)
        if isinstance(refused, OSError):
            told = os.strerror(refused.errno) if refused.errno else str(refused)
            return errno.EIO, f"the server cannot be reached: {told}"
        cause = cause.__cause__ or cause.__context__
    return None


def _meaning(status: int) -> int:
    return errno.EACCES if status in {401, 403, 407} else errno.EIO


def _advice(status: int) -> str:
    """Return what to do about a status, in a sentence."""
    if status in {401, 407}:
        return "the server asks who you are; give a name and password, or a token"
    if status == 403:
        return "the server knows the address and does not give it to you"
    if status == 429:
        return "the server was asked too often; try again later"
    return "the server failed; try again later" if status >= 500 else "the server refused"


def _lists_prefixes(filesystem: Any) -> bool:
    """Whether a file system can list a whole prefix, as object stores can."""
    from fsspec.asyn import AsyncFileSystem

    if not isinstance(filesystem, AsyncFileSystem):
        return False
    return bool(type(filesystem)._find is not AsyncFileSystem._find)  # noqa: SLF001 - its only sign


def _stat_of(info: dict[str, Any]) -> FileStat:
    """Make the state from what the file system tells; fields differ between stores."""
    changed = (
        info.get("LastModified") or info.get("mtime") or info.get("created") or info.get("updated")
    )
    nanoseconds = 0
    if isinstance(changed, datetime):
        nanoseconds = int(changed.timestamp() * 1e9)
    elif isinstance(changed, int | float):
        nanoseconds = int(changed * 1e9)
    # An object that grew is a new object with a new tag in most stores, so the
    # tag is no identity; the first bytes, compared by the tail reader, are.
    tag = str(info.get("ETag") or info.get("etag") or "")
    return FileStat(int(info.get("size") or 0), nanoseconds, (), tag)
