"""The graphs view as Python sees it: what travels, what is answered, what stands on paper."""

from __future__ import annotations

import json

import pytest
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.graph_pb2 import GraphDef

import nbboard
from nbboard.errors import UsageError
from nbboard.kinds.graphs.graph import Graph
from nbboard.views.graphs.layering import layered
from nbboard.views.graphs.wire import encode_graph
from tests.kinds.graph_samples import dense_model, graph_of, node
from tests.views.image_logs import CLOCK, HOSTILE, framed


def write_graph(root, run, message, step=0):
    """Log a graph as TensorFlow 1 and PyTorch do."""
    folder = root / run
    folder.mkdir(parents=True, exist_ok=True)
    event = Event(step=step, wall_time=next(CLOCK), graph_def=message.SerializeToString())
    with (folder / "events.out.tfevents.1.host").open("ab") as file:
        file.write(framed(event.SerializeToString()))


def chain(count, prefix="n"):
    """Return a graph in which each node feeds the next."""
    message = GraphDef()
    for number in range(count):
        fed = [f"{prefix}{number - 1}"] if number else []
        node(message, f"{prefix}{number}", "Op", fed, shape=(-1, 8))
    return message


def test_a_graph_travels_as_columns():
    """Texts come once; edges have the label of what flows along them."""
    message = chain(3)
    message.node[2].input.append("^n0")
    sent = encode_graph(Graph("graph_def", message.SerializeToString()))

    assert sent["ops"] == ["Op"]
    assert sent["labels"] == ["", "float32 [?, 8]"]
    assert sent["input_ends"].tolist() == [0, 1, 3]
    assert sent["source"].tolist() == [0, 1, 0]
    assert sent["label"].tolist() == [1, 1, 0]
    assert sent["control"].tolist() == [False, False, True]


def test_the_view_of_a_large_graph_stands_before_it_is_read(tmp_path, monkeypatch):
    """Its steps come at once and the graph after them; a small one comes along."""
    write_graph(tmp_path, "run", chain(300))
    view = nbboard.open(tmp_path).graphs.view(live=False)
    assert view.outline() is None
    monkeypatch.setattr(type(view), "most_at_once", 1_000)
    outline = view.outline()

    assert list(outline["series"]["step"]) == [0]
    assert "items" not in outline
    sent = view.payload()
    assert len(sent["items"]) + len(sent["bundles"]) == 1


def test_attributes_go_along_with_small_graphs():
    """Each name and each text once."""
    sent = encode_graph(dense_model())["attributes"]

    names = [sent["keys"][code] for code in sent["key"]]
    assert names[: sent["ends"][0]] == ["name", "batch_input_shape"]
    assert b"[null, 4]" in sent["texts"]["bytes"]


def test_the_kernel_answers_with_attributes_in_full(tmp_path):
    """By the name of the point, the item and the operation; what is gone is said to be."""
    message = chain(2)
    message.node[1].attr["long"].s = b"x" * 5000
    write_graph(tmp_path, "a", message)
    view = nbboard.open(tmp_path, progress=False).graphs.view()
    (entry,) = view._feed.catalogue.entries.values()
    asked = {"id": entry.id, "place": 0, "index": 0, "leaf": 1}

    assert view.answer("attributes", asked)["attributes"]["long"] == "x" * 5000
    assert view.answer("attributes", {**asked, "id": 99}) == {"gone": True}
    view.close()


def test_data_counts_what_is_on_screen(tmp_path):
    """A row a graph; a graph in which no parameters were logged has none."""
    write_graph(tmp_path, "a", chain(5))
    view = nbboard.open(tmp_path, progress=False).graphs.view()

    (row,) = view.data[["run", "form", "nodes", "edges", "parameters"]].to_dict("records")
    assert str(row.pop("parameters")) == "nan"
    assert row == {"run": "a", "form": "graph_def", "nodes": 5, "edges": 4}
    view.close()


def test_what_was_picked_is_a_table_of_nodes(tmp_path):
    """As the page sets it."""
    write_graph(tmp_path, "a", chain(2))
    view = nbboard.open(tmp_path, progress=False).graphs.view()
    picked = {"run": "a", "tag": "__run_graph__", "step": "0", "node": "n1"}
    view._selection = {"nodes": [picked]}

    assert view.selection.to_dict("records") == [{**picked, "step": 0}]
    view.close()


def test_a_run_to_compare_with_must_have_graphs(tmp_path):
    """A name that is wrong is refused with the nearest right one."""
    write_graph(tmp_path, "first", chain(2))
    graphs = nbboard.open(tmp_path, progress=False).graphs

    with pytest.raises(UsageError, match="first"):
        graphs.view(diff="run", diff_run="frist")


def test_paper_has_the_top_level_in_rows():
    """Columns go from the inputs to the outputs and are wrapped into the width."""
    rows = [(f"s{number}/x", "Op", [f"s{number - 1}/x"]) for number in range(12)]

    layering = layered(graph_of(*rows), 4.0)

    assert [box.name for box in layering.boxes] == [f"s{number}" for number in range(12)]
    assert all(box.x + box.width <= 4.0 for box in layering.boxes)
    assert {box.row for box in layering.boxes} == {0, 1, 2}
    assert layering.edges == [(number, number + 1) for number in range(11)]


def test_a_scope_around_everything_is_opened_on_paper():
    """The only box would say nothing."""
    layering = layered(graph_of(("net/a", "A", []), ("net/b", "B", ["net/a"])), 4.0)

    assert [(box.name, box.note) for box in layering.boxes] == [("a", "A"), ("b", "B")]


def test_hostile_names_are_drawn_and_travel(tmp_path):
    """Formulas, markup and half characters are text on paper and in the message."""
    message = GraphDef()
    for name in HOSTILE:
        node(
            message,
            name.encode("utf-8", "replace").decode(),
            name[:8].encode("utf-8", "replace").decode(),
        )
    write_graph(tmp_path, "a", message)
    collection = nbboard.open(tmp_path, progress=False).graphs

    collection.figure().savefig(tmp_path / "figure.png")
    lone = json.dumps({"config": {"layers": [{"class_name": "\ud800", "name": "\ud800$x"}]}})

    assert b"?$x" in encode_graph(Graph("keras", lone.encode()))["parts"]["bytes"]
