"""One logged graph: its operations, edges, scopes, layers and attributes."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import UndecodableError, UsageError
from nbboard.kinds.graphs.attributes import attributes_of
from nbboard.kinds.graphs.definition import of_definition
from nbboard.kinds.graphs.dot import dot_of
from nbboard.kinds.graphs.keras import of_model
from nbboard.kinds.graphs.layers import layers_of
from nbboard.kinds.graphs.recent import Recent
from nbboard.kinds.graphs.statistics import Statistics, statistics_of
from nbboard.logdir.sketch import text_box
from nbboard.series.gc_pause import GcPause
from nbboard.text import counted

if TYPE_CHECKING:
    import pandas as pd

    from nbboard.kinds.graphs.hierarchy import Hierarchy
    from nbboard.kinds.graphs.operations import Node, Operations

__all__ = ["Graph"]

#: So many kinds of nodes are listed where a graph is displayed.
_MOST_KINDS = 20
_RECENT = Recent()


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
    def operations(self) -> Operations:
        """The operations as columns, in logged order.

        Those in functions of the library stand behind the others, below
        ``__function_library__/``.

        Raises
        ------
        UndecodableError
            If the bytes are not what `form` says.
        """
        return _RECENT.get(self.form, self.data, self._parsed)

    def _parsed(self) -> Operations:
        with GcPause():
            if self.form == "keras":
                return of_model(self.message)
            return of_definition(self.form, self.data)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """The operations one by one."""
        return tuple(self.operations.nodes())

    @property
    def edges(self) -> list[tuple[str, str]]:
        """Who feeds whom, by name, one for each input that comes from a node that is there."""
        operations = self.operations
        names, edges = operations.name, operations.edges
        fed = np.repeat(np.arange(len(names)), np.diff(edges.ends)).tolist()
        pairs = zip(edges.source.tolist(), fed, strict=True)
        return [(names[source], names[target]) for source, target in pairs if source >= 0]

    @property
    def hierarchy(self) -> Hierarchy:
        """The scopes that the operations are in."""
        return self.operations.hierarchy

    @cached_property
    def statistics(self) -> Statistics:
        """Time and memory of operations, where they were logged: of run metadata only."""
        return statistics_of(self.message if self.form == "run_metadata" else None)

    @property
    def layers(self) -> pd.DataFrame:
        """The layers as ``model.summary()`` has them: layer, type, output, parameters, bytes, nodes.

        Of a Keras model each layer; of other graphs the innermost scopes that hold
        parameters. What is not logged and does not follow is NaN.
        """
        import pandas as pd

        columns = layers_of(self.operations, self.hierarchy, self.form)
        table: pd.DataFrame = pd.DataFrame(columns).drop(columns="row")
        return table

    def attributes(self, name: str) -> dict[str, str]:
        """Return the attributes of a node as text, in full.

        Raises
        ------
        UsageError
            If there is no node of that name.
        """
        place = self.operations.places.get(name)
        if place is None:
            raise UsageError(f"there is no node called {name!r} in this graph")
        return attributes_of(self.operations.definition[place])

    def to_dot(self, depth: int | None = None) -> str:
        """Return the graph in the language of Graphviz.

        Parameters
        ----------
        depth
            So many levels of scopes are drawn, and what is deeper stands in them as one
            node; None draws everything, scopes as clusters.
        """
        return dot_of(self.operations, self.hierarchy, depth)

    def _repr_html_(self) -> str:
        try:
            operations = self.operations
        except UndecodableError as error:
            return text_box(f"{self!r}: {error}")
        kinds = Counter(operations.op).most_common(_MOST_KINDS)
        wide = max((len(op) for op, _ in kinds), default=0)
        lines = [f"{self.form}: {counted(len(operations), 'node')}"]
        lines += [f"  {op:<{wide}}  {number:>8,}" for op, number in kinds]
        rest = len(set(operations.op)) - len(kinds)
        return text_box("\n".join([*lines, f"  and {rest:,} more kinds"] if rest > 0 else lines))

    def __repr__(self) -> str:
        return f"Graph({self.form!r}, {len(self.data):,} bytes)"
