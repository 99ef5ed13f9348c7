"""Graphs do what every kind does."""

from __future__ import annotations

import json

from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata
from tensorboardX.proto.tensor_pb2 import TensorProto
from tensorboardX.proto.types_pb2 import DT_STRING

from tests.conformance.suite import KindSuite


class TestGraphs(KindSuite):
    """Keras models of two layers, as the callback of Keras logs them."""

    kind = "graphs"
    mark = ".nbb-graph svg.nbb-graph-picture"

    def log(self, writer, tag, step, variant):
        """Log a model whose second layer has as many units as the variant says."""
        model = json.dumps(self.expected(variant)).encode()
        metadata = SummaryMetadata(
            plugin_data=SummaryMetadata.PluginData(plugin_name="graph_keras_model")
        )
        tensor = TensorProto(dtype=DT_STRING, string_val=[model])
        value = Summary.Value(tag=tag, metadata=metadata, tensor=tensor)
        writer.file_writer.add_summary(Summary(value=[value]), step)

    def token(self, item):
        """Return the JSON of the model."""
        return item.message

    def expected(self, variant):
        """Return that of the logged model."""
        layers = [
            {"class_name": "InputLayer", "config": {"name": "in", "batch_input_shape": [None, 4]}},
            {"class_name": "Dense", "config": {"name": f"dense<b>{variant}", "units": variant + 1}},
        ]
        return {"class_name": "Sequential", "config": {"name": "model", "layers": layers}}
