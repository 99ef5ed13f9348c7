"""The layers of a graph with what they hold: ``model.summary()`` out of a log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nbboard.kinds.graphs.hierarchy import Hierarchy
    from nbboard.kinds.graphs.operations import Operations

__all__ = ["layers_of"]

#: More layers than this are no table that anybody reads.
_MOST = 10_000


def layers_of(operations: Operations, hierarchy: Hierarchy, form: str) -> dict[str, list[Any]]:
    """Return columns: layer, type, output, parameters, bytes, nodes.

    Parameters
    ----------
    form
        Of a ``"keras"`` model every operation is a layer; of another graph a layer is the
        scope around variables, unless that holds a single one beside other scopes.

    Returns
    -------
    dict
        ``parameters`` and ``bytes`` are None where they are not known; ``row`` is the row of
        the layer in the hierarchy.
    """
    if form == "keras":
        rows = hierarchy.row[:_MOST].tolist()
        known = operations.parameters
        held: list[float | None] = [
            known[place][0] if place in known else None for place in range(len(rows))
        ]
        return {
            "layer": operations.name[:_MOST],
            "type": operations.op[:_MOST],
            "output": [", ".join(outputs) for outputs in operations.outputs[:_MOST]],
            "parameters": held,
            "bytes": [known[place][1] if place in known else None for place in range(len(rows))],
            "nodes": [1] * len(rows),
            "row": rows,
        }
    columns: dict[str, list[Any]] = {
        name: [] for name in ("layer", "type", "output", "parameters", "bytes", "nodes", "row")
    }
    scopes: dict[int, list[int]] = {}
    rows, parents = hierarchy.row.tolist(), hierarchy.parent.tolist()
    own = frozenset(hierarchy.own.tolist())
    for place in operations.parameters:
        row = rows[place]
        scopes.setdefault(_layer(row, parents, called=row in own), []).append(place)
    if not scopes:
        return columns
    inside = hierarchy.totals(np.ones(len(operations)))
    for row, places in list(scopes.items())[:_MOST]:
        numbers = [operations.parameters[place] for place in places]
        # A layer that is a scope is called as what stands around its variables.
        scope = hierarchy.leaf[row] < 0
        first = operations.name[places[0]]
        columns["layer"].append(first.rpartition("/")[0] if scope else first)
        columns["type"].append(", ".join(sorted({operations.op[place] for place in places})))
        shapes = [operations.outputs[place] for place in places[:8]]
        columns["output"].append("; ".join([", ".join(each) for each in shapes]))
        columns["parameters"].append(sum([count for count, _ in numbers]))
        columns["bytes"].append(sum([size for _, size in numbers]) or None)
        columns["nodes"].append(int(inside[row]))
        columns["row"].append(row)
    return columns


def _layer(row: int, parents: list[int], *, called: bool) -> int:
    """Return the row of the layer that a variable in some row belongs to.

    That is the scope around it, or the one around that where it has the variable to itself
    ("dense/kernel/(kernel)" as TensorFlow names it).
    """
    parent = parents[row]
    if parent >= 0 and called:
        parent = parents[parent] if parents[parent] >= 0 else parent
    return parent if parent >= 0 else row
