"""The network as a TensorFlow graph, so that TensorBoard's graph tab has one to show."""

from __future__ import annotations

from tensorboard.compat.proto.graph_pb2 import GraphDef
from tensorboard.compat.proto.types_pb2 import DT_FLOAT, DT_INT64
from tensorboard.compat.proto.versions_pb2 import VersionDef

__all__ = ["network_graph"]


def network_graph(units: int, dropout: float, optimizer: str) -> bytes:
    """Return a serialized ``GraphDef`` of the network, its loss and its training step."""
    graph = GraphDef(versions=VersionDef(producer=22))
    _node(graph, "inputs/pixels", "Placeholder", (), (-1, 64))
    _node(graph, "inputs/labels", "Placeholder", (), (-1,), dtype=DT_INT64)
    below, width = "inputs/pixels", 64
    parameters = []
    for layer, size in (("hidden1", units), ("hidden2", units), ("output", 10)):
        weights, biases = f"{layer}/weights", f"{layer}/biases"
        _node(graph, weights, "VarHandleOp", (), (width, size))
        _node(graph, biases, "VarHandleOp", (), (size,))
        _node(graph, f"{layer}/MatMul", "MatMul", (below, weights), (-1, size))
        _node(graph, f"{layer}/BiasAdd", "BiasAdd", (f"{layer}/MatMul", biases), (-1, size))
        below, width = f"{layer}/BiasAdd", size
        if layer != "output":
            _node(graph, f"{layer}/Relu", "Relu", (below,), (-1, size))
            below = f"{layer}/Relu"
            if dropout:
                _node(graph, f"{layer}/Dropout", "Dropout", (below,), (-1, size))
                graph.node[-1].attr["rate"].f = dropout
                below = f"{layer}/Dropout"
        parameters += [weights, biases]
    _node(graph, "output/Softmax", "Softmax", (below,), (-1, 10))
    _node(
        graph,
        "loss/CrossEntropy",
        "SparseSoftmaxCrossEntropyWithLogits",
        (below, "inputs/labels"),
        (-1,),
    )
    _node(graph, "loss/Mean", "Mean", ("loss/CrossEntropy",), ())
    _node(graph, "accuracy/Equal", "Equal", ("output/Softmax", "inputs/labels"), (-1,))
    _node(graph, "accuracy/Mean", "Mean", ("accuracy/Equal",), ())
    _node(graph, "train/gradients", "SymbolicGradient", ("loss/Mean", *parameters), ())
    operation = {"adam": "ResourceApplyAdam", "sgd": "ResourceApplyMomentum"}[optimizer]
    for parameter in parameters:
        name = f"train/{operation}/{parameter.replace('/', '_')}"
        _node(graph, name, operation, (parameter, "train/gradients"), ())
    serialized: bytes = graph.SerializeToString()
    return serialized


def _node(
    graph: GraphDef,
    name: str,
    operation: str,
    inputs: tuple[str, ...],
    shape: tuple[int, ...],
    *,
    dtype: int = DT_FLOAT,
) -> None:
    """Append a node; -1 in its output's shape is the size of the batch."""
    node = graph.node.add(name=name, op=operation, input=inputs)
    node.attr["dtype"].type = dtype
    output = node.attr["_output_shapes"].list.shape.add()
    for size in shape:
        output.dim.add(size=size)
