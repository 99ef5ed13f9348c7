"""The columnar path equals the protobuf path, whatever is logged."""

from __future__ import annotations

import math
import struct

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tensorboard.compat.proto import event_pb2

from nbboard.events.batch import RecordBatch
from nbboard.events.decode import Decoder, Thresholds
from nbboard.events.decoded import narrow
from nbboard.records import OVERHEAD, frame
from nbboard.records.walk import walk, walk_segments

#: As in use, and so low that small logs are decoded in every way.
THRESHOLDS = (Thresholds(), Thresholds(6, 6, 96, 6), Thresholds(1, 1, 16, 1))
TAGS = ["loss", "a", "train/loss", "é", "名前/損失", "x" * 40, "loss2", "b"]


def records_of(files):
    """Put the payloads of several files into a buffer, as a reader does."""
    framed = [[frame(payload) for payload in payloads] for payloads in files]
    joined = b"".join(b"".join(file) for file in framed)
    data = np.frombuffer(bytearray(joined + bytes(8192)), np.uint8)
    sizes = [len(record) for file in framed for record in file]
    positions = np.cumsum([0, *sizes])[:-1].astype(np.int64)
    lengths = np.array(sizes, np.int64) - OVERHEAD
    segment = np.repeat(np.arange(len(files), dtype=np.int32), [len(file) for file in framed])
    cycles = []
    start = count = 0
    for file in framed:
        stop = start + sum(map(len, file))
        cycles += [c._replace(first=c.first + count) for c in walk(data, start, stop).cycles]
        start, count = stop, count + len(file)
    numbers = list(range(10, 10 + len(files)))
    return RecordBatch(data, positions, lengths, segment, numbers, [0] * len(files), cycles)


def records_of_alike(files):
    """Put small files side by side into a buffer, and walk them together as a reader does."""
    batch = records_of(files)
    stops = np.cumsum([sum(len(frame(payload)) for payload in payloads) for payloads in files])
    starts = np.append(0, stops[:-1])
    cycles = []
    positions, _, _ = walk_segments(batch.data, starts, stops, cycles)

    assert positions.tolist() == batch.positions.tolist()
    return batch._replace(cycles=cycles)


def content(decoded):
    """Return everything that was decoded, in a form that compares bits."""
    decoded, damage = decoded
    series = {}
    for part in (*decoded.scalars, *decoded.values):
        key = (part.file, part.tag, part.plugin)
        value = part.points.value[part.start : part.stop]
        if part.dtype is not None:
            value = narrow(value, part.dtype)
        step = part.points.step[part.start : part.stop]
        wall_time = part.points.wall_time[part.start : part.stop]

        assert key not in series
        series[key] = (step.tolist(), wall_time.tobytes(), value.tobytes(), value.dtype.str)
    untyped = sorted(
        (item.file, item.tag, [(v.step, v.ref, repr(v.scalar)) for v in item.values])
        for item in decoded.untyped
    )
    return series, decoded.metadata, untyped, damage


def compare(files):
    """Decode with both paths, the columnar one also when it already knows the layouts."""
    records = records_of(files)
    expected = content(Decoder(columnar=False).decode(records))
    for thresholds in THRESHOLDS:
        decoder = Decoder(thresholds=thresholds)

        assert content(decoder.decode(records)) == expected
        assert content(decoder.decode(records)) == expected


def simple(value, tag, number):
    """Fill a value as torch and TF1 do."""
    value.tag = tag
    value.simple_value = number


def tensor(dtype, field, *, shape=(), described=True):
    """Return what fills a value with a one-element tensor."""

    def fill(value, tag, number):
        value.tag = tag
        value.tensor.dtype = dtype
        for size in shape:
            value.tensor.tensor_shape.dim.add(size=size)
        value.tensor.tensor_shape.SetInParent()
        if field == "tensor_content":
            code = {1: "<f", 2: "<d"}[dtype]
            value.tensor.tensor_content = struct.pack(code, number)
        else:
            whole = int(min(max(number, -(2.0**62)), 2.0**62)) if math.isfinite(number) else 0
            getattr(value.tensor, field).append(number if dtype in (1, 2) else whole)
        if described:
            value.metadata.plugin_data.plugin_name = "scalars"

    return fill


def other(plugin):
    """Return what fills a value that is not a scalar."""

    def fill(value, tag, number):
        value.tag = tag
        value.tensor.dtype = 7
        value.tensor.string_val.append(b"text" * (abs(hash(number)) % 50))
        value.metadata.plugin_data.plugin_name = plugin

    return fill


