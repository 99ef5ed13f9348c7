"""Every graph of the corpus opens, travels to the page, and is drawn."""

from __future__ import annotations

import pytest

import nbboard
from nbboard.views.graphs.layering import layered
from nbboard.views.graphs.wire import encode_graph
from tests.corpus.place import CORPUS

pytestmark = pytest.mark.skipif(
    not CORPUS.is_dir(), reason="the corpus of logs from the wild is not here"
)


@pytest.fixture(scope="module")
def graphs():
    """The last graph of each series, by form."""
    found: dict[str, list] = {}
    for series in nbboard.open(CORPUS, progress=False).graphs:
        graph = series[-1]
        found.setdefault(graph.form, []).append(graph)
    return found


def test_each_opens(graphs):
    """All forms are there; each gives columns, and a layering."""
    assert set(graphs) == {"graph_def", "meta_graph", "run_metadata", "keras"}
    assert sum(map(len, graphs.values())) >= 60
    for graph in [graph for several in graphs.values() for graph in several]:
        sent = encode_graph(graph)
        assert "refusal" not in sent
        assert len(sent["op"]) == len(graph.operations)
        assert len(layered(graph, 4.0).boxes) > 0 or len(graph.operations) == 0


def test_every_keras_model_has_its_edges(graphs):
    """A layer but the inputs is fed by something: TensorBoard shows no edge of functional ones."""
    for graph in graphs["keras"]:
        fed = {target for _, target in graph.edges}
        alone = [node.name for node in graph.nodes if node.name not in fed]
        inputs = [node.name for node in graph.nodes if node.op == "InputLayer"]
        assert alone == (inputs or [graph.nodes[0].name])


def test_keras_models_have_parameters(graphs):
    """Those of all layers in them are known."""
    for graph in graphs["keras"]:
        assert graph.layers["parameters"].notna().all()
