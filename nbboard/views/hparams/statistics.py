"""The numbers that are kept of each metric of each session, for many of them at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.logdir.long_form import kept_rows

if TYPE_CHECKING:
    from nbboard.series.store import Store

__all__ = ["STEPS", "VALUES", "Statistics", "measure", "not_purged", "values_at"]

#: What is kept of a series, beside how many points it has; the order is that of the arrays.
VALUES = ("last", "min", "max", "mean")
#: The steps of the first three.
STEPS = ("last", "min", "max")

#: Points that are looked at together: 28 bytes each, for a moment.
_POINTS = 2_000_000

Pair = tuple[str, str]


@dataclass(frozen=True)
class Statistics:
    """Numbers of series; `shape` below is one for each series, or any other.

    Attributes
    ----------
    count
        int64 of `shape`: points; 0 where there is no series.
    step
        int64 of (3, *shape), see :data:`STEPS`; meaningless where there are no points, or
        no finite ones.
    value
        float64 of (4, *shape), see :data:`VALUES`. Least, greatest and mean are of the
        finite values; NaN where there are none.
    """

    count: np.ndarray
    step: np.ndarray
    value: np.ndarray

    @classmethod
    def blank(cls, *shape: int) -> Statistics:
        """Return those of series that do not exist."""
        return cls(
            np.zeros(shape, np.int64),
            np.zeros((len(STEPS), *shape), np.int64),
            np.full((len(VALUES), *shape), np.nan),
        )


class _Stretch(NamedTuple):
    """Some series as one table; each has a point at least."""

    places: np.ndarray
    starts: np.ndarray
    counts: np.ndarray
    step: np.ndarray
    value: np.ndarray


def measure(store: Store, pairs: Sequence[Pair], *, restarts: str) -> Statistics:
    """Return the statistics of series.

    Parameters
    ----------
    store
        What has them.
    pairs
        Run and tag of each; there may be none of it.
    restarts
        Which points count, as in :func:`nbboard.open`.
    """
    found = Statistics.blank(len(pairs))
    for part in _stretches(store, pairs, restarts):
        ends = part.starts + part.counts - 1
        found.count[part.places] = part.counts
        found.step[0, part.places] = part.step[ends]
        found.value[0, part.places] = part.value[ends]
        finite = np.isfinite(part.value)
        some = np.add.reduceat(finite, part.starts, dtype=np.int64)
        at = part.places[some > 0]
        for row, (extreme, empty) in enumerate(((np.minimum, np.inf), (np.maximum, -np.inf)), 1):
            values = np.where(finite, part.value, empty)
            best = extreme.reduceat(values, part.starts)
            first = _first(values == np.repeat(best, part.counts), part.starts)
            found.value[row, at] = best[some > 0]
            found.step[row, at] = part.step[first][some > 0]
        sums = np.add.reduceat(np.where(finite, part.value, 0.0), part.starts)
        found.value[3, at] = sums[some > 0] / some[some > 0]
    return found


def values_at(
    store: Store, pairs: Sequence[Pair], step: int, *, restarts: str
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the value of each series last logged at or before a step.

    Returns
    -------
    there, at, value : numpy.ndarray
        bool, int64 (the value's own step) and float64, one for each pair.
    """
    there = np.zeros(len(pairs), bool)
    at = np.zeros(len(pairs), np.int64)
    value = np.full(len(pairs), np.nan)
    least = np.iinfo(np.int64).min
    for part in _stretches(store, pairs, restarts):
        before = part.step <= step
        steps = np.where(before, part.step, least)
        best = np.maximum.reduceat(steps, part.starts)
        last = _last(before & (steps == np.repeat(best, part.counts)), part.starts)
        some = np.logical_or.reduceat(before, part.starts)
        there[part.places] = some
        at[part.places] = np.where(some, best, 0)
        value[part.places] = np.where(some, part.value[np.maximum(last, 0)], np.nan)
    return there, at, value


def _stretches(store: Store, pairs: Sequence[Pair], restarts: str) -> Iterator[_Stretch]:
    places: list[int] = []
    points = 0
    for place, pair in enumerate(pairs):
        count = _count(store, pair)
        if not count:
            continue
        if places and points + count > _POINTS:
            yield from _stretch(store, pairs, places, restarts)
            places, points = [], 0
        places.append(place)
        points += count
    if places:
        yield from _stretch(store, pairs, places, restarts)


def _count(store: Store, pair: Pair) -> int:
    try:
        return store.key(*pair, "scalars").count
    except KeyError:
        return 0


def _stretch(
    store: Store, pairs: Sequence[Pair], places: Sequence[int], restarts: str
) -> Iterator[_Stretch]:
    try:
        table = store.scalar_table([pairs[place] for place in places])
    except KeyError:
        # The watcher found a run gone in between.
        places = [place for place in places if _count(store, pairs[place])]
        table = store.scalar_table([pairs[place] for place in places])
    code, step, value = table.series_code, table.step, table.value
    kept = None
    if restarts == "latest":
        kept = kept_rows(code, step, table.wall_time, len(places))
    elif restarts == "purge":
        counts = np.bincount(code, minlength=len(places)).tolist()
        parts = zip(places, counts, strict=True)
        kept = np.concatenate([not_purged(store, pairs[place], count) for place, count in parts])
    if kept is not None:
        code, step, value = code[kept], step[kept], value[kept]
    sizes = np.bincount(code, minlength=len(places))
    some = np.flatnonzero(sizes)
    if len(some):
        counts = sizes[some]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
        yield _Stretch(np.asarray(places)[some], starts, counts, step, value)


def not_purged(store: Store, pair: Pair, count: int) -> np.ndarray:
    """Return which of the first points of a series no job that began again declared void."""
    kept = store.kept_by_purge(*pair, "scalars")
    return np.ones(count, bool) if kept is None else kept[:count]


def _first(hits: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return where the first hit of each stretch is."""
    places = np.where(hits, np.arange(len(hits)), len(hits) - 1)
    return np.minimum.reduceat(places, starts)


def _last(hits: np.ndarray, starts: np.ndarray) -> np.ndarray:
    """Return where the last hit of each stretch is; -1 where there is none."""
    return np.maximum.reduceat(np.where(hits, np.arange(len(hits)), -1), starts)
