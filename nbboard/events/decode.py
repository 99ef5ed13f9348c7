"""From the records of a buffer to points, each the fastest way that is exact.

Records of a length that many share go to the matchers of that length; what they
leave goes to the indexer; what that leaves goes through protobuf one by one,
which is also the judge of what is damaged.
"""

from __future__ import annotations

import itertools
import sys
import threading
from contextlib import nullcontext
from dataclasses import dataclass, field
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nbboard.events.assemble import Chunk, Records, add_loose, in_order, unify
from nbboard.events.decoded import REF, Decoded, LooseValue, Part, Points, Waiting
from nbboard.events.indexing import index_records
from nbboard.events.layout import Layout, parse_layout
from nbboard.events.loops import Loop, Member
from nbboard.events.matcher import BLOCK, Matcher, rows_at
from nbboard.events.single import MalformedEventError, read_event
from nbboard.records.framing import HEADER, OVERHEAD, masked_crc

if TYPE_CHECKING:
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from nbboard.events.loops import Turns
    from nbboard.events.match import Match
    from nbboard.records.walk import Repeat

__all__ = ["WRONG_CHECKSUM", "Damage", "Decoder", "Records"]

#: The reason given for a record whose payload is damaged.
WRONG_CHECKSUM = "the record's checksum is wrong"
#: Longer payloads are never plain scalars worth a table.
_LONGEST = 4096
#: A loop must be of so many times :attr:`Decoder.few` records to be taken as a whole.
_LONG_REPEAT = 16
#: More models of loops are not kept.
_MOST_LOOPS = 256
#: New series are learned in rounds of so many, so that a length which plain
#: scalars share with something else cannot cost much.
_LESSONS = 2048

Ints = NDArray[np.int64]


class Damage(NamedTuple):
    """A record that could not be used."""

    file: int
    offset: int
    reason: str
    lost: int


@dataclass(slots=True)
class _Work:
    """What one batch has come to so far."""

    scalars: list[Chunk] = field(default_factory=list)
    values: list[Chunk] = field(default_factory=list)
    #: (piece, tag, plugin): (record, metadata) of the first.
    metadata: dict[tuple[int, str, str], tuple[int, bytes]] = field(default_factory=dict)
    waiting: dict[tuple[int, str], list[tuple[int, LooseValue]]] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)


def _takes_turns() -> bool:
    """Whether only one thread at a time can run in this interpreter."""
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


class _KnownLoop(NamedTuple):
    """A loop, and for each record of its turn its matcher and label there."""

    loop: Loop
    series: list[tuple[Matcher, int] | None]


