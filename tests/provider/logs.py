"""Small logs that grow and break on demand."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

from crc32c import crc32c
from tensorboard.compat.proto import event_pb2, summary_pb2

__all__ = ["START", "Writer", "record"]

START = 1_700_000_000.0


def masked(data: bytes) -> bytes:
    """Return a checksum as it is stored."""
    crc = crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def record(payload: bytes) -> bytes:
    """Frame a payload."""
    length = struct.pack("<Q", len(payload))
    return length + masked(length) + payload + masked(payload)


class Writer:
    """Writes one run's event file, a record at a time."""

    def __init__(self, folder: Path, name: str = "events.out.tfevents.1.host") -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.path = folder / name
        self._offsets: list[int] = []
        self._last: dict[str, int] = {}
        self._late = 0.0
        self.event(file_version="brain.Event:2")

    def event(self, step: int = 0, wall_time: float | None = None, **what: Any) -> None:
        """Write an event."""
        event = event_pb2.Event(wall_time=START + step if wall_time is None else wall_time, **what)
        event.step = step
        self.payload(event.SerializeToString())

    def payload(self, payload: bytes) -> None:
        """Write whatever bytes as a record."""
        self._offsets.append(self.path.stat().st_size if self.path.exists() else 0)
        with self.path.open("ab") as file:
            file.write(record(payload))

    def value(self, step: int = 0, wall_time: float | None = None, **value: Any) -> None:
        """Write an event with one value; where its steps go back, a job was started again later."""
        tag = value.get("tag", "")
        if step < self._last.get(tag, step):
            self._late += 10_000
        self._last[tag] = step
        wall_time = START + step + self._late if wall_time is None else wall_time
        summary = summary_pb2.Summary(value=[summary_pb2.Summary.Value(**value)])
        self.event(step, wall_time, summary=summary)

    def scalar(self, tag: str, step: int, value: float) -> None:
        """Write a scalar in the old form, as PyTorch does."""
        self.value(step, tag=tag, simple_value=value)

    def tensor(
        self, tag: str, step: int, tensor: Any, plugin: str, content: bytes = b"", **metadata: Any
    ) -> None:
        """Write a tensor with metadata, as TensorFlow 2 does."""
        from tensorboard.util import tensor_util

        about = summary_pb2.SummaryMetadata(**metadata)
        about.plugin_data.plugin_name = plugin
        about.plugin_data.content = content
        made = tensor_util.make_tensor_proto(tensor)
        self.value(step, tag=tag, tensor=made, metadata=about)

    def flip(self, number: int) -> None:
        """Damage the payload of a record, counted from the first, which is the version."""
        data = bytearray(self.path.read_bytes())
        data[self._offsets[number] + 12 + 2] ^= 1
        self.path.write_bytes(data)
