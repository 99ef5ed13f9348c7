"""From the files of one host to its profile: bytes, decompression, limits."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.chrome import read_chrome
from nbboard.kinds.profile.memory import read_memory_profile
from nbboard.kinds.profile.statistics import READERS, Statistics
from nbboard.kinds.profile.xplane import read_local_trace, read_xplane
from nbboard.series.find import reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbboard.kinds.profile.files import ProfileFile
    from nbboard.kinds.profile.trace import Memory, Trace
    from nbboard.storage import Storage

__all__ = ["HostFiles", "Reading", "read_host"]

#: Bytes read at a time.
_PIECE = 1 << 20
#: What is parsed whole is not longer, uncompressed.
_MOST_WHOLE = 2_000_000_000
#: A dump of numbers is not longer.
_MOST_NUMBERS = 256 << 20
#: A few bytes of gzip may claim to be gigabytes: no trace is packed more tightly.
_TIGHTEST = 400


@dataclass
class Reading:
    """How far reading is, and whether to go on.

    Attributes
    ----------
    progress
        Called with the bytes read and those there are.
    stopped
        Asked again and again; once true, reading ends with what was read until then.
    """

    progress: Callable[[int, int], object] = lambda _done, _total: None
    stopped: Callable[[], bool] = lambda: False
    done: int = 0
    total: int = 0

    def advance(self, count: int) -> None:
        """Say that so many more bytes were read."""
        self.done += count
        self.progress(self.done, self.total)


@dataclass
class HostFiles:
    """What the files of one host hold.

    Attributes
    ----------
    host
        Its name.
    trace
        Its time line; None without one.
    statistics
        What the profiler counted itself.
    memory
        Allocators of dumps without a time line.
    refused
        For each file of which nothing is shown its path and the reason.
    read
        The paths of the files that were read.
    spare
        The paths of those that have the same time line as another.
    """

    host: str
    trace: Trace | None = None
    statistics: Statistics = field(default_factory=Statistics)
    memory: list[Memory] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    spare: list[str] = field(default_factory=list)


#: Where a host has several time lines, the first of these is the one that is shown.
_PREFERRED = ("xplane", "chrome", "local")


def read_host(host: str, files: list[ProfileFile], reading: Reading) -> HostFiles:
    """Read the files of one host; what cannot be read is refused with a reason."""
    found = HostFiles(host)
    ranked = sorted(
        files, key=lambda file: _PREFERRED.index(file.form) if file.form in _PREFERRED else 9
    )
    for file in ranked:
        if file.refusal:
            found.refused[file.path] = f"not read: {file.refusal}"
            continue
        if found.trace is not None and file.form in _PREFERRED:
            found.spare.append(file.path)
            continue
        try:
            _read_file(file, found, reading)
        except UndecodableError as error:
            found.refused[file.path] = f"not read: {error}"
        except OSError as error:
            found.refused[file.path] = f"cannot be read: {reason(error)}"
        else:
            found.read.append(file.path)
    return found


def _read_file(file: ProfileFile, found: HostFiles, reading: Reading) -> None:
    source = _Source(file.file.storage, file.path, reading)
    if file.form == "chrome":
        trace = read_chrome(source.pieces(), reading.stopped)
        trace.notes += source.notes
        found.trace = trace
    elif file.form == "xplane":
        found.trace = read_xplane(source.whole(_MOST_WHOLE), reading.stopped)
    elif file.form == "local":
        found.trace = read_local_trace(source.whole(_MOST_NUMBERS))
    elif file.form == "memory":
        found.memory += read_memory_profile(source.whole(_MOST_NUMBERS))
    else:
        found.statistics.add(READERS[file.suffix](source.whole(_MOST_NUMBERS)))


class _Source:
    """The content of one file, decompressed on the way."""

    def __init__(self, storage: Storage, path: str, reading: Reading) -> None:
        self._storage = storage
        self._path = path
        self._reading = reading
        self.notes: list[str] = []

    def whole(self, most: int) -> bytes:
        """Return all of it.

        Raises
        ------
        UndecodableError
            If it is longer than `most`, or its compression is damaged.
        """
        data = bytearray()
        for piece in self.pieces():
            data += piece
            if len(data) > most:
                raise UndecodableError(f"more than {most:,} bytes")
        if self.notes:
            raise UndecodableError(self.notes[0])
        return bytes(data)

    def pieces(self) -> Iterator[bytes]:
        """Yield it piece by piece; a damaged rest is told in :attr:`notes`."""
        raw = self._raw()
        first = next(raw, b"")
        if first[:2] != b"\x1f\x8b":
            yield first
            yield from raw
            return
        unpacker = zlib.decompressobj(wbits=31)
        packed = unpacked = 0
        piece = first
        while piece:
            packed += len(piece)
            while piece:
                try:
                    data = unpacker.decompress(piece, _PIECE)
                except zlib.error as error:
                    self.notes.append(f"its compression is damaged: {error}")
                    return
                unpacked += len(data)
                if unpacked > _TIGHTEST * packed + _PIECE:
                    raise UndecodableError("a few bytes that claim to be gigabytes")
                yield data
                if unpacker.eof:
                    piece = unpacker.unused_data
                    unpacker = zlib.decompressobj(wbits=31)
                    if piece[:2] != b"\x1f\x8b":
                        return
                else:
                    piece = unpacker.unconsumed_tail
            piece = next(raw, b"")
        if rest := unpacker.flush():
            yield rest
        if not unpacker.eof and unpacker.unused_data == b"" and unpacked:
            self.notes.append("its compressed data ends too early")

    def _raw(self) -> Iterator[bytes]:
        with self._storage.open(self._path) as file:
            size = file.stat().size
            buffer = bytearray(_PIECE)
            offset = 0
            while offset < size and not self._reading.stopped():
                count = file.read_into(memoryview(buffer), offset)
                if not count:
                    return
                offset += count
                self._reading.advance(count)
                yield bytes(buffer[:count])
