"""The scopes of a graph as columns: names are folders of names, parted by "/"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

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

    @cached_property
    def _called(self) -> frozenset[int]:
        return frozenset(self.own.tolist())

    def name(self, row: int) -> str:
        """Return the whole name of a scope or an operation."""
        named = [] if row in self._called else [self.parts[self.part[row]]]
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
        # Operations stand behind the scopes: what is directly in each is summed at once.
        scopes = len(self) - len(self.row)
        total = np.zeros(len(self))
        total[self.row] = values
        outer = self.parent[self.row]
        inside = outer >= 0
        total[:scopes] = np.bincount(outer[inside], values[inside], minlength=scopes)[:scopes]
        # From the last scope up, so that what is in one is complete before it is added.
        below, parents = total[:scopes].tolist(), self.parent[:scopes].tolist()
        for row in range(scopes - 1, -1, -1):
            if parents[row] >= 0:
                below[parents[row]] += below[row]
        total[:scopes] = below
        return total


def hierarchy_of(names: Iterable[str]) -> Hierarchy:
    """Sort operations into scopes.

    An operation that is called as a scope ("a" beside "a/b") stands in it, as in TensorBoard
    (``hierarchy.ts``). Names may repeat, and their parts may be empty.
    """
    parts: dict[str, int] = {}
    part: list[int] = []
    parent: list[int] = []
    # With the slash behind them, so that "" is no scope, and "/" the one without a name.
    scopes: dict[str, int] = {"": -1}
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
            at = found
        return at

    around: list[int] = []
    last: list[int] = []
    for name in names:
        start = name.rfind("/") + 1
        path = name[:start]
        outer = scopes.get(path)
        if outer is None:
            outer = scopes[path] = scope(path[:-1])
        around.append(outer)
        last.append(parts.setdefault(name[start:], len(parts)))
    return _joined(parts, part, parent, around, last)


def _joined(
    parts: dict[str, int], part: list[int], parent: list[int], around: list[int], last: list[int]
) -> Hierarchy:
    """Put the operations behind the scopes; around them, and as what they are called."""
    outer, code = np.array(around, np.int64), np.array(last, np.int64)
    scope_part, scope_parent = np.array(part, np.int64), np.array(parent, np.int64)
    count = len(parts)
    keys = (scope_parent + 1) * count + scope_part
    order = np.argsort(keys)
    wanted = (outer + 1) * count + code
    at = np.searchsorted(keys, wanted, sorter=order)
    same = np.full(len(wanted), -1)
    within = np.flatnonzero(at < len(keys))
    found = order[at[within]]
    equal = keys[found] == wanted[within]
    same[within[equal]] = found[equal]
    called = np.flatnonzero(same >= 0)
    outer[called] = same[called]
    texts = list(parts)
    for place in called.tolist():
        own = f"({texts[code[place]]})"
        code[place] = parts.setdefault(own, len(parts))
    row = len(part) + np.arange(len(code))
    return Hierarchy(
        list(parts),
        np.concatenate((scope_part, code)).astype(np.uint32),
        np.concatenate((scope_parent, outer)).astype(np.int32),
        np.concatenate((np.full(len(part), -1), np.arange(len(code)))).astype(np.int32),
        row.astype(np.int32),
        row[called].astype(np.int32),
    )
