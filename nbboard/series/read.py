"""Reading many small event files at once.

What is read here does not touch the store: it is returned.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nbboard.events.batch import RecordBatch
from nbboard.records.framing import HEADER, MAX_RECORD, OVERHEAD
from nbboard.records.walk import walk, walk_segments
from nbboard.series.buffers import borrow, give_back
from nbboard.series.event_file import HEAD, EventFile, Verdict

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.events.decode import Decoder
    from nbboard.events.decoded import Decoded
    from nbboard.storage import FileStat

__all__ = ["FileResult", "read_files"]

#: Bytes of files that are decoded together.
_BATCH = 3 << 20
#: Files with more to read than this are read piece by piece.
_SMALL_FILE = 1 << 20
#: Most steps of decoding are so short that threads would spend more time on handing the
#: interpreter to each other than they win; what they are good for is to read meanwhile.
_decoding = threading.Lock()


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


def read_files(files: list[EventFile], decoder: Decoder) -> tuple[list[FileResult], list[Decoded]]:
    """Read what is new in small files, all of them together.

    Positions and problems of the files are brought up to date; files that are
    long, or damaged, come back as ``left``.
    """
    data = borrow()
    try:
        return _read_files(files, decoder, data)
    finally:
        give_back(data)


def _read_files(
    files: list[EventFile], decoder: Decoder, data: NDArray[np.uint8]
) -> tuple[list[FileResult], list[Decoded]]:
    results: list[FileResult] = []
    made: list[Decoded] = []
    view = data.data[:_BATCH]
    batch: list[tuple[FileResult, int, int]] = []
    filled = 0
    for file in files:
        result = FileResult(file)
        results.append(result)
        if file.stat is None and not file.position and file.is_plain:
            now = file.storage.read_whole(
                file.path, view[filled : filled + _SMALL_FILE], file.listed
            )
            if now is not None:
                result.stat = file.stat = now
                result.size = now.size
                batch.append((result, filled, filled + now.size))
                filled += now.size
                continue
        try:
            with file.open() as opened:
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
                if filled + want > _BATCH:
                    with _decoding:
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
        with _decoding:
            made.append(_read_batch(data, batch, decoder))
    return results, made


def _read_batch(
    data: NDArray[np.uint8], batch: list[tuple[FileResult, int, int]], decoder: Decoder
) -> Decoded:
    """Decode segments of several files that lie one after another in a buffer."""
    starts = np.array([start for _, start, _ in batch], np.int64)
    stops = np.array([stop for _, _, stop in batch], np.int64)
    if len(batch) == 1:
        found = walk(data, 0, int(stops[0]))
        cycles = found.cycles
        positions, ends = found.positions, np.array([found.stop])
        counts = np.array([len(positions)])
    else:
        cycles = []
        positions, counts, ends = walk_segments(data, starts, stops, cycles)
    lengths = np.empty(len(positions), np.int64)
    gaps: list[int] = []
    if len(positions):
        np.subtract(positions[1:], positions[:-1], out=lengths[:-1])
        # A file's last record ends where its walk did.
        filled = np.flatnonzero(counts)
        last = np.cumsum(counts)[filled] - 1
        lengths[last] = ends[filled] - positions[last]
        lengths -= OVERHEAD
        gaps = last[:-1][ends[filled[:-1]] != starts[filled[1:]]].tolist()
    segment = np.repeat(np.arange(len(batch), dtype=np.int32), counts)
    files = [result.file.number for result, _, _ in batch]
    shifts = [result.file.position - start for result, start, _ in batch]
    records = RecordBatch(data, positions, lengths, segment, files, shifts, cycles, gaps)
    made, damage = decoder.decode(records)
    if damage:
        by_number = {result.file.number: result.file for result, _, _ in batch}
        for item in damage:
            by_number[item.file].note_all([item])
    view = data.data
    for (result, start, stop), end in zip(batch, ends.tolist(), strict=True):
        file = result.file
        if len(file.head) < HEAD and file.position == 0:
            file.head = bytes(view[start : min(start + HEAD, stop)])
        # Of what was read before, the tail is not at hand: a short one will do.
        file.tail = bytes(view[max(start, end - HEAD) : end]) or file.tail
        file.position += end - start
        # What remains is an unfinished record, or something that needs care.
        if stop - end >= HEADER and not _is_unfinished(data, end, stop):
            result.left = True
    return made


def _is_unfinished(data: NDArray[np.uint8], position: int, stop: int) -> bool:
    found = walk(data, position, stop)
    return found.stop == position and 0 <= found.length <= MAX_RECORD
