"""From the records of a buffer to points, each the fastest way that is exact.

First the checksums of all payloads are verified. Plain scalars are then decoded
as columns; what they leave goes to the indexer; what that leaves goes through
protobuf one by one, which is also the judge of what is not an event.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nbboard.events.assemble import add_loose
from nbboard.events.columnar import Columnar
from nbboard.events.decoded import LooseValue
from nbboard.events.finish import finish
from nbboard.events.indexing import index_records
from nbboard.events.learning import Learned
from nbboard.events.single import MalformedEventError, read_event
from nbboard.events.work import Chunk, Damage, Records, Work, payload_of
from nbboard.records.checksums import payloads_hold, payloads_hold_singly
from nbboard.records.framing import OVERHEAD

if TYPE_CHECKING:
    from nbboard.events.decoded import Decoded

__all__ = ["WRONG_CHECKSUM", "Damage", "Decoder", "Records"]

#: The reason given for a record whose payload is damaged.
WRONG_CHECKSUM = "the record's checksum is wrong"

Ints = NDArray[np.int64]


class Decoder:
    """Decodes batches of records; what it learns from one serves the next.

    Safe to use from several threads.

    Parameters
    ----------
    columnar
        False sends every record through protobuf: the reference.
    few
        Fewer records are not worth the indexer's fixed cost, nor fewer of one length a matcher's.
    """

    def __init__(self, *, columnar: bool = True, few: int = 48) -> None:
        self._few = few
        self._learned = Learned()
        self._columnar = Columnar(self._learned, few) if columnar else None

    def decode(self, records: Records) -> tuple[Decoded, list[Damage]]:
        """Decode records, verifying every payload's checksum.

        Returns
        -------
        tuple
            The points, and what could not be used.
        """
        work = Work()
        rest = self._verify(records, work)
        if self._columnar is not None:
            rest = self._columnar.decode(records, rest, work)
            if len(rest) >= self._few:
                rest = self._index(records, rest, work)
        self._one_by_one(records, rest, work)
        made = finish(records, work, self._learned.names)
        return made, sorted(work.damage)

    def _verify(self, records: Records, work: Work) -> Ints:
        """Return the records whose checksums hold; the others are damage."""
        data, positions, lengths = records.data, records.positions, records.lengths
        if self._columnar is None:
            good = payloads_hold_singly(data, positions, lengths)
        else:
            good = payloads_hold(data, positions, lengths, records.repeats, records.gaps)
        if good is None:
            return np.arange(len(positions))
        work.good = good
        for record in np.flatnonzero(~good).tolist():
            piece = int(records.piece[record])
            offset = int(positions[record]) + records.shifts[piece]
            lost = int(lengths[record]) + OVERHEAD
            work.damage.append(Damage(records.files[piece], offset, WRONG_CHECKSUM, lost))
        return np.flatnonzero(good)

    def _index(self, records: Records, rest: Ints, work: Work) -> Ints:
        """Index single numbers and values that stay in the file; return the other records."""
        index = index_records(records.data, records.positions[rest], records.lengths[rest])
        members = rest[index.indexed]
        if len(members):
            names = np.array(
                [self._learned.number(tag, plugin) for tag, plugin, _ in index.labels], np.int32
            )
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
                    work.note_metadata((piece, tag, plugin), int(members[first]), metadata)
        return rest[~index.handled]

    def _one_by_one(self, records: Records, rest: Ints, work: Work) -> None:
        """Send records through protobuf."""
        scalars: list[tuple[int, int, int, int, float, Any]] = []
        values: list[tuple[int, int, int, int, float, int]] = []
        pieces = records.piece[rest].tolist()
        for record, piece in zip(rest.tolist(), pieces, strict=True):
            payload = payload_of(records, record)
            offset = int(records.positions[record]) + records.shifts[piece]
            file = records.files[piece]
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
                    work.note_metadata(key, record, value.metadata)
                if plugin is None:
                    continue
                if plugin == "scalars" and value.scalar is not None:
                    name = self._learned.number(value.tag, "scalars")
                    scalars.append((record, place, name, step, wall_time, value.scalar))
                else:
                    name = self._learned.number(
                        value.tag, "tensors" if plugin == "scalars" else plugin
                    )
                    values.append((record, place, name, step, wall_time, value.place))
        self._settle(work, scalars, values)
        add_loose(work.scalars, scalars)
        add_loose(work.values, values)

    def _settle(self, work: Work, scalars: list[Any], values: list[Any]) -> None:
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
                    name = self._learned.number(tag, "scalars")
                    scalars.append((*entry, name, loose.step, loose.wall_time, loose.scalar))
                else:
                    name = self._learned.number(tag, "tensors" if plugin == "scalars" else plugin)
                    values.append((*entry, name, loose.step, loose.wall_time, loose.ref[1]))
            if still:
                work.waiting[piece, tag] = still
            else:
                del work.waiting[piece, tag]
        # Those that waited stand among the others of their series again.
        scalars.sort(key=itemgetter(0, 1))
        values.sort(key=itemgetter(0, 1))
