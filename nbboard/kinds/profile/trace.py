"""A trace: spans as columns, on tracks, and what hangs on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.nesting import Nested

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["PS_PER_US", "Counter", "Memory", "Names", "Spans", "Trace", "Track"]

#: Picoseconds in a microsecond; all times of a trace are int64 picoseconds.
PS_PER_US = 1_000_000


class Names:
    """Strings that repeat, by number."""

    def __init__(self) -> None:
        self.all: list[str] = []
        self._codes: dict[str, int] = {}

    def code(self, name: str) -> int:
        """Return the number of a string."""
        try:
            return self._codes[name]
        except KeyError:
            code = self._codes[name] = len(self.all)
            self.all.append(name)
            return code

    def find(self, name: str) -> int:
        """Return the number of a string, -1 if it never came."""
        return self._codes.get(name, -1)

    def __len__(self) -> int:
        return len(self.all)


@dataclass(frozen=True)
class Track:
    """One row of the trace: a thread, a stream, a line of a device.

    Attributes
    ----------
    process
        The name of its process or device, for people.
    thread
        The name of the thread or stream.
    is_device
        Whether what stands there ran on a device.
    device
        The number of that device; -1 if there is none, or it is not told.
    is_derived
        Whether its spans repeat those of other tracks (steps, modules, scopes), so
        that sums over both would count twice.
    """

    process: str
    thread: str
    is_device: bool = False
    device: int = -1
    is_derived: bool = False


@dataclass
class Spans:
    """The spans of a trace, sorted by track, then start, then the longer one first.

    Attributes
    ----------
    start, duration
        int64, picoseconds from the trace's origin.
    name
        int32: place in ``Trace.names``.
    category
        int32: place in ``Trace.categories``.
    detail
        int32: place in ``Trace.details`` (the full name of an operation, its input
        shapes); -1 if there is none.
    stack
        int32: place in ``Trace.stacks``; -1 if none was recorded.
    track
        int32: place in ``Trace.tracks``.
    correlation
        int64: equal for a launch and what it launched; -1 if none.
    external
        int64: equal for an operator and its launches; -1 if none.
    group
        int64: the step that a TensorFlow event belongs to; -1 if none.
    parent
        int32: the span around it on its track; -1 if none.
    depth
        int32: how many are open around it.
    self_time
        int64, picoseconds: its duration without that of the spans directly in it.
    """

    start: NDArray[np.int64]
    duration: NDArray[np.int64]
    name: NDArray[np.int32]
    category: NDArray[np.int32]
    detail: NDArray[np.int32]
    stack: NDArray[np.int32]
    track: NDArray[np.int32]
    correlation: NDArray[np.int64]
    external: NDArray[np.int64]
    group: NDArray[np.int64]
    parent: NDArray[np.int32]
    depth: NDArray[np.int32]
    self_time: NDArray[np.int64]

    @property
    def end(self) -> NDArray[np.int64]:
        """When each ends, in picoseconds."""
        return self.start + self.duration

    @property
    def nested(self) -> Nested:
        """What tells which span is inside of which."""
        return Nested(self.track, self.start, self.end, self.parent)

    def __len__(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Counter:
    """A number over time.

    Attributes
    ----------
    name
        What it is called.
    process
        Whose it is.
    time
        int64, picoseconds, ascending.
    value
        float64.
    """

    name: str
    process: str
    time: NDArray[np.int64]
    value: NDArray[np.float64]


@dataclass(frozen=True)
class Memory:
    """What an allocator did, in order of time.

    Attributes
    ----------
    device
        For people, for example ``"GPU 0"`` or ``"CPU"``.
    time
        int64, picoseconds.
    change
        int64, bytes: above 0 allocated, below 0 freed.
    allocated
        float64, bytes in use afterwards; where it was not recorded, counted from the first
        event on.
    reserved
        float64, bytes that the allocator holds; NaN where not recorded.
    address
        int64; -1 where not recorded.
    owner
        int32: place in `owners`.
    owners
        Names of the operations that allocated or freed.
    """

    device: str
    time: NDArray[np.int64]
    change: NDArray[np.int64]
    allocated: NDArray[np.float64]
    reserved: NDArray[np.float64]
    address: NDArray[np.int64]
    owner: NDArray[np.int32]
    owners: list[str]


@dataclass
class Trace:
    """What one host or rank recorded.

    Attributes
    ----------
    spans
        See :class:`Spans`.
    names, categories, details, stacks
        Strings that spans refer to.
    tracks
        In the order in which they are shown.
    origin
        Picoseconds, in the clock of the writer, that is time 0 here.
    flows
        int64, shape (n, 2): spans that an arrow leads from and to.
    kernel_facts
        For spans on devices: blocks per multiprocessor, achieved occupancy in percent;
        float64, NaN where not recorded; shape (number of spans, 2), or empty.
    counters, memory
        Numbers over time, allocations.
    header
        What the file says of itself (devices, rank, world size).
    flavour
        ``"torch"`` or ``"tensorflow"``: which rules tell steps and roles.
    notes
        What could not be read, in sentences for people.
    """

    spans: Spans
    names: Names
    categories: Names
    details: Names
    stacks: Names
    tracks: list[Track]
    origin: int = 0
    flows: NDArray[np.int64] = field(default_factory=lambda: np.empty((0, 2), np.int64))
    kernel_facts: NDArray[np.float64] = field(default_factory=lambda: np.empty((0, 2)))
    counters: list[Counter] = field(default_factory=list)
    memory: list[Memory] = field(default_factory=list)
    header: dict[str, Any] = field(default_factory=dict)
    flavour: str = "torch"
    notes: list[str] = field(default_factory=list)

    @property
    def begin(self) -> int:
        """When the first span begins, picoseconds; 0 without spans."""
        return int(self.spans.start.min()) if len(self.spans) else 0

    @property
    def end(self) -> int:
        """When the last span ends, picoseconds; 0 without spans."""
        return int(self.spans.end.max()) if len(self.spans) else 0

    def on_device(self) -> NDArray[np.bool_]:
        """Return for each span whether it ran on a device, as a track of its own right."""
        flags = [track.is_device and not track.is_derived for track in self.tracks]
        return np.array(flags, bool)[self.spans.track] if flags else np.zeros(0, bool)
