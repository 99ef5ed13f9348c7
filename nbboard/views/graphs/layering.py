"""The top level of a graph in columns from left to right, wrapped into rows: for paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nbboard.kinds.graphs.graph import Graph

__all__ = ["Box", "Layering", "layered"]

#: More boxes than this are no picture.
MOST_BOXES = 60
#: Between boxes and rows, in inches; height of a box; a letter's width.
GAP, ROW_GAP, BOX, LETTER = 0.22, 0.3, 0.3, 0.058
_SHORTEST, _LONGEST = 8, 24


@dataclass(frozen=True)
class Box:
    """One scope or operation: its name, what stands below it, and where it is, in inches."""

    name: str
    note: str
    x: float
    y: float
    width: float
    row: int


@dataclass(frozen=True)
class Layering:
    """Boxes and the edges between them.

    Attributes
    ----------
    boxes
        What is drawn.
    edges
        Pairs of positions in `boxes`.
    hidden
        How many more there are.
    height
        Of all rows, in inches.
    """

    boxes: list[Box]
    edges: list[tuple[int, int]]
    hidden: int
    height: float


def layered(graph: Graph, width: float) -> Layering:
    """Lay out the top level of a graph within a width in inches.

    Columns are the lengths of the longest paths from the inputs (Kahn's order; what is on a
    cycle comes after what is not). A scope that holds everything is opened.
    """
    hierarchy, operations = graph.hierarchy, graph.operations
    parent = hierarchy.parent
    scope = -1
    while True:
        rows = np.flatnonzero(parent == scope)
        if len(rows) != 1 or hierarchy.leaf[rows[0]] >= 0:
            break
        scope = int(rows[0])
    shown = rows[:MOST_BOXES].tolist()
    place = {row: number for number, row in enumerate(shown)}
    top = np.full(len(hierarchy), -1, np.int64)
    for row, above in enumerate(parent.tolist()):
        top[row] = place.get(row, -1) if above == scope else (top[above] if above >= 0 else -1)
    edges = operations.edges
    ends = np.repeat(np.arange(len(operations)), np.diff(edges.ends))
    known = edges.source >= 0
    source = top[hierarchy.row[edges.source[known]]]
    target = top[hierarchy.row[ends[known]]]
    apart = (source >= 0) & (target >= 0) & (source != target)
    pairs = sorted(set(zip(source[apart].tolist(), target[apart].tolist(), strict=True)))
    inside = hierarchy.totals(np.ones(len(operations)))
    words = []
    for row in shown:
        leaf = int(hierarchy.leaf[row])
        note = operations.op[leaf] if leaf >= 0 else f"{int(inside[row]):,} nodes"
        words.append((hierarchy.parts[hierarchy.part[row]] or "(empty)", note))
    boxes, height = _rows(words, _ranks(len(shown), pairs), width)
    return Layering(boxes, pairs, len(rows) - len(shown), height)


def _ranks(count: int, pairs: list[tuple[int, int]]) -> list[int]:
    """Return the length of the longest path to each node; those on cycles come last."""
    waiting = [0] * count
    after: list[list[int]] = [[] for _ in range(count)]
    for source, target in pairs:
        waiting[target] += 1
        after[source].append(target)
    rank = [0] * count
    ready = [node for node in range(count) if not waiting[node]]
    done: set[int] = set()
    while len(done) < count:
        if not ready:  # a cycle is cut where it was logged first
            ready.append(next(node for node in range(count) if node not in done))
        node = ready.pop()
        if node in done:
            continue
        done.add(node)
        for target in after[node]:
            if target not in done:
                rank[target] = max(rank[target], rank[node] + 1)
                waiting[target] -= 1
                if not waiting[target]:
                    ready.append(target)
    return rank


def _rows(words: list[tuple[str, str]], ranks: list[int], width: float) -> tuple[list[Box], float]:
    """Set columns beside each other as words on a line."""
    columns: dict[int, list[int]] = {}
    for number, rank in enumerate(ranks):
        columns.setdefault(rank, []).append(number)
    boxes: list[Box | None] = [None] * len(words)
    x = y = tallest = 0.0
    row = 0
    for rank in sorted(columns):
        numbers = columns[rank]
        longest = max(len(text) for number in numbers for text in words[number])
        wide = min(max(longest, _SHORTEST), _LONGEST) * LETTER + 0.1
        if x and x + wide > width:
            x, y, row, tallest = 0.0, y + tallest + ROW_GAP, row + 1, 0.0
        for at, number in enumerate(numbers):
            name, note = words[number]
            boxes[number] = Box(name, note, x, y + at * (BOX + 0.08), min(wide, width), row)
        x += wide + GAP
        tallest = max(tallest, len(numbers) * (BOX + 0.08) - 0.08)
    return [box for box in boxes if box is not None], y + tallest
