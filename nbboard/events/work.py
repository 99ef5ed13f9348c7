"""What one batch of records has come to so far, while it is decoded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from nbboard.records.framing import HEADER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nbboard.events.assemble import Chunk, Records, Stretch
    from nbboard.events.decoded import LooseValue

__all__ = ["Damage", "Work", "payload_of"]


class Damage(NamedTuple):
    """A record that could not be used."""

    file: int
    offset: int
    reason: str
    lost: int


@dataclass(slots=True)
class Work:
    """Decoded values, not yet in order.

    Attributes
    ----------
    good
        Whether each record's checksum holds; None if all do.
    scalars, values
        Numbers, and what stays in the file.
    stretches
        By (piece, name) numbers that are sorted by series already.
    metadata
        By (piece, tag, plugin) the record and the metadata of the first.
    waiting
        By (piece, tag) tensors without metadata.
    damage
        What could not be used.
    """

    good: NDArray[np.bool_] | None = None
    scalars: list[Chunk] = field(default_factory=list)
    values: list[Chunk] = field(default_factory=list)
    stretches: dict[tuple[int, int], list[Stretch]] = field(default_factory=dict)
    metadata: dict[tuple[int, str, str], tuple[int, bytes]] = field(default_factory=dict)
    waiting: dict[tuple[int, str], list[tuple[int, LooseValue]]] = field(default_factory=dict)
    damage: list[Damage] = field(default_factory=list)

    def note_metadata(self, key: tuple[int, str, str], record: int, metadata: bytes) -> None:
        """Remember a series' metadata unless an earlier record has some."""
        if key not in self.metadata or self.metadata[key][0] > record:
            self.metadata[key] = (record, metadata)


def payload_of(records: Records, record: int) -> bytes:
    """Return a record's payload."""
    start = int(records.positions[record]) + HEADER
    return records.data[start : start + int(records.lengths[record])].tobytes()
