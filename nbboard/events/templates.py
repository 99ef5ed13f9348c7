"""Decoding all records of one layout at once, their checksums being verified already.

A template knows a layout and, for every series seen in it, a model payload.
Rows of bytes are compared with their model: they must be equal in every byte
that is not part of a number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.events.wire import decode_varints
from nbboard.records.framing import HEADER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nbboard.events.layout import Layout

    Words = NDArray[np.uint64]

__all__ = ["BLOCK", "MatchedRows", "Template", "rows_at"]


#: Rows handled at a time, so that the intermediate columns stay in the cache.
BLOCK = 8192
#: Of a step at least four bytes are read, so a row ends so many behind the payload.
_BEHIND = 4


def _odd_numbers(count: int) -> Words:
    """Return well-mixed odd numbers, always the same (SplitMix64).

    Those of ``numpy.random`` would do, but importing that takes as long as reading a small log.
    """
    mixed: Words = np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    mixed |= np.uint64(1)
    return mixed


#: What the words of a row are multiplied with in its hash.
_FACTORS = _odd_numbers(4096)

_WHOLE = (1 << 64) - 1

#: So many series of one layout are learned; the tables have 16-bit entries.
_MOST_MODELS = 32_000


class MatchedRows(NamedTuple):
    """Decoded rows; each array has one item (``values``: one array a slot) a matched row.

    Attributes
    ----------
    where
        Whether each row of the block was matched; None if all were.
    model
        Number of the model each agrees with; None if all agree with the first.
    step, wall_time, values
        What the rows hold.
    """

    where: NDArray[np.bool_] | None
    model: NDArray[np.int64] | None
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    values: list[NDArray[Any]]


class Template:
    """All series of one layout.

    Parameters
    ----------
    layout
        The layout.

    Attributes
    ----------
    count
        How many models there are, one a series (or several, for events of several values).
    has_metadata
        Whether any of them has metadata.
    name_ids
        int32, (models, slots): the id of each value's name; there may be room for more models.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.count = 0
        self.has_metadata = False
        self.name_ids = np.empty((0, len(layout.slots)), np.int32)
        #: For each model its values' metadata.
        self._metadata: list[tuple[bytes | None, ...]] = []
        self.width = _width(layout.length)
        words = self.width // 8
        structure = np.zeros(self.width, np.uint8)
        structure[: layout.length] = 0xFF
        for start, stop, keep in self._varying():
            structure[start:stop] = keep
        series = np.zeros(self.width, np.uint8)
        tag_bytes = np.zeros(self.width, np.uint8)
        for i, (start, stop) in enumerate(layout.series_bytes):
            series[start:stop] = 0xFF
            # Tags stand before the metadata.
            if i < len(layout.slots):
                tag_bytes[start:stop] = 0xFF
        self._structure: Words = structure.view(np.uint64)
        # Words of numbers alone need not be looked at.
        self._used = _masked_words(structure)
        self._series_words = _masked_words(series)
        self._frame: Words = (structure & ~series).view(np.uint64)
        # For one value the tag alone tells the series nearly always; what does
        # not agree with the model it leads to is found out by the comparison.
        self._key_words = _masked_words(tag_bytes) or self._series_words
        self._models: Words = np.empty((words, 0), np.uint64)
        self._known: dict[bytes, int] = {}
        self._first = np.full(1 << 16, -1, np.int16)
        self._second = np.full(1 << 16, -1, np.int16)

    def _varying(self) -> list[tuple[int, int, int]]:
        layout = self.layout
        ranges = [(offset, offset + size, 0) for offset, size in layout.numbers()]
        if layout.step >= 0:
            # The top bits say where the varint ends: structure.
            ranges.append((layout.step, layout.step + layout.step_size, 0x80))
        return ranges

    def learn(
        self,
        rows: Words,
        name_ids: Sequence[Sequence[int]],
        metadata: tuple[bytes | None, ...],
    ) -> bool:
        """Add series by rows whose checksums were verified; False if there are too many.

        Parameters
        ----------
        rows
            One row of each series; those that are known already are passed over.
        name_ids
            For each row those of its values.
        metadata
            Of the values of each of these rows.
        """
        new: dict[bytes, int] = {}
        for i, structure in enumerate(self._structures(rows)):
            if structure not in self._known:
                new.setdefault(structure, i)
        if not new:
            return True
        chosen = list(new.values())[: _MOST_MODELS - self.count]
        begin, end = self.count, self.count + len(chosen)
        if end > self._models.shape[1]:
            room = max(4, 2 * self._models.shape[1], end)
            self._models = _with_room(self._models, room)
            self.name_ids = _with_room(self.name_ids.T, room).T
        self._models[:, begin:end] = rows[chosen].T
        self.name_ids[begin:end] = [name_ids[i] for i in chosen]
        self._metadata += [metadata] * len(chosen)
        self.has_metadata = self.has_metadata or any(item is not None for item in metadata)
        self.count = end
        keys = _hash(rows[chosen], self._key_words).tolist()
        for model, (structure, key) in enumerate(zip(new, keys, strict=False), begin):
            self._known[structure] = model
            if self._first[key >> 48] < 0:
                self._first[key >> 48] = model
            elif self._second[key >> 32 & 0xFFFF] < 0:
                self._second[key >> 32 & 0xFFFF] = model
        return len(chosen) == len(new)

    def series(self, model: int) -> list[tuple[int, bytes | None]]:
        """Return the name id and the metadata of each value of a model's events."""
        return list(zip(self.name_ids[model].tolist(), self._metadata[model], strict=True))

    def tags_of(self, rows: Words) -> list[tuple[str, ...] | None]:
        """Return the tags of events that differ from known ones in nothing else.

        None for those of which that is not so: they must be parsed.
        """
        layout = self.layout
        if not layout.has_only_tags:
            return [None] * len(rows)
        difference: Words = (rows ^ self._models[:, 0]) & self._frame
        differ = np.any(difference, axis=1).tolist()
        columns = [_texts(rows, start, stop) for start, stop in layout.series_bytes]
        return [
            None if differs else _decoded(tags)
            for differs, tags in zip(differ, zip(*columns, strict=True), strict=True)
        ]

    def row(self, payload: bytes) -> Words:
        """Return a payload as the only one of an array of rows."""
        padded = payload + bytes(self.width - len(payload))
        return np.frombuffer(padded, np.uint64).reshape(1, -1)

    def series_hash(self, rows: Words) -> Words:
        """Return a hash of the bytes that differ from series to series."""
        return _hash(rows, self._series_words)

    def find(self, row: Words) -> int:
        """Return the model that one row agrees with, -1 if there is none."""
        return self._known.get(self._structures(row.reshape(1, -1))[0], -1)

    def _structures(self, rows: Words) -> list[bytes]:
        """Return the bytes of each row that must be equal to a model's, zeros for others."""
        found: list[bytes] = (rows & self._structure).view(f"V{self.width}").ravel().tolist()
        return found

    def payload(self, model: int) -> bytes:
        """Return the payload a model was made of."""
        return self._models[:, model].tobytes()[: self.layout.length]

    def match(self, rows: Words) -> MatchedRows | None:
        """Decode what agrees with a model; None if no row does."""
        models = self._models
        if self.count == 1:
            return self._decode(rows, self._differ(rows, models[:, 0].tolist()), None)
        key = _hash(rows, self._key_words)
        model = self._first.take((key >> np.uint64(48)).view(np.int64)).astype(np.int64)
        missed = model < 0
        if missed.any():
            if missed.all():
                return None
            model[missed] = 0
        wrong = self._differ(rows, [words.take(model) for words in models])
        if wrong.any() and (self._second >= 0).any():
            # Two tags in one bucket: the second table tells the other.
            other = np.flatnonzero(wrong)
            bucket = key[other] >> np.uint64(32) & np.uint64(0xFFFF)
            again = self._second.take(bucket.view(np.int64)).astype(np.int64)
            other, again = other[again >= 0], again[again >= 0]
            if len(other):
                model[other] = again
                wrong[other] = self._differ(rows[other], [words.take(again) for words in models])
        return self._decode(rows, wrong, model)

    def _differ(self, rows: Words, models: Sequence[Words | int]) -> Words:
        """Return for each row zero if it agrees with its model."""
        wrong = np.zeros(len(rows), np.uint64)
        for word, bits in self._used:
            difference = rows[:, word] ^ np.asarray(models[word], np.uint64)
            if int(bits) != _WHOLE:
                difference &= bits
            wrong |= difference
        return wrong

    def _decode(
        self, rows: Words, wrong: Words, model: NDArray[np.int64] | None
    ) -> MatchedRows | None:
        size = len(rows)
        good = None
        if wrong.any():
            good = wrong == 0
            if not good.any():
                return None
        flat = rows.view(np.uint8).ravel().data
        layout = self.layout
        wall_time = (
            np.zeros(size)
            if layout.wall_time < 0
            else self._column(flat, size, layout.wall_time, "<f8")
        )
        step = self._steps(flat, size)
        values = [self._column(flat, size, s.offset, s.dtype) for s in layout.slots]
        if good is None:
            return MatchedRows(None, model, step, wall_time, values)
        return MatchedRows(
            good,
            None if model is None else model[good],
            step[good],
            wall_time[good],
            [value[good] for value in values],
        )

    def _column(self, flat: memoryview, size: int, offset: int, dtype: str) -> NDArray[Any]:
        """Copy an unaligned column out of the rows."""
        column: NDArray[Any] = np.ndarray((size,), dtype, flat, offset, (self.width,)).copy()
        return column

    def _steps(self, flat: memoryview, size: int) -> NDArray[np.int64]:
        """Decode the varints, which all have the same number of bytes."""
        layout = self.layout
        if layout.step < 0:
            return np.zeros(size, np.int64)
        count = layout.step_size
        if count <= 4:
            return decode_varints(self._column(flat, size, layout.step, "<u4"), count)
        offset = min(layout.step, self.width - 8)
        raw = self._column(flat, size, offset, "<u8")
        raw >>= np.uint64(8 * (layout.step - offset))
        return decode_varints(raw, count)


