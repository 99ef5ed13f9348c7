"""Scalar series as the browser gets them: bounded blocks of columns, then what is new.

A *block* is a mapping of columns of several series, one after the other. Which
series they belong to says ``series`` (indices into ``run`` and ``tag`` of the
heads), how many points each has says ``length``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from nbboard.views.sampling import Sample, sample_series

__all__ = ["Feed"]

#: Bytes of points that travel with the widget itself, before anything is asked.
FIRST_BYTES = 3_200_000
#: With fewer points than these there is no sense in sending the names before them.
FEW_POINTS = 50_000
#: From so many series on, the first message has a third of that.
MANY_SERIES = 2000
#: Bytes of points that are pushed afterwards, unasked, so that a busy kernel matters less.
UNASKED_BYTES = 12_000_000
#: Bytes of one such push.
PUSH_BYTES = 1_000_000
#: Bytes a point takes in a block of sampled series.
POINT_BYTES = 24
#: Points of a series: at least, if it is sent at all, and at most.
FEWEST, MOST = 24, 1500


class Feed:
    """What the browser has of a collection of scalars, and what it still lacks.

    Thread-safe.

    Parameters
    ----------
    source
        ``log.scalars`` or a selection of it, with ``restarts="keep"``.
    """

    def __init__(self, source: Any) -> None:
        self._source = source
        self._lock = threading.RLock()
        self._ids: dict[tuple[str, str], int] = {}
        self._names: list[tuple[str, str]] = []
        #: By series: how many points of it the browser knows of, and how many it holds.
        self._sent: dict[int, int] = {}
        self._held: dict[int, int] = {}
        self._bytes = 0
        self._budget = MOST
        #: Series that the browser has only the names of, in the order of the cards.
        self._queue: list[tuple[str, str]] = []
        #: The keys that were looked through last.
        self._seen: Any = None

    def outline(self) -> dict[str, Any] | None:
        """Return the heads alone; None if the points are so few that they can come along."""
        with self._lock:
            if sum(key.count for key in self._source.keys) < FEW_POINTS:
                return None
            self._discover()
            return {**self._heads(), "blocks": []}

    def everything(self, limit: int = FIRST_BYTES) -> dict[str, Any]:
        """Return the heads of all series and the points of the first cards."""
        with self._lock:
            self._sent.clear()
            self._held.clear()
            self._bytes = 0
            self._discover()
            self._queue = self._unsent()
            per_series = limit // POINT_BYTES // max(len(self._ids), 1)
            self._budget = max(FEWEST, min(MOST, per_series))
            # Where there are so many, the first cards alone fill the screen; the rest follows.
            first = limit if len(self._ids) <= MANY_SERIES else limit // 3
            return {**self._heads(), "blocks": self._first_blocks(first)}

    def growth(self) -> dict[str, Any] | None:
        """Return what was appended, and as many unsent cards as fit, or None."""
        with self._lock:
            # Between changes of the log nothing is looked through again: this is also
            # called several times a second to send the cards that are left.
            keys = self._source.keys
            changed = []
            news: dict[str, Any] = {}
            if keys is not self._seen:
                if self._discover():
                    self._queue = self._unsent()
                    news = self._heads()
                changed = list(self._changed())
            if not changed and not news and not self._queue:
                return None
            result = self._columns(changed)
            room = min(PUSH_BYTES, UNASKED_BYTES - self._bytes)
            if room > 0:
                result += self._first_blocks(room, at_least=0)
            return {**news, "blocks": result} if news or result else None

    @property
    def complete(self) -> bool:
        """Whether no more is to be pushed unasked."""
        with self._lock:
            return self._bytes >= UNASKED_BYTES or not self._queue

    def load(self, tags: Sequence[str]) -> dict[str, Any]:
        """Return all series of these tags that the browser does not have."""
        with self._lock:
            wanted = set(tags)
            keys = [key for key in self._unsent() if key[1] in wanted]
            self._queue = [key for key in self._queue if key[1] not in wanted]
            return {"blocks": self._columns((key, self._sample(key), "replace") for key in keys)}

    def reload(self, tags: Sequence[str]) -> dict[str, Any]:
        """Return all series of these tags, whatever the browser has of them."""
        with self._lock:
            for name, number in self._ids.items():
                if name[1] in tags:
                    self._sent.pop(number, None)
            return self.load(tags)

    def refine(
        self, tags: Sequence[str], by: str, start: float, stop: float, budget: int
    ) -> dict[str, Any]:
        """Return finer samples of a range.

        Parameters
        ----------
        tags
            Whose series.
        by
            ``"step"``, ``"wall"``, or ``"relative"``: seconds since the series' first point.
        start, stop
            The range, in that unit.
        budget
            Points of each series within the range.
        """
        with self._lock:
            wanted, found = set(tags), []
            for key in self._source.keys:
                if key.tag not in wanted or (key.run, key.tag) not in self._ids:
                    continue
                series = self._source[key.run, key.tag]
                x = series.step if by == "step" else series.wall_time
                if by == "relative" and len(x):
                    x = x - x[0]
                inside = np.flatnonzero((x >= start) & (x <= stop))
                if len(inside):
                    first, last = max(int(inside[0]) - 1, 0), int(inside[-1]) + 2
                    part = sample_series(series, max(budget, 16), first, last)
                    found.append(((key.run, key.tag), part, "refine"))
            return {"blocks": self._columns(found)}

    def points(self, tags: Sequence[str], runs: Sequence[str]) -> dict[str, Any]:
        """Return every point of some series."""
        with self._lock:
            keys = [(run, tag) for tag in tags for run in runs if (run, tag) in self._ids]
            made = ((key, sample_series(self._source[key], 1 << 62), "all") for key in keys)
            return {"blocks": self._columns(made)}

    # ---------------------------------------------------------------- inside

    def _discover(self) -> bool:
        """Give new series their numbers; return whether there were any."""
        self._seen = self._source.keys
        known = len(self._names)
        for key in self._seen:
            name = (key.run, key.tag)
            if name not in self._ids:
                self._ids[name] = len(self._names)
                self._names.append(name)
        return len(self._names) > known

    def _heads(self) -> dict[str, Any]:
        """Return the names of all series, by their numbers."""
        runs: dict[str, int] = {}
        tags: dict[str, int] = {}
        run = [runs.setdefault(name[0], len(runs)) for name in self._names]
        tag = [tags.setdefault(name[1], len(tags)) for name in self._names]
        return {
            "order": list(self._source.tags),
            "run_names": list(runs),
            "tag_names": list(tags),
            "run": np.array(run, np.uint32).tobytes(),
            "tag": np.array(tag, np.uint32).tobytes(),
        }

    def _sample(self, name: tuple[str, str]) -> Sample:
        return sample_series(self._source[name], self._budget)

    def _unsent(self) -> list[tuple[str, str]]:
        """Return the series that the browser has only the names of, in the order of the cards."""
        rank = {tag: i for i, tag in enumerate(self._source.tags)}
        names = [name for name, number in self._ids.items() if number not in self._sent]
        return sorted((name for name in names if name[1] in rank), key=lambda name: rank[name[1]])

    def _first_blocks(self, limit: int, at_least: int = 1) -> list[dict[str, Any]]:
        """Return the next cards, whole ones, as far as the limit allows."""
        made: list[tuple[tuple[str, str], Sample, str]] = []
        room, cards, card, taken = limit, 0, None, 0
        for name in self._queue:
            if name[1] != card:
                if room <= 0 and cards >= at_least:
                    break
                card = name[1]
                cards += 1
            taken += 1
            if self._ids[name] in self._sent or name not in self._source:
                continue
            part = self._sample(name)
            room -= len(part.index) * POINT_BYTES
            made.append((name, part, "replace"))
        del self._queue[:taken]
        return self._columns(made)

    def _changed(self) -> Iterator[tuple[tuple[str, str], Sample, str]]:
        """Yield what was appended to the series that the browser has."""
        for key in self._source.keys:
            name = (key.run, key.tag)
            number = self._ids[name]
            sent = self._sent.get(number)
            if sent is None or sent == key.count:
                continue
            series = self._source[name]
            if len(series.step) == sent:
                continue
            went_back = (
                len(series.step) < sent
                or bool(np.any(series.step[sent:] <= series.step[:sent].max(initial=-(1 << 62))))
                or bool(np.any(np.diff(series.step[max(sent - 1, 0) :]) <= 0))
            )
            if went_back or self._held[number] > 2 * self._budget:
                yield name, sample_series(series, self._budget), "replace"
            else:
                room = max(self._budget // 4, 16)
                yield name, sample_series(series, room, sent), "append"

    def _columns(self, made: Iterable[tuple[tuple[str, str], Sample, str]]) -> list[dict[str, Any]]:
        """Put samples that need the same columns into one block each."""
        groups: dict[tuple[str, bool, bool, bool], list[tuple[int, Sample]]] = {}
        for name, part, mode in made:
            number = self._ids[name]
            wide = part.value.dtype not in (np.float32, np.float16)
            far = bool(len(part.step)) and bool(np.abs(part.step).max() > 2**31 - 1)
            whole = len(part.index) == 0 or (
                int(part.index[-1]) - int(part.index[0]) + 1 == len(part.index)
            )
            groups.setdefault((mode, wide, far, whole), []).append((number, part))
            if mode in ("replace", "append"):
                before = self._held.get(number, 0) if mode == "append" else 0
                self._held[number] = before + len(part.index)
                self._sent[number] = part.total
                self._bytes += len(part.index) * POINT_BYTES
        return [_block(key, items) for key, items in groups.items()]


def _block(
    key: tuple[str, bool, bool, bool], items: Sequence[tuple[int, Sample]]
) -> dict[str, Any]:
    mode, wide, far, whole = key
    parts = [part for _, part in items]
    real = np.float64 if wide else np.float32

    def column(name: str, dtype: Any) -> bytes:
        arrays = [np.asarray(getattr(part, name)).astype(dtype, copy=False) for part in parts]
        return np.concatenate(arrays).tobytes() if arrays else b""

    def each(values: Iterable[int]) -> bytes:
        return np.fromiter(values, np.uint32).tobytes()

    block: dict[str, Any] = {
        "mode": mode,
        "real": "f8" if wide else "f4",
        "whole": whole,
        "series": each(number for number, _ in items),
        "length": each(len(part.index) for part in parts),
        "total": each(part.total for part in parts),
        "hidden": each(part.hidden for part in parts),
        "first": each(int(part.index[0]) if len(part.index) else 0 for part in parts),
        "step_type": "f8" if far else "i4",
        "step": column("step", np.float64 if far else np.int32),
        "wall": column("wall_time", np.float64),
        "value": column("value", real),
    }
    if not whole:
        block["index"] = column("index", np.uint32)
        block["mean"] = column("mean", real)
    if any(part.off is not None for part in parts):
        off = [
            np.zeros(len(part.index), np.uint8) if part.off is None else part.off.astype(np.uint8)
            for part in parts
        ]
        block["off"] = np.concatenate(off).tobytes()
    return block
