"""The scopes of a graph as columns: names are folders of names, parted by "/"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

__all__ = ["Hierarchy", "hierarchy_of"]


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Scopes and operations, a row each; a scope stands before what is in it.

    Attributes
    ----------
    parts
        The different parts of names.
    part
        uint32: which of `parts` a row is called by.
    parent
        int32: the row of the scope that it is in; -1 at the top.
    leaf
        int32: the operation; -1 for a scope.
    row
        int32: the row of each operation.
    own
        int32: the rows of operations that are called as the scope that they are in.
    """

    parts: list[str]
    part: np.ndarray
    parent: np.ndarray
    leaf: np.ndarray
    row: np.ndarray
    own: np.ndarray

    def __len__(self) -> int:
        return len(self.part)

    def name(self, row: int) -> str:
        """Return the whole name of a scope or an operation."""
        named = [] if row in self.own else [self.parts[self.part[row]]]
        at = int(self.parent[row])
        while at >= 0:
            named.append(self.parts[self.part[at]])
            at = int(self.parent[at])
        return "/".join(reversed(named))

    def totals(self, values: np.ndarray) -> np.ndarray:
        """Return for each row the sum of a column of the operations that are in it.

        Parameters
        ----------
        values
            float64, one for each operation.
        """
        total = np.zeros(len(self))
        total[self.row] = values
        # From the last row up, so that what is in a scope is complete before it is added.
        below = total.tolist()
        for row in range(len(self) - 1, -1, -1):
            parent = self.parent[row]
            if parent >= 0:
                below[parent] += below[row]
        return np.array(below)


def hierarchy_of(names: Iterable[str]) -> Hierarchy:
    """Sort operations into scopes.

    An operation that is called as a scope ("a" beside "a/b") stands in it, as in TensorBoard
    (``hierarchy.ts``). Names may repeat, and their parts may be empty.
    """
    names = list(names)
    parts: dict[str, int] = {}
    part: list[int] = []
    parent: list[int] = []
    leaf: list[int] = []
    scopes: dict[str, int] = {}
    below: dict[tuple[int, int], int] = {}

    def scope(path: str) -> int:
        """Return the row of a scope, made if need be with those around it."""
        at = -1
        for each in path.split("/"):
            code = parts.setdefault(each, len(parts))
            found = below.get((at, code))
            if found is None:
                found = below[at, code] = len(part)
                part.append(code)
                parent.append(at)
                leaf.append(-1)
            at = found
        scopes[path] = at
        return at

    around: list[int] = []
    last: list[str] = []
    for name in names:
        path, slash, own = name.rpartition("/")
        if slash:
            found = scopes.get(path)
            around.append(scope(path) if found is None else found)
        else:
            around.append(-1)
        last.append(own)
    row: list[int] = []
    called: list[int] = []
    for place, (outer, own) in enumerate(zip(around, last, strict=True)):
        code = parts.setdefault(own, len(parts))
        same = below.get((outer, code))
        row.append(len(part))
        if same is None:
            parent.append(outer)
            part.append(code)
        else:
            called.append(len(part))
            parent.append(same)
            part.append(parts.setdefault(f"({own})", len(parts)))
        leaf.append(place)
    return Hierarchy(
        list(parts),
        np.array(part, np.uint32),
        np.array(parent, np.int32),
        np.array(leaf, np.int32),
        np.array(row, np.int32),
        np.array(called, np.int32),
    )