def image(value, tag, number):
    """Fill a value with an old-style image."""
    value.tag = tag
    value.image.encoded_image_string = b"x" * (abs(hash(number)) % 300)


def named(fill, name):
    """Return the same with a display name."""

    def filled(value, tag, number):
        fill(value, tag, number)
        value.metadata.display_name = name

    return filled


def bare(value, tag, number):
    """Fill a value with metadata only."""
    value.tag = tag
    value.metadata.plugin_data.plugin_name = "hparams"


FILLS = [
    simple,
    simple,
    simple,
    tensor(1, "tensor_content"),
    tensor(1, "float_val"),
    tensor(1, "float_val", shape=(1,)),
    tensor(2, "double_val"),
    tensor(2, "tensor_content"),
    tensor(9, "int64_val"),
    tensor(1, "float_val", described=False),
    named(tensor(1, "tensor_content"), "name"),
    named(simple, "other"),
    other("text"),
    other("unknown_plugin"),
    image,
    bare,
]

floats = st.floats(width=32)
steps = st.one_of(
    st.integers(0, 300),
    st.integers(-(2**63), 2**63 - 1),
    st.sampled_from([127, 128, 16383, 16384, 2**56 - 1, 2**56, 2**63 - 1, -1]),
)


@st.composite
def files(draw):
    """A few files that log a pattern of tags again and again, with irregularities."""
    made = []
    for _ in range(draw(st.integers(1, 3))):
        pattern = draw(
            st.lists(
                st.lists(st.tuples(st.sampled_from(TAGS), st.sampled_from(FILLS)), max_size=3),
                min_size=1,
                max_size=4,
            )
        )
        repeats = draw(st.one_of(st.integers(1, 40), st.integers(100, 200)))
        start = draw(steps)
        stride = draw(st.integers(0, 3))
        numbers = draw(st.lists(floats, min_size=1, max_size=7))
        irregular = draw(st.sets(st.integers(0, 400), max_size=4))
        payloads = []
        for i in range(repeats):
            for values in pattern:
                event = event_pb2.Event(wall_time=numbers[i % len(numbers)] + i * 0.25)
                event.step = (start + i * stride + 2**63) % 2**64 - 2**63
                if len(payloads) in irregular:
                    event.step = draw(steps)
                    event.wall_time = draw(st.floats())
                for k, (tag, fill) in enumerate(values):
                    fill(event.summary.value.add(), tag, numbers[(i + k) % len(numbers)])
                payloads.append(event.SerializeToString())
        made.append(payloads)
    return made


PROPERTY = settings(
    max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
)


@given(files())
@PROPERTY
def test_any_log_decodes_the_same_both_ways(made):
    """Generated logs: every point, reference, metadata and problem is equal."""
    compare(made)


@pytest.mark.soak
@given(files())
@settings(PROPERTY, max_examples=5_000, derandomize=False)
def test_many_logs_decode_the_same_both_ways(made):
    """The same, longer."""
    compare(made)


@given(files(), st.data())
@settings(PROPERTY, max_examples=40)
def test_damaged_logs_decode_the_same_both_ways(made, data):
    """Bytes changed in payloads and checksums: the same records are refused."""
    records = records_of(made)
    if not len(records.positions):
        return
    spoilt = records.data.copy()
    for _ in range(data.draw(st.integers(1, 4))):
        i = data.draw(st.integers(0, len(records.positions) - 1))
        size = int(records.lengths[i]) + 4
        at = int(records.positions[i]) + 12 + data.draw(st.integers(0, size - 1))
        spoilt[at] ^= data.draw(st.integers(1, 255))
    records = records._replace(data=spoilt)
    expected = content(Decoder(columnar=False).decode(records))
    for thresholds in THRESHOLDS[1:]:
        decoder = Decoder(thresholds=thresholds)

        assert content(decoder.decode(records)) == expected
        assert content(decoder.decode(records)) == expected


def events(tag, count, **options):
    """Return the payloads of a plain scalar series."""
    made = []
    for i in range(count):
        event = event_pb2.Event(wall_time=1000 + i, step=i)
        simple(event.summary.value.add(), tag, i / 4)
        for name, value in options.items():
            setattr(event, name, value)
        made.append(event.SerializeToString())
    return made


def always(fill, number):
    """Return what fills a value with the same number each time, so that its size stays the same."""
    return lambda value, tag, _: fill(value, tag, number)


def alike(count, fills, *, steps=12, tags=TAGS):
    """Return the payloads of files that differ in numbers only."""
    made = []
    for run in range(count):
        payloads = [event_pb2.Event(wall_time=run + 1, file_version="brain.Event:2")]
        for step in range(steps):
            event = event_pb2.Event(wall_time=1000 * run + step + 1, step=step * 20)
            for i, fill in enumerate(fills):
                fill(event.summary.value.add(), tags[i % len(tags)], run + step / 8 + i)
            payloads.append(event)
        made.append([event.SerializeToString() for event in payloads])
    return made


