"""Old summaries in the current form equal TensorBoard's own migration."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard import data_compat
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.util import tensor_util

from nbboard.events.protobuf import MalformedEventError, read_event, scalar_of_tensor, value_at
from nbboard.events.upgrade import upgrade_value


def old(**content):
    """Return an old-style value with a description."""
    value = summary_pb2.Summary.Value(tag="t", **content)
    value.metadata.summary_description = "why"
    return value


HISTOGRAMS = [
    {"min": -3, "max": 5, "bucket_limit": [-1e308, 0, 1, 1e308], "bucket": [0, 2, 3, 1]},
    {"min": 0, "max": 0, "bucket_limit": [1, 2], "bucket": [0, 0]},
    {"min": 0, "max": 0, "bucket_limit": [], "bucket": []},
    {"min": 1, "max": 2, "bucket_limit": [1.5, 2.5, 3.5], "bucket": [4, 0, 0]},
]


@pytest.mark.parametrize(
    "value",
    [
        old(simple_value=1.25),
        old(image=summary_pb2.Summary.Image(width=3, height=2, encoded_image_string=b"png")),
        old(audio=summary_pb2.Summary.Audio(encoded_audio_string=b"wav")),
        *(old(histo=summary_pb2.HistogramProto(**content)) for content in HISTOGRAMS),
    ],
)
def test_each_old_field(value):
    """Same plugin, names and elements; histograms in float64."""
    before = value.SerializeToString()
    mine, theirs = upgrade_value(value), data_compat.migrate_value(value)

    assert value.SerializeToString() == before
    assert mine.metadata.plugin_data.plugin_name == theirs.metadata.plugin_data.plugin_name
    assert mine.metadata.display_name == theirs.metadata.display_name
    assert mine.metadata.summary_description == "why"
    expected = tensor_util.make_ndarray(theirs.tensor)
    got = tensor_util.make_ndarray(mine.tensor)

    assert got.shape == expected.shape
    if got.dtype.kind == "f":
        np.testing.assert_array_equal(got.astype(np.float32), expected.astype(np.float32))
    else:
        assert got.tolist() == expected.tolist()


def test_graphs_become_values():
    """``graph_def``, ``meta_graph_def`` and ``tagged_run_metadata`` as values of their plugins."""
    events = [
        (event_pb2.Event(graph_def=b"g"), "__run_graph__", "graphs"),
        (event_pb2.Event(meta_graph_def=b"m"), "__run_meta_graph__", "graphs"),
    ]
    tagged = event_pb2.Event()
    tagged.tagged_run_metadata.tag = "step1"
    tagged.tagged_run_metadata.run_metadata = b"r"
    events.append((tagged, "step1", "graph_tagged_run_metadata"))
    for event, tag, plugin in events:
        _, _, (found,) = read_event(event.SerializeToString())
        value = value_at(event.SerializeToString(), 0)

        assert (found.tag, found.plugin) == (tag, plugin)
        assert (value.tag, value.metadata.plugin_data.plugin_name) == (tag, plugin)
        assert len(value.tensor.string_val[0]) == 1


@pytest.mark.parametrize(
    "dtype",
    ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "?"],
)
@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_every_numeric_dtype_is_a_scalar(dtype, shape):
    """0-d, [1] and [1, 1], in the dtype that was logged."""
    number = np.ones(shape, dtype)
    found = scalar_of_tensor(tensor_util.make_tensor_proto(number))

    assert found == 1
    assert found.dtype == number.dtype


def test_bfloat16_is_widened_exactly():
    """It is the upper half of a float32."""
    tensor = tensor_util.make_tensor_proto(np.float32(1))
    tensor.dtype = 14
    del tensor.float_val[:]
    tensor.half_val.append(0x4049)

    assert scalar_of_tensor(tensor) == np.float32(3.140625)


@pytest.mark.parametrize(
    "array", [np.ones(2, "f4"), np.array(["text"], object), np.zeros((0,), "f4"), np.ones(1, "c8")]
)
def test_what_is_not_one_number_is_no_scalar(array):
    """Several elements, none, strings, complex numbers."""
    assert scalar_of_tensor(tensor_util.make_tensor_proto(array)) is None


def test_what_is_no_event_says_so():
    """Bytes that are not protobuf, and a value that is not there."""
    with pytest.raises(MalformedEventError):
        read_event(b"\xff\xff\xff")
    with pytest.raises(MalformedEventError):
        value_at(event_pb2.Event(step=1).SerializeToString(), 0)
