"""What every storage offers, and which of its errors pass by themselves."""

from __future__ import annotations

import errno
import time
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

__all__ = [
    "MAX_OPEN",
    "Entry",
    "FileStat",
    "OpenFile",
    "Storage",
    "is_transient",
    "open_slots",
    "retrying",
]

#: The most files that are open at any moment, in all logdirs together.
MAX_OPEN = 64

#: A token is taken around every open file; see :data:`MAX_OPEN`. (A semaphore in
#: C: that of ``threading`` costs more than opening the file.)
open_slots: SimpleQueue[None] = SimpleQueue()
for _ in range(MAX_OPEN):
    open_slots.put(None)

# A network file system answers these while it recovers. ENOENT is among them
# because a file that was just listed and is then "not there" is a stale cache
# more often than a deletion; the next listing tells.
_TRANSIENT = frozenset(
    getattr(errno, name)
    for name in (
        "EAGAIN",
        "EBUSY",
        "EINTR",
        "EIO",
        "ENOENT",
        "ENOTCONN",
        "ESTALE",
        "ETIMEDOUT",
        "EREMOTEIO",
        "ECONNRESET",
    )
    if hasattr(errno, name)
)

#: Seconds to wait before the second and the third attempt.
_PAUSES = (0.002, 0.01)

T = TypeVar("T")


class FileStat(NamedTuple):
    """What identifies a state of a file.

    Attributes
    ----------
    size
        In bytes.
    mtime_ns
        Time of the last change in nanoseconds, 0 where the storage has none.
    key
        Changes when another file takes the place: the inode, where there are any.
    tag
        Changes with the content: the ETag of an object store; empty elsewhere.
    """

    size: int
    mtime_ns: int
    key: tuple[int, ...]
    tag: str = ""


class Entry(NamedTuple):
    """One name in a folder.

    Attributes
    ----------
    name
        The last part of the path.
    path
        What to give to the storage's other methods.
    kind
        ``"folder"``, ``"file"`` (a regular file) or, for whatever must not be
        opened, a short noun for the report such as ``"FIFO"``.
    is_link
        Whether it is a symbolic link; ``kind`` is then what it leads to.
    stat
        For files, if the listing told it for free.
    """

    name: str
    path: str
    kind: str
    is_link: bool = False
    stat: FileStat | None = None


class OpenFile(Protocol):
    """A file open for reading; a context manager that closes it."""

    def stat(self) -> FileStat:
        """Return the state of the file that is open, not of its path."""

    def read_into(self, view: memoryview, offset: int) -> int:
        """Fill ``view`` from ``offset``; return the bytes read, fewer only at the end."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Storage(Protocol):
    """Files under a root. All methods raise :class:`OSError` when they fail for good."""

    #: Whether many small requests are as good as one large one.
    is_local: bool

    def find(self, root: str) -> list[Entry] | None:
        """List all files below a folder, in one listing whose states can be believed.

        None where folders are listed one by one: see :meth:`scan`.
        """

    def scan(self, path: str) -> list[Entry]:
        """List a folder, unsorted."""

    def stat(self, path: str) -> FileStat:
        """Return the state of the regular file at ``path``, links followed."""

    def kind(self, path: str) -> str:
        """Return ``"folder"``, ``"file"`` or a noun for anything else, links followed."""

    def identity(self, path: str) -> object:
        """Return what is equal for two paths of the same folder, links followed."""

    def open(self, path: str, known: FileStat | None = None) -> OpenFile:
        """Open a regular file; anything else is refused without blocking.

        Parameters
        ----------
        path
            The file.
        known
            Its state as a listing told it, which is not asked for again.
        """

    def read_whole(
        self, path: str, view: memoryview, known: FileStat | None = None
    ) -> FileStat | None:
        """Read a small regular file that fits into ``view``, in as few steps as can be.

        Returns
        -------
        FileStat
            Its state, and so its size; None if it is longer, or if anything is
            unusual: :meth:`open` tells what.
        """


def is_transient(error: OSError) -> bool:
    """Whether an error may pass by itself, so that what was read is kept."""
    return error.errno in _TRANSIENT or error.errno is None


def retrying(
    call: Callable[..., T], *arguments: Any, pause: Callable[[float], None] = time.sleep
) -> T:
    """Call up to three times while the error is one that passes by itself.

    ``FileNotFoundError`` is not repeated here: on a local disk it is final, and
    elsewhere the next refresh repeats it.
    """
    for seconds in _PAUSES:
        try:
            return call(*arguments)
        except OSError as error:
            if error.errno == errno.ENOENT or not is_transient(error):
                raise
        pause(seconds)
    return call(*arguments)
