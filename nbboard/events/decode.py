"""From a batch of records to points, each record in the fastest way that is exact.

First the checksums of all payloads are verified. Plain scalars are then decoded
as columns; what they leave goes to the indexer; what that leaves goes through
protobuf one by one, which is also the judge of what is not an event.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nbboard.events.assemble import assemble
from nbboard.events.batch import Accumulator, Damage, UnsortedColumns
from nbboard.events.columnar import ColumnarDecoder, Thresholds
from nbboard.events.decoded import SessionStart, SinglePoint
from nbboard.events.index import index_records
from nbboard.events.known_templates import KnownTemplates
from nbboard.events.order import add_single
from nbboard.events.protobuf import MalformedEventError, read_event, starts_session
from nbboard.records.checksums import payloads_hold, payloads_hold_singly
from nbboard.records.framing import OVERHEAD

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.events.batch import RecordBatch
    from nbboard.events.decoded import Decoded

    Ints = NDArray[np.int64]

__all__ = ["WRONG_CHECKSUM", "Decoder", "Thresholds"]

#: The reason given for a record whose payload is damaged.
WRONG_CHECKSUM = "the record's checksum is wrong"


class Decoder:
    """Decodes batches of records; what it learns from one serves the next.

    It is used by one thread at a time.

    Parameters
    ----------
    columnar
        False sends every record through protobuf: the reference.
    thresholds
        How many records are worth each of the faster ways.
    """

    def __init__(self, *, columnar: bool = True, thresholds: Thresholds | None = None) -> None:
        self._thresholds = thresholds or Thresholds()
        self._known = KnownTemplates()
        self._columnar = ColumnarDecoder(self._known, self._thresholds) if columnar else None

    def decode(self, batch: RecordBatch) -> tuple[Decoded, list[Damage]]:
        """Decode records, verifying every payload's checksum.

        Returns
        -------
        tuple
            The points, and what could not be used.
        """
        found = Accumulator()
        rest = self._verify(batch, found)
        if self._columnar is not None:
            rest = self._columnar.decode(batch, rest, found)
            if len(rest) >= self._thresholds.indexer:
                rest = self._index(batch, rest, found)
        self._one_by_one(batch, rest, found)
        return assemble(batch, found, self._known.names), sorted(found.damage)

    def _verify(self, batch: RecordBatch, found: Accumulator) -> Ints:
        """Return the records whose checksums hold; the others are damage."""
        data, positions, lengths = batch.data, batch.positions, batch.lengths
        if self._columnar is None:
            intact = payloads_hold_singly(data, positions, lengths)
        else:
            intact = payloads_hold(data, positions, lengths, batch.cycles, batch.gaps)
        if intact is None:
            return np.arange(len(positions))
        found.intact = intact
        for record in np.flatnonzero(~intact).tolist():
            segment = int(batch.segment[record])
            offset = int(positions[record]) + batch.shifts[segment]
            lost = int(lengths[record]) + OVERHEAD
            found.damage.append(Damage(batch.files[segment], offset, WRONG_CHECKSUM, lost))
        return np.flatnonzero(intact)

    def _index(self, batch: RecordBatch, rest: Ints, found: Accumulator) -> Ints:
        """Index single numbers and values that stay in the file; return the other records."""
        index = index_records(batch.data, batch.positions[rest], batch.lengths[rest])
        members = rest[index.indexed]
        if not len(members):
            return rest[~index.handled]
        name_ids = np.array(
            [self._known.name_id(name.tag, name.plugin) for name in index.series], np.int32
        )
        is_number = np.array([name.plugin == "scalars" for name in index.series])
        numbers = is_number.take(index.series_index)
        for those, columns, value in (
            (numbers, found.scalars, index.value),
            (~numbers, found.values, np.zeros(len(members), np.int32)),
        ):
            if those.any():
                name_id = name_ids.take(index.series_index[those])
                points = (index.step[those], index.wall_time[those], value[those])
                columns.append(UnsortedColumns(members[those], 0, name_id, *points))
        count = len(index.series)
        pair = batch.segment[members].astype(np.int64) * count + index.series_index
        for at, first in zip(*np.unique(pair, return_index=True), strict=True):
            segment, i = divmod(int(at), count)
            tag, plugin, metadata = index.series[i]
            if metadata is not None:
                found.note_metadata((segment, tag, plugin), int(members[first]), metadata)
        return rest[~index.handled]

    def _one_by_one(self, batch: RecordBatch, rest: Ints, found: Accumulator) -> None:
        """Send records through protobuf."""
        points: list[tuple[int, str, str, SinglePoint]] = []
        segments = batch.segment[rest].tolist()
        for record, segment in zip(rest.tolist(), segments, strict=True):
            payload = batch.payload(record)
            offset = int(batch.positions[record]) + batch.shifts[segment]
            file = batch.files[segment]
            try:
                wall_time, step, values = read_event(payload)
            except MalformedEventError as error:
                found.damage.append(Damage(file, offset, str(error), len(payload) + OVERHEAD))
                continue
            if not values and starts_session(payload):
                found.session_starts.append(SessionStart(file, wall_time, step))
            for value in values:
                ref = (file, value.value_index, offset, len(payload))
                point = SinglePoint(wall_time, step, ref, value.scalar)
                if value.metadata is not None:
                    key = (segment, value.tag, value.plugin or "tensors")
                    found.note_metadata(key, record, value.metadata)
                if value.plugin is None:
                    found.untyped.setdefault((segment, value.tag), []).append((record, point))
                else:
                    points.append((record, value.tag, value.plugin, point))
        described = _described_before(found)
        if described:
            points += described
            # They stand among the others of their series.
            points.sort(key=_place)
        add_single(found, points, self._known)


def _described_before(found: Accumulator) -> list[tuple[int, str, str, SinglePoint]]:
    """Take out the tensors without metadata whose tag has metadata earlier in the batch."""
    if not found.untyped:
        return []
    first_metadata: dict[tuple[int, str], tuple[int, str]] = {}
    for (segment, tag, plugin), (record, _) in found.metadata.items():
        known = first_metadata.get((segment, tag))
        if known is None or known[0] > record:
            first_metadata[segment, tag] = (record, plugin)
    described = []
    for key, (first, plugin) in first_metadata.items():
        items = found.untyped.pop(key, [])
        before = [item for item in items if item[0] < first]
        if before:
            found.untyped[key] = before
        described += [(record, key[1], plugin, point) for record, point in items[len(before) :]]
    return described


def _place(item: tuple[int, str, str, SinglePoint]) -> tuple[int, int]:
    """Return a value's record, and its place in this."""
    return item[0], item[3].ref[1]
