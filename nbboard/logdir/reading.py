"""Reading event files: many small ones at once, long ones in sections, damaged ones with care.

What is read here does not touch the store; each function returns what it
found, so that they can run on several threads.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nbboard.events.decode import WRONG_CHECKSUM, Decoder, Records
from nbboard.logdir.tail import HEAD, EventFile, Verdict
from nbboard.records.framing import HEADER, MAX_RECORD, OVERHEAD
from nbboard.records.resync import resynchronise
from nbboard.records.walk import Repeat, Walk, first_header, walk, walk_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbboard.events.decoded import Decoded
    from nbboard.storage import FileStat, OpenFile

__all__ = ["SECTION", "FileResult", "SectionResult", "read_carefully", "read_files", "read_section"]

#: Bytes handled at a time. Large enough for long columns, small enough that
#: they need little memory besides the result.
SECTION = 4 << 20
#: Files with more to read than this are read in sections, side by side.
_SMALL_FILE = 1 << 20
#: Behind the last byte read there are always so many more, so that rows of a
#: fixed width can be taken from any record.
_BEHIND = 8 << 10
#: Read beyond a section's end, for the record that crosses it.
_CROSSING = 64 << 10

Ints = NDArray[np.int64]
_scratch = threading.local()


@dataclass(slots=True)
class FileResult:
    """What became of one file.

    Attributes
    ----------
    file
        The file.
    stat
        Its state when it was read.
    replaced
        Whether another file stands in its place: nothing was read.
    size
        How many bytes were read.
    left
        Whether it is too long, or not plain: to be read in another way.
    error
        Why it could not be read.
    """

    file: EventFile
    stat: FileStat | None = None
    replaced: bool = False
    size: int = 0
    left: bool = False
    error: Exception | None = None


@dataclass(slots=True)
class SectionResult:
    """What a section of a long file holds.

    Attributes
    ----------
    start, stop
        Where its first record begins, and where the record behind its last
        one does; -1 if no record was found.
    decoded
        Its content.
    damage
        What the decoder could not use.
    whole
        Whether it was read to its end.
    """

    start: int = -1
    stop: int = -1
    decoded: Decoded | None = None
    damage: list[Any] = field(default_factory=list)
    whole: bool = False


def _buffer(size: int) -> NDArray[np.uint8]:
    """Return this thread's buffer, with room behind ``size`` bytes."""
    if size > SECTION + _CROSSING:
        return np.zeros(size + _BEHIND, np.uint8)
    buffer: NDArray[np.uint8] | None = getattr(_scratch, "buffer", None)
    if buffer is None:
        buffer = _scratch.buffer = np.zeros(SECTION + _CROSSING + _BEHIND, np.uint8)
    return buffer


def _records(
    data: NDArray[np.uint8],
    positions: Ints,
    stop: int,
    file: EventFile,
    shift: int,
    *,
    repeats: Sequence[Repeat] = (),
) -> Records:
    """Describe the consecutive records of one file."""
    lengths = np.empty(len(positions), np.int64)
    if len(positions):
        np.subtract(positions[1:], positions[:-1], out=lengths[:-1])
        lengths[-1] = stop - positions[-1]
        lengths -= OVERHEAD
    piece = np.zeros(len(positions), np.int32)
    return Records(data, positions, lengths, piece, [file.number], [shift], list(repeats))


def read_files(files: list[EventFile], decoder: Decoder) -> tuple[list[FileResult], list[Decoded]]:
    """Read what is new in small files, all of them together.

    Positions and problems of the files are brought up to date; files that are
    long, or damaged, come back as ``left``.
    """
    results: list[FileResult] = []
    made: list[Decoded] = []
    data = _buffer(SECTION)
    view = data.data[:SECTION]
    batch: list[tuple[FileResult, int, int]] = []
    filled = 0
    for file in files:
        result = FileResult(file)
        results.append(result)
        if file.stat is None and not file.position and file.is_plain:
            now = file.storage.read_whole(file.path, view[filled : filled + _SMALL_FILE])
            if now is not None:
                result.stat = file.stat = now
                result.size = now.size
                batch.append((result, filled, filled + now.size))
                filled += now.size
                continue
        try:
            with file.storage.open(file.path) as opened:
                now = result.stat = opened.stat()
                verdict = file.check(opened, now)
                if verdict is Verdict.SAME:
                    file.stat = now
                    continue
                if verdict is Verdict.REPLACED:
                    result.replaced = True
                    continue
                want = now.size - file.position
                if want > _SMALL_FILE or not file.is_plain:
                    result.left = True
                    continue
                if filled + want > SECTION:
                    with decoder.alone:
                        made.append(_read_batch(data, batch, decoder))
                    batch, filled = [], 0
                count = opened.read_into(view[filled : filled + want], file.position)
        except OSError as error:
            result.error = error
            continue
        file.stat = now if count == want else None
        result.size = count
        batch.append((result, filled, filled + count))
        filled += count
    if batch:
        with decoder.alone:
            made.append(_read_batch(data, batch, decoder))
    return results, made