def _width(length: int) -> int:
    """Return the bytes in a row, in whole words."""
    return -(-(length + _BEHIND) // 8) * 8


def rows_at(data: NDArray[np.uint8], positions: NDArray[np.int64], length: int) -> Words:
    """Return the rows of the records at these positions, (n, words).

    Parameters
    ----------
    data
        The buffer, with slack behind the last record.
    positions
        Where the records begin.
    length
        Of their payloads.
    """
    width = _width(length)
    window: NDArray[Any] = np.ndarray(
        (len(data) - width - HEADER + 1,), f"V{width}", data.data, HEADER, (1,)
    )
    rows: Words = window[positions].view(np.uint64).reshape(-1, width // 8)
    return rows


def _masked_words(marks: NDArray[np.uint8]) -> list[tuple[int, np.uint64]]:
    words = marks.view(np.uint64)
    return [(int(w), words[w]) for w in np.flatnonzero(words)]


def _hash(rows: Words, words: list[tuple[int, np.uint64]]) -> Words:
    total = np.zeros(len(rows), np.uint64)
    for word, bits in words:
        part = rows[:, word] & bits
        part *= _FACTORS[word]
        total += part
    # A difference in a word's last byte has reached the highest bits only.
    total ^= total >> np.uint64(32)
    total *= _FACTORS[-1]
    return total


def _texts(rows: Words, start: int, stop: int) -> list[bytes]:
    """Return these bytes of each row."""
    if start == stop:
        return [b""] * len(rows)
    column = np.ascontiguousarray(rows.view(np.uint8)[:, start:stop])
    found: list[bytes] = column.view(f"V{stop - start}").ravel().tolist()
    return found


def _decoded(tags: tuple[bytes, ...]) -> tuple[str, ...] | None:
    try:
        return tuple([tag.decode() for tag in tags])
    except UnicodeDecodeError:
        return None


def _with_room(array: NDArray[Any], room: int) -> NDArray[Any]:
    """Return a copy that has ``room`` places along its last axis."""
    made = np.zeros((*array.shape[:-1], room), array.dtype)
    made[..., : array.shape[-1]] = array
    return made
