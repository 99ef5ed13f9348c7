"""Graphs as writers log them, made small."""

from __future__ import annotations

import json

from tensorboard.compat.proto.graph_pb2 import GraphDef

from nbboard.kinds.graphs.graph import Graph

__all__ = ["dense_model", "graph_of", "nested_model", "node"]


def node(graph, name, op="Op", inputs=(), *, shape=None, dtype=1):
    """Append a node; its output has the shape, -1 being any size."""
    added = graph.node.add(name=name, op=op, input=inputs)
    added.attr["dtype"].type = dtype
    if shape is not None:
        output = added.attr["_output_shapes"].list.shape.add()
        for size in shape:
            output.dim.add(size=size)
    return added


def graph_of(*rows):
    """Return a graph of nodes given as (name, op, inputs)."""
    message = GraphDef()
    for name, op, inputs in rows:
        message.node.add(name=name, op=op, input=inputs)
    return Graph("graph_def", message.SerializeToString())


def dense_model(new=False):
    """Return a functional model with a branch, as Keras 2 or Keras 3 writes it."""

    def fed(*names):
        if not new:
            return [[[name, 0, 0, {}] for name in names]]
        tensors = [
            {
                "class_name": "__keras_tensor__",
                "config": {"shape": [None, 4], "dtype": "float32", "keras_history": [name, 0, 0]},
            }
            for name in names
        ]
        return [{"args": [tensors if len(tensors) > 1 else tensors[0]], "kwargs": {}}]

    layers = [
        ("InputLayer", "x", {"batch_input_shape" if not new else "batch_shape": [None, 4]}, []),
        ("Dense", "a", {"units": 3, "dtype": "float32"}, fed("x")),
        ("Dense", "b", {"units": 3, "use_bias": False}, fed("x")),
        ("Add", "sum", {}, fed("a", "b")),
        ("Concatenate", "all", {"axis": -1}, fed("sum", "x")),
    ]
    config = {
        "layers": [
            {
                "class_name": kind,
                "name": name,
                "config": {"name": name, **more},
                "inbound_nodes": by,
            }
            for kind, name, more, by in layers
        ],
        "input_layers": [["x", 0, 0]],
        "output_layers": [["all", 0, 0]],
    }
    return Graph("keras", json.dumps({"class_name": "Functional", "config": config}).encode())


def nested_model():
    """Return a model that uses another one twice, between two layers."""
    inner = {
        "class_name": "Sequential",
        "name": "inner",
        "config": {
            "name": "inner",
            "layers": [
                {"class_name": "Dense", "config": {"name": "one", "units": 2}},
                {"class_name": "Dense", "config": {"name": "two", "units": 4}},
            ],
        },
        "inbound_nodes": [[["x", 0, 0, {}]], [["y", 0, 0, {}]]],
    }
    layers = [
        {"class_name": "InputLayer", "name": "x", "config": {"name": "x"}, "inbound_nodes": []},
        {"class_name": "InputLayer", "name": "y", "config": {"name": "y"}, "inbound_nodes": []},
        inner,
        {
            "class_name": "Dense",
            "name": "end",
            "config": {"name": "end", "units": 1},
            "inbound_nodes": [[["inner", 0, 0, {}]]],
        },
    ]
    config = {"layers": layers, "output_layers": [["end", 0, 0]]}
    return Graph("keras", json.dumps({"class_name": "Functional", "config": config}).encode())
