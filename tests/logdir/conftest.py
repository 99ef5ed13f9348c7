"""Logs written event by event, so that a test says exactly what is in them."""

from __future__ import annotations

import itertools
import struct
from pathlib import Path

import crc32c
import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.util import tensor_util

import nbboard


def framed(payload):
    """Return a record around a payload."""
    head = struct.pack("<Q", len(payload))
    return head + _masked(head) + payload + _masked(payload)


def _masked(data):
    crc = crc32c.crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


class Logs:
    """A folder of runs that grows."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.clock = itertools.count(1000)

    def file(self, run="run", name="events.out.tfevents.1"):
        """Return the path of a run's event file; its folder exists then."""
        folder = self.root / run
        folder.mkdir(parents=True, exist_ok=True)
        return folder / name

    def event(self, run="run", name="events.out.tfevents.1", **fields):
        """Append an event."""
        fields.setdefault("wall_time", next(self.clock))
        with self.file(run, name).open("ab") as file:
            file.write(framed(event_pb2.Event(**fields).SerializeToString()))

    def scalars(self, run, tag, values, steps=None, name="events.out.tfevents.1"):
        """Append scalars of one tag, a step apart unless steps are given."""
        for step, value in zip(steps or range(len(values)), values, strict=True):
            one = summary_pb2.Summary.Value(tag=tag, simple_value=value)
            self.event(run, name, step=step, summary=summary_pb2.Summary(value=[one]))

    def tensor(self, run, tag, plugin, data, **metadata):
        """Append a tensor of a plugin."""
        one = summary_pb2.Summary.Value(tag=tag, tensor=tensor_util.make_tensor_proto(data))
        one.metadata.plugin_data.plugin_name = plugin
        one.metadata.plugin_data.content = metadata.pop("content", b"")
        step = metadata.pop("step", 0)
        for field, value in metadata.items():
            setattr(one.metadata, field, value)
        self.event(run, step=step, summary=summary_pb2.Summary(value=[one]))

    def text(self, run, tag, text, step=0):
        """Append a text."""
        self.tensor(run, tag, "text", np.array([text.encode()], object), step=step)

    def images(self, run, tag, images, step=0):
        """Append images of one step."""
        self.tensor(run, tag, "images", np.array([b"2", b"1", *images], object), step=step)

    def open(self, **options):
        """Open the folder."""
        return nbboard.open(self.root, **options)


@pytest.fixture
def logs(tmp_path):
    """Return an empty folder to write runs into."""
    return Logs(tmp_path / "logs")


@pytest.fixture
def png():
    """Return a function that makes a 2 x 1 PNG of a grey."""
    import io

    from PIL import Image

    def make(grey):
        file = io.BytesIO()
        Image.fromarray(np.full((1, 2), grey, np.uint8)).save(file, "PNG")
        return file.getvalue()

    return make
