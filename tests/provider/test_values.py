"""Values in files: counted from their first bytes, read once, and never larger than they are."""

from __future__ import annotations

import resource
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.compat.proto import summary_pb2, tensor_pb2

from nbboard.provider import open_provider
from nbboard.provider.shapes import HEAD, blobs_in
from tests.provider.logs import Writer

ASKED: dict[str, Any] = {"experiment_id": "any", "downsample": 100}


def tensor(shape: list[int], strings: list[bytes] | None = None, **more: Any) -> Any:
    """A TensorProto of a claimed shape."""
    made = tensor_pb2.TensorProto(dtype=7, string_val=strings or [], **more)
    made.tensor_shape.SetInParent()
    for size in shape:
        made.tensor_shape.dim.add(size=size)
    return made


def about(plugin: str) -> Any:
    """Metadata of a plugin."""
    metadata = summary_pb2.SummaryMetadata()
    metadata.plugin_data.plugin_name = plugin
    return metadata


@pytest.mark.parametrize("shape", [[2**32], [2**62, 4], [2**20, 2**20], [-1], [10**6]])
@pytest.mark.parametrize("plugin", ["images", "audio", "text"])
def test_shapes_that_claim_more_than_there_is_are_refused(
    tmp_path: Path, shape: list[int], plugin: str
) -> None:
    """A few bytes that claim gigabytes cost nothing, and the values beside them are shown."""
    writer = Writer(tmp_path / "run")
    writer.value(0, tag="x", tensor=tensor(shape, [b"a", b"b"]), metadata=about(plugin))
    writer.value(1, tag="x", tensor=tensor([3], [b"1", b"2", b"3"]), metadata=about(plugin))
    provider = open_provider(str(tmp_path))
    provider.list_runs(experiment_id="")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    ask = provider.read_tensors if plugin == "text" else provider.read_blob_sequences
    data = ask(plugin_name=plugin, **ASKED)["run"]["x"]
    provider.list_blob_sequences(experiment_id="", plugin_name=plugin)

    assert [datum.step for datum in data] == [1]
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 16 << 10


def test_a_number_for_all_elements_is_filled_out_within_bounds(tmp_path: Path) -> None:
    """TensorFlow writes one value for many; a million of them are the most."""
    writer = Writer(tmp_path / "run")
    for step, size in ((0, 1000), (1, 2**33)):
        made = tensor_pb2.TensorProto(dtype=1, float_val=[0.5])
        made.tensor_shape.dim.add(size=size)
        writer.value(step, tag="x", tensor=made, metadata=about("histograms"))
    found = open_provider(str(tmp_path)).read_tensors(plugin_name="histograms", **ASKED)

    (datum,) = found["run"]["x"]
    assert datum.numpy.shape == (1000,)
    assert (datum.numpy == 0.5).all()


@pytest.mark.parametrize(
    ("plugin", "value", "count"),
    [
        ("images", {"tensor": tensor([4], [b"1", b"2", b"png", b"png"])}, 4),
        ("images", {"image": summary_pb2.Summary.Image(width=3, encoded_image_string=b"p")}, 3),
        ("audio", {"tensor": tensor([3, 2], [b"s", b"l"] * 3)}, 3),
        ("audio", {"audio": summary_pb2.Summary.Audio(encoded_audio_string=b"s")}, 1),
        ("graph_keras_model", {"tensor": tensor([], [b"{}"])}, 1),
        ("images", {"tensor": tensor([0])}, 0),
    ],
)
def test_blobs_are_counted_without_being_read(plugin: str, value: Any, count: int) -> None:
    """The shape stands in front of the pictures, in every form that a value has had."""
    from tensorboard.compat.proto import event_pb2

    known = summary_pb2.Summary(
        value=[
            summary_pb2.Summary.Value(tag="before", simple_value=1.0),
            summary_pb2.Summary.Value(tag="x", **value),
        ]
    )
    event = event_pb2.Event(wall_time=1.0, step=2**40, summary=known).SerializeToString()

    assert count == blobs_in(event[:HEAD], len(event), 1, plugin)
    assert blobs_in(event[:20], len(event), 1, plugin) is None
    assert blobs_in(event, len(event), 2, plugin) is None


def test_a_graph_is_one_blob(tmp_path: Path) -> None:
    """Events of graphs have no tensor."""
    Writer(tmp_path / "run").event(graph_def=b"g" * 9000)
    provider = open_provider(str(tmp_path))
    (datum,) = provider.read_blob_sequences(plugin_name="graphs", **ASKED)["run"]["__run_graph__"]
    assert provider.read_blob(blob_key=datum.values[0].blob_key) == b"g" * 9000


@pytest.mark.parametrize("junk", [b"", b"\xff" * 40, b"\x2a\xff\xff\xff\xff\x0f", b"\x00" * 9])
def test_bytes_that_are_no_event_tell_no_number(junk: bytes) -> None:
    """What cannot be walked is left to the way that reads the whole value."""
    assert blobs_in(junk, 10_000, 0, "images") is None


def test_what_was_damaged_since_is_left_out(tmp_path: Path) -> None:
    """A value whose checksum is wrong by now is not shown; its neighbours are."""
    writer = Writer(tmp_path / "run")
    for step in range(5):
        writer.tensor("x", step, np.arange(3.0), "histograms")
    provider = open_provider(str(tmp_path))
    assert provider.list_tensors(experiment_id="", plugin_name="histograms")
    data = bytearray(writer.path.read_bytes())
    data[writer._offsets[3] + 40] ^= 1
    with writer.path.open("r+b") as file:  # the same file: only a look at the bytes tells
        file.write(data)
    log = provider._log
    provider._log = lambda: log.__closure__[0].cell_contents
    found = provider.read_tensors(plugin_name="histograms", **ASKED)["run"]["x"]

    assert [datum.step for datum in found] == [0, 1, 3, 4]


def test_values_are_kept_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second question reads no file; more than the limit is never kept."""
    from nbboard.provider import values

    monkeypatch.setattr(values, "_KEPT_BYTES", 4000)
    writer = Writer(tmp_path / "run")
    for step in range(20):
        writer.tensor("x", step, np.arange(100.0), "histograms")
    from nbboard.provider.log import Log

    log = Log({"": str(tmp_path)})
    log.refresh()
    series = log.index.find("histograms", "run", "x")
    refs = log.values.points(series).value
    asked: list[int] = []
    read = log.store.read_values
    monkeypatch.setattr(log.store, "read_values", lambda r: (asked.append(len(r)), read(r))[1])
    log.values.tensors(refs[:4])
    log.values.tensors(refs[:4])
    log.values.tensors(refs)

    assert asked == [4, 0, 16]
    assert log.values._size <= 4000
