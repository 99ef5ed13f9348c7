"""Decoding all records of one layout at once, their checksums being verified already.

A matcher knows a layout and, for every series seen in it, a model payload.
Rows of bytes are compared with their model: they must be equal in every
structural byte.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nbboard.events.match import Match
from nbboard.events.varints import decode_varints
from nbboard.records.framing import HEADER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbboard.events.layout import Layout

__all__ = ["BLOCK", "Matcher", "rows_at"]

#: Rows handled at a time, so that the intermediate columns stay in the cache.
BLOCK = 8192
#: Of a step at least four bytes are read, so a row ends so many behind the payload.
_BEHIND = 4

_FACTORS = np.random.default_rng(0x6E62).integers(1, 1 << 63, 4096, np.uint64) | np.uint64(1)

_WHOLE = (1 << 64) - 1

Words = NDArray[np.uint64]


class Matcher:
    """All series of one layout.

    Parameters
    ----------
    layout
        The layout.
    """

    def __init__(self, layout: Layout) -> None:
        self.layout = layout
        self.count = 0
        #: For each label its values' metadata, and whether there is any at all.
        self.metadata: list[tuple[bytes | None, ...]] = []
        self.described = False
        #: For each label its tags' numbers, one a slot.
        self.tags = np.empty((0, len(layout.slots)), np.int32)
        self.width = _width(layout.length)
        words = self.width // 8
        structure = np.zeros(self.width, np.uint8)
        structure[: layout.length] = 0xFF
        for start, stop, keep in self._varying():
            structure[start:stop] = keep
        label = np.zeros(self.width, np.uint8)
        tag_bytes = np.zeros(self.width, np.uint8)
        for i, (start, stop) in enumerate(layout.labels):
            label[start:stop] = 0xFF
            # Tags stand before all other labels.
            if i < len(layout.slots):
                tag_bytes[start:stop] = 0xFF
        self._structure: Words = structure.view(np.uint64)
        # Words of numbers alone need not be looked at.
        self._used = _masked_words(structure)
        self._label_words = _masked_words(label)
        self._frame = (structure & ~label).view(np.uint64).tolist()
        # For one value the tag alone tells the series nearly always; what does
        # not agree with the model it leads to is found out by the comparison.
        self._key_words = _masked_words(tag_bytes) or self._label_words
        self._models: Words = np.empty((words, 0), np.uint64)
        self._known: dict[tuple[int, ...], int] = {}
        self._bits = structure.view(np.uint64).tolist()
        self._first = np.full(1 << 16, -1, np.int16)
        self._second = np.full(1 << 16, -1, np.int16)

    def _varying(self) -> list[tuple[int, int, int]]:
        layout = self.layout
        ranges = [(s.offset, s.offset + int(s.dtype[2]), 0) for s in layout.slots]
        if layout.wall_time >= 0:
            ranges.append((layout.wall_time, layout.wall_time + 8, 0))
        if layout.step >= 0:
            # The top bits say where the varint ends: structure.
            ranges.append((layout.step, layout.step + layout.step_size, 0x80))
        return ranges

    def learn(self, payload: bytes, tags: list[int], metadata: tuple[bytes | None, ...]) -> bool:
        """Add a series by a payload whose checksum was verified; False if there are too many."""
        if self.count >= 32_000:
            return False
        model = self._model(payload)
        number = self.count
        known = self._structural(model.tolist())
        if known in self._known:
            return True
        key = _hash_one(model.tolist(), self._key_words)
        if number == self._models.shape[1]:
            # New arrays, not changed ones: other threads may be matching.
            room = max(4, 2 * number)
            self._models = _with_room(self._models, room)
            self.tags = _with_room(self.tags.T, room).T
        self._models[:, number] = model
        self.tags[number] = tags
        self.metadata.append(metadata)
        self.described = self.described or any(item is not None for item in metadata)
        self.count = number + 1
        if self._first[key >> 48] < 0:
            self._first[key >> 48] = number
        elif self._second[key >> 32 & 0xFFFF] < 0:
            self._second[key >> 32 & 0xFFFF] = number
        # Last, when everything that is found by it is in place.
        self._known[known] = number
        return True

    def series(self, label: int) -> list[tuple[int, bytes | None]]:
        """Return the number of the tag and the metadata of each value of a label's events."""
        return list(zip(self.tags[label].tolist(), self.metadata[label], strict=True))

    def tags_of(self, payload: bytes) -> tuple[str, ...] | None:
        """Return the tags of an event that differs from known ones in nothing else.

        None if that is not so, and it must be parsed.
        """
        layout = self.layout
        if not layout.is_plain:
            return None
        words = self._model(payload).tolist()
        first = self._models[:, 0].tolist()
        if any((a ^ b) & bits for a, b, bits in zip(words, first, self._frame, strict=True)):
            return None
        try:
            return tuple(payload[start:stop].decode() for start, stop in layout.labels)
        except UnicodeDecodeError:
            return None

    def _model(self, payload: bytes) -> Words:
        return np.frombuffer(payload + bytes(self.width - len(payload)), np.uint64)

    def label_hash(self, rows: Words) -> Words:
        """Return a hash of the bytes that differ from series to series."""
        return _hash(rows, self._label_words)

    def find(self, row: Words) -> int:
        """Return the label of one row by its structural bytes, -1 if it is of no known series."""
        return self._known.get(self._structural(row.tolist()), -1)

    def _structural(self, words: list[int]) -> tuple[int, ...]:
        return tuple(word & bits for word, bits in zip(words, self._bits, strict=True))

    def payload(self, label: int) -> bytes:
        """Return the payload a series was learned by."""
        return self._models[:, label].tobytes()[: self.layout.length]

    def match(self, rows: Words) -> Match | None:
        """Decode what agrees with a model; None if no row does."""
        # In this order: another thread may be adding a model.
        alone, models = self.count == 1, self._models
        if alone:
            return self._decode(rows, self._differ(rows, models[:, 0].tolist()), None)
        key = _hash(rows, self._key_words)
        label = self._first.take((key >> np.uint64(48)).view(np.int64)).astype(np.int64)
        # Models that another thread has just added may not be in these arrays yet.
        label[label >= models.shape[1]] = -1
        missed = label < 0
        if missed.any():
            if missed.all():
                return None
            label[missed] = 0
        wrong = self._differ(rows, [model.take(label) for model in models])
        if wrong.any() and (self._second >= 0).any():
            # Two tags in one bucket: the second table tells the other.
            other = np.flatnonzero(wrong)
            place = key[other] >> np.uint64(32) & np.uint64(0xFFFF)
            again = self._second.take(place.view(np.int64)).astype(np.int64)
            again[again >= models.shape[1]] = -1
            other, again = other[again >= 0], again[again >= 0]
            if len(other):
                label[other] = again
                wrong[other] = self._differ(rows[other], [model.take(again) for model in models])
        return self._decode(rows, wrong, label)

    def _differ(self, rows: Words, models: Sequence[Words | int]) -> Words:
        """Return for each row zero if it is structured as the model."""
        wrong = np.zeros(len(rows), np.uint64)
        for word, bits in self._used:
            difference = rows[:, word] ^ np.asarray(models[word], np.uint64)
            if int(bits) != _WHOLE:
                difference &= bits
            wrong |= difference
        return wrong

    def _decode(self, rows: Words, wrong: Words, label: NDArray[np.int64] | None) -> Match | None:
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
            return Match(None, label, step, wall_time, values)
        return Match(
            good,
            None if label is None else label[good],
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


def _hash_one(row: list[int], words: list[tuple[int, np.uint64]]) -> int:
    """Return what :func:`_hash` does, of one row."""
    total = sum((row[word] & int(bits)) * int(_FACTORS[word]) for word, bits in words) & _WHOLE
    total ^= total >> 32
    return total * int(_FACTORS[-1]) & _WHOLE


def _with_room(array: NDArray[Any], room: int) -> NDArray[Any]:
    """Return a copy that has ``room`` places along its last axis."""
    made = np.zeros((*array.shape[:-1], room), array.dtype)
    made[..., : array.shape[-1]] = array
    return made
