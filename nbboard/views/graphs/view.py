"""Graphs: folded at first, opened level by level, compared, searched, with their layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nbboard.kinds.graphs.attributes import attributes_of
from nbboard.views.base import module
from nbboard.views.graphs.drawing import draw_graph, height_of
from nbboard.views.graphs.wire import encode_graph
from nbboard.views.shared.options import option, step_option
from nbboard.views.shared.points import read_points
from nbboard.views.shared.references import check_names
from nbboard.views.shared.stepped import SteppedView

if TYPE_CHECKING:
    import pandas as pd

    from nbboard.kinds.graphs.graph import Graph
    from nbboard.logdir import LogDir
    from nbboard.views.shared.grid import Place

__all__ = ["VIEW", "GraphsView"]


#: Characters of one attribute that the page gets when it asks.
MOST_CHARACTERS = 1 << 20


class GraphsView(SteppedView):
    """Graphs over steps: ``log.graphs.view(...)``."""

    kind: ClassVar[str] = "graphs"
    _esm = module("graphs")

    noun = ("graph", "graphs")
    cell_names = ("form", "nodes", "edges", "parameters")
    figure_side = 4.6
    most_at_once = 1 << 20

    card_size = option(traitlets.Int(640, min=48, max=2000), "Least width of a card in CSS pixels.")
    graph_height = option(
        traitlets.Int(360, min=160, max=4000), "Height of each graph in CSS pixels."
    )
    flow = option(
        traitlets.Enum(["right", "up"], default_value="right"),
        "right flows from left to right, wrapped to the width; up flows upward, as TensorBoard.",
    )
    color = option(
        traitlets.Enum(["op", "structure", "device", "time", "memory"], default_value="op"),
        "What colours mean: kind of operation, equal structure, device, or time and memory.",
    )
    fold_repeats = option(
        traitlets.Bool(default_value=True), "Whether equal blocks in a row are drawn as one."
    )
    opened = option(
        traitlets.List(traitlets.Unicode()),
        "Names of the scopes that are open, with their parents.",
    )
    edge_labels = option(
        traitlets.Bool(default_value=False), "Whether type and shape stand on every edge."
    )
    layer_table = option(
        traitlets.Bool(default_value=False),
        "Whether the layers are listed, as model.summary() does.",
    )
    search = option(
        traitlets.Unicode(""), "What to look for in the names and operations, in any case."
    )
    search_regex = option(
        traitlets.Bool(default_value=False), "Whether what is looked for is a regular expression."
    )
    path = option(
        traitlets.List(traitlets.Unicode(), maxlen=2),
        "Names of two nodes: the shortest way from the first to the second is marked.",
    )
    diff = option(
        traitlets.Enum(["off", "previous", "step", "run"], default_value="off"),
        "Nodes that differ from the step before (previous), from diff_step, or from diff_run.",
    )
    diff_step = step_option("The step that diff='step' compares with; None for the first.")
    diff_run = option(
        traitlets.Unicode(""), "The run that diff='run' compares with; empty for the first shown."
    )

    @classmethod
    def check_references(cls, log: LogDir, options: Mapping[str, Any]) -> None:
        """Refuse what names no run, beside what every view refuses."""
        super().check_references(log, options)
        run = options.get("diff_run")
        check_names("diff_run", filter(None, [run]), log.graphs.runs, "run with graphs")

    @classmethod
    def encode(cls, item: Graph) -> Mapping[str, Any]:
        """Return a graph as columns; see :func:`~nbboard.views.graphs.wire.encode_graph`."""
        return encode_graph(item)

    @classmethod
    def preview(cls, encoded: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return whether an item has times and memory that belong to its run's graph."""
        return {"statistics": "time" in encoded}

    @classmethod
    def cells(cls, item: Graph) -> Mapping[str, Any]:
        """Return the form of a graph, and how many nodes, edges and parameters it has."""
        operations = item.operations
        held = [count for count, _ in operations.parameters.values()]
        return {
            "form": item.form,
            "nodes": len(operations),
            "edges": int((operations.edges.source >= 0).sum()),
            "parameters": sum(held) if held else float("nan"),
        }

    @classmethod
    def aspect(cls, item: Graph) -> float:
        """Return the height of the top level on paper, in widths."""
        return height_of(item, cls.figure_side) / cls.figure_side

    @classmethod
    def draw_cell(cls, place: Place, item: Graph, _options: Mapping[str, Any]) -> None:
        """Draw the top level of a graph: boxes from left to right, wrapped into rows."""
        draw_graph(place, item)

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``attributes``: those of operation ``leaf`` of an item, in full."""
        if method != "attributes":
            return super().answer(method, params)
        entry = self._feed.catalogue.by_id.get(int(params["id"]))
        position = None if entry is None else entry.position(int(params["place"]))
        if entry is None or position is None:
            return {"gone": True}
        ((_, _, items),) = read_points([(entry, position)])
        if isinstance(items, Exception):
            raise items
        definitions = items[int(params["index"])].operations.definition
        return {"attributes": attributes_of(definitions[int(params["leaf"])], MOST_CHARACTERS)}

    @property
    def selection(self) -> pd.DataFrame:
        """The nodes that were picked by a click: run, tag, step, node."""
        import pandas as pd

        picked = self._selection.get("nodes", [])
        rows = [(each["run"], each["tag"], int(each["step"]), each["node"]) for each in picked]
        table: pd.DataFrame = pd.DataFrame(rows, columns=["run", "tag", "step", "node"])
        return table


VIEW = GraphsView
