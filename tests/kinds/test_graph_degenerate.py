"""Graphs that nobody should have logged: each is read within bounds, and travels to the page."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tensorboard.compat.proto.graph_pb2 import GraphDef

from nbboard.errors import UndecodableError
from nbboard.kinds.graphs.graph import Graph
from nbboard.views.graphs.layering import layered
from nbboard.views.graphs.wire import encode_graph
from tests.kinds.graph_samples import graph_of


def seen(graph):
    """Return a graph as it travels, after everything else was asked of it, too."""
    assert graph.layers is not None
    assert graph.to_dot(1).startswith("digraph")
    assert layered(graph, 4.0) is not None
    return encode_graph(graph)


def test_cycles_are_edges_like_others():
    """Loops of TensorFlow are cycles; a node may even feed itself."""
    graph = graph_of(("a", "Merge", ["b", "a"]), ("b", "Next", ["a"]))

    assert graph.edges == [("b", "a"), ("a", "a"), ("a", "b")]
    assert seen(graph)["source"].tolist() == [1, 0, 0]


def test_names_may_repeat_and_be_empty():
    """Of several nodes of one name the first is meant by those that take it."""
    graph = graph_of(("x", "A", []), ("x", "B", ["x"]), ("", "C", [""]), ("a//b", "D", ["x"]))

    hierarchy = graph.hierarchy

    assert [hierarchy.name(row) for row in hierarchy.row] == ["x", "x", "", "a//b"]
    assert graph.operations.edges.source.tolist() == [0, 2, 0]
    assert len(seen(graph)["op"]) == 4


def test_a_node_may_be_called_as_a_scope():
    """It stands in that scope, and keeps its name."""
    graph = graph_of(("a", "A", []), ("a/b", "B", ["a"]))

    hierarchy = graph.hierarchy

    assert [hierarchy.name(row) for row in hierarchy.row] == ["a", "a/b"]
    assert hierarchy.parent[hierarchy.row].tolist() == [0, 0]
    assert seen(graph)["own"].tolist() == [hierarchy.row[0]]


def test_inputs_may_name_nothing():
    """They are kept as inputs, and are no edges."""
    graph = graph_of(("a", "A", ["gone", "^gone:x"]))

    assert graph.edges == []
    assert graph.nodes[0].inputs == ("gone", "^gone:x")
    assert seen(graph)["source"].tolist() == [-1, -1]


def test_ten_thousand_scopes_in_each_other():
    """No part of the way is a call for each level."""
    graph = graph_of(("/".join("s" * 10_000), "A", []), ("b", "B", []))

    hierarchy = graph.hierarchy

    assert len(hierarchy) == 10_001
    assert hierarchy.name(int(hierarchy.row[0])).count("/") == 9_999
    assert graph.to_dot().count("subgraph") == 9_999
    assert len(seen(graph)["part"]) == 10_001


def test_fifty_thousand_nodes_beside_each_other():
    """They travel as columns, about 40 bytes each with their names."""
    message = GraphDef()
    for number in range(50_000):
        message.node.add(name=f"node_{number}", op="Op", input=[f"node_{number - 1}"])
    graph = Graph("graph_def", message.SerializeToString())

    sent = seen(graph)

    arrays = [value for value in sent.values() if isinstance(value, np.ndarray)]
    size = sum(array.nbytes for array in arrays) + len(sent["parts"]["bytes"])
    assert size < 50 * 50_000
    assert sent["source"].tolist() == list(range(-1, 49_999))


def test_a_constant_of_a_hundred_megabytes_is_cut():
    """The page gets the first 1,024 characters, and Python all of a smaller one."""
    message = GraphDef()
    for name, size in (("huge", 25 << 20), ("large", 5000)):
        value = message.node.add(name=name, op="Const").attr["value"].tensor
        value.dtype, value.tensor_content = 1, bytes(4 * size)
        value.tensor_shape.dim.add(size=size)
    graph = Graph("graph_def", message.SerializeToString())

    texts = encode_graph(graph)["attributes"]["texts"]

    assert len(texts["bytes"]) < 4096
    assert b"float32 [26214400]: 0.0, 0.0, " in texts["bytes"]
    assert b"more values" in texts["bytes"] or b"more characters" in texts["bytes"]
    assert graph.attributes("large")["value"].count("0.0") == 5000


@pytest.mark.parametrize("opening", ["[", '{"config":', '{"config":{"layers":['])
def test_json_nested_without_end_is_refused(opening):
    """It says so instead of taking the process along."""
    with pytest.raises(UndecodableError, match="not JSON"):
        _ = Graph("keras", (opening * 100_000).encode()).nodes


def test_models_nested_deeply_end_somewhere():
    """Beyond 32 models in each other the next one is a single layer."""
    model = {"class_name": "Dense", "config": {"name": "d", "units": 1}}
    for _ in range(60):
        model = {"class_name": "Sequential", "config": {"name": "m", "layers": [model]}}

    (node,) = Graph("keras", json.dumps(model).encode()).nodes

    assert node.name.count("/") == 32


@pytest.mark.parametrize(
    "model",
    [
        [], None, 7, "x", {}, {"config": None}, {"config": {"layers": {"a": 1}}},
        {"config": {"layers": [None, 3, [], {}]}},
        {"config": {"layers": [{"class_name": ["x"], "name": {}, "config": [], "inbound_nodes": 3}]}},
        {"config": {"layers": [{"class_name": "Dense", "config": {"units": "many"}}]}},
        {"config": {"layers": [{"class_name": "Reshape", "config": {"target_shape": [-1, 0]}}]}},
        {"config": {"layers": [{"class_name": "Conv2D", "config": {"filters": -1, "kernel_size": 3}}]}},
    ],
)  # fmt: skip
def test_json_that_is_no_model_has_no_layers_or_unknown_ones(model):
    """Whatever stands in it, nothing but an empty graph or unknown shapes comes of it."""
    seen(Graph("keras", json.dumps(model).encode()))


@pytest.mark.parametrize("data", [b"", b"\x0a\x02\x0a\x00"], ids=["empty", "no statistics"])
def test_empty_run_metadata_is_an_empty_graph(data):
    """Writers log 0 bytes where nothing was traced."""
    graph = Graph("run_metadata", data)

    assert (len(graph.nodes), graph.edges, len(graph.statistics)) == (0, [], 0)
    assert len(seen(graph)["op"]) == 0
