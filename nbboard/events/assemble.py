"""Putting decoded values in order: series by series, and within one as they were written."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nbboard.events.work import Chunk, Stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbboard.events.work import Records

__all__ = ["Series", "add_loose", "in_order", "unify"]

Ints = NDArray[np.int64]

_FIRST = attrgetter("first")


class Series(NamedTuple):
    """Where in the columns the values of each series are: ``start`` to ``stop``."""

    piece: Sequence[int]
    name: Sequence[int]
    start: Sequence[int]
    stop: Sequence[int]


def add_loose(chunks: list[Chunk], items: list[tuple[int, int, int, int, float, Any]]) -> None:
    """Add values that were read one by one, a chunk for each place and dtype."""
    groups: dict[tuple[int, Any], list[tuple[int, int, int, int, float, Any]]] = {}
    for item in items:
        kind = item[5].dtype if isinstance(item[5], np.generic) else np.dtype(np.int32)
        groups.setdefault((item[1], kind), []).append(item)
    for (place, kind), members in groups.items():
        size = len(members)
        chunks.append(
            Chunk(
                np.fromiter((m[0] for m in members), np.int64, size),
                place,
                np.fromiter((m[2] for m in members), np.int32, size),
                np.fromiter((m[3] for m in members), np.int64, size),
                np.fromiter((m[4] for m in members), np.float64, size),
                np.array([m[5] for m in members], kind),
            )
        )


def in_order(
    records: Records,
    chunks: list[Chunk],
    stretches: dict[tuple[int, int], list[Stretch]],
    dtype: np.dtype[Any],
    *,
    mixed: bool,
) -> tuple[tuple[Any, ...], Series]:
    """Sort the values by series, and within one by record and place.

    Parameters
    ----------
    records
        What they come from.
    chunks
        Values of many series.
    stretches
        By (piece, name) values of one.
    dtype, mixed
        What holds all values, and whether they are of several dtypes.

    Returns
    -------
    tuple
        (step, wall_time, value, code of the value's dtype), and the series in them.
    """
    if mixed:
        chunks = [*chunks, *_as_chunks(stretches)]
    if mixed or not stretches:
        columns, series = _sort_loose(records, chunks, dtype, mixed=mixed, keep_record=False)
        return columns[:4], series
    if chunks:
        columns, series = _sort_loose(records, chunks, dtype, mixed=mixed, keep_record=True)
        step, wall_time, value, _, record, place = columns
        for piece, name, a, b in zip(*series, strict=True):
            parts = stretches.setdefault((piece, name), [])
            # Cut where other stretches of the series begin, so that they fit between.
            cuts = {bisect_left(record, part.first, a, b) for part in parts}
            parts.extend(
                Stretch(
                    int(record[i]), int(record[j - 1]),
                    record[i:j], place[i:j], step[i:j], wall_time[i:j], value[i:j],
                )
                for i, j in pairwise(sorted({a, b} | cuts))
            )  # fmt: skip
    ordered: list[Stretch] = []
    sizes = []
    for parts in stretches.values():
        merged = _merge(parts)
        ordered += merged
        sizes.append(sum([len(part.step) for part in merged]))
    pieces, names = zip(*stretches, strict=True)
    return (
        np.concatenate([part.step for part in ordered]),
        np.concatenate([part.wall_time for part in ordered]),
        np.concatenate([part.value for part in ordered]),
        None,
    ), _side_by_side(pieces, names, sizes)


def _side_by_side(
    pieces: Sequence[int], names: Sequence[int], sizes: Sequence[int] | Ints
) -> Series:
    stops = np.cumsum(sizes).tolist()
    return Series(pieces, names, [0, *stops[:-1]], stops)


def _as_chunks(stretches: dict[tuple[int, int], list[Stretch]]) -> list[Chunk]:
    """Return chunks of one series each; stretches have one place each until they are merged."""
    made = []
    for (_, name), parts in stretches.items():
        for part in parts:
            record, names = _array(part.record), np.full(len(part.record), name, np.int32)
            made.append(
                Chunk(record, int(part.place), names, part.step, part.wall_time, part.value)
            )
    return made


def _array(record: range | Ints) -> Ints:
    if isinstance(record, range):
        return np.arange(record.start, record.stop, record.step)
    return record


def _merge(parts: list[Stretch]) -> list[Stretch]:
    """Put stretches of one series in the order of their records."""
    if len(parts) == 1:
        return parts
    parts.sort(key=_FIRST)
    if all(a.last < b.first for a, b in pairwise(parts)):
        return parts
    place = [np.broadcast_to(part.place, len(part.record)) for part in parts]
    record = np.concatenate([_array(part.record) for part in parts])
    order = np.lexsort((np.concatenate(place), record))
    return [
        Stretch(
            parts[0].first,
            int(record.max()),
            record[order],
            0,
            np.concatenate([part.step for part in parts])[order],
            np.concatenate([part.wall_time for part in parts])[order],
            np.concatenate([part.value for part in parts])[order],
        )
    ]


def _sort_loose(
    records: Records,
    chunks: list[Chunk],
    dtype: np.dtype[Any],
    *,
    mixed: bool,
    keep_record: bool,
) -> tuple[tuple[Any, ...], Series]:
    """Sort chunks of many series each; as :func:`in_order`, with record and place if wanted."""
    total = sum(len(chunk.record) for chunk in chunks)
    step, wall_time = np.empty(total, np.int64), np.empty(total, np.float64)
    value, name = np.empty(total, dtype), np.empty(total, np.int32)
    piece = np.empty(total, np.int32) if len(records.files) > 1 else None
    code = np.empty(total, np.uint8) if mixed else None
    record = np.empty(total, np.int64) if keep_record else None
    place = np.empty(total, np.int32) if keep_record else None
    kinds = sorted({chunk.value.dtype for chunk in chunks}, key=str) if mixed else []
    targets = _targets(records, chunks, total)
    for chunk, target in zip(chunks, targets, strict=True):
        step[target] = chunk.step
        wall_time[target] = chunk.wall_time
        name[target] = chunk.name
        value[target] = _widen(chunk.value) if mixed else chunk.value
        if piece is not None:
            piece[target] = records.piece[chunk.record]
        if code is not None:
            code[target] = kinds.index(chunk.value.dtype)
        if record is not None and place is not None:
            record[target] = chunk.record
            place[target] = chunk.place
    dense, pieces, names = _dense(name, piece)
    columns = (step, wall_time, value, code, record, place)
    if len(names) == 1:
        return columns, _side_by_side(pieces, names, [total])
    order = np.argsort(dense, kind="stable")
    series = _side_by_side(pieces, names, np.bincount(dense, minlength=len(names)))
    return tuple(None if column is None else column.take(order) for column in columns), series


def _targets(records: Records, chunks: list[Chunk], total: int) -> list[Any]:
    """Return for each chunk where its values go in record order."""
    if len(chunks) == 1:
        return [slice(None)]
    size = len(records.positions)
    if all(chunk.place == 0 for chunk in chunks) and total == size:
        # One value in each record. Chunks of one matcher are often contiguous.
        return [_as_slice(chunk.record) for chunk in chunks]
    most = max(chunk.place for chunk in chunks) + 1
    if most == 1:
        present = np.zeros(size, np.int64)
        for chunk in chunks:
            present[chunk.record] = 1
        before = np.cumsum(present) - present
        return [before[chunk.record] for chunk in chunks]
    width = np.zeros(size, np.int64)
    for chunk in chunks:
        width[chunk.record] = np.maximum(width[chunk.record], chunk.place + 1)
    before = np.cumsum(width) - width
    if int(width.sum()) == total:
        return [before[chunk.record] + chunk.place for chunk in chunks]
    # Some places are missing (values of another sort stand there): close the gaps.
    used = np.zeros(int(width.sum()), np.int64)
    raw = [before[chunk.record] + chunk.place for chunk in chunks]
    for target in raw:
        used[target] = 1
    rank = np.cumsum(used) - used
    return [rank[target] for target in raw]


def _as_slice(record: Ints) -> Any:
    first, last = int(record[0]), int(record[-1])
    return slice(first, last + 1) if last - first + 1 == len(record) else record


def _dense(
    name: NDArray[np.int32], piece: NDArray[np.int32] | None
) -> tuple[NDArray[Any], list[int], list[int]]:
    """Give the series that occur numbers, so that they can be sorted in linear time.

    Returns
    -------
    tuple
        The number of each value's series, and each number's piece and name.
    """
    low = int(name.min())
    width = int(name.max()) - low + 1
    pair: NDArray[Any]
    dense: NDArray[Any]
    if piece is None:
        pair = name - low
        highest = width
    else:
        pair = piece.astype(np.int64) * width + (name - low)
        highest = (int(piece.max()) + 1) * width
    if highest > 1 << 24:
        found, dense = np.unique(pair, return_inverse=True)
    else:
        seen = np.zeros(highest, bool)
        seen[pair] = True
        found = np.flatnonzero(seen)
        if len(found) == highest:
            dense = pair
        else:
            number = np.empty(highest, np.int32)
            number[found] = np.arange(len(found), dtype=np.int32)
            dense = number.take(pair)
    if len(found) <= 1 << 16:
        dense = dense.astype(np.uint16)
    pieces, names = np.divmod(found, width)
    return dense, pieces.tolist(), (names + low).tolist()


def _widen(value: NDArray[Any]) -> NDArray[np.uint64]:
    """Put values of any width into the low bytes of eight."""
    raw = np.zeros((len(value), 8), np.uint8)
    size = value.dtype.itemsize
    raw[:, :size] = np.ascontiguousarray(value).view(np.uint8).reshape(-1, size)
    wide: NDArray[np.uint64] = raw.view(np.uint64).ravel()
    return wide


def unify(
    value: NDArray[Any], code: NDArray[np.uint8], kinds: list[np.dtype[Any]], start: int, stop: int
) -> np.dtype[Any]:
    """Give the values of one series one dtype, in place; return it."""
    first = int(code[0])
    if (code == first).all():
        return kinds[first]
    present = np.flatnonzero(np.bincount(code)).tolist()
    common: np.dtype[Any] = np.result_type(*(kinds[c] for c in present))
    made = np.empty(stop - start, common)
    raw = value[start:stop].view(np.uint8).reshape(-1, 8)
    for c in present:
        those = code == c
        size = kinds[c].itemsize
        made[those] = np.ascontiguousarray(raw[those][:, :size]).view(kinds[c]).ravel()
    value[start:stop] = _widen(made)
    return common
