"""The operations of a graph as columns, whatever form they were logged in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from nbboard.kinds.graphs.hierarchy import Hierarchy, hierarchy_of
from nbboard.series.gc_pause import GcPause

__all__ = ["CONTROL", "Edges", "Node", "Operations", "origin"]

#: An input that begins so is no tensor, only an order.
CONTROL = "^"


@dataclass(frozen=True)
class Node:
    """One operation of a graph.

    Attributes
    ----------
    name, op, device
        As in the graph definition; for Keras the layer's name and class.
    inputs
        The names of what feeds it, control inputs with a leading ``^``.
    outputs
        What comes out of it, one for each output that says it: ``"float32 [?, 64]"``.
    """

    name: str
    op: str
    device: str = ""
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Edges:
    """Who feeds whom; one row an input, in the order of the operations.

    Attributes
    ----------
    ends
        int64, shape ``(n + 1,)``: the inputs of operation ``i`` are the rows
        ``ends[i]:ends[i + 1]``.
    source
        int32: the operation that it comes from; -1 where there is none of that name.
    port
        int32: which of its outputs.
    control
        bool: whether it is only an order.
    """

    ends: np.ndarray
    source: np.ndarray
    port: np.ndarray
    control: np.ndarray

    def __len__(self) -> int:
        return len(self.source)


@dataclass(eq=False)
class Operations:
    """Columns with a row for each operation, in logged order.

    Attributes
    ----------
    name, op, device, outputs
        As in :class:`Node`.
    given, input_ends
        What feeds the operations, one after the other, and where that of each ends.
    parameters
        How many numbers an operation holds that are trained, and how many bytes those take
        (0 where that is not logged), by its row; most hold none.
    definition
        What each was logged as: the bytes of a ``NodeDef`` message, or a layer's JSON.
    check
        A checksum of the attributes of each, for the comparison of graphs.
    """

    name: list[str] = field(default_factory=list)
    op: list[str] = field(default_factory=list)
    device: list[str] = field(default_factory=list)
    given: list[str] = field(default_factory=list)
    input_ends: list[int] = field(default_factory=list)
    outputs: list[tuple[str, ...]] = field(default_factory=list)
    parameters: dict[int, tuple[float, float]] = field(default_factory=dict)
    definition: list[Any] = field(default_factory=list)
    check: list[int] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.name)

    def nodes(self) -> Iterator[Node]:
        """Yield the operations one by one."""
        rows = zip(self.name, self.op, self.device, self.outputs, strict=True)
        for place, (name, op, device, outputs) in enumerate(rows):
            yield Node(name, op, device, self.inputs(place), outputs)

    def inputs(self, place: int) -> tuple[str, ...]:
        """Return the names of what feeds an operation."""
        first = self.input_ends[place - 1] if place else 0
        return tuple(self.given[first : self.input_ends[place]])

    def add(
        self,
        name: str,
        op: str,
        inputs: Sequence[str] = (),
        outputs: tuple[str, ...] = (),
        *,
        device: str = "",
        definition: Any = None,
        check: int = 0,
    ) -> None:
        """Append a row."""
        self.name.append(name)
        self.op.append(op)
        self.device.append(device)
        self.given += inputs
        self.input_ends.append(len(self.given))
        self.outputs.append(outputs)
        self.definition.append(definition)
        self.check.append(check)

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each name stands; of several of one name the first counts."""
        places = dict(zip(self.name, range(len(self)), strict=True))
        if len(places) < len(self):
            for place in range(len(self) - 1, -1, -1):
                places[self.name[place]] = place
        return places

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """The scopes that they are in."""
        with GcPause():
            return hierarchy_of(self.name)

    @cached_property
    def edges(self) -> Edges:
        """Who feeds whom."""
        found = self.places.get
        given = self.given
        # Most inputs are names as they are; only the others are taken apart.
        source = np.array([found(name, -2) for name in given], np.int32)
        port = np.zeros(len(given), np.int32)
        control = np.zeros(len(given), bool)
        for row in np.flatnonzero(source == -2).tolist():
            name, port[row] = origin(given[row])
            source[row] = found(name, -1)
            control[row] = given[row][:1] == CONTROL
        ends = np.zeros(len(self) + 1, np.int64)
        ends[1:] = self.input_ends
        return Edges(ends, source, port, control)


def origin(given: str) -> tuple[str, int]:
    """Return the name and the output that an input comes from.

    ``"x"``, ``"x:1"``, ``"^x"`` in a graph; ``"x:output:1"`` in the body of a function.
    """
    if ":" not in given:
        return (given[1:], 0) if given[:1] == CONTROL else (given, 0)
    name, *_, last = given.split(":")
    # Torch's names have colons of their own: "aten::add".
    return (name, int(last)) if last.isdecimal() and last.isascii() else (given, 0)
