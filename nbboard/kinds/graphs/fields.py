"""The fields of many small protobuf messages as columns, found in all of them at once.

A graph is a hundred thousand nodes of five fields: an object for each would take longer than
everything else that is done with them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.events.texts import distinct
from nbboard.events.wire import WireError, fields

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["Fields", "fields_of"]

#: So many fields of each message are read at once; of longer ones the rest one by one.
_MOST_AT_ONCE = 64
#: Fewer messages than this are read one by one.
_FEWEST = 8
#: A length has no more bytes than this.
_LENGTH_BYTES = 5
_SLACK = bytes(512)
_LENGTH_DELIMITED = 2


@dataclass(frozen=True, eq=False)
class Fields:
    """Texts, bytes and messages in many messages; in their order.

    Attributes
    ----------
    data
        All messages, one after the other.
    row
        Which message each field is of.
    number
        The number of the field.
    key, start, stop
        Where it begins in `data`, and where its content lies.
    """

    data: bytes
    row: Ints
    number: Ints
    key: Ints
    start: Ints
    stop: Ints

    def __len__(self) -> int:
        return len(self.row)

    def __getitem__(self, those: NDArray[Any]) -> Fields:
        """Return some of the fields."""
        columns = (self.row, self.number, self.key, self.start, self.stop)
        return Fields(self.data, *(column[those] for column in columns))

    def called(self, number: int) -> Fields:
        """Return the fields of one number."""
        return self[np.flatnonzero(self.number == number)]

    @property
    def contents(self) -> list[bytes]:
        """What stands in each field."""
        data = self.data
        spans = zip(self.start.tolist(), self.stop.tolist(), strict=True)
        return [data[start:stop] for start, stop in spans]

    def distinct(self) -> tuple[NDArray[np.intp], list[bytes]]:
        """Return which of the different contents stands in each field, and those."""
        return distinct(self.data, self.start, self.stop - self.start)

    @property
    def raw(self) -> NDArray[np.uint8]:
        """The bytes as numbers; a few may be read behind the last."""
        return np.frombuffer(self.data, np.uint8)


def fields_of(messages: Sequence[bytes]) -> Fields:
    """Find the length-delimited fields of messages; numbers in them are left out.

    Raises
    ------
    UndecodableError
        If one of them is no message.
    """
    data = b"".join([*messages, _SLACK])
    raw = np.frombuffer(data, np.uint8)
    end = np.cumsum(np.fromiter(map(len, messages), np.int64, len(messages)))
    position = np.concatenate((np.zeros(min(1, len(end)), np.int64), end[:-1]))
    row = np.arange(len(messages))
    found: list[tuple[Ints, ...]] = []
    left: list[tuple[int, int, int]] = []
    for _ in range(_MOST_AT_ONCE):
        going = position < end
        if not going.all():
            row, position, end = row[going], position[going], end[going]
        if len(row) < _FEWEST:
            break
        key = raw[position]
        start, stop = _content(raw, position + 1)
        plain = (key & 7 == _LENGTH_DELIMITED) & (key >= 8) & (key < 0x80) & (stop <= end)
        if not plain.all():
            odd = ~plain
            left += zip(row[odd].tolist(), position[odd].tolist(), end[odd].tolist(), strict=True)
            row, position, end = row[plain], position[plain], end[plain]
            key, start, stop = key[plain], start[plain], stop[plain]
        found.append((row, (key >> 3).astype(np.int64), position, start, stop))
        position = stop
    left += zip(row.tolist(), position.tolist(), end.tolist(), strict=True)
    found.append(_one_by_one(data, left))
    columns = [np.concatenate(parts) for parts in zip(*found, strict=True)]
    # Later rounds hold later fields.
    order = np.argsort(columns[0], kind="stable")
    return Fields(data, *(column[order] for column in columns))


def _content(raw: NDArray[np.uint8], position: Ints) -> tuple[Ints, Ints]:
    """Return where the contents begin and end whose lengths stand at positions.

    A length that has no end ends far behind everything.
    """
    length = raw[position].astype(np.int64)
    start = position + 1
    long = np.flatnonzero(length >= 0x80)
    for place in range(1, _LENGTH_BYTES + 1):
        if not len(long):
            break
        byte = raw.take(position[long] + place, mode="clip").astype(np.int64)
        length[long] += (byte << 7 * place) - (0x80 << 7 * (place - 1))
        start[long] += 1
        long = long[byte >= 0x80]
    length[long] = len(raw)
    return start, start + length


def _one_by_one(data: bytes, left: Sequence[tuple[int, int, int]]) -> tuple[Ints, ...]:
    """Return the columns of what is left of some messages."""
    rows = []
    try:
        for row, position, end in left:
            rows += [
                (row, each.number, each.key, each.start, each.stop)
                for each in fields(data, position, end)
                if each.kind == _LENGTH_DELIMITED
            ]
    except WireError as error:
        raise UndecodableError(f"a message that cannot be parsed: {error}") from error
    return tuple(np.array(rows, np.int64).reshape(-1, 5).T)
