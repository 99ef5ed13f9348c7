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
    numbers, sizes = np.zeros(len(operations)), np.zeros(len(operations))
    scopes: dict[int, list[int]] = {}
    for place, (count, size) in operations.parameters.items():
        numbers[place], sizes[place] = count, size
        scopes.setdefault(_layer(hierarchy, place), []).append(place)
    if not scopes:
        return columns
    inside = hierarchy.totals(np.ones(len(operations)))
    for row, places in list(scopes.items())[:_MOST]:
        columns["layer"].append(hierarchy.name(row))
        columns["type"].append(", ".join(sorted({operations.op[place] for place in places})))
        shapes = [operations.outputs[place] for place in places]
        columns["output"].append("; ".join(", ".join(each) for each in shapes[:8]))
        columns["parameters"].append(float(numbers[places].sum()))
        columns["bytes"].append(float(sizes[places].sum()) or None)
        columns["nodes"].append(int(inside[row]))
        columns["row"].append(row)
    return columns


def _layer(hierarchy: Hierarchy, place: int) -> int:
    """Return the row of the layer that a variable belongs to.

    That is the scope around it, or the one around that where it has the variable to itself
    ("dense/kernel/(kernel)" as TensorFlow names it).
    """
    row = int(hierarchy.row[place])
    parent = int(hierarchy.parent[row])
    if parent >= 0 and row in hierarchy.own:
        parent = int(hierarchy.parent[parent]) if hierarchy.parent[parent] >= 0 else parent
    return parent if parent >= 0 else row
