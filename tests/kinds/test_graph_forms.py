"""Graphs of every form: their nodes, edges, scopes, layers, attributes and differences."""

from __future__ import annotations

import pytest
from tensorboard.compat.proto.config_pb2 import RunMetadata
from tensorboard.compat.proto.graph_pb2 import GraphDef

from nbboard.errors import UsageError
from nbboard.kinds.graphs.difference import compare
from nbboard.kinds.graphs.graph import Graph
from tests.kinds.graph_samples import dense_model, graph_of, nested_model, node
from tests.vectors import load


def test_the_edges_of_a_graph_are_its_inputs():
    """Outputs are numbered behind a colon, control inputs have a circumflex; both name nodes."""
    graph = graph_of(
        ("a", "A", []), ("b", "B", ["a:1", "^a"]), ("c::d", "C", []), ("e", "E", ["c::d"])
    )

    assert graph.edges == [("a", "b"), ("a", "b"), ("c::d", "e")]
    assert graph.operations.edges.port.tolist() == [1, 0, 0]
    assert graph.operations.edges.control.tolist() == [False, True, False]


def test_outputs_say_type_and_shape():
    """An unknown size is "?", and what is not logged is left out."""
    message = GraphDef()
    node(message, "a", shape=(-1, 64))
    node(message, "b", dtype=103)
    message.node.add(name="c")

    outputs = [each.outputs for each in Graph("graph_def", message.SerializeToString()).nodes]

    assert outputs == [("float32 [?, 64]",), ("int32 reference",), ()]


def test_functions_of_the_library_stand_below_their_own_name():
    """Their inputs are written with the name of an output; one that calls itself ends."""
    message = GraphDef()
    message.node.add(name="call", op="f")
    function = message.library.function.add()
    function.signature.name = "f"
    function.signature.input_arg.add(name="x", type=1)
    function.node_def.add(name="y", op="f", input=["x", "x:output:0"])

    graph = Graph("graph_def", message.SerializeToString())

    inner = "__function_library__/f"
    assert [each.name for each in graph.nodes] == ["call", f"{inner}/x", f"{inner}/y"]
    assert graph.edges == [(f"{inner}/x", f"{inner}/y")] * 2


def test_the_graphs_of_functions_are_those_before_optimization():
    """As in TensorBoard, several have a prefix each; what ran on the devices is not mixed in."""
    metadata = RunMetadata()
    metadata.partition_graphs.add().node.add(name="optimized")
    for name in ("x", "y"):
        graph = metadata.function_graphs.add().pre_optimization_graph
        graph.node.add(name=name)
        graph.node.add(name="z", input=[name, f"^{name}"])

    graph = Graph("run_metadata", metadata.SerializeToString())

    assert graph.edges == [("graph_1/x", "graph_1/z")] * 2 + [("graph_2/y", "graph_2/z")] * 2


def test_run_metadata_has_times_and_memory():
    """They are sums over devices; without graphs the operations are those that were timed."""
    metadata = RunMetadata()
    for device in ("/cpu:0", "/gpu:0", "/gpu:0/stream:all"):
        stats = metadata.step_stats.dev_stats.add(device=device).node_stats.add()
        stats.node_name, stats.op_start_rel_micros, stats.op_end_rel_micros = "a/b:MatMul", 10, 40
        stats.timeline_label = "a/b = MatMul(x, y)"
        stats.memory.add(total_bytes=100)

    graph = Graph("run_metadata", metadata.SerializeToString())

    assert graph.statistics.time == {"a/b": pytest.approx(60e-6)}
    assert graph.statistics.memory == {"a/b": 200}
    assert [(each.name, each.op, each.inputs) for each in graph.nodes] == [
        ("a/b", "MatMul", ("x", "y"))
    ]


@pytest.mark.parametrize("new", [False, True], ids=["Keras 2", "Keras 3"])
def test_a_keras_model_has_all_its_edges(new):
    """Both ways of writing what feeds a layer are read."""
    graph = dense_model(new)

    edges = [("x", "a"), ("x", "b"), ("a", "sum"), ("b", "sum"), ("sum", "all"), ("x", "all")]
    assert graph.edges == edges


