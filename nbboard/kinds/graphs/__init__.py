"""Graphs: computation graphs, run metadata with step statistics, and Keras models.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbboard.kinds.graphs.kind import KIND
from nbboard.lazy import lazily

if TYPE_CHECKING:
    from nbboard.kinds.graphs.difference import Difference, compare
    from nbboard.kinds.graphs.graph import Graph
    from nbboard.kinds.graphs.hierarchy import Hierarchy
    from nbboard.kinds.graphs.operations import Node, Operations

__all__ = ["KIND", "Difference", "Graph", "Hierarchy", "Node", "Operations", "compare"]

__getattr__ = lazily(
    __name__,
    {
        "Difference": "difference",
        "Graph": "graph",
        "Hierarchy": "hierarchy",
        "Node": "operations",
        "Operations": "operations",
        "compare": "difference",
    },
)
