"""A graph in the language of Graphviz."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nbboard.kinds.graphs.hierarchy import Hierarchy
    from nbboard.kinds.graphs.operations import Operations

__all__ = ["dot_of"]


def dot_of(operations: Operations, hierarchy: Hierarchy, depth: int | None) -> str:
    """Return the text of a ``digraph``; see :meth:`Graph.to_dot`."""
    drawn = _drawn(hierarchy, depth)
    clusters = set(hierarchy.parent.tolist()) & {row for row in drawn if drawn[row] == row}
    clusters = {row for row in clusters if depth is None or _depth(hierarchy, row) < depth}
    inside: dict[int, list[int]] = {}
    for row in dict.fromkeys(drawn.values()):
        inside.setdefault(int(hierarchy.parent[row]), []).append(row)
    lines = ["digraph {", "  rankdir=LR;", "  node [shape=box];"]
    lines += _rows(operations, hierarchy, inside, clusters)
    edges = operations.edges
    seen: set[tuple[int, int, bool]] = set()
    for place in range(len(operations)):
        target = drawn[int(hierarchy.row[place])]
        for number in range(int(edges.ends[place]), int(edges.ends[place + 1])):
            given = int(edges.source[number])
            if given < 0:
                continue
            source = drawn[int(hierarchy.row[given])]
            control = bool(edges.control[number])
            if source == target or (source, target, control) in seen:
                continue
            seen.add((source, target, control))
            outputs, port = operations.outputs[given], int(edges.port[number])
            label = "" if control or port >= len(outputs) else outputs[port]
            style = " [style=dotted]" if control else f" [label={_quoted(label)}]" * bool(label)
            lines.append(f"  n{source} -> n{target}{style};")
    return "\n".join([*lines, "}", ""])


def _drawn(hierarchy: Hierarchy, depth: int | None) -> dict[int, int]:
    """Return the row that each is drawn as: itself, or the scope that it is folded into."""
    level: list[int] = []
    drawn: dict[int, int] = {}
    for row, parent in enumerate(hierarchy.parent.tolist()):
        level.append(level[parent] + 1 if parent >= 0 else 0)
        folded = depth is not None and level[row] >= max(depth, 1)
        drawn[row] = drawn[parent] if folded else row
    return drawn


def _depth(hierarchy: Hierarchy, row: int) -> int:
    depth = 1
    while (row := int(hierarchy.parent[row])) >= 0:
        depth += 1
    return depth


def _rows(
    operations: Operations,
    hierarchy: Hierarchy,
    inside: dict[int, list[int]],
    clusters: set[int],
) -> Iterator[str]:
    """Yield nodes and clusters, without a call for each level: there may be thousands."""
    waiting: list[tuple[int, int] | None] = [(row, 1) for row in reversed(inside.get(-1, []))]
    open_at: list[int] = []
    while waiting:
        top = waiting.pop()
        if top is None:
            yield "  " * open_at.pop() + "}"
            continue
        row, depth = top
        pad = "  " * min(depth, 40)
        part = hierarchy.parts[hierarchy.part[row]]
        if row in clusters:
            yield f"{pad}subgraph cluster_{row} {{"
            yield f"{pad}  label={_quoted(part)};"
            open_at.append(min(depth, 40))
            waiting.append(None)
            waiting += [(each, depth + 1) for each in reversed(inside.get(row, []))]
        else:
            place = int(hierarchy.leaf[row])
            op = f"\n{operations.op[place]}" if place >= 0 else " …"
            yield f"{pad}n{row} [label={_quoted(part + op)}];"


def _quoted(text: str) -> str:
    clean = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{clean}"'