def test_a_model_in_a_model_is_a_scope():
    """What feeds it feeds its first layer, at every place where it is used."""
    graph = nested_model()

    assert graph.edges == [
        ("x", "inner/one"),
        ("y", "inner/one"),
        ("inner/one", "inner/two"),
        ("inner/two", "end"),
    ]


@pytest.mark.parametrize("new", [False, True], ids=["Keras 2", "Keras 3"])
def test_the_layers_of_a_keras_model_have_shapes_and_parameters(new):
    """They follow from the configurations, as model.summary() has them."""
    layers = dense_model(new).layers

    assert layers["output"].tolist()[1:] == ["float32 [?, 3]", "[?, 3]", "[?, 3]", "[?, 7]"]
    assert layers["parameters"].tolist() == [0, 15, 12, 0, 0]


def test_the_layers_of_a_graph_are_the_scopes_of_its_variables():
    """What an optimizer keeps beside them is not counted."""
    message = GraphDef()
    for name in ("net/fc/weights", "net/fc/bias", "net/fc/weights/Adam"):
        variable = node(message, name, "VariableV2")
        for size in (3, 4):
            variable.attr["shape"].shape.dim.add(size=size)
    node(message, "net/fc/MatMul", "MatMul", ["net/fc/weights"])

    layers = Graph("graph_def", message.SerializeToString()).layers

    assert layers[["layer", "parameters", "bytes"]].to_numpy().tolist() == [["net/fc", 24.0, 96.0]]


def test_attributes_are_text_in_full():
    """Lists, types and shapes are short; a name that there is not is refused."""
    message = GraphDef()
    added = node(message, "a", shape=(2, -1))
    added.attr["text"].s = b"x" * 5000
    added.attr["sizes"].list.i.extend([1, 2])
    graph = Graph("graph_def", message.SerializeToString())

    assert graph.attributes("a") == {
        "_output_shapes": "[[2, ?]]",
        "dtype": "float32",
        "sizes": "[1, 2]",
        "text": "x" * 5000,
    }
    with pytest.raises(UsageError, match="'b'"):
        graph.attributes("b")


def test_two_graphs_are_compared_by_name():
    """What was added, removed, and what changed in the others."""
    before, after = GraphDef(), GraphDef()
    node(before, "same")
    node(after, "same")
    node(before, "old")
    node(after, "new")
    node(before, "x", "Add", ["same"]).attr["rate"].f = 0.5
    node(after, "x", "Mul", ["same"]).attr["rate"].f = 0.25

    found = compare(*[Graph("graph_def", each.SerializeToString()) for each in (before, after)])

    assert (found.added, found.removed) == (("new",), ("old",))
    assert found.changed == {"x": {"op": ("Add", "Mul"), "rate": ("0.5", "0.25")}}
    assert not compare(dense_model(), dense_model())


def test_dot_has_scopes_as_clusters_or_folded():
    """What Graphviz draws; names that would end a string do not."""
    graph = graph_of(("in", "A", []), ('s/a"\\', "B", ["in"]), ("s/b", "C", ['s/a"\\', "^in"]))

    whole = graph.to_dot()

    assert whole.count("->") == 3
    assert 'label="a\\"\\\\\\nB"' in whole
    assert "cluster" in whole
    assert "style=dotted" in whole
    folded = graph.to_dot(depth=1)
    assert "cluster" not in folded
    assert folded.count("->") == 2


@pytest.mark.parametrize("case", load("graphs")["cases"], ids=lambda case: case["name"])
def test_a_comparison_finds_what_the_page_finds(case):
    """The cases that both languages read."""
    graphs = []
    for rows in (case["before"], case["after"]):
        message = GraphDef()
        for name, op, inputs, attribute in rows:
            added = message.node.add(name=name, op=op, input=inputs)
            if attribute:
                added.attr["text"].s = attribute.encode()
        graphs.append(Graph("graph_def", message.SerializeToString()))

    found = compare(*graphs)

    assert list(found.added) == case["added"]
    assert list(found.removed) == case["removed"]
    assert list(found.changed) == case["changed"]
