"""The end of decoding a batch: values in order, as slices of shared arrays."""

from __future__ import annotations

from itertools import compress, repeat
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.events.decoded import REF, Decoded, PointArrays, SeriesSlice, UntypedTensors
from nbboard.events.order import in_order, segments_in_order, unify

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nbboard.events.batch import Accumulator, RecordBatch, UnsortedColumns
    from nbboard.events.order import SeriesRanges

    #: The segment of each series, and the wall time of its last point.
    LastTimes = tuple[NDArray[np.int64], NDArray[np.float64]]

__all__ = ["assemble"]

Names = list[tuple[str, str]]


def assemble(batch: RecordBatch, found: Accumulator, names: Names) -> Decoded:
    """Return what a batch holds, series by series.

    Parameters
    ----------
    batch, found
        The records and what was found in them.
    names
        By name id (tag, plugin).
    """
    made = Decoded()
    files = batch.files
    made.metadata = {
        (files[segment], tag, plugin): metadata
        for (segment, tag, plugin), (_, metadata) in found.metadata.items()
    }
    made.untyped = [
        UntypedTensors(files[segment], tag, [point for _, point in items])
        for (segment, tag), items in found.untyped.items()
    ]
    made.session_starts = found.session_starts
    times = []
    if found.scalars or found.sorted_scalars or found.segment_scalars:
        times.append(_add_scalars(batch, found, names, made))
    if found.values:
        times.append(_add_values(batch, found.values, names, made))
    _note_last_times(batch, times, made)
    return made


def _add_scalars(batch: RecordBatch, found: Accumulator, names: Names, made: Decoded) -> LastTimes:
    alike = found.segment_scalars
    mixed = False
    if len(alike) == 1 and not found.scalars and not found.sorted_scalars:
        columns, series = segments_in_order(alike[0])
    else:
        unsorted = found.scalars + [part for some in alike for part in some.as_unsorted()]
        dtypes = {part.value.dtype for part in unsorted}
        dtypes.update(part.value.dtype for parts in found.sorted_scalars.values() for part in parts)
        mixed = len(dtypes) > 1
        dtype = np.dtype(np.uint64) if mixed else next(iter(dtypes))
        columns, series = in_order(batch, unsorted, found.sorted_scalars, dtype, mixed=mixed)
    step, wall_time, value, code = columns
    logged_as: Iterable[np.dtype[Any] | None] = repeat(None)
    if mixed:
        by_name = sorted(dtypes, key=str)
        ranges = zip(series.start, series.stop, strict=True)
        logged_as = [unify(value[a:b], code[a:b], by_name) for a, b in ranges]
    points = PointArrays(step, wall_time, value)
    files = map(batch.files.__getitem__, series.segment)
    tags = [names[name_id][0] for name_id in series.name_id]
    shared = (repeat("scalars"), repeat(points))
    made.scalars = list(
        map(SeriesSlice, files, tags, *shared, series.start, series.stop, logged_as)
    )
    return _last_times(series, wall_time)


def _add_values(
    batch: RecordBatch, values: list[UnsortedColumns], names: Names, made: Decoded
) -> LastTimes:
    for columns in values:
        segments = batch.segment[columns.record]
        ref = np.empty(len(columns.record), REF)
        ref["file"] = np.array(batch.files, np.int32).take(segments)
        ref["index"] = columns.value_index
        ref["offset"] = batch.positions[columns.record]
        ref["offset"] += np.array(batch.shifts, np.int64).take(segments)
        ref["length"] = batch.lengths[columns.record]
        columns.value = ref
    ordered, series = in_order(batch, values, {}, REF, mixed=False)
    points = PointArrays(*ordered[:3])
    for segment, name_id, start, stop in zip(*series, strict=True):
        tag, plugin = names[name_id]
        made.values.append(SeriesSlice(batch.files[segment], tag, plugin, points, start, stop))
    return _last_times(series, points.wall_time)


def _last_times(series: SeriesRanges, wall_time: NDArray[np.float64]) -> LastTimes:
    return np.array(series.segment), wall_time.take(np.array(series.stop) - 1)


def _note_last_times(batch: RecordBatch, times: list[LastTimes], made: Decoded) -> None:
    """Note for each file the latest of its series' last wall times."""
    latest = np.full(len(batch.files), np.nan)
    present = np.zeros(len(batch.files), bool)
    for segments, wall_times in times:
        np.fmax.at(latest, segments, wall_times)
        present[segments] = True
    files = compress(batch.files, present.tolist())
    made.last_wall_time = dict(zip(files, latest[present].tolist(), strict=True))
