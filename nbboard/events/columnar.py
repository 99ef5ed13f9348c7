"""Plain scalars as columns: whole loops first, then records of one length."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from nbboard.events.learning import LONGEST
from nbboard.events.matcher import BLOCK, rows_at
from nbboard.events.work import Chunk, Stretch

if TYPE_CHECKING:
    from collections.abc import Iterable

    from nbboard.events.learning import KnownLoop, Learned
    from nbboard.events.loops import Turns
    from nbboard.events.match import Match
    from nbboard.events.matcher import Matcher
    from nbboard.events.work import Records, Work
    from nbboard.records.walk import Repeat

__all__ = ["Columnar"]

#: A loop must be of so many times ``few`` records to be taken as a whole.
_LONG_REPEAT = 16
#: After so many fruitless attempts no more is learned at a length.
_PATIENCE = 8

Ints = NDArray[np.int64]


class Columnar:
    """Decodes what agrees with known layouts, and learns new ones.

    Parameters
    ----------
    learned
        What is known.
    few
        Fewer records of one length are not worth a matcher's fixed cost.
    """

    def __init__(self, learned: Learned, few: int) -> None:
        self._learned = learned
        self._few = few
        #: Lengths at which learning has failed, and how often.
        self._hopeless: dict[int, int] = {}

    def decode(self, records: Records, rest: Ints, work: Work) -> Ints:
        """Decode those records of ``rest`` that can be; return the others, in order."""
        left = []
        rest = self._loops(records, rest, work)
        for length, members in _by_length(records.lengths, rest, self._few):
            if length < 0:
                left.append(members)
            else:
                left.append(self._length(records, length, members, work))
        rest = np.concatenate(left) if left else rest[:0]
        if len(left) > 1:
            rest.sort()
        return rest

    # -- loops ------------------------------------------------------------

    def _loops(self, records: Records, rest: Ints, work: Work) -> Ints:
        """Decode where the lengths have a period: most likely a loop logs the same tags.

        What comes out is in order already.
        """
        few, good = self._few, work.good
        done: NDArray[np.bool_] | None = None
        for repeat in records.repeats:
            if repeat.count < few or repeat.count * repeat.period < _LONG_REPEAT * few:
                continue
            loop, turns = self._learned.turns(records, repeat, good)
            if loop is None:
                continue
            if done is None:
                done = np.zeros(len(records.positions), bool)
            stop = repeat.first + repeat.count * repeat.period
            shape = (repeat.count, repeat.period)
            marks = done[repeat.first : stop].reshape(shape)
            holds = None if good is None else good[repeat.first : stop].reshape(shape)
            for some in turns:
                if holds is not None:
                    those = holds[:, some.places].T
                    some.good = those if some.good is None else some.good & those
                marks[:, some.places] = True if some.good is None else some.good.T
                self._keep_turns(records, repeat, loop, some, work)
        return rest if done is None else rest[~done[rest]]

    def _keep_turns(
        self, records: Records, repeat: Repeat, known: KnownLoop, turns: Turns, work: Work
    ) -> None:
        """Keep what a loop wrote at some places of its turn."""
        stop = repeat.first + repeat.count * repeat.period
        piece = int(records.piece[repeat.first])
        for i, place in enumerate(turns.places):
            series = known.series[place]
            if series is None:
                continue
            record: range | Ints = range(repeat.first + place, stop, repeat.period)
            step, wall_time = turns.step[i], turns.wall_time[i]
            values = [value[i] for value in turns.values]
            if turns.good is not None:
                good = turns.good[i]
                record = np.arange(repeat.first + place, stop, repeat.period)[good]
                if not len(record):
                    continue
                step, wall_time, *values = (c[good] for c in (step, wall_time, *values))
            first, last = int(record[0]), int(record[-1])
            for at, (name, metadata) in enumerate(series):
                if metadata is not None:
                    key = (piece, self._learned.names[name][0], "scalars")
                    work.note_metadata(key, first, metadata)
                work.stretches.setdefault((piece, name), []).append(
                    Stretch(first, last, record, at, step, wall_time, values[at])
                )

    # -- records of one length ----------------------------------------------

    def _length(self, records: Records, length: int, members: Ints, work: Work) -> Ints:
        """Decode what can be of the records of one length; return the others."""
        members = self._match(records, length, members, work)
        while len(members) > self._few // 2 and self._hopeless.get(length, 0) < _PATIENCE:
            if not self._learned.learn(records, length, members):
                self._hopeless[length] = self._hopeless.get(length, 0) + 1
                break
            before = len(members)
            members = self._match(records, length, members, work)
            if len(members) > before // 2:
                # Mostly something else: a few attempts, then never again.
                self._hopeless[length] = self._hopeless.get(length, 0) + 1
        return members

    def _match(self, records: Records, length: int, members: Ints, work: Work) -> Ints:
        """Decode the members that agree with a known matcher; return the others."""
        matchers = self._learned.matchers
        if length not in matchers:
            return members
        left = []
        for start in range(0, len(members), BLOCK):
            block = members[start : start + BLOCK]
            rows = rows_at(records.data, records.positions[block], length)
            for matcher in matchers[length]:
                found = matcher.match(rows)
                if found is None:
                    continue
                those = block if found.matched is None else block[found.matched]
                self._keep(records, matcher, found, those, work)
                if len(those) * 2 > len(block):
                    self._learned.prefer(length, matcher)
                if found.matched is None:
                    block = block[:0]
                    break
                block, rows = block[~found.matched], rows[~found.matched]
            if len(block):
                left.append(block)
        if not left:
            return members[:0]
        return np.concatenate(left) if len(left) > 1 else left[0]

    def _keep(
        self, records: Records, matcher: Matcher, found: Match, those: Ints, work: Work
    ) -> None:
        """Keep what a matcher decoded of ``those`` records."""
        self._note_metadata(records, matcher, found.label, those, work)
        for place in range(len(matcher.layout.slots)):
            if found.label is None:
                name = np.full(len(those), matcher.tags[0, place], np.int32)
            else:
                name = matcher.tags[:, place].take(found.label)
            work.scalars.append(
                Chunk(those, place, name, found.step, found.wall_time, found.values[place])
            )

    def _note_metadata(
        self, records: Records, matcher: Matcher, label: Ints | None, block: Ints, work: Work
    ) -> None:
        """Remember the metadata of the series in a block, if there is any."""
        if not matcher.described:
            return
        known = matcher.metadata
        piece = records.piece[block].astype(np.int64)
        count = len(known)
        pair = piece if label is None else piece * count + label
        low = int(pair.min())
        first = np.full(int(pair.max()) - low + 1, -1, np.int64)
        first[(pair - low)[::-1]] = block[::-1]
        for at in np.flatnonzero(first >= 0).tolist():
            number, which = (at + low, 0) if label is None else divmod(at + low, count)
            for name, metadata in zip(matcher.tags[which].tolist(), known[which], strict=True):
                if metadata is not None:
                    key = (number, self._learned.names[name][0], "scalars")
                    work.note_metadata(key, int(first[at]), metadata)


def _by_length(all_lengths: Ints, records: Ints, few: int) -> Iterable[tuple[int, Ints]]:
    """Yield each length and those of the records that have it, in order.

    Those that are too few or too long come together at the end, as of length -1.
    """
    if not len(records):
        return
    lengths = all_lengths if len(records) == len(all_lengths) else all_lengths[records]
    first = int(lengths[0])
    if len(lengths) >= few and first <= LONGEST and (lengths == first).all():
        yield first, records
        return
    # Sorting 16-bit keys is linear; lengths above all count as one.
    keys = np.minimum(lengths, LONGEST + 1).astype(np.uint16)
    counts = np.bincount(keys, minlength=LONGEST + 2)
    counts[LONGEST + 1] = 0
    many = counts >= few
    chosen = many.take(keys)
    if not chosen.all():
        left = records[~chosen]
        records, keys = records[chosen], keys[chosen]
    else:
        left = records[:0]
    order = np.argsort(keys, kind="stable")
    start = 0
    for length in np.flatnonzero(many).tolist():
        stop = start + int(counts[length])
        yield length, records[order[start:stop]]
        start = stop
    if len(left):
        yield -1, left
