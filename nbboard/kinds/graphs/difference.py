"""What differs between two graphs: nodes added, removed, changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from nbboard.kinds.graphs.attributes import attributes_of

if TYPE_CHECKING:
    from nbboard.kinds.graphs.graph import Graph
    from nbboard.kinds.graphs.operations import Operations

__all__ = ["Difference", "compare"]


@dataclass(frozen=True)
class Difference:
    """What a graph has that another has not, by the names of nodes.

    Attributes
    ----------
    added, removed
        Names that only the later, only the earlier graph has.
    changed
        By name, what differs: ``op``, ``device``, ``inputs``, ``outputs`` or an attribute,
        with its text before and after; empty text for what is not there.
    """

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: dict[str, dict[str, tuple[str, str]]]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compare(before: Graph, after: Graph) -> Difference:
    """Compare two graphs node by node, by name; of several of one name the first counts.

    Raises
    ------
    UndecodableError
        If one of them cannot be read.
    """
    old, new = before.operations, after.operations
    changed = {}
    for name, place in new.places.items():
        other = old.places.get(name)
        if other is not None:
            differs = _changes(old, other, new, place)
            if differs:
                changed[name] = differs
    return Difference(
        tuple(name for name in new.places if name not in old.places),
        tuple(name for name in old.places if name not in new.places),
        changed,
    )


def _changes(
    old: Operations, before: int, new: Operations, after: int
) -> dict[str, tuple[str, str]]:
    pairs = {
        "op": (old.op[before], new.op[after]),
        "device": (old.device[before], new.device[after]),
        "inputs": (", ".join(old.inputs(before)), ", ".join(new.inputs(after))),
        "outputs": (", ".join(old.outputs[before]), ", ".join(new.outputs[after])),
    }
    first, second = old.definition[before], new.definition[after]
    if first != second:
        was, now = attributes_of(first), attributes_of(second)
        pairs |= {name: (was.get(name, ""), now.get(name, "")) for name in {**was, **now}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}
