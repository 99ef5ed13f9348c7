"""Finding out what many records hold without reading their content.

Plain numbers that are too few for a template are read here, too.

Images, histograms and the like differ in length from event to event, so there
is no layout to share. But nearly all are an event of one value: wall time,
step, tag, content, metadata. The few fields around the content are read for all
records at once, a column of positions moving forward through the bytes; the
content is stepped over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from google.protobuf.message import DecodeError
from tensorboard.compat.proto import summary_pb2

from nbboard.events.texts import hashes, texts_at
from nbboard.records.framing import HEADER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["Index", "IndexedSeries", "index_records"]

#: First byte of the content's field, and the plugin it means; a tensor's is in its metadata.
_CONTENT = {0x15: "scalars", 0x22: "images", 0x2A: "histograms", 0x32: "audio", 0x42: None}
#: The one whose content is four bytes, not a length and bytes.
_SIMPLE_VALUE = 0x15
_METADATA = 0x4A
_IS_CONTENT = np.isin(np.arange(256), list(_CONTENT))
#: Tags with their metadata are rarely longer.
_SMALL_TEXT = 512


class IndexedSeries(NamedTuple):
    """The series of some indexed records: its tag, plugin, and the metadata they have."""

    tag: str
    plugin: str
    metadata: bytes | None


class Index(NamedTuple):
    """What was found; arrays have one item an indexed record.

    Attributes
    ----------
    indexed
        For every record given whether it is indexed here.
    handled
        The same, or it holds no value at all.
    step, wall_time
        Of each indexed record.
    series_index
        Which of the series it belongs to.
    series
        Those that occur.
    value
        Of the ``"scalars"`` the number; of others anything.
    """

    indexed: NDArray[np.bool_]
    handled: NDArray[np.bool_]
    step: Ints
    wall_time: NDArray[np.float64]
    series_index: Ints
    series: list[IndexedSeries]
    value: NDArray[np.float32]


def index_records(data: NDArray[np.uint8], positions: Ints, lengths: Ints) -> Index:
    """Index the records that hold one value which is a ``simple_value`` or stays in the file.

    Parameters
    ----------
    data
        The buffer, with slack behind the last record.
    positions, lengths
        Where the records begin, and their payloads' lengths; verified.
    """
    begin = positions + HEADER
    end = begin + lengths
    rows = np.flatnonzero((lengths > 16) & (data.take(begin) == 0x09))
    cursor = _Cursor(data, rows, begin[rows] + 9, end[rows])
    wall_time = _gather(data, begin + 1, "<f8")
    step = _read_step(cursor, len(positions))
    empty = _versions(cursor)
    # The summary and its only value must both reach to the end.
    for opening in (0x2A, 0x0A):
        cursor.keep(cursor.byte() == opening)
        size = cursor.length()
        cursor.keep(cursor.position + size == cursor.end)
    cursor.keep(cursor.byte() == 0x0A)
    tag_size = cursor.length()
    tag = cursor.position.copy()
    cursor.carry(tag_size=tag_size, tag=tag)
    cursor.position += tag_size
    nothing = np.zeros(len(cursor.rows), np.int64)
    cursor.carry(
        kind=nothing,
        content=nothing,
        metadata=nothing,
        metadata_size=np.full(len(cursor.rows), -1, np.int64),
    )
    while True:
        open_ = cursor.position < cursor.end
        if not open_.any():
            break
        key = np.where(open_, cursor.byte(), 0).astype(np.int64)
        content, described = _IS_CONTENT[key], key == _METADATA
        twice = (content & (cursor.carried["kind"] > 0)) | (
            described & (cursor.carried["metadata_size"] >= 0)
        )
        cursor.keep((content | described | ~open_) & ~twice)
        open_ = cursor.position < cursor.end
        if not open_.any():
            continue
        key = np.where(open_, cursor.byte(), 0).astype(np.int64)
        content, described = _IS_CONTENT[key], key == _METADATA
        cursor.position += open_
        value, size = cursor.varint(open_)
        simple = key == _SIMPLE_VALUE
        size = np.where(open_ & ~simple, size, 0)
        length = np.where(open_, np.where(simple, 4, value), 0)
        start = cursor.position + size
        carried = cursor.carried
        carried["content"] = np.where(content, start, carried["content"])
        carried["kind"] = np.where(content, key, carried["kind"])
        carried["metadata"] = np.where(described, start, carried["metadata"])
        carried["metadata_size"] = np.where(described, length, carried["metadata_size"])
        cursor.position = start + length
        cursor.keep((length >= 0) & (cursor.position <= cursor.end))
    index = _by_series(data, cursor, step, wall_time, len(positions))
    index.handled[empty] = True
    return index


def _versions(cursor: _Cursor) -> Ints:
    """Return the rows that hold a version, which every file begins with, and nothing else."""
    found = cursor.byte() == 0x1A
    if found.any():
        inside = _Cursor(cursor.data, cursor.rows, cursor.position + 1, cursor.end)
        length, size = inside.varint()
        found &= inside.position + size + length == cursor.end
    rows: Ints = cursor.rows[found]
    return rows


def _read_step(cursor: _Cursor, count: int) -> Ints:
    """Step over the steps; return those of all ``count`` records."""
    step = np.zeros(count, np.int64)
    has_step = cursor.byte() == 0x10
    if has_step.any():
        cursor.position += has_step
        value, size = cursor.varint(has_step)
        step[cursor.rows] = np.where(has_step, value, 0)
        cursor.position += size * has_step
    return step


class _Cursor:
    """A position in each of many records, with what was found so far."""

    def __init__(self, data: NDArray[np.uint8], rows: Ints, position: Ints, end: Ints) -> None:
        self.data = data
        self.rows = rows
        self.position = position
        self.end = end
        self.carried: dict[str, Ints] = {}

    def carry(self, **columns: Ints) -> None:
        """Remember columns, which shrink when rows are dropped."""
        self.carried.update(columns)

    def keep(self, those: NDArray[np.bool_]) -> None:
        """Drop the rows that are not ``those``."""
        if those.all():
            return
        self.rows, self.position, self.end = self.rows[those], self.position[those], self.end[those]
        self.carried = {name: column[those] for name, column in self.carried.items()}

    def byte(self) -> NDArray[np.uint8]:
        """Return the byte at each position."""
        found: NDArray[np.uint8] = self.data.take(self.position, mode="clip")
        return found

    def varint(self, those: NDArray[np.bool_] | None = None) -> tuple[Ints, Ints]:
        """Return the varint at each position and its size; of other rows anything."""
        value = np.zeros(len(self.rows), np.uint64)
        size = np.ones(len(self.rows), np.int64)
        going = np.ones(len(self.rows), bool) if those is None else those.copy()
        for i in range(10):
            byte = self.data.take(self.position + i, mode="clip").astype(np.uint64)
            value |= np.where(going, (byte & np.uint64(0x7F)) << np.uint64(7 * i), np.uint64(0))
            size = np.where(going, i + 1, size)
            going &= byte >= 0x80
            if not going.any():
                break
        return value.view(np.int64), size

    def length(self) -> Ints:
        """Step over a key of one byte and the length behind it; drop rows where it is too long."""
        self.position = self.position + 1
        length, size = self.varint()
        self.position = self.position + size
        good = (length >= 0) & (length <= self.end - self.position)
        self.keep(good)
        return length[good]


def _by_series(
    data: NDArray[np.uint8], cursor: _Cursor, step: Ints, wall_time: NDArray[np.float64], size: int
) -> Index:
    """Tell which rows are of one series: tag, content field and metadata are equal."""
    carried = cursor.carried
    count = len(cursor.rows)
    series_index = np.full(count, -1, np.int64)
    series: list[IndexedSeries] = []
    tag_size, metadata_size, kind = carried["tag_size"], carried["metadata_size"], carried["kind"]
    # Texts of very different lengths side by side would take too much room.
    for members in _of_like_size(tag_size + metadata_size):
        tags = texts_at(data, carried["tag"][members], tag_size[members])
        described = texts_at(data, carried["metadata"][members], metadata_size[members])
        # Sizes are below 2**28, a record's greatest, and a kind is a byte.
        shape = (tag_size[members] << 28 | metadata_size[members] + 1) << 8 | kind[members]
        text = np.concatenate((tags, described, shape.view(np.uint8).reshape(-1, 8)), axis=1)
        _, first, inverse = np.unique(hashes(text), return_index=True, return_inverse=True)
        words = text.view(np.uint64)
        same = (words == words[first[inverse]]).all(axis=1)
        found = np.full(len(first), -1, np.int64)
        for which, at in enumerate(first.tolist()):
            member = members[at]
            own = int(metadata_size[member])
            metadata = None if own < 0 else described[at].tobytes()[:own]
            plugin = _plugin(int(kind[member]), metadata)
            if plugin is not None:
                raw = tags[at].tobytes()[: int(tag_size[member])]
                found[which] = len(series)
                tag = raw.decode("utf-8", "surrogateescape")
                series.append(IndexedSeries(tag, plugin, metadata))
        series_index[members] = np.where(same, found[inverse], -1)
    kept = series_index >= 0
    rows = cursor.rows[kept]
    indexed = np.zeros(size, bool)
    indexed[rows] = True
    value = _gather(data, carried["content"][kept], "<f4")
    return Index(
        indexed, indexed.copy(), step[rows], wall_time[rows], series_index[kept], series, value
    )


def _plugin(kind: int, metadata: bytes | None) -> str | None:
    """Return the plugin, None for what must be looked at one by one."""
    by_field = _CONTENT.get(kind)
    if metadata is None:
        return by_field  # a tensor without metadata: None
    try:
        name: str = summary_pb2.SummaryMetadata.FromString(metadata).plugin_data.plugin_name
    except DecodeError:
        return None
    if by_field is not None:
        return by_field
    return name if name and name != "scalars" else None


def _of_like_size(sizes: Ints) -> list[Ints]:
    """Return the indices of the sizes that are small, and of each greater one by itself."""
    large = sizes > _SMALL_TEXT
    if not large.any():
        return [np.arange(len(sizes))] if len(sizes) else []
    groups = [np.flatnonzero(sizes == size) for size in set(sizes[large].tolist())]
    return [group for group in (np.flatnonzero(~large), *groups) if len(group)]


def _gather(data: NDArray[np.uint8], positions: Ints, dtype: str) -> NDArray[Any]:
    """Return an unaligned number at each position."""
    size = np.dtype(dtype).itemsize
    window: NDArray[Any] = np.ndarray((len(data) - size + 1,), dtype, data.data, 0, (1,))
    found: NDArray[Any] = window[positions]
    return found
