"""The view of graphs."""

from nbboard.views.graphs.view import VIEW, GraphsView

__all__ = ["VIEW", "GraphsView"]
