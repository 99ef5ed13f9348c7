"""The logs that readers are timed on, written the same way every time.

Each set stands for a way in which logs are large; see :data:`SETS`. They are
written once into a folder under the system's temporary directory.
"""

from __future__ import annotations

import random
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from crc32c import crc32c

START = 1_700_000_000.0


def cache() -> Path:
    """Return the folder the sets are kept in."""
    return Path(tempfile.gettempdir()) / "nbboard-benchmarks"


def dataset(name: str, scale: int = 1) -> Path:
    """Return the folder of a set, written if it is not there yet.

    Parameters
    ----------
    name
        One of :data:`SETS`.
    scale
        Only one of so many points is written.
    """
    label = name if scale == 1 else f"{name}_{scale}"
    folder = cache() / label
    done = cache() / f"{label}.done"
    if not done.exists():
        folder.mkdir(parents=True, exist_ok=True)
        SETS[name](folder, scale)
        done.touch()
    return folder


# -- the wire format, by hand: a million events through protobuf take too long


def varint(value: int) -> bytes:
    """Encode an unsigned varint."""
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def field(number: int, data: bytes) -> bytes:
    """Encode a length-delimited field."""
    return varint(number << 3 | 2) + varint(len(data)) + data


def masked(data: bytes) -> int:
    """Return the checksum as TFRecord stores it."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


_HEADERS: dict[int, bytes] = {}


def record(payload: bytes) -> bytes:
    """Frame a payload."""
    header = _HEADERS.get(len(payload))
    if header is None:
        length = struct.pack("<Q", len(payload))
        header = _HEADERS[len(payload)] = length + struct.pack("<I", masked(length))
    return header + payload + struct.pack("<I", masked(payload))


_STEPS: dict[int, bytes] = {}


def event(wall_time: float, step: int, summary: bytes) -> bytes:
    """Encode an event; as in proto3 a step of 0 is left out."""
    encoded = _STEPS.get(step)
    if encoded is None:
        encoded = _STEPS[step] = b"\x10" + varint(step) if step else b""
    return b"\x09" + struct.pack("<d", wall_time) + encoded + field(5, summary)


def version() -> bytes:
    """Return the record every file begins with."""
    return record(b"\x09" + struct.pack("<d", START) + field(3, b"brain.Event:2"))


def simple(tag: str) -> Callable[[float], bytes]:
    """Return an encoder of values as torch, tensorboardX and TF1 write them."""
    head = field(1, tag.encode()) + b"\x15"
    key = b"\x0a" + varint(len(head) + 4) + head
    return lambda value: key + struct.pack("<f", value)


def tensor(tag: str) -> Callable[[float], bytes]:
    """Return an encoder of values as TF2 writes them."""
    name = field(1, tag.encode())
    plugin = field(1, field(1, b"scalars"))
    metadata = field(9, plugin + b"\x20\x01")
    head = name + b"\x42\x0a" + b"\x08\x01\x12\x00\x22\x04"
    key = b"\x0a" + varint(len(head) + 4 + len(metadata)) + head
    return lambda value: key + struct.pack("<f", value) + metadata


def write(path: Path, chunks: Iterator[bytes]) -> None:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as out:
        out.write(version())
        waiting: list[bytes] = []
        for i, chunk in enumerate(chunks):
            waiting.append(chunk)
            if i % 50_000 == 49_999:
                out.write(b"".join(waiting))
                waiting.clear()
        out.write(b"".join(waiting))


NAME = "events.out.tfevents.1700000000.host.1.0"
TAGS = [
    f"{group}/{name}"
    for group in ("train", "eval", "optimizer", "system")
    for name in ("loss", "accuracy", "grad_norm", "lr", "entropy")
]


def interleaved(tags: list[Callable[[float], bytes]], steps: int, seed: int) -> Iterator[bytes]:
    """Yield every tag at every step."""
    noise = np.random.default_rng(seed).normal(size=1 << 16).tolist()
    i = 0
    for step in range(steps):
        wall_time = START + step * 0.01
        for encode in tags:
            i += 1
            value = 1 / (1 + step) + noise[i & 0xFFFF]
            yield record(event(wall_time + i * 1e-6, step, encode(value)))


def irregular(folder: Path, scale: int) -> None:
    """Write M: tags logged at different, irregular times."""
    rng = random.Random(7)
    encoders = [simple(tag) for tag in TAGS]
    odds = [1.0, 0.9, 0.7, 0.5, 0.5, 0.5, 0.4, 0.3, 0.3, 0.2] * 2

    def chunks() -> Iterator[bytes]:
        count, step = 0, 0
        while count < 2_000_000 // scale:
            step += rng.choice((1, 1, 1, 2, 5))
            for encode, odd in zip(encoders, odds, strict=True):
                if rng.random() < odd:
                    count += 1
                    yield record(event(START + count * 1e-3, step, encode(rng.random())))

    write(folder / NAME, chunks())


def many_values(folder: Path, scale: int) -> None:
    """Write V: 20 values in one event."""
    noise = np.random.default_rng(3).normal(size=(50_000 // scale, 20)).tolist()
    encoders = [simple(tag) for tag in TAGS]
    write(
        folder / NAME,
        (
            record(
                event(
                    START + step, step, b"".join(e(v) for e, v in zip(encoders, row, strict=True))
                )
            )
            for step, row in enumerate(noise)
        ),
    )


def png(rng: np.random.Generator) -> bytes:
    """Return a PNG of 256x256 random pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        crc = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + crc

    pixels = rng.integers(0, 256, (256, 1 + 256 * 3), np.uint8)
    pixels[:, 0] = 0
    header = struct.pack(">IIBBBBB", 256, 256, 8, 2, 0, 0, 0)
    body = zlib.compress(pixels.tobytes(), 1)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
    )


