"""What a decoder has learned about a logdir's events: names, layouts, series and loops."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.events.layout import Layout, parse_layout
from nbboard.events.loops import Loop, Member
from nbboard.events.matcher import BLOCK, Matcher, rows_at
from nbboard.events.work import payload_of
from nbboard.records.framing import OVERHEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from nbboard.events.loops import Turns
    from nbboard.events.work import Records
    from nbboard.records.walk import Repeat

__all__ = ["LONGEST", "KnownLoop", "Learned"]

#: Longer payloads are never plain scalars worth a table.
LONGEST = 4096
#: More models of loops are not kept.
_MOST_LOOPS = 256
#: New series are learned in rounds of so many, so that a length which plain
#: scalars share with something else cannot cost much.
_LESSONS = 2048


class KnownLoop(NamedTuple):
    """A loop, and for each record of its turn its values' names (as numbers) and metadata."""

    loop: Loop
    series: list[list[tuple[int, bytes | None]] | None]


class Learned:
    """Grows with every batch; safe to use from several threads.

    Records must have been checked before anything is learned from them.

    Attributes
    ----------
    names
        (tag, plugin) of each number that stands for a name.
    matchers
        By payload length, those that hold most often first.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers: dict[tuple[str, str], int] = {}
        self.names: list[tuple[str, str]] = []
        self.matchers: dict[int, list[Matcher]] = {}
        self._by_layout: dict[Layout, Matcher] = {}
        self._loops: dict[tuple[int, ...], list[KnownLoop]] = {}

    def number(self, tag: str, plugin: str) -> int:
        """Return the number that stands for a name."""
        number = self._numbers.get((tag, plugin))
        if number is None:
            with self._lock:
                number = self._number_locked(tag, plugin)
        return number

    def _number_locked(self, tag: str, plugin: str) -> int:
        number = self._numbers.get((tag, plugin))
        if number is None:
            number = len(self.names)
            self.names.append((tag, plugin))
            self._numbers[tag, plugin] = number
        return number

    # -- records of one length ----------------------------------------------

    def prefer(self, length: int, matcher: Matcher) -> None:
        """Try this matcher first from now on: steps grow, and layouts with them."""
        order = self.matchers[length]
        if order[0] is not matcher:
            with self._lock:
                order = self.matchers[length]
                self.matchers[length] = [matcher, *(m for m in order if m is not matcher)]

    def learn(self, records: Records, length: int, members: NDArray[np.int64]) -> bool:
        """Learn new series from records that agreed with nothing known."""
        with self._lock:
            size = len(members)
            for sample in sorted({0, size // 4, size // 2, 3 * size // 4, size - 1}):
                matcher = self._lesson(payload_of(records, int(members[sample])))
                if matcher is None:
                    continue
                # One record of every series: those whose labels differ.
                some = members[: 4 * BLOCK]
                rows = rows_at(records.data, records.positions[some], length)
                _, first = np.unique(matcher.label_hash(rows), return_index=True)
                for at in first[:_LESSONS].tolist():
                    self._lesson(payload_of(records, int(some[at])))
                return True
            return False

    def _lesson(self, payload: bytes) -> Matcher | None:
        """Learn from one event; None if it teaches nothing."""
        for matcher in self.matchers.get(len(payload), ()):
            tags = matcher.tags_of(payload)
            if tags is not None:
                names = [self._number_locked(tag, "scalars") for tag in tags]
                return matcher if matcher.learn(payload, names, (None,) * len(tags)) else None
        parsed = parse_layout(payload)
        if parsed is None:
            return None
        layout, tags, metadata = parsed
        names = [self._number_locked(tag, "scalars") for tag in tags]
        matcher = self._by_layout.get(layout) or Matcher(layout)
        if not matcher.learn(payload, names, metadata):
            return None
        if layout not in self._by_layout:
            self._by_layout[layout] = matcher
            known = self.matchers.get(layout.length, [])
            self.matchers[layout.length] = [*known, matcher]
        return matcher

    # -- loops ----------------------------------------------------------------

    def turns(
        self, records: Records, repeat: Repeat, good: NDArray[np.bool_] | None
    ) -> tuple[KnownLoop | None, Iterator[Turns]]:
        """Return the loop that wrote these records, and what it wrote; learned if it is new."""
        first, period = repeat.first, repeat.period
        lengths = tuple(records.lengths[first : first + period].tolist())
        begin = int(records.positions[first])
        for known in self._loops.get(lengths, ()):
            turns = known.loop.decode(records.data, begin, repeat.count)
            if turns is not None:
                return known, turns
        if good is not None and not good[first : first + period].all():
            return None, iter(())
        found = [
            self._identify(records, first + i) if length <= LONGEST else None
            for i, length in enumerate(lengths)
        ]
        if not any(found):
            return None, iter(())
        members = [None if f is None else Member(f[0].layout, f[0].payload(f[1])) for f in found]
        turn = records.data[begin : begin + sum(lengths) + OVERHEAD * period].tobytes()
        series = [None if f is None else f[0].series(f[1]) for f in found]
        made = KnownLoop(Loop(turn, lengths, members), series)
        turns = made.loop.decode(records.data, begin, repeat.count)
        if turns is None:
            return None, iter(())
        with self._lock:
            if len(self._loops) >= _MOST_LOOPS:
                self._loops.clear()
            self._loops[lengths] = [made, *self._loops.get(lengths, ())][:4]
        return made, turns

    def _identify(self, records: Records, record: int) -> tuple[Matcher, int] | None:
        """Return the matcher and the label of one record, learned if they are new."""
        length = int(records.lengths[record])
        row = rows_at(records.data, records.positions[record : record + 1], length)[0]
        for attempt in range(2):
            for matcher in self.matchers.get(length, ()):
                label = matcher.find(row)
                if label >= 0:
                    return matcher, label
            if attempt == 0:
                with self._lock:
                    if self._lesson(payload_of(records, record)) is None:
                        return None
        return None
