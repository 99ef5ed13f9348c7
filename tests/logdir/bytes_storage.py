"""Event files that are only bytes in memory, and logs to put there."""

from __future__ import annotations

import errno
import struct

from nbboard.events.decode import Decoder
from nbboard.records import frame
from nbboard.series.store import Source, Store
from nbboard.storage import Entry, FileStat

NAME = "events.out.tfevents.1"


class BytesStorage:
    """Files of one folder, given as ``{name: bytes}``; change them as you like."""

    is_local = True

    def __init__(self, files):
        self.files = files
        self.inodes = {}
        self.reads = 0

    def scan(self, path):
        return [Entry(name, name, "file") for name in self.files]

    def kind(self, path):
        return "folder"

    def identity(self, path):
        return path

    def stat(self, path):
        if path not in self.files:
            raise FileNotFoundError(errno.ENOENT, "no such file", path)
        data = self.files[path]
        return FileStat(len(data), hash(bytes(data[-64:])), (self.inodes.get(path, 0),))

    def find(self, root):
        return None

    def open(self, path, known=None):
        return _BytesFile(self, path)

    def read_whole(self, path, view, known=None):
        return None  # anything may be unusual


class _BytesFile:
    def __init__(self, storage, path):
        self.storage = storage
        self.path = path
        self._stat = storage.stat(path)
        self.data = storage.files[path]

    def stat(self):
        return self._stat

    def read_into(self, view, offset):
        piece = self.data[offset : offset + len(view)]
        self.storage.reads += len(piece)
        view[: len(piece)] = piece
        return len(piece)

    def __enter__(self):
        return self

    def __exit__(self, *error):
        pass


_DECODER = Decoder()


def store_of(data, **options):
    """Return a store of one file with these bytes, and its storage."""
    storage = BytesStorage({NAME: data})
    options.setdefault("decoder", _DECODER)
    return Store([Source("", "memory")], storages=[(storage, "memory")], **options), storage


def points_of(store, run="."):
    """Return everything a store holds of a run's scalars: {tag: [(step, wall time, value)]}."""
    if run not in store.runs:
        return {}
    found = {}
    for key in store.series("scalars"):
        if key.run == run:
            columns = store.scalar(run, key.tag)
            rows = zip(
                columns.step.tolist(),
                columns.wall_time.tolist(),
                columns.value.tolist(),
                strict=True,
            )
            found[key.tag] = list(rows)
    return found


def varint(value):
    """Encode a varint, negative numbers as protobuf does."""
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def field(number, data):
    """Encode a length-delimited field."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def scalar_event(step, value, tag="loss", wall_time=1000.5):
    """Encode an event with one old-style scalar."""
    content = field(1, tag.encode()) + b"\x15" + struct.pack("<f", value)
    head = b"\x09" + struct.pack("<d", wall_time) + (b"\x10" + varint(step) if step else b"")
    return head + field(5, field(1, content))


def version_event():
    """Encode what every file begins with."""
    return b"\x09" + struct.pack("<d", 1000.0) + field(3, b"brain.Event:2")


def small_log(count=27):
    """Return the records of a log of about 1.2 kB."""
    tags = ("loss", "accuracy")
    events = [scalar_event(i, i / 8, tags[i % 2], 1000 + i) for i in range(count)]
    return [frame(version_event()), *map(frame, events)]
