"""Memory over time, its peak, and who owned the bytes then."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.trace import Memory, Names

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["Peak", "owners_at_peak", "peak_of", "read_memory_profile"]


@dataclass(frozen=True)
class Peak:
    """The highest point of one allocator.

    Attributes
    ----------
    device
        Whose memory.
    time
        Picoseconds.
    bytes
        In use then.
    """

    device: str
    time: int
    bytes: float


def peak_of(memory: Memory) -> Peak | None:
    """Return the highest point; None without events."""
    if not len(memory.time):
        return None
    place = int(np.argmax(memory.allocated))
    return Peak(memory.device, int(memory.time[place]), float(memory.allocated[place]))


def owners_at_peak(memory: Memory) -> dict[str, Any]:
    """Return who had allocated the bytes that were in use at the peak.

    A freed block is taken from the operation that allocated it: found by its address or,
    where none was recorded, as the latest of its size.

    Returns
    -------
    dict
        ``owner``, ``blocks``, ``bytes``, those with the most bytes first. What was in use
        before the first event has no owner and is not among them.
    """
    stop = int(np.argmax(memory.allocated)) + 1 if len(memory.time) else 0
    change = memory.change[:stop].tolist()
    address = memory.address[:stop].tolist()
    owner = memory.owner[:stop].tolist()
    live: dict[tuple[str, int], list[tuple[int, int]]] = {}
    for size, place, code in zip(change, address, owner, strict=True):
        key = ("at", place) if place >= 0 else ("size", abs(size))
        if size > 0:
            live.setdefault(key, []).append((code, size))
        elif live.get(key):
            live[key].pop()
    codes = np.array([code for blocks in live.values() for code, _ in blocks], np.int64)
    sizes = np.array([size for blocks in live.values() for _, size in blocks], np.int64)
    blocks = np.bincount(codes, minlength=len(memory.owners))
    total = np.bincount(codes, sizes, len(memory.owners))
    order = np.argsort(-total, kind="stable")
    order = order[blocks[order] > 0]
    return {
        "owner": [memory.owners[code] for code in order.tolist()],
        "blocks": blocks[order].astype(np.int64),
        "bytes": total[order].astype(np.int64),
    }


def read_memory_profile(data: bytes) -> list[Memory]:
    """Read a ``*.memory_profile.json``: allocators of TensorFlow, sampled or whole.

    Raises
    ------
    UndecodableError
        If it is no such file.
    """
    try:
        message = json.loads(data)
        allocators = message.get("memoryProfilePerAllocator", {})
        return [_allocator(str(name), value) for name, value in sorted(allocators.items())]
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError) as error:
        raise UndecodableError(f"not a memory profile: {error}") from error


def _allocator(name: str, value: dict[str, Any]) -> Memory:
    snapshots = value.get("memoryProfileSnapshots") or value.get("sampledTimelineSnapshots") or []
    owners = Names()
    rows = []
    for snapshot in snapshots:
        stats = snapshot.get("aggregationStats", {})
        activity = snapshot.get("activityMetadata", {})
        size = int(activity.get("allocationBytes", activity.get("requestedBytes", 0)))
        freed = activity.get("memoryActivity") == "DEALLOCATION"
        rows.append(
            (
                int(snapshot.get("timeOffsetPs", 0)),
                -size if freed else size,
                float(stats.get("stackReservedBytes", 0))
                + float(stats.get("heapAllocatedBytes", 0)),
                int(activity.get("address", -1)) & ((1 << 63) - 1) if "address" in activity else -1,
                owners.code(str(activity.get("tfOpName") or "(no operation)")),
            )
        )
    rows.sort(key=lambda row: row[0])

    def column(place: int, kind: Any) -> NDArray[Any]:
        return np.array([row[place] for row in rows], kind)

    return Memory(
        name,
        column(0, np.int64),
        column(1, np.int64),
        column(2, np.float64),
        np.full(len(rows), np.nan),
        column(3, np.int64),
        column(4, np.int32),
        owners.all,
    )
