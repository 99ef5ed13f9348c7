"""Event files with images in them, written byte by byte: pictures, animations, bombs."""

from __future__ import annotations

import io
import itertools
import struct
import zlib
from pathlib import Path

import crc32c
import numpy as np
from PIL import Image
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.util import tensor_util

__all__ = ["CLOCK", "HOSTILE", "bombs", "encode", "flat", "framed", "gif", "write_images"]

CLOCK = itertools.count(1_700_000_000)


def encode(pixels, form="PNG"):
    """Encode one picture."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, form)
    return file.getvalue()


def flat(color, size=(24, 16), form="PNG"):
    """Return a picture of one colour (red, green, blue), `size` being width and height."""
    return encode(np.full((size[1], size[0], 3), color, np.uint8), form)


def gif(colors, size=(24, 16), milliseconds=200):
    """Return an animation with a frame of each colour."""
    first, *rest = [Image.fromarray(np.full((size[1], size[0], 3), c, np.uint8)) for c in colors]
    file = io.BytesIO()
    first.save(file, "GIF", save_all=True, append_images=rest, duration=milliseconds, loop=0)
    return file.getvalue()


def write_images(root, run, tag, images, *, title="", caption=""):
    """Append images to a run: ``{step: [bytes, ...]}`` or ``[(step, [bytes, ...]), ...]``."""
    folder = Path(root) / run
    folder.mkdir(parents=True, exist_ok=True)
    pairs = images.items() if isinstance(images, dict) else images
    with (folder / "events.out.tfevents.1.host").open("ab") as file:
        for step, several in pairs:
            data = [b"24", b"16", *several]
            value = summary_pb2.Summary.Value(tag=tag, tensor=tensor_util.make_tensor_proto(data))
            value.metadata.plugin_data.plugin_name = "images"
            value.metadata.display_name = title
            value.metadata.summary_description = caption
            event = event_pb2.Event(step=step, wall_time=next(CLOCK))
            event.summary.value.append(value)
            file.write(framed(event.SerializeToString()))


def framed(payload):
    """Return a record with its checksums around it."""
    head = struct.pack("<Q", len(payload))
    return head + _masked(head) + payload + _masked(payload)


def _masked(data):
    crc = crc32c.crc32c(data)
    return struct.pack("<I", ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF)


def bombs():
    """Return twenty images that no browser and no decoder should be given."""
    return [
        *(_png(side, side) for side in (5_001, 65_535, 2**31 - 1)),
        _png(2**32 - 1, 1),
        _png(1, 2**32 - 1),
        _png(0, 10),
        _png(2, 2, b"\0\0\0\x08acTL" + struct.pack(">II", 10**6, 0) + b"\0\0\0\0"),
        _png(2, 2) + b"\0" * (16 << 20),
        *(_gif(1, side, side) for side in (5_001, 65_535)),
        _gif(1, 2, 65_535, left=65_000),
        _gif(10_001),
        _gif(100_000),
        b"BM" + b"\0" * 12 + struct.pack("<Iii", 40, 2**31 - 1, 2**31 - 1) + b"\0" * 40,
        b"\xff\xd8\xff\xc0\x00\x11\x08" + struct.pack(">HH", 65_535, 65_535) + b"\x03" * 12,
        b"\xff\xd8\xff\xe0\x00\x00" * 1000,
        b"RIFF\x00\x00\x00\x00WEBPVP8X" + b"\xff" * 20,
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)' width='9' height='9'/>",
        b"\0" * 1000,
        b"",
    ]


def _png(width, height, extra=b""):
    """Return a PNG that claims a size and has next to no pixels."""
    chunk = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    crc = struct.pack(">I", zlib.crc32(chunk))
    pixels = zlib.compress(b"\0" * 64)
    data = struct.pack(">I", len(pixels)) + b"IDAT" + pixels
    data += struct.pack(">I", zlib.crc32(b"IDAT" + pixels))
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + chunk + crc + extra + data


def _gif(frames, width=2, height=2, left=0):
    """Return a GIF of tiny frames on a screen of some size."""
    frame = b"\x2c" + struct.pack("<HHHHB", left, 0, 1, 1, 0) + b"\x02\x02\x44\x01\x00"
    table = b"\x00\x00\x00\xff\xff\xff"
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + table
    return head + frame * frames + b"\x3b"


_WAYS = (
    "<script>{}</script>",
    "<img src=x onerror={}>",
    "<svg onload={}>",
    "<svg><animate onbegin={} attributeName=x></svg>",
    '"><img src=//foreign.example/x onerror={}>',
    "'><body onload={}>",
    "<iframe srcdoc='<script>parent.{}</script>'>",
    "<a href=javascript:{}>x</a>",
    "javascript:{}",
    "data:text/html,<script>{}</script>",
    "<details open ontoggle={}>",
    "<style>@import '//foreign.example/x';</style>{}",
    "<link rel=stylesheet href=//foreign.example/x>{}",
    "<math><mtext><img src=x onerror={}>",
    "</style><script>{}</script>",
    "<input autofocus onfocus={}>",
    "<template><script>{}</script></template>",
    "{{{{constructor.constructor('{}')()}}}}",
    "${{{}}}",
    "$$\\href{{javascript:{}}}{{x}}$$",
)
_CALLS = ("alert(1)", "confirm`1`", "prompt(document.domain)", "window.hacked=1", "print()")
_FRAMES = ("{}", "a\u202e\u0007{}")

#: Two hundred names that would do something if a page took them for more than text.
HOSTILE = tuple(
    frame.format(way.format(call)) for way in _WAYS for call in _CALLS for frame in _FRAMES
)
