"""The end of decoding a batch: values in order, as ranges of shared arrays."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.events.assemble import in_order, unify
from nbboard.events.decoded import REF, Decoded, Part, Points, Waiting

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.events.assemble import Chunk, Records
    from nbboard.events.work import Work

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
    if work.scalars or work.stretches:
        _lay_scalars(records, work, names, made)
    if work.values:
        _lay_values(records, work.values, names, made)
    return made


def _lay_scalars(records: Records, work: Work, names: Names, made: Decoded) -> None:
    dtypes = {chunk.value.dtype for chunk in work.scalars}
    dtypes.update(part.value.dtype for parts in work.stretches.values() for part in parts)
    dtype = next(iter(dtypes)) if len(dtypes) == 1 else np.dtype(np.uint64)
    mixed = len(dtypes) > 1
    columns, series = in_order(records, work.scalars, work.stretches, dtype, mixed=mixed)
    step, wall_time, value, code = columns
    kept: list[np.dtype[Any] | None] = [None] * len(series)
    if mixed:
        kinds = sorted(dtypes, key=str)
        kept = [unify(value, code[a:b], kinds, a, b) for _, _, a, b in series]
    points = Points(step, wall_time, value)
    pieces, which, starts, stops = zip(*series, strict=True)
    made.scalars = list(
        map(
            Part,
            map(records.files.__getitem__, pieces),
            [names[name][0] for name in which],
            itertools.repeat("scalars"),
            itertools.repeat(points),
            starts,
            stops,
            kept,
        )
    )
    _note_ends(records, np.array(pieces), wall_time.take(np.array(stops) - 1), made)


def _lay_values(records: Records, chunks: list[Chunk], names: Names, made: Decoded) -> None:
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
    for piece, name, start, stop in series:
        tag, plugin = names[name]
        file = records.files[piece]
        made.values.append(Part(file, tag, plugin, points, start, stop))
    ends = points.wall_time.take([stop - 1 for *_, stop in series])
    _note_ends(records, np.array([item[0] for item in series]), ends, made)


def _note_ends(
    records: Records, pieces: NDArray[np.int64], ends: NDArray[np.float64], made: Decoded
) -> None:
    """Note the latest of the series' last wall times for each file."""
    latest = np.full(len(records.files), np.nan)
    np.fmax.at(latest, pieces, ends)
    known, latest_of = made.last_wall_time, latest.tolist()
    for piece in set(pieces.tolist()):
        file, end = records.files[piece], latest_of[piece]
        before = known.get(file, end)
        known[file] = end if not end <= before else before
