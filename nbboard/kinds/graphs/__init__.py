"""Graphs: computation graphs, run metadata with step statistics, and Keras models."""

from nbboard.kinds.graphs.compare import Difference, compare
from nbboard.kinds.graphs.graph import Graph
from nbboard.kinds.graphs.hierarchy import Hierarchy
from nbboard.kinds.graphs.kind import KIND
from nbboard.kinds.graphs.operations import Node, Operations

__all__ = ["KIND", "Difference", "Graph", "Hierarchy", "Node", "Operations", "compare"]