def histogram(rng: np.random.Generator) -> bytes:
    """Return an old-style histogram of a few hundred buckets."""
    size = int(rng.integers(250, 350))
    limits = np.sort(rng.normal(size=size))
    counts = np.floor(rng.exponential(20, size))
    head = struct.pack("<BdBdBdBdBd", 9, -4.0, 17, 4.0, 25, counts.sum(), 33, 0.0, 41, float(size))
    return (
        head + field(6, limits.astype("<f8").tobytes()) + field(7, counts.astype("<f8").tobytes())
    )


def heavy(folder: Path, scale: int) -> None:
    """Write E: images and histograms, 1.2 GB."""
    rng = np.random.default_rng(5)
    images = [png(rng) for _ in range(16)]
    histograms = [histogram(rng) for _ in range(97)]
    scalars = [simple(tag) for tag in TAGS[:5]]
    shape = b"\x08" + varint(256) + b"\x10" + varint(256) + b"\x18\x03"

    def chunks(run: int) -> Iterator[bytes]:
        for step in range(200 // scale):
            wall_time = START + step
            picture = shape + field(4, images[(run + step) % 16])
            value = field(1, field(1, b"samples") + field(4, picture))
            yield record(event(wall_time, step, value))
            for k in range(20):
                content = histograms[(run * 31 + step * 20 + k) % 97]
                value = field(1, field(1, b"layer%d/weight" % k) + field(5, content))
                yield record(event(wall_time, step, value))
            for encode in scalars:
                yield record(event(wall_time, step, encode(step * 0.5)))

    for run in range(20):
        write(folder / f"run_{run:02}" / NAME, chunks(run))


def hparams_value(tag: str, **content: object) -> bytes:
    """Encode a summary of tensorboard's hparams plugin."""
    from tensorboard.compat.proto import summary_pb2
    from tensorboard.plugins.hparams import plugin_data_pb2

    summary = summary_pb2.Summary()
    value = summary.value.add(tag=tag)
    value.metadata.plugin_data.plugin_name = "hparams"
    data = plugin_data_pb2.HParamsPluginData(version=0, **content)
    value.metadata.plugin_data.content = data.SerializeToString()
    return summary.SerializeToString()


def trials(folder: Path, scale: int) -> None:
    """Write F: 500 hparams runs, half with scalars as torch writes them, half as TF2."""
    from tensorboard.plugins.hparams import plugin_data_pb2

    rng = random.Random(11)
    for i in range(500 // scale):
        info = plugin_data_pb2.SessionStartInfo(start_time_secs=START)
        info.hparams["lr"].number_value = 10 ** rng.uniform(-4, -1)
        info.hparams["layers"].number_value = rng.randint(1, 8)
        info.hparams["bias"].bool_value = i % 2 == 0
        start = hparams_value("_hparams_/session_start_info", session_start_info=info)
        ended = plugin_data_pb2.SessionEndInfo(status=1, end_time_secs=START + 60)
        end = hparams_value("_hparams_/session_end_info", session_end_info=ended)
        scalar = (simple if i % 2 else tensor)("accuracy")
        points = [event(START + s, s, scalar(rng.random())) for s in range(11)]
        events = [event(START, 0, start), *points, event(START + 60, 0, end)]
        write(folder / f"trial_{i:03}" / NAME, map(record, events))


Writer = Callable[[Path, int], None]
Kind = Callable[[str], Callable[[float], bytes]]


def one_run(kind: Kind, tags: list[str], steps: int) -> Writer:
    """Return the writer of A, B or T: one run, every tag at every step."""

    def build(folder: Path, scale: int) -> None:
        encoders = [kind(tag) for tag in tags]
        write(folder / NAME, interleaved(encoders, steps // scale, len(tags)))

    return build


def many_runs(count: int, tags: int, steps: int, *, fewer_runs: bool) -> Writer:
    """Return the writer of C or D: several runs of several tags."""

    def build(folder: Path, scale: int) -> None:
        encoders = [simple(tag) for tag in TAGS[:tags]]
        for run in range(count // scale if fewer_runs else count):
            path = folder / f"run_{run:04}" / NAME
            write(path, interleaved(encoders, steps if fewer_runs else steps // scale, run))

    return build


#: name: writer
SETS: dict[str, Writer] = {
    "A": one_run(simple, ["loss"], 1_000_000),
    "At": one_run(tensor, ["loss"], 1_000_000),
    "B": one_run(simple, TAGS, 100_000),
    "Bt": one_run(tensor, TAGS, 100_000),
    "C": many_runs(200, 10, 1_000, fewer_runs=False),
    "D": many_runs(5_000, 3, 20, fewer_runs=True),
    "E": heavy,
    "F": trials,
    "T": one_run(simple, [f"layer_{i // 8}/weight_{i}" for i in range(2_000)], 500),
    "V": many_values,
    "M": irregular,
    "R": many_runs(500, 10, 100, fewer_runs=False),
}
