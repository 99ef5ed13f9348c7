"""Plain scalars as columns: whole cycles of a loop first, then records of one length."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.events.batch import SegmentColumns, SortedColumns, UnsortedColumns
from nbboard.events.known_templates import LONGEST
from nbboard.events.templates import BLOCK, rows_at

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from nbboard.events.batch import Accumulator, RecordBatch
    from nbboard.events.cycle_templates import CycleColumns
    from nbboard.events.known_templates import KnownCycle, KnownTemplates
    from nbboard.events.templates import MatchedRows, Template
    from nbboard.records.cycles import Cycles

    Ints = NDArray[np.int64]

__all__ = ["ColumnarDecoder", "Thresholds"]

#: After so many attempts without success no more is learned at a length.
_MOST_ATTEMPTS = 8


class Thresholds(NamedTuple):
    """How many records are worth the fixed cost of each way to decode them.

    Attributes
    ----------
    template
        Fewer records of one length are not matched with templates.
    cycles, cycle_records
        Fewer cycles, or cycles of fewer records altogether, are not decoded as such.
    indexer
        Fewer records go through protobuf, not to the indexer.
    """

    template: int = 48
    cycles: int = 48
    cycle_records: int = 768
    indexer: int = 48


class ColumnarDecoder:
    """Decodes what agrees with known templates, and learns new ones.

    Parameters
    ----------
    known
        The templates.
    thresholds
        What is worth a template's cost.
    """

    def __init__(self, known: KnownTemplates, thresholds: Thresholds) -> None:
        self._known = known
        self._thresholds = thresholds
        #: By length how often learning has failed.
        self._failures: dict[int, int] = {}

    def decode(self, batch: RecordBatch, rest: Ints, found: Accumulator) -> Ints:
        """Decode those records of ``rest`` that can be; return the others, in order."""
        left = []
        rest = self._decode_cycles(batch, rest, found)
        for length, members in _by_length(batch.lengths, rest, self._thresholds.template):
            if length < 0:
                left.append(members)
            else:
                left.append(self._decode_length(batch, length, members, found))
        rest = np.concatenate(left) if left else rest[:0]
        if len(left) > 1:
            rest.sort()
        return rest

    # -- cycles ------------------------------------------------------------

    def _decode_cycles(self, batch: RecordBatch, rest: Ints, found: Accumulator) -> Ints:
        """Decode where the lengths have a period: most likely a loop logs the same tags.

        What comes out is sorted by series already.
        """
        thresholds, intact = self._thresholds, found.intact
        done: NDArray[np.bool_] | None = None
        for cycles in batch.cycles:
            first, period, count = cycles
            if count < thresholds.cycles or count * period < thresholds.cycle_records:
                continue
            known = self._known.find_cycle(batch, cycles, intact)
            if known is None:
                continue
            if done is None:
                done = np.zeros(len(batch.positions), bool)
            stop = first + count * period
            if batch.segment[first] != batch.segment[stop - 1]:
                self._decode_segments(batch, cycles, known, found, done)
                continue
            marks = done[first:stop].reshape(count, period)
            holds = None if intact is None else intact[first:stop].reshape(count, period)
            begin = int(batch.positions[first])
            for columns in known.template.decode(batch.data, begin, count):
                if holds is not None:
                    those = holds[:, columns.phases].T
                    columns.good = those if columns.good is None else columns.good & those
                marks[:, columns.phases] = True if columns.good is None else columns.good.T
                self._keep_cycles(batch, cycles, known, columns, found)
        return rest if done is None else rest[~done[rest]]

    def _keep_cycles(
        self,
        batch: RecordBatch,
        cycles: Cycles,
        known: KnownCycle,
        columns: CycleColumns,
        found: Accumulator,
    ) -> None:
        """Keep what some records of the cycle hold."""
        stop = cycles.first + cycles.count * cycles.period
        segment = int(batch.segment[cycles.first])
        for i, phase in enumerate(columns.phases):
            series = known.series[phase]
            if series is None:
                continue
            record: range | Ints = range(cycles.first + phase, stop, cycles.period)
            step, wall_time = columns.step[i], columns.wall_time[i]
            values = [value[i] for value in columns.values]
            if columns.good is not None:
                good = columns.good[i]
                record = np.arange(cycles.first + phase, stop, cycles.period)[good]
                if not len(record):
                    continue
                step, wall_time, *values = (c[good] for c in (step, wall_time, *values))
            first, last = int(record[0]), int(record[-1])
            for value_index, (name_id, metadata) in enumerate(series):
                if metadata is not None:
                    key = (segment, self._known.names[name_id][0], "scalars")
                    found.note_metadata(key, first, metadata)
                found.sorted_scalars.setdefault((segment, name_id), []).append(
                    SortedColumns(
                        first, last, record, value_index, step, wall_time, values[value_index]
                    )
                )

    def _decode_segments(
        self,
        batch: RecordBatch,
        cycles: Cycles,
        known: KnownCycle,
        found: Accumulator,
        done: NDArray[np.bool_],
    ) -> None:
        """Decode cycles of which each is a whole segment; mark their records as done."""
        if not known.order:
            return
        first, period, count = cycles
        shape = (count, period)
        begin, phases = int(batch.positions[first]), sorted({phase for phase, _ in known.order})
        keep = np.ones(count, bool)
        if found.intact is not None:
            intact = found.intact[first : first + count * period].reshape(shape)
            keep &= intact[:, phases].all(axis=1)
        good = known.template.compare(batch.data, begin, count)
        if good is not None:
            keep &= good[phases].all(axis=0)
        points = known.template.decode_in_order(batch.data, begin, count, known.order)
        first_record = np.arange(first, first + count * period, period)
        if not keep.all():
            first_record = first_record[keep]
            points = (points[0][keep], points[1][keep], points[2][keep])
        segments = batch.segment[first_record].astype(np.int64)
        found.segment_scalars.append(
            SegmentColumns(
                segments, first_record, known.name_ids, known.sizes, known.order, *points
            )
        )
        done[first : first + count * period].reshape(shape)[np.ix_(keep, np.array(phases))] = True
        self._note_segment_metadata(known, segments, first_record, found)

    def _note_segment_metadata(
        self, known: KnownCycle, segments: Ints, first_record: Ints, found: Accumulator
    ) -> None:
        described: dict[str, tuple[int, bytes]] = {}
        for phase, series in enumerate(known.series):
            for name_id, metadata in series or ():
                if metadata is not None:
                    described.setdefault(self._known.names[name_id][0], (phase, metadata))
        if not described:
            return
        for segment, record in zip(segments.tolist(), first_record.tolist(), strict=True):
            for tag, (phase, metadata) in described.items():
                found.note_metadata((segment, tag, "scalars"), record + phase, metadata)

    # -- records of one length ----------------------------------------------

    def _decode_length(
        self, batch: RecordBatch, length: int, members: Ints, found: Accumulator
    ) -> Ints:
        """Decode what can be of the records of one length; return the others."""
        members = self._match(batch, length, members, found)
        enough = self._thresholds.template // 2
        while len(members) > enough and self._failures.get(length, 0) < _MOST_ATTEMPTS:
            if not self._known.learn(batch, length, members):
                self._failures[length] = self._failures.get(length, 0) + 1
                break
            before = len(members)
            members = self._match(batch, length, members, found)
            if len(members) > before // 2:
                # Mostly something else: a few attempts, then never again.
                self._failures[length] = self._failures.get(length, 0) + 1
        return members

    def _match(self, batch: RecordBatch, length: int, members: Ints, found: Accumulator) -> Ints:
        """Decode the members that agree with a known template; return the others."""
        templates = self._known.templates
        if length not in templates:
            return members
        left = []
        for start in range(0, len(members), BLOCK):
            block = members[start : start + BLOCK]
            rows = rows_at(batch.data, batch.positions[block], length)
            for template in tuple(templates[length]):
                matched = template.match(rows)
                if matched is None:
                    continue
                those = block if matched.where is None else block[matched.where]
                self._keep(batch, template, matched, those, found)
                if len(those) * 2 > len(block):
                    self._known.prefer(length, template)
                if matched.where is None:
                    block = block[:0]
                    break
                block, rows = block[~matched.where], rows[~matched.where]
            if len(block):
                left.append(block)
        if not left:
            return members[:0]
        return np.concatenate(left) if len(left) > 1 else left[0]

    def _keep(
        self,
        batch: RecordBatch,
        template: Template,
        matched: MatchedRows,
        those: Ints,
        found: Accumulator,
    ) -> None:
        """Keep what a template decoded of ``those`` records."""
        self._note_metadata(batch, template, matched.model, those, found)
        for value_index in range(len(template.layout.slots)):
            if matched.model is None:
                name_id = np.full(len(those), template.name_ids[0, value_index], np.int32)
            else:
                name_id = template.name_ids[:, value_index].take(matched.model)
            points = (matched.step, matched.wall_time, matched.values[value_index])
            found.scalars.append(UnsortedColumns(those, value_index, name_id, *points))

    def _note_metadata(
        self,
        batch: RecordBatch,
        template: Template,
        model: Ints | None,
        block: Ints,
        found: Accumulator,
    ) -> None:
        """Remember the metadata of the series in a block, if there is any."""
        if not template.has_metadata:
            return
        segment = batch.segment[block].astype(np.int64)
        count = template.count
        pair = segment if model is None else segment * count + model
        low = int(pair.min())
        first = np.full(int(pair.max()) - low + 1, -1, np.int64)
        first[(pair - low)[::-1]] = block[::-1]
        for at in np.flatnonzero(first >= 0).tolist():
            which, model_number = (at + low, 0) if model is None else divmod(at + low, count)
            for name_id, metadata in template.series(model_number):
                if metadata is not None:
                    key = (which, self._known.names[name_id][0], "scalars")
                    found.note_metadata(key, int(first[at]), metadata)


def _by_length(all_lengths: Ints, records: Ints, fewest: int) -> Iterable[tuple[int, Ints]]:
    """Yield each length and those of the records that have it, in order.

    Those that are too few or too long come together at the end, as of length -1.
    """
    if not len(records):
        return
    lengths = all_lengths if len(records) == len(all_lengths) else all_lengths[records]
    first = int(lengths[0])
    if len(lengths) >= fewest and first <= LONGEST and (lengths == first).all():
        yield first, records
        return
    # Sorting 16-bit keys is linear; lengths above all count as one.
    keys = np.minimum(lengths, LONGEST + 1).astype(np.uint16)
    counts = np.bincount(keys, minlength=LONGEST + 2)
    counts[LONGEST + 1] = 0
    many = counts >= fewest
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
