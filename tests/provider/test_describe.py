"""What a series is to TensorBoard, by its own modules' rules."""

from __future__ import annotations

import pytest
from tensorboard import data_compat, dataclass_compat
from tensorboard.compat.proto import event_pb2, summary_pb2

from nbboard.events.upgrade import upgrade_value
from nbboard.provider.describe import describe

PLUGINS = [
    "scalars", "histograms", "images", "audio", "text", "hparams", "pr_curves", "mesh",
    "custom_scalars", "graph_run_metadata", "graph_run_metadata_graph", "graph_keras_model",
    "somebody_elses",
]  # fmt: skip


@pytest.mark.parametrize("own", [0, 1, 2, 3])
@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_data_class_is_what_tensorboard_makes_it(plugin: str, own: int) -> None:
    """The log's own where it names one, else the plugin's."""
    value = summary_pb2.Summary.Value(tag="x")
    value.metadata.plugin_data.plugin_name = plugin
    value.metadata.data_class = own
    value.tensor.dtype = 7
    known = describe("x", plugin, value.metadata)
    event = event_pb2.Event(summary=summary_pb2.Summary(value=[value]))
    (migrated,) = dataclass_compat.migrate_event(event, {})

    assert migrated.summary.value[0].metadata.data_class == known.data_class


@pytest.mark.parametrize("name", ["", "shown"])
@pytest.mark.parametrize(
    "content",
    [
        {"simple_value": 1.0},
        {"histo": summary_pb2.HistogramProto(bucket=[1], bucket_limit=[2])},
        {"image": summary_pb2.Summary.Image(encoded_image_string=b"x")},
        {"audio": summary_pb2.Summary.Audio(encoded_audio_string=b"x")},
    ],
    ids=lambda content: next(iter(content)),
)
def test_old_values_are_given_the_same_metadata(content: dict[str, object], name: str) -> None:
    """Values from before there was metadata: name, text, and the plugin's own content."""
    value = summary_pb2.Summary.Value(tag="a/tag", **content)
    if name:
        value.metadata.display_name = name
        value.metadata.summary_description = "about it"
    theirs = data_compat.migrate_value(value).metadata
    plugin = upgrade_value(value).metadata.plugin_data.plugin_name
    ours = describe("a/tag", plugin, value.metadata if name else None)

    assert theirs.plugin_data.plugin_name == plugin
    assert theirs.display_name == ours.display_name
    assert theirs.summary_description == ours.description
    assert theirs.plugin_data.content == ours.content