class Decoder:
    """Decodes batches of records; what it learns from one serves the next.

    Safe to use from several threads.

    Parameters
    ----------
    columnar
        False sends every record through protobuf: the reference.
    few
        Fewer records of one length are not worth a matcher's fixed cost, nor
        a third of that the indexer's.

    Attributes
    ----------
    alone
        To be held while decoding. Most steps are so short that threads would
        spend more time on handing the interpreter to each other than they win;
        what they are good for is to read meanwhile.
    """

    def __init__(self, *, columnar: bool = True, few: int = 48) -> None:
        self._columnar = columnar
        self._few = few
        self._lock = threading.Lock()
        self.alone: AbstractContextManager[Any] = (
            threading.Lock() if _takes_turns() else nullcontext()
        )
        self._names: dict[tuple[str, str], int] = {}
        self._listed: list[tuple[str, str]] = []
        self._matchers: dict[int, list[Matcher]] = {}
        self._by_layout: dict[Layout, Matcher] = {}
        self._loops: dict[tuple[int, ...], list[_KnownLoop]] = {}
        #: Lengths at which learning has failed, and how often.
        self._hopeless: dict[int, int] = {}

    def decode(self, records: Records) -> tuple[Decoded, list[Damage]]:
        """Decode records, verifying every payload's checksum.

        Returns
        -------
        tuple
            The points, and what could not be used.
        """
        work = _Work()
        size = len(records.positions)
        rest = np.arange(size)
        if self._columnar:
            left = []
            rest = self._match_repeats(records, rest, work)
            for length, members in _by_length(records.lengths, rest, self._few):
                if length < 0:
                    left.append(members)
                else:
                    left.append(self._match_length(records, length, members, work))
            rest = np.concatenate(left) if left else rest[:0]
            if len(left) > 1:
                rest.sort()
            if len(rest) >= self._few // 3:
                rest = self._index(records, rest, work)
        self._one_by_one(records, rest, work)
        made = self._assemble(records, work)
        return made, sorted(work.damage)

    # -- columns of plain scalars ---------------------------------------

    def _match_repeats(self, records: Records, rest: Ints, work: _Work) -> Ints:
        """Decode where the lengths have a period: most likely a loop logs the same tags.

        What comes out is in order already.
        """
        few = self._few
        done = np.zeros(len(rest), bool)
        any_done = False
        for repeat in records.repeats:
            if repeat.count < few or repeat.count * repeat.period < _LONG_REPEAT * few:
                continue
            loop, turns = self._turns(records, repeat)
            if loop is None:
                continue
            any_done = True
            stop = repeat.first + repeat.count * repeat.period
            marks = done[repeat.first : stop].reshape(repeat.count, repeat.period)
            for some in turns:
                marks[:, some.places] = True if some.good is None else some.good.T
                self._keep_turns(records, repeat, loop, some, work)
        return rest[~done] if any_done else rest

    def _turns(self, records: Records, repeat: Repeat) -> tuple[_KnownLoop | None, Iterable[Turns]]:
        """Return the loop that wrote these records, and what it wrote; learned if it is new."""
        first, period = repeat.first, repeat.period
        lengths = tuple(records.lengths[first : first + period].tolist())
        begin = int(records.positions[first])
        for known in self._loops.get(lengths, ()):
            turns = known.loop.decode(records.data, begin, repeat.count)
            if turns is not None:
                return known, turns
        series = [
            self._identify(records, first + i) if length <= _LONGEST else None
            for i, length in enumerate(lengths)
        ]
        if not any(series):
            return None, ()
        members = [None if s is None else Member(s[0].layout, s[0].payload(s[1])) for s in series]
        turn = records.data[begin : begin + sum(lengths) + OVERHEAD * period].tobytes()
        made = _KnownLoop(Loop(turn, lengths, members), series)
        turns = made.loop.decode(records.data, begin, repeat.count)
        if turns is None:
            return None, ()
        with self._lock:
            if len(self._loops) >= _MOST_LOOPS:
                self._loops.clear()
            self._loops[lengths] = [made, *self._loops.get(lengths, ())][:4]
        return made, turns

    def _keep_turns(
        self, records: Records, repeat: Repeat, known: _KnownLoop, turns: Turns, work: _Work
    ) -> None:
        """Keep what a loop wrote at some places of its turn."""
        stop = repeat.first + repeat.count * repeat.period
        for i, place in enumerate(turns.places):
            series = known.series[place]
            if series is None:
                continue
            those = np.arange(repeat.first + place, stop, repeat.period)
            columns = [turns.step[i], turns.wall_time[i], *(value[i] for value in turns.values)]
            if turns.good is not None:
                good = turns.good[i]
                those, *columns = (column[good] for column in (those, *columns))
                if not len(those):
                    continue
            step, wall_time, *values = columns
            matcher, label = series
            piece = int(records.piece[those[0]])
            names = matcher.tags[label].tolist()
            for at, (name, metadata) in enumerate(zip(names, matcher.metadata[label], strict=True)):
                if metadata is not None:
                    key = (piece, self._listed[name][0], "scalars")
                    _note_first(work, key, int(those[0]), metadata)
                work.scalars.append(Chunk(those, at, name, step, wall_time, values[at]))

    def _identify(self, records: Records, record: int) -> tuple[Matcher, int] | None:
        """Return the matcher and the label of one record, learned if they are new."""
        length = int(records.lengths[record])
        row = rows_at(records.data, records.positions[record : record + 1], length)[0]
        for attempt in range(2):
            for matcher in self._matchers.get(length, ()):
                label = matcher.find(row)
                if label >= 0:
                    return matcher, label
            if attempt == 0:
                with self._lock:
                    if self._lesson(records, record) is None:
                        return None
        return None

    def _match_length(self, records: Records, length: int, members: Ints, work: _Work) -> Ints:
        """Decode what can be of the records of one length; return the others."""
        members = self._match(records, length, members, work)
        while len(members) > self._few // 2 and self._hopeless.get(length, 0) < 8:
            if not self._learn(records, length, members):
                self._hopeless[length] = self._hopeless.get(length, 0) + 1
                break
            before = len(members)
            members = self._match(records, length, members, work)
            if len(members) > before // 2:
                # Mostly something else: a few attempts, then never again.
                self._hopeless[length] = self._hopeless.get(length, 0) + 1
        return members

    def _match(self, records: Records, length: int, members: Ints, work: _Work) -> Ints:
        """Decode the members that agree with a known matcher; return the others."""
        if length not in self._matchers:
            return members
        left = []
        for start in range(0, len(members), BLOCK):
            block = members[start : start + BLOCK]
            rows = rows_at(records.data, records.positions[block], length)
            for matcher in self._matchers[length]:
                found = matcher.match(rows)
                if found is None or not len(found.step):
                    continue
                those = block if found.matched is None else block[found.matched]
                self._keep(records, matcher, found, those, work)
                if len(those) * 2 > len(block):
                    self._prefer(length, matcher)
                if found.matched is None:
                    block = block[:0]
                    break
                block, rows = block[~found.matched], rows[~found.matched]
            if len(block):
                left.append(block)
        if not left:
            return members[:0]
        return np.concatenate(left) if len(left) > 1 else left[0]

    def _prefer(self, length: int, matcher: Matcher) -> None:
        """Try this matcher first from now on: steps grow, and layouts with them."""
        order = self._matchers[length]
        if order[0] is not matcher:
            with self._lock:
                order = self._matchers[length]
                self._matchers[length] = [matcher, *(m for m in order if m is not matcher)]

    def _keep(
        self,
        records: Records,
        matcher: Matcher,
        found: Match,
        those: Ints,
        work: _Work,
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
        self,
        records: Records,
        matcher: Matcher,
        label: NDArray[np.int16] | None,
        block: Ints,
        work: _Work,
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
                    key = (number, self._listed[name][0], "scalars")
                    _note_first(work, key, int(first[at]), metadata)

    def _learn(self, records: Records, length: int, members: Ints) -> bool:
        """Learn new series from records that agreed with nothing known."""
        with self._lock:
            size = len(members)
            for sample in sorted({0, size // 4, size // 2, 3 * size // 4, size - 1}):
                matcher = self._lesson(records, int(members[sample]))
                if matcher is None:
                    continue
                # One record of every series: those whose labels differ.
                some = members[: 4 * BLOCK]
                rows = rows_at(records.data, records.positions[some], length)
                _, first = np.unique(matcher.label_hash(rows), return_index=True)
                for at in first[:_LESSONS].tolist():
                    self._lesson(records, int(some[at]))
                return True
            return False

    def _lesson(self, records: Records, record: int) -> Matcher | None:
        """Learn from one record; None if it teaches nothing."""
        payload, good = _payload(records, record)
        if not good:
            return None
        for matcher in self._matchers.get(len(payload), ()):
            tags = matcher.tags_of(payload)
            if tags is not None:
                names = [self._name_locked(tag, "scalars") for tag in tags]
                return matcher if matcher.learn(payload, names, (None,) * len(tags)) else None
        parsed = parse_layout(payload)
        if parsed is None:
            return None
        layout, tags, metadata = parsed
        names = [self._name_locked(tag, "scalars") for tag in tags]
        matcher = self._by_layout.get(layout) or Matcher(layout)
        if not matcher.learn(payload, names, metadata):
            return None
        if layout not in self._by_layout:
            self._by_layout[layout] = matcher
            known = self._matchers.get(layout.length, [])
            self._matchers[layout.length] = [*known, matcher]
        return matcher

    # -- the rest ---------------------------------------------------------

    def _index(self, records: Records, rest: Ints, work: _Work) -> Ints:
        """Index single numbers and values that stay in the file; return the other records."""
        index = index_records(records.data, records.positions[rest], records.lengths[rest])
        members = rest[index.indexed]
        if len(members):
            names = np.array([self._name(tag, plugin) for tag, plugin, _ in index.labels], np.int32)
            is_number = np.array([plugin == "scalars" for _, plugin, _ in index.labels])
            numbers = is_number.take(index.label)
            for those, chunks, value in (
                (numbers, work.scalars, index.value),
                (~numbers, work.values, np.zeros(len(members), np.int32)),
            ):
                if those.any():
                    name, step = names.take(index.label[those]), index.step[those]
                    columns = (name, step, index.wall_time[those], value[those])
                    chunks.append(Chunk(members[those], 0, *columns))
            pair = records.piece[members].astype(np.int64) * len(index.labels) + index.label
            for at, first in zip(*np.unique(pair, return_index=True), strict=True):
                piece, label = divmod(int(at), len(index.labels))
                tag, plugin, metadata = index.labels[label]
                if metadata is not None:
                    _note_first(work, (piece, tag, plugin), int(members[first]), metadata)
        return rest[~index.handled]

    def _one_by_one(self, records: Records, rest: Ints, work: _Work) -> None:
        """Send records through protobuf."""
        scalars: list[tuple[int, int, int, int, float, Any]] = []
        values: list[tuple[int, int, int, int, float, int]] = []
        pieces = records.piece[rest].tolist()
        for record, piece in zip(rest.tolist(), pieces, strict=True):
            payload, good = _payload(records, record)
            offset = int(records.positions[record]) + records.shifts[piece]
            file = records.files[piece]
            if not good:
                lost = len(payload) + OVERHEAD
                work.damage.append(Damage(file, offset, WRONG_CHECKSUM, lost))
                continue
            try:
                wall_time, step, found = read_event(payload)
            except MalformedEventError as error:
                work.damage.append(Damage(file, offset, str(error), len(payload) + OVERHEAD))
                continue
            for place, value in enumerate(found):
                plugin = value.plugin
                if plugin is None:
                    ref = (file, value.place, offset, len(payload))
                    loose = LooseValue(wall_time, step, ref, value.scalar)
                    work.waiting.setdefault((piece, value.tag), []).append((record, loose))
                if value.metadata is not None:
                    key = (piece, value.tag, plugin or "tensors")
                    _note_first(work, key, record, value.metadata)
                if plugin is None:
                    continue
                if plugin == "scalars" and value.scalar is not None:
                    name = self._name(value.tag, "scalars")
                    scalars.append((record, place, name, step, wall_time, value.scalar))
                else:
                    name = self._name(value.tag, "tensors" if plugin == "scalars" else plugin)
                    values.append((record, place, name, step, wall_time, value.place))
        self._settle(work, scalars, values)
        add_loose(work.scalars, scalars)
        add_loose(work.values, values)

    def _settle(self, work: _Work, scalars: list[Any], values: list[Any]) -> None:
        """Sort tensors without metadata whose tag has metadata earlier in the batch."""
        if not work.waiting:
            return
        described: dict[tuple[int, str], tuple[int, str]] = {}
        for (piece, tag, plugin), (record, _) in work.metadata.items():
            if (piece, tag) not in described or described[piece, tag][0] > record:
                described[piece, tag] = (record, plugin)
        for (piece, tag), items in list(work.waiting.items()):
            first, plugin = described.get((piece, tag), (1 << 62, ""))
            still = [item for item in items if item[0] < first]
            for record, loose in items[len(still) :]:
                entry = (record, loose.ref[1])
                if plugin == "scalars" and loose.scalar is not None:
                    name = self._name(tag, "scalars")
                    scalars.append((*entry, name, loose.step, loose.wall_time, loose.scalar))
                else:
                    name = self._name(tag, "tensors" if plugin == "scalars" else plugin)
                    values.append((*entry, name, loose.step, loose.wall_time, loose.ref[1]))
            if still:
                work.waiting[piece, tag] = still
            else:
                del work.waiting[piece, tag]
        # Those that waited stand among the others of their series again.
        scalars.sort(key=itemgetter(0, 1))
        values.sort(key=itemgetter(0, 1))

    def _name(self, tag: str, plugin: str) -> int:
        number = self._names.get((tag, plugin))
        if number is None:
            with self._lock:
                number = self._name_locked(tag, plugin)
        return number

    def _name_locked(self, tag: str, plugin: str) -> int:
        number = self._names.get((tag, plugin))
        if number is None:
            number = len(self._listed)
            self._listed.append((tag, plugin))
            self._names[tag, plugin] = number
        return number

    # -- putting it together ---------------------------------------------

    def _assemble(self, records: Records, work: _Work) -> Decoded:
        made = Decoded()
        files = records.files
        made.metadata = {
            (files[piece], tag, plugin): metadata
            for (piece, tag, plugin), (_, metadata) in work.metadata.items()
        }
        made.waiting = [
            Waiting(files[piece], tag, [loose for _, loose in items])
            for (piece, tag), items in work.waiting.items()
        ]
        if work.scalars:
            self._assemble_scalars(records, work.scalars, made)
        if work.values:
            self._assemble_values(records, work.values, made)
        return made

    def _assemble_scalars(self, records: Records, chunks: list[Chunk], made: Decoded) -> None:
        dtypes = {chunk.value.dtype for chunk in chunks}
        dtype = next(iter(dtypes)) if len(dtypes) == 1 else np.dtype(np.uint64)
        mixed = len(dtypes) > 1
        columns, series = in_order(records, chunks, dtype, mixed=mixed)
        step, wall_time, value, code = columns
        kinds = sorted(dtypes, key=str)
        kept: list[np.dtype[Any] | None] = [None] * len(series)
        if mixed:
            kept = [unify(value, code[a:b], kinds, a, b) for _, _, a, b in series]
        points = Points(step, wall_time, value)
        pieces, names, starts, stops = zip(*series, strict=True)
        listed = self._listed
        made.scalars = list(
            map(
                Part,
                map(records.files.__getitem__, pieces),
                [listed[name][0] for name in names],
                itertools.repeat("scalars"),
                itertools.repeat(points),
                starts,
                stops,
                kept,
            )
        )
        _note_ends(records, np.array(pieces), wall_time.take(np.array(stops) - 1), made)

    def _assemble_values(self, records: Records, chunks: list[Chunk], made: Decoded) -> None:
        for chunk in chunks:
            ref = np.empty(len(chunk.record), REF)
            pieces = records.piece[chunk.record]
            ref["file"] = np.array(records.files, np.int32).take(pieces)
            ref["index"] = chunk.value
            ref["offset"] = records.positions[chunk.record]
            ref["offset"] += np.array(records.shifts, np.int64).take(pieces)
            ref["length"] = records.lengths[chunk.record]
            chunk.value = ref
        columns, series = in_order(records, chunks, REF, mixed=False)
        points = Points(*columns[:3])
        for piece, name, start, stop in series:
            tag, plugin = self._listed[name]
            file = records.files[piece]
            made.values.append(Part(file, tag, plugin, points, start, stop))
        ends = points.wall_time.take([stop - 1 for *_, stop in series])
        _note_ends(records, np.array([item[0] for item in series]), ends, made)


def _note_ends(records: Records, pieces: Ints, ends: NDArray[np.float64], made: Decoded) -> None:
    """Note the latest of the series' last wall times for each file."""
    latest = np.full(len(records.files), np.nan)
    np.fmax.at(latest, pieces, ends)
    known, latest_of = made.last_wall_time, latest.tolist()
    for piece in np.unique(pieces).tolist():
        file, end = records.files[piece], latest_of[piece]
        before = known.get(file, end)
        known[file] = end if not end <= before else before


def _note_first(work: _Work, key: tuple[int, str, str], record: int, metadata: bytes) -> None:
    """Remember a series' metadata unless an earlier record has some."""
    if key not in work.metadata or work.metadata[key][0] > record:
        work.metadata[key] = (record, metadata)


def _by_length(all_lengths: Ints, records: Ints, few: int) -> Iterable[tuple[int, Ints]]:
    """Yield each length and those of the records that have it, in order.

    Those that are too few or too long come together at the end, as of length -1.
    """
    if not len(records):
        return
    lengths = all_lengths if len(records) == len(all_lengths) else all_lengths[records]
    first = int(lengths[0])
    if len(lengths) >= few and first <= _LONGEST and (lengths == first).all():
        yield first, records
        return
    # Sorting 16-bit keys is linear; lengths above all count as one.
    keys = np.minimum(lengths, _LONGEST + 1).astype(np.uint16)
    counts = np.bincount(keys, minlength=_LONGEST + 2)
    counts[_LONGEST + 1] = 0
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


def _payload(records: Records, record: int) -> tuple[bytes, bool]:
    """Return a record's payload and whether its checksum holds."""
    start = int(records.positions[record]) + HEADER
    stop = start + int(records.lengths[record])
    payload = records.data[start:stop].tobytes()
    stored = int.from_bytes(records.data[stop : stop + 4].tobytes(), "little")
    return payload, masked_crc(payload) == stored
