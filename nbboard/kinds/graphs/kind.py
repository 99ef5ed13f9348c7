"""The kind of the graphs plugins."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nbboard.events.tensors import strings_of
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    from nbboard.kinds.graphs.graph import Graph

__all__ = ["KIND"]

# What the upgrade calls the meta_graph_def of an event.
_META_GRAPH = "__run_meta_graph__"

_FORMS = {
    "graphs": "graph_def",
    "graph_run_metadata": "run_metadata",
    "graph_run_metadata_graph": "run_metadata",
    "graph_tagged_run_metadata": "run_metadata",
    "graph_keras_model": "keras",
}


def _decode(value: SummaryValue, metadata: SummaryMetadata) -> tuple[Graph, ...]:
    # Imported when somebody asks for a graph: a log without any does not wait for it.
    from nbboard.kinds.graphs.graph import Graph

    plugin = "graphs" if metadata is None else metadata.plugin_data.plugin_name
    form = "meta_graph" if value.tag == _META_GRAPH else _FORMS.get(plugin, "graph_def")
    return tuple(Graph(form, data) for data in strings_of(value.tensor))


def _columns(item: Graph) -> Mapping[str, object]:
    return {"form": item.form, "data": item.data}


def _to_file(item: Graph) -> tuple[bytes, str]:
    return item.data, "json" if item.form == "keras" else "pb"


KIND = Kind(
    name="graphs",
    plugins=tuple(_FORMS),
    decode=_decode,
    columns=_columns,
    order=60,
    cells=("form", "data"),
    to_file=_to_file,
)
