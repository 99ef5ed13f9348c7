"""The top level of a graph on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbboard.views.graphs.layering import BOX, Box, Layering, layered
from nbboard.views.shared.grid import FAINT, INK, shortened

if TYPE_CHECKING:
    from nbboard.kinds.graphs.graph import Graph
    from nbboard.views.shared.grid import Place

__all__ = ["draw_graph", "height_of"]

#: Around all, in inches; the least and the greatest height of a graph.
_MARGIN = 0.05
_LOWEST, _HIGHEST = 0.5, 11.0
#: Inches that a letter takes.
_LETTER = 0.055
_EDGE, _FILL = "#9aa0a6", "#eef3fb"


def height_of(graph: Graph, width: float) -> float:
    """Return how high the drawing of a graph is at a width, both in inches."""
    height = layered(graph, width - 2 * _MARGIN).height + 0.2
    return min(max(height, _LOWEST), _HIGHEST)


def draw_graph(place: Place, graph: Graph) -> None:
    """Draw the top level of a graph: boxes from left to right, wrapped into rows."""
    layering = layered(graph, place.width - 2 * _MARGIN)
    if not layering.boxes:
        place.say("An empty graph: no node was logged.")
        return
    bottom = place.top + place.height
    fits = [place.top + _MARGIN + box.y + BOX <= bottom for box in layering.boxes]
    for source, target in layering.edges:
        if fits[source] and fits[target]:
            _arrow(place, layering, source, target)
    for box, fit in zip(layering.boxes, fits, strict=True):
        if fit:
            _box(place, box)
    hidden = layering.hidden + fits.count(False)
    if hidden:
        place.page.text(
            place.left + place.width, bottom, f"{hidden:,} more",
            fontsize=6, color=FAINT, ha="right", va="bottom",
        )  # fmt: skip


def _arrow(place: Place, layering: Layering, source: int, target: int) -> None:
    from matplotlib.patches import FancyArrowPatch

    a, b = layering.boxes[source], layering.boxes[target]
    if a.row == b.row and a.x < b.x:  # to the right; else from row to row
        start, end = (a.x + a.width, a.y + BOX / 2), (b.x, b.y + BOX / 2)
    else:
        start, end = (a.x + a.width / 2, a.y + BOX), (b.x + b.width / 2, b.y)
    left, top = place.left + _MARGIN, place.top + _MARGIN
    place.page.add_patch(
        FancyArrowPatch(
            (left + start[0], top + start[1]), (left + end[0], top + end[1]),
            arrowstyle="-|>", mutation_scale=5, linewidth=0.6, color=_EDGE,
            shrinkA=0, shrinkB=0, zorder=1,
        )
    )  # fmt: skip


def _box(place: Place, box: Box) -> None:
    from matplotlib.patches import FancyBboxPatch

    left, top = place.left + _MARGIN + box.x, place.top + _MARGIN + box.y
    place.page.add_patch(
        FancyBboxPatch(
            (left, top), box.width, BOX, boxstyle="round,pad=0,rounding_size=0.04",
            linewidth=0.6, edgecolor=_EDGE, facecolor=_FILL, zorder=2,
        )
    )  # fmt: skip
    room = int(box.width / _LETTER)
    for text, at, size, color in ((box.name, 0.11, 6.5, INK), (box.note, 0.225, 5.5, FAINT)):
        place.page.text(
            left + box.width / 2, top + at, shortened(text, room),
            fontsize=size, color=color, ha="center", va="center", zorder=3,
        )  # fmt: skip
