"""One event file that may grow: what of it has been read, and whether it is still the same."""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from nbboard.errors import Problem
from nbboard.records import HEADER
from nbboard.text import counting_key

if TYPE_CHECKING:
    from nbboard.events.batch import Damage
    from nbboard.events.decoded import Decoded, SessionStart
    from nbboard.series.run import Run
    from nbboard.storage import FileStat, OpenFile, Storage

__all__ = ["HEAD", "EventFile", "Verdict"]

#: So many first bytes tell a file from another in its place. They hold the
#: wall time of the first event.
HEAD = 64
#: The mark of a file of which nothing is read yet.
_UNREAD: tuple[object, ...] = (0, None, b"", b"", {}, None, 0, 0)


class Verdict(Enum):
    """What became of a file since it was last read."""

    SAME = "same"
    GROWN = "grown"
    REPLACED = "replaced"


@dataclass(slots=True)
class EventFile:
    """The reading state of one file.

    Attributes
    ----------
    number
        Its number in the store.
    run, name
        The run that it is part of, and its name there.
    storage, path
        Where it is.
    position
        Up to where it has been read: a record begins here, or will.
    stat
        Its state when it was last read; None before that.
    head, tail
        Its first bytes, and the last ones before ``position``; at most
        :data:`HEAD` each.
    problems
        What is damaged, by offset.
    held
        Records behind damage of unknown extent, which may have been inside the
        damaged record: kept back until the chain of records proves itself by
        reaching the end of the file. None while there is no such doubt.
    held_count
        How many records that are.
    set_aside
        Records for which the proof failed: they are not shown.
    retry
        Whether reading it failed for another reason than what it holds.
    last_wall_time
        Of its last event; NaN without events.
    session_starts
        Where jobs say in it that they begin.
    listed
        Its state as the last listing told it; None where listings tell none.
    """

    number: int
    run: Run
    name: str
    storage: Storage
    path: str
    position: int = 0
    stat: FileStat | None = None
    head: bytes = b""
    tail: bytes = b""
    problems: dict[int, Problem] = field(default_factory=dict)
    held: list[Decoded] | None = None
    held_count: int = 0
    set_aside: int = 0
    retry: bool = False
    last_wall_time: float = math.nan
    session_starts: tuple[SessionStart, ...] = ()
    listed: FileStat | None = None

    @property
    def order(self) -> tuple[str, int]:
        """What the files of a run are sorted by: they are read in that order.

        Natural: of files of one second, that of process 9 comes before that of 10.
        """
        return counting_key(self.name), self.number

    def open(self) -> OpenFile:
        """Open it; what a listing has told is not asked for again."""
        return self.storage.open(self.path, self.listed)

    def look(self) -> FileStat:
        """Return its state now, or as the last listing told it."""
        return self.listed or self.storage.stat(self.path)

    @property
    def is_plain(self) -> bool:
        """Whether reading can go on in the fast way."""
        return self.held is None and self.position not in self.problems

    @property
    def first_wall_time(self) -> float | None:
        """The wall time of the first event, None where there is none that can be read."""
        start = HEADER + 1
        if len(self.head) < start or 0 in self.problems:
            return None
        # Every writer puts the wall time first: a double, as field 1.
        if self.head[HEADER] != 0x09 or len(self.head) < start + 8:
            return 0.0
        time: float = struct.unpack_from("<d", self.head, start)[0]
        return time

    def check(self, opened: OpenFile, now: FileStat) -> Verdict:
        """Compare the open file with what was read of it before."""
        before = self.stat
        if before is None:
            return Verdict.GROWN
        if before == now:
            return Verdict.SAME
        if before.key != now.key or now.size < self.position or now.size < before.size:
            return Verdict.REPLACED
        # The same inode may have been rewritten in place.
        if _bytes_at(opened, 0, len(self.head)) != self.head:
            return Verdict.REPLACED
        if _bytes_at(opened, self.position - len(self.tail), len(self.tail)) != self.tail:
            return Verdict.REPLACED
        return Verdict.SAME if now.size == before.size else Verdict.GROWN

    def remember(self, opened: OpenFile, now: FileStat) -> None:
        """Keep what tells this file from another in its place."""
        if len(self.head) < HEAD:
            self.head = _bytes_at(opened, 0, min(HEAD, now.size))
        size = min(HEAD, self.position)
        self.tail = _bytes_at(opened, self.position - size, size)
        self.stat = now

    def mark(self) -> tuple[object, ...]:
        """Return what :meth:`reset_to` needs to forget everything read after now."""
        if self.stat is None and not self.position and not self.problems:
            return _UNREAD
        state = (self.position, self.stat, self.head, self.tail, dict(self.problems))
        return (*state, self.held, self.held_count, self.set_aside)

    def reset_to(self, mark: tuple[Any, ...]) -> None:
        """Forget everything read after a mark was made."""
        self.position, self.stat, self.head, self.tail = mark[:4]
        self.problems = dict(mark[4])
        self.held, self.held_count, self.set_aside = mark[5:]

    def note(self, offset: int, reason: str, lost: int) -> None:
        """Remember that something at ``offset`` is damaged."""
        self.problems[offset] = Problem(self.path, offset, reason, lost)

    def note_all(self, damage: list[Damage]) -> None:
        """Remember what the decoder could not use."""
        for item in damage:
            self.note(item.offset, item.reason, item.lost)


def _bytes_at(opened: OpenFile, offset: int, size: int) -> bytes:
    data = bytearray(size)
    return bytes(data[: opened.read_into(memoryview(data), offset)]) if size else b""
