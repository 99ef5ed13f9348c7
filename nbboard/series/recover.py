"""Reading a file to its present end, whatever stands in the way."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nbboard.events.decode import WRONG_CHECKSUM
from nbboard.paths import packed
from nbboard.records.framing import HEADER, MAX_RECORD, OVERHEAD
from nbboard.records.resync import resynchronise
from nbboard.records.walk import Walk, walk
from nbboard.series.buffers import BEHIND, MIXED_PIECE, borrow, give_back, records_of
from nbboard.series.event_file import Verdict
from nbboard.series.read import FileResult

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.events.batch import RecordBatch
    from nbboard.events.decode import Decoder
    from nbboard.events.decoded import Decoded
    from nbboard.series.event_file import EventFile
    from nbboard.storage import OpenFile

__all__ = ["read_carefully"]


def read_carefully(file: EventFile, decoder: Decoder) -> tuple[FileResult, list[Decoded]]:
    """Read what is new in a file to its end, whatever stands in the way."""
    result = FileResult(file)
    made: list[Decoded] = []
    try:
        with file.open() as opened:
            now = result.stat = opened.stat()
            if file.stat is not None and file.check(opened, now) is Verdict.REPLACED:
                result.replaced = True
                return result, []
            _Careful(file, opened, now.size, decoder, made).run()
            file.remember(opened, now)
    except OSError as error:
        # What was read until then counts: the file's position is behind it.
        result.error = error
    return result, made


class _Careful:
    """One pass over a file to its present end.

    Parameters
    ----------
    file
        The file, whose state is brought up to date.
    opened
        The same, open.
    size
        Its size.
    decoder
        The decoder.
    made
        What is certain is added here.
    """

    def __init__(
        self,
        file: EventFile,
        opened: OpenFile,
        size: int,
        decoder: Decoder,
        made: list[Decoded],
    ) -> None:
        self._file = file
        self._opened = opened
        self._size = size
        self._decoder = decoder
        self._made = made
        self._want = MIXED_PIECE
        self._buffer = borrow()

    def run(self) -> None:
        """Read on to the end."""
        try:
            self._run()
        finally:
            give_back(self._buffer)

    def _run(self) -> None:
        file = self._file
        going = True
        while going and self._size - file.position >= HEADER:
            # What is known about this place is found again, if it still holds.
            file.problems.pop(file.position, None)
            going = self._read_on(*self._load(file.position, self._want))
        if file.position == self._size:
            self._settle()

    def _read_on(self, data: NDArray[np.uint8], count: int) -> bool:
        """Take what is in a piece; return whether there is more to do."""
        file = self._file
        start, self._want = file.position, MIXED_PIECE
        found = walk(data, 0, count)
        self._take(records_of(data, found, (len(found.positions), found.stop), file, start))
        file.position = start + found.stop
        if found.length == -1:
            return self._find_way(self._lost_at(file.position))
        if found.length == -2:
            return start + count < self._size and count >= HEADER
        if found.length > MAX_RECORD:
            return self._too_long(found.length)
        need = OVERHEAD + found.length
        if file.position + need > self._size:
            # An unfinished record, and its header is valid.
            self._settle()
            return False
        if not len(found.positions):
            self._want = need
            # Otherwise the file is shorter than it was a moment ago.
            return count < need
        return True

    def _load(self, start: int, want: int) -> tuple[NDArray[np.uint8], int]:
        want = min(want, self._size - start)
        data = self._buffer if want <= MIXED_PIECE else np.zeros(want + BEHIND, np.uint8)
        return data, self._opened.read_into(data.data[:want], start)

    def _lost_at(self, position: int) -> int:
        """Return where the way to a damaged header was lost.

        If the record before it has a wrong checksum, bytes of it may be
        missing, and what looks like a damaged header is the middle of something.
        """
        for problem in self._file.problems.values():
            if problem.reason == WRONG_CHECKSUM and problem.offset + problem.lost == position:
                return problem.offset
        return position

    def _take(self, records: RecordBatch) -> None:
        """Decode records."""
        if not len(records.positions):
            return
        decoded, damage = self._decoder.decode(records)
        self._file.note_all(damage)
        if self._file.held is None:
            self._made.append(decoded)
        else:
            self._file.held.append(decoded)
            self._file.held_count += len(records.positions)

    def _too_long(self, length: int) -> bool:
        """Step over a record that is too long to be one; False if the file ends before it."""
        file = self._file
        reason = f"a record that claims {length:,} bytes"
        if file.position + OVERHEAD + length <= self._size:
            file.note(file.position, reason, OVERHEAD + length)
            file.position += OVERHEAD + length
            return True
        return self._find_way(file.position, reason)

    def _find_way(self, start: int, reason: str = "a damaged record") -> bool:
        """Go on behind the damage at ``start``; False if nothing valid follows yet."""
        file = self._file
        begin = start
        while True:
            data, count = self._load(begin, MIXED_PIECE)
            at_end = begin + count >= self._size
            how = "" if begin else packed(file.path, bytes(data[:512]))
            if how:
                # What of its records can be made out is not a run: of which file would it be?
                file.note(start, f"not an event file but {how}", self._size - start)
                file.position = start
                return False
            if begin == start:
                where = resynchronise(data, 0, count, at_end=at_end)
            else:
                where = resynchronise(data, 0, count, at_end=False)._replace(recovered=False)
            if where.position >= 0:
                break
            if at_end or count <= HEADER:
                if start == 0:
                    reason = "not an event file"
                file.note(start, reason, self._size - start)
                file.position = start
                return False
            begin += count - HEADER
        after = begin + where.position
        if where.recovered:
            file.note(start, "a damaged header; its record was recovered", 0)
            record = Walk(np.zeros(1, np.int64), where.position, 0)
            self._take(records_of(data, record, (1, where.position), file, start))
        else:
            file.note(start, reason, after - start)
            self._doubt()
        file.position = after
        return True

    def _doubt(self) -> None:
        """From here on records may have been inside a damaged one; what was held back is."""
        file = self._file
        if file.held_count:
            file.set_aside += file.held_count
            where = max(file.problems)
            problem = file.problems[where]
            file.note(
                where,
                f"{problem.reason}; {file.held_count:,} records before it, which follow "
                "other damage, may not be real and are not shown",
                problem.lost,
            )
        file.held, file.held_count = [], 0

    def _settle(self) -> None:
        """Take what was held back for real: the chain of records has reached the end."""
        file = self._file
        if file.held is not None:
            self._made.extend(file.held)
        file.held, file.held_count = None, 0
