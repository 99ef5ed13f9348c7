"""Graphs: computation graphs, run metadata with step statistics, and Keras models."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from nbboard.errors import UndecodableError
from nbboard.events.tensors import strings_of
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue
from nbboard.logdir.sketch import text_box
from nbboard.text import counted

__all__ = ["KIND", "Graph", "Node"]

# What the upgrade calls the meta_graph_def of an event.
_META_GRAPH = "__run_meta_graph__"

#: So many kinds of nodes are listed where a graph is displayed.
_MOST_KINDS = 20

_FORMS = {
    "graphs": "graph_def",
    "graph_run_metadata": "run_metadata",
    "graph_run_metadata_graph": "run_metadata",
    "graph_tagged_run_metadata": "run_metadata",
    "graph_keras_model": "keras",
}


@dataclass(frozen=True)
class Node:
    """One operation of a graph.

    Attributes
    ----------
    name, op, device
        As in the graph definition; for Keras the layer's name and class.
    inputs
        The names of what feeds it, control inputs with a leading ``^``.
    """

    name: str
    op: str
    device: str = ""
    inputs: tuple[str, ...] = ()


@dataclass(frozen=True, repr=False, eq=False)
class Graph:
    """One logged graph.

    Attributes
    ----------
    form
        ``"graph_def"`` (a GraphDef message), ``"meta_graph"`` (a MetaGraphDef message),
        ``"run_metadata"`` (a RunMetadata message) or ``"keras"`` (a Keras model's JSON).
    data
        The bytes as logged.
    """

    form: str
    data: bytes

    @cached_property
    def message(self) -> Any:
        """The parsed message; for ``"keras"`` the JSON value.

        Raises
        ------
        UndecodableError
            If the bytes are not what `form` says.
        """
        if self.form == "keras":
            try:
                return json.loads(self.data)
            except (ValueError, RecursionError) as error:
                raise UndecodableError(f"a Keras model that is not JSON: {error}") from error
        from google.protobuf.message import DecodeError
        from tensorboard.compat.proto import config_pb2, graph_pb2, meta_graph_pb2

        message = {
            "graph_def": graph_pb2.GraphDef,
            "meta_graph": meta_graph_pb2.MetaGraphDef,
            "run_metadata": config_pb2.RunMetadata,
        }[self.form]
        try:
            return message.FromString(self.data)
        except DecodeError as error:
            raise UndecodableError(f"a {message.__name__} that cannot be parsed") from error

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The operations, in logged order; functions of the library are not unfolded."""
        if self.form == "keras":
            return tuple(_keras_nodes(self.message))
        if self.form == "graph_def":
            graphs = [self.message]
        elif self.form == "meta_graph":
            graphs = [self.message.graph_def]
        else:
            graphs = self.message.partition_graphs
        return tuple(
            Node(node.name, node.op, node.device, tuple(node.input))
            for graph in graphs
            for node in graph.node
        )

    def _repr_html_(self) -> str:
        try:
            nodes = self.nodes
        except UndecodableError as error:
            return text_box(f"{self!r}: {error}")
        kinds = Counter(node.op for node in nodes).most_common(_MOST_KINDS)
        wide = max((len(op) for op, _ in kinds), default=0)
        lines = [f"{self.form}: {counted(len(nodes), 'node')}"]
        lines += [f"  {op:<{wide}}  {number:>8,}" for op, number in kinds]
        rest = len({node.op for node in nodes}) - len(kinds)
        return text_box("\n".join([*lines, f"  and {rest:,} more kinds"] if rest > 0 else lines))

    def __repr__(self) -> str:
        return f"Graph({self.form!r}, {len(self.data):,} bytes)"


def _keras_nodes(model: Any) -> list[Node]:
    config = model.get("config") if isinstance(model, dict) else None
    # Keras 2.0 stored a Sequential's layers as the configuration itself.
    layers = config.get("layers") if isinstance(config, dict) else config
    if not isinstance(layers, list):
        return []
    nodes = []
    for layer in layers:
        if isinstance(layer, dict):
            inner = layer.get("config")
            name = layer.get("name") or (inner.get("name") if isinstance(inner, dict) else "")
            nodes.append(Node(str(name or ""), str(layer.get("class_name", ""))))
    return nodes


def _decode(value: SummaryValue, metadata: SummaryMetadata) -> tuple[Graph, ...]:
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
