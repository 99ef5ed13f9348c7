"""The end of decoding a batch: values in order, as ranges of shared arrays."""

from __future__ import annotations

from itertools import compress, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.events.assemble import in_order, unify
from nbboard.events.decoded import REF, Decoded, Part, Points, Waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nbboard.events.assemble import Series
    from nbboard.events.work import Chunk, Records, Work

    Ends = tuple[NDArray[np.int64], NDArray[np.float64]]

__all__ = ["finish"]

Names = list[tuple[str, str]]


def finish(records: Records, work: Work, names: Names) -> Decoded:
    """Return what a batch holds, series by series.

    Parameters
    ----------
    records, work
        The records and what they have come to.
    names
        (tag, plugin) of each number that stands for a name.
    """
    made = Decoded()
    files = records.files
    made.metadata = {
        (files[piece], tag, plugin): metadata
        for (piece, tag, plugin), (_, metadata) in work.metadata.items()
    }
    made.waiting = [
        Waiting(files[piece], tag, [loose for _, loose in items])
        for (piece, tag), items in work.waiting.items()
    ]
    ends = []
    if work.scalars or work.stretches:
        ends.append(_lay_scalars(records, work, names, made))
    if work.values:
        ends.append(_lay_values(records, work.values, names, made))
    _note_ends(records, ends, made)
    return made


def _lay_scalars(records: Records, work: Work, names: Names, made: Decoded) -> Ends:
    dtypes = {chunk.value.dtype for chunk in work.scalars}
    dtypes.update(part.value.dtype for parts in work.stretches.values() for part in parts)
    dtype = next(iter(dtypes)) if len(dtypes) == 1 else np.dtype(np.uint64)
    mixed = len(dtypes) > 1
    columns, series = in_order(records, work.scalars, work.stretches, dtype, mixed=mixed)
    step, wall_time, value, code = columns
    kept: Iterable[np.dtype[Any] | None] = repeat(None)
    if mixed:
        kinds = sorted(dtypes, key=str)
        spans = zip(series.start, series.stop, strict=True)
        kept = [unify(value, code[a:b], kinds, a, b) for a, b in spans]
    points = Points(step, wall_time, value)
    files = map(records.files.__getitem__, series.piece)
    tags = [names[name][0] for name in series.name]
    shared = (repeat("scalars"), repeat(points))
    made.scalars = list(map(Part, files, tags, *shared, series.start, series.stop, kept))
    return _ends(series, wall_time)


def _lay_values(records: Records, chunks: list[Chunk], names: Names, made: Decoded) -> Ends:
    for chunk in chunks:
        ref = np.empty(len(chunk.record), REF)
        pieces = records.piece[chunk.record]
        ref["file"] = np.array(records.files, np.int32).take(pieces)
        ref["index"] = chunk.value
        ref["offset"] = records.positions[chunk.record]
        ref["offset"] += np.array(records.shifts, np.int64).take(pieces)
        ref["length"] = records.lengths[chunk.record]
        chunk.value = ref
    columns, series = in_order(records, chunks, {}, REF, mixed=False)
    points = Points(*columns[:3])
    for piece, name, start, stop in zip(*series, strict=True):
        tag, plugin = names[name]
        file = records.files[piece]
        made.values.append(Part(file, tag, plugin, points, start, stop))
    return _ends(series, points.wall_time)


def _ends(series: Series, wall_time: NDArray[np.float64]) -> Ends:
    """Return each series' piece and last wall time."""
    return np.array(series.piece), wall_time.take(np.array(series.stop) - 1)


def _note_ends(records: Records, ends: list[Ends], made: Decoded) -> None:
    """Note the latest of the series' last wall times for each file."""
    latest = np.full(len(records.files), np.nan)
    present = np.zeros(len(records.files), bool)
    for pieces, times in ends:
        np.fmax.at(latest, pieces, times)
        present[pieces] = True
    files = compress(records.files, present.tolist())
    made.last_wall_time = dict(zip(files, latest[present].tolist(), strict=True))