def _read_batch(
    data: NDArray[np.uint8], batch: list[tuple[FileResult, int, int]], decoder: Decoder
) -> Decoded:
    """Decode the pieces of several files that lie one after another in a buffer."""
    starts = np.fromiter((start for _, start, _ in batch), np.int64, len(batch))
    stops = np.fromiter((stop for _, _, stop in batch), np.int64, len(batch))
    if len(batch) == 1:
        found = walk(data, 0, int(stops[0]))
        repeats = found.repeats
        positions, ends = found.positions, np.array([found.stop])
        counts = np.array([len(positions)])
    else:
        repeats = []
        positions, counts, ends = walk_pieces(data, starts, stops, repeats)
    lengths = np.empty(len(positions), np.int64)
    if len(positions):
        np.subtract(positions[1:], positions[:-1], out=lengths[:-1])
        # A piece's last record ends where its walk did.
        last = np.cumsum(counts) - 1
        filled = counts > 0
        lengths[last[filled]] = ends[filled] - positions[last[filled]]
        lengths -= OVERHEAD
    piece = np.repeat(np.arange(len(batch), dtype=np.int32), counts)
    files = [result.file.number for result, _, _ in batch]
    shifts = [result.file.position - start for result, start, _ in batch]
    records = Records(data, positions, lengths, piece, files, shifts, repeats)
    made, damage = decoder.decode(records)
    by_number = {result.file.number: result.file for result, _, _ in batch}
    for item in damage:
        by_number[item.file].note_all([item])
    for (result, start, stop), end in zip(batch, ends.tolist(), strict=True):
        file = result.file
        if len(file.head) < HEAD and file.position == 0:
            file.head = data[start : min(start + HEAD, stop)].tobytes()
        # Of what was read before, the tail is not at hand: a short one will do.
        file.tail = data[max(start, end - HEAD) : end].tobytes() or file.tail
        file.position += end - start
        # What remains is an unfinished record, or something that needs care.
        if stop - end >= HEADER and not _is_unfinished(data, end, stop):
            result.left = True
    return made


def _is_unfinished(data: NDArray[np.uint8], position: int, stop: int) -> bool:
    found = walk(data, position, stop)
    return found.stop == position and 0 <= found.length <= MAX_RECORD


def read_section(
    file: EventFile, start: int, stop: int, size: int, decoder: Decoder, *, sure: bool
) -> SectionResult:
    """Read the records of a long file that begin in ``start:stop``.

    Parameters
    ----------
    file
        The file; it is not changed.
    start, stop
        The section.
    size
        Of the file.
    decoder
        The decoder.
    sure
        Whether a record is known to begin at ``start``. Otherwise the first
        valid header is taken for one; whoever joins the sections must check
        that it is where the section before has ended.
    """
    want = min(stop + _CROSSING, size) - start
    data = _buffer(want)
    with file.storage.open(file.path) as opened:
        count = opened.read_into(data.data[:want], start)
        with decoder.alone:
            first = 0 if sure else first_header(data, 0, min(count, stop - start + HEADER - 1))
            if first < 0:
                return SectionResult()
            found = walk(data, first, count)
            if found.length < 0 or found.stop >= stop - start:
                return _decode_section(file, (start, stop), data, found, decoder)
        # A record longer than what was read beyond the section's end.
        need = found.stop + OVERHEAD + found.length
        if found.length <= MAX_RECORD and start + need <= size:
            larger = np.zeros(need + _BEHIND, np.uint8)
            larger[:count] = data[:count]
            count += opened.read_into(larger.data[count:need], start + count)
            data = larger
    with decoder.alone:
        return _decode_section(file, (start, stop), data, walk(data, first, count), decoder)


def _decode_section(
    file: EventFile,
    span: tuple[int, int],
    data: NDArray[np.uint8],
    found: Walk,
    decoder: Decoder,
) -> SectionResult:
    """Decode those of the records found that begin before the end of a section."""
    start, stop = span
    positions, end = found.positions, found.stop
    inside = int(np.searchsorted(positions, stop - start))
    if inside < len(positions):
        end = int(positions[inside])
        positions = positions[:inside]
    if not len(positions):
        return SectionResult()
    # Periods reach as far as the section does.
    repeats = [
        r._replace(count=min(r.count, (inside - r.first) // r.period)) for r in found.repeats
    ]
    decoded, damage = decoder.decode(_records(data, positions, end, file, start, repeats=repeats))
    begin = int(positions[0])
    return SectionResult(start + begin, start + end, decoded, damage, end >= stop - start)


def read_carefully(file: EventFile, decoder: Decoder) -> tuple[FileResult, list[Decoded]]:
    """Read what is new in a file to its end, whatever stands in the way."""
    result = FileResult(file)
    made: list[Decoded] = []
    try:
        with file.storage.open(file.path) as opened:
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
        self._want = SECTION

    def run(self) -> None:
        """Read on to the end."""
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
        start, self._want = file.position, SECTION
        found = walk(data, 0, count)
        self._take(_records(data, found.positions, found.stop, file, start, repeats=found.repeats))
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
        data = _buffer(want)
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

    def _take(self, records: Records) -> None:
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
            data, count = self._load(begin, SECTION)
            at_end = begin + count >= self._size
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
            record = np.zeros(1, np.int64)
            self._take(_records(data, record, where.position, file, start))
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
