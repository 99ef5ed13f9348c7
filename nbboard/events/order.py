"""Putting decoded values in order: series by series, and within one as they were written."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.events.batch import SortedColumns, UnsortedColumns
from nbboard.events.decoded import narrow, widen

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nbboard.events.batch import Accumulator, RecordBatch, SegmentColumns
    from nbboard.events.decoded import SinglePoint
    from nbboard.events.known_templates import KnownTemplates

    Ints = NDArray[np.int64]

__all__ = ["SeriesRanges", "add_single", "in_order", "segments_in_order", "unify"]


_FIRST = attrgetter("first")


class SeriesRanges(NamedTuple):
    """Where in the columns the values of each series are: ``start`` to ``stop``."""

    segment: Sequence[int]
    name_id: Sequence[int]
    start: Sequence[int]
    stop: Sequence[int]


def add_single(
    found: Accumulator, points: list[tuple[int, str, str, SinglePoint]], known: KnownTemplates
) -> None:
    """Add values that were read one by one, as columns for each place and dtype.

    Parameters
    ----------
    found
        They are added here.
    points
        (record, tag, plugin by the metadata, value), in order.
    known
        Knows the ids of names.
    """
    groups: dict[tuple[bool, int, Any], list[tuple[int, int, SinglePoint]]] = {}
    for record, tag, plugin, point in points:
        plugin = point.plugin_under(plugin)  # noqa: PLW2901 - nobody needs the other one
        is_scalar = plugin == "scalars"
        dtype = point.scalar.dtype if is_scalar and point.scalar is not None else np.dtype("i4")
        key = (is_scalar, point.ref[1], dtype)
        groups.setdefault(key, []).append((record, known.name_id(tag, plugin), point))
    for (is_scalar, value_index, dtype), members in groups.items():
        size = len(members)
        values = [point.scalar if is_scalar else value_index for _, _, point in members]
        columns = UnsortedColumns(
            np.fromiter((record for record, _, _ in members), np.int64, size),
            value_index,
            np.fromiter((name_id for _, name_id, _ in members), np.int32, size),
            np.fromiter((point.step for _, _, point in members), np.int64, size),
            np.fromiter((point.wall_time for _, _, point in members), np.float64, size),
            np.array(values, dtype),
        )
        (found.scalars if is_scalar else found.values).append(columns)


def in_order(
    batch: RecordBatch,
    unsorted: list[UnsortedColumns],
    by_series: dict[tuple[int, int], list[SortedColumns]],
    dtype: np.dtype[Any],
    *,
    mixed: bool,
) -> tuple[tuple[Any, ...], SeriesRanges]:
    """Sort the values by series, and within one by record and place.

    Parameters
    ----------
    batch
        The records they come from.
    unsorted
        Values of many series.
    by_series
        By (segment, name id) values of one.
    dtype, mixed
        What holds all values, and whether they are of several dtypes.

    Returns
    -------
    tuple
        (step, wall_time, value, code of the value's dtype), and the series in them.
    """
    if mixed:
        unsorted = [*unsorted, *_as_unsorted(by_series)]
    if mixed or not by_series:
        columns, series = _sort(batch, unsorted, dtype, mixed=mixed, keep_record=False)
        return columns[:4], series
    if unsorted:
        columns, series = _sort(batch, unsorted, dtype, mixed=mixed, keep_record=True)
        step, wall_time, value, _, record, value_index = columns
        for segment, name_id, a, b in zip(*series, strict=True):
            parts = by_series.setdefault((segment, name_id), [])
            # Cut where other values of the series begin, so that they fit between.
            cuts = {bisect_left(record, part.first, a, b) for part in parts}
            parts.extend(
                SortedColumns(
                    int(record[i]), int(record[j - 1]),
                    record[i:j], value_index[i:j], step[i:j], wall_time[i:j], value[i:j],
                )
                for i, j in pairwise(sorted({a, b} | cuts))
            )  # fmt: skip
    ordered: list[SortedColumns] = []
    sizes = []
    for parts in by_series.values():
        merged = _merge(parts)
        ordered += merged
        sizes.append(sum([len(part.step) for part in merged]))
    segments, name_ids = zip(*by_series, strict=True)
    return (
        np.concatenate([part.step for part in ordered]),
        np.concatenate([part.wall_time for part in ordered]),
        np.concatenate([part.value for part in ordered]),
        None,
    ), _side_by_side(segments, name_ids, sizes)


def segments_in_order(columns: SegmentColumns) -> tuple[tuple[Any, ...], SeriesRanges]:
    """Return what :func:`in_order` does for segments that are alike: they are sorted already."""
    count, series = len(columns.segments), len(columns.name_ids)
    ranges = _side_by_side(
        np.repeat(columns.segments, series).tolist(),
        columns.name_ids * count,
        np.tile(columns.sizes, count),
    )
    return (columns.step.ravel(), columns.wall_time.ravel(), columns.value.ravel(), None), ranges


def _side_by_side(
    segments: Sequence[int], name_ids: Sequence[int], sizes: Sequence[int] | Ints
) -> SeriesRanges:
    stops = np.cumsum(sizes).tolist()
    return SeriesRanges(segments, name_ids, [0, *stops[:-1]], stops)


def _as_unsorted(
    by_series: dict[tuple[int, int], list[SortedColumns]],
) -> list[UnsortedColumns]:
    """Return sorted columns, which have one place each until they are merged, as unsorted ones."""
    return [
        UnsortedColumns(
            _array(part.record),
            int(part.value_index),
            np.full(len(part.record), name_id, np.int32),
            part.step,
            part.wall_time,
            part.value,
        )
        for (_, name_id), parts in by_series.items()
        for part in parts
    ]


def _array(record: range | Ints) -> Ints:
    if isinstance(record, range):
        return np.arange(record.start, record.stop, record.step)
    return record


def _merge(parts: list[SortedColumns]) -> list[SortedColumns]:
    """Put columns of one series in the order of their records."""
    if len(parts) == 1:
        return parts
    parts.sort(key=_FIRST)
    if all(a.last < b.first for a, b in pairwise(parts)):
        return parts
    value_index = [np.broadcast_to(part.value_index, len(part.record)) for part in parts]
    record = np.concatenate([_array(part.record) for part in parts])
    order = np.lexsort((np.concatenate(value_index), record))
    return [
        SortedColumns(
            parts[0].first,
            int(record.max()),
            record[order],
            0,
            np.concatenate([part.step for part in parts])[order],
            np.concatenate([part.wall_time for part in parts])[order],
            np.concatenate([part.value for part in parts])[order],
        )
    ]


def _sort(
    batch: RecordBatch,
    unsorted: list[UnsortedColumns],
    dtype: np.dtype[Any],
    *,
    mixed: bool,
    keep_record: bool,
) -> tuple[tuple[Any, ...], SeriesRanges]:
    """Sort columns of many series; as :func:`in_order`, with record and place if wanted."""
    total = sum(len(columns.record) for columns in unsorted)
    step, wall_time = np.empty(total, np.int64), np.empty(total, np.float64)
    value, name_id = np.empty(total, dtype), np.empty(total, np.int32)
    segment = np.empty(total, np.int32) if len(batch.files) > 1 else None
    code = np.empty(total, np.uint8) if mixed else None
    record = np.empty(total, np.int64) if keep_record else None
    value_index = np.empty(total, np.int32) if keep_record else None
    dtypes = sorted({columns.value.dtype for columns in unsorted}, key=str) if mixed else []
    for columns, target in zip(unsorted, _targets(batch, unsorted, total), strict=True):
        step[target] = columns.step
        wall_time[target] = columns.wall_time
        name_id[target] = columns.name_id
        value[target] = widen(columns.value) if mixed else columns.value
        if segment is not None:
            segment[target] = batch.segment[columns.record]
        if code is not None:
            code[target] = dtypes.index(columns.value.dtype)
        if record is not None and value_index is not None:
            record[target] = columns.record
            value_index[target] = columns.value_index
    dense, segments, name_ids = _dense(name_id, segment)
    made = (step, wall_time, value, code, record, value_index)
    if len(name_ids) == 1:
        return made, _side_by_side(segments, name_ids, [total])
    order = np.argsort(dense, kind="stable")
    series = _side_by_side(segments, name_ids, np.bincount(dense, minlength=len(name_ids)))
    return tuple(None if column is None else column.take(order) for column in made), series


def _targets(batch: RecordBatch, unsorted: list[UnsortedColumns], total: int) -> list[Any]:
    """Return for each of the columns where its values go in the order of records."""
    if len(unsorted) == 1:
        return [slice(None)]
    size = len(batch.positions)
    if all(columns.value_index == 0 for columns in unsorted) and total == size:
        # One value in each record. What one template decodes is often contiguous.
        return [_as_slice(columns.record) for columns in unsorted]
    most = max(columns.value_index for columns in unsorted) + 1
    if most == 1:
        present = np.zeros(size, np.int64)
        for columns in unsorted:
            present[columns.record] = 1
        before = np.cumsum(present) - present
        return [before[columns.record] for columns in unsorted]
    width = np.zeros(size, np.int64)
    for columns in unsorted:
        width[columns.record] = np.maximum(width[columns.record], columns.value_index + 1)
    before = np.cumsum(width) - width
    raw = [before[columns.record] + columns.value_index for columns in unsorted]
    if int(width.sum()) == total:
        return raw
    # Some places are empty (values of another sort stand there): close the gaps.
    used = np.zeros(int(width.sum()), np.int64)
    for target in raw:
        used[target] = 1
    rank = np.cumsum(used) - used
    return [rank[target] for target in raw]


def _as_slice(record: Ints) -> Any:
    first, last = int(record[0]), int(record[-1])
    return slice(first, last + 1) if last - first + 1 == len(record) else record


def _dense(
    name_id: NDArray[np.int32], segment: NDArray[np.int32] | None
) -> tuple[NDArray[Any], list[int], list[int]]:
    """Enumerate the series that occur, so that they can be sorted in linear time.

    Returns
    -------
    tuple
        Which of the series each value belongs to, and the segment and name id of each.
    """
    low = int(name_id.min())
    width = int(name_id.max()) - low + 1
    pair: NDArray[Any]
    dense: NDArray[Any]
    if segment is None:
        pair = name_id - low
        highest = width
    else:
        pair = segment.astype(np.int64) * width + (name_id - low)
        highest = (int(segment.max()) + 1) * width
    if highest > 1 << 24:
        present, dense = np.unique(pair, return_inverse=True)
    else:
        seen = np.zeros(highest, bool)
        seen[pair] = True
        present = np.flatnonzero(seen)
        if len(present) == highest:
            dense = pair
        else:
            rank = np.empty(highest, np.int32)
            rank[present] = np.arange(len(present), dtype=np.int32)
            dense = rank.take(pair)
    if len(present) <= 1 << 16:
        dense = dense.astype(np.uint16)
    segments, name_ids = np.divmod(present, width)
    return dense, segments.tolist(), (name_ids + low).tolist()


def unify(
    value: NDArray[np.uint64], code: NDArray[np.uint8], dtypes: list[np.dtype[Any]]
) -> np.dtype[Any]:
    """Give the values of one series one dtype, in place; return it.

    Parameters
    ----------
    value
        The values, widened.
    code
        For each value which of the dtypes it has.
    dtypes
        Those that occur in the batch.
    """
    first = int(code[0])
    if (code == first).all():
        return dtypes[first]
    present = np.flatnonzero(np.bincount(code)).tolist()
    common: np.dtype[Any] = np.result_type(*(dtypes[i] for i in present))
    made = np.empty(len(value), common)
    for i in present:
        those = code == i
        made[those] = narrow(value[those], dtypes[i])
    value[:] = widen(made)
    return common