def compare_alike(files, spoil=None):
    """Decode files side by side in every way; compare with the reference."""
    batch = records_of_alike(files)

    assert batch.cycles == [(0, len(files[0]), len(files))]
    if spoil is not None:
        data = batch.data.copy()
        data[batch.positions[spoil] + 14] ^= 1
        batch = batch._replace(data=data)
    expected = content(Decoder(columnar=False).decode(batch))
    for thresholds in THRESHOLDS:
        decoder = Decoder(thresholds=thresholds)

        assert content(decoder.decode(batch)) == expected
        assert content(decoder.decode(batch)) == expected


@pytest.mark.parametrize(
    "fills",
    [
        [simple, simple],
        [tensor(1, "tensor_content"), tensor(1, "tensor_content")],
        [simple, tensor(2, "tensor_content")],
        [simple, tensor(9, "int64_val"), always(image, 7)],
        [always(other("text"), 7)],
    ],
    ids=["plain", "described", "two widths", "with others", "no numbers"],
)
def test_files_that_are_alike_decode_the_same_both_ways(fills):
    """Runs of one sweep: intact, with a damaged record, with a file of other tags of one length."""
    files = alike(80, fills)
    compare_alike(files)
    compare_alike(files, spoil=7 + 13 * 40)
    other_tags = alike(80, fills, tags=["ssol", "b", "niart/loss"])
    compare_alike([*files[:30], *other_tags[30:32], *files[32:]])


def test_a_tag_logged_twice_in_an_event_keeps_its_order_in_files_that_are_alike():
    """Both values, as they stand."""
    compare_alike(alike(80, [simple, simple, simple], tags=["loss", "a"]))


def test_a_tag_that_is_not_utf8_keeps_its_bytes():
    """Surrogate escapes stand for the bytes, on both paths."""
    payloads = [p.replace(b"loss", b"l\xff\xfes") for p in events("loss", 200)]
    compare([payloads])
    decoded, _ = Decoder().decode(records_of([payloads]))

    assert {part.tag.encode("utf-8", "surrogateescape") for part in decoded.scalars} == {
        b"l\xff\xfes"
    }


def test_thousands_of_tags_are_told_apart():
    """Tags that differ in one character only, some in one bucket of the hash."""
    payloads = [p for step in range(3) for tag in range(3000) for p in events(f"t/{tag:04}", 1)]
    compare([payloads])


def test_first_metadata_counts_for_later_values_of_the_tag():
    """A TF1 writer describes a tag once; the tensors behind it are scalars too."""
    made = []
    for i in range(100):
        event = event_pb2.Event(wall_time=i, step=i)
        tensor(1, "float_val", described=i == 0)(event.summary.value.add(), "loss", i)
        made.append(event.SerializeToString())
    compare([made])
    decoded, _ = Decoder().decode(records_of([made]))

    assert [(p.tag, p.plugin, p.stop - p.start) for p in decoded.scalars] == [
        ("loss", "scalars", 100)
    ]


def test_values_with_and_without_metadata_keep_their_order():
    """A tag whose tensors come now with, now without metadata: all in the order of the file."""
    described = b'*!\n\x1f\n\x04lossB\n\x08\x01\x12\x00"\x04\x00\x00\x00\x00J\x0b\n\t\n\x07scalars'
    plain = b"*\x14\n\x12\n\x04lossB\n\x08\x01\x12\x00*\x04\x00\x00\x00\x00"
    events = [
        b"\t" + np.float64(time).tobytes() + (described, plain)[time % 2] for time in range(40)
    ]
    for thresholds in THRESHOLDS:
        decoded, _ = Decoder(thresholds=thresholds).decode(records_of([events]))
        times = [part.points.wall_time[part.start : part.stop] for part in decoded.scalars]
        assert np.concatenate(times).tolist() == list(range(40))
    compare([events])


def test_many_values_in_an_event_keep_their_order():
    """The same tag twice in an event: both, in the order they stand."""
    made = []
    for i in range(120):
        event = event_pb2.Event(wall_time=i, step=i)
        for number in (i, -i):
            simple(event.summary.value.add(), "loss", number)
        made.append(event.SerializeToString())
    compare([made])
    decoded, _ = Decoder().decode(records_of([made]))

    assert decoded.scalars[0].points.value[:6].tolist() == [0, -0.0, 1, -1, 2, -2]
