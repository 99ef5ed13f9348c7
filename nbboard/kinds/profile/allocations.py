"""Allocations as torch records them: ``[memory]`` events."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.nesting import enclosing
from nbboard.kinds.profile.trace import Memory, Names

if TYPE_CHECKING:
    from nbboard.kinds.profile.trace import Trace
    from nbboard.kinds.profile.trace_events import Allocation

__all__ = ["Allocations"]

_TYPES = {0: "CPU", 1: "GPU"}


class Allocations:
    """Collects allocations, by device."""

    def __init__(self) -> None:
        self._rows: dict[str, list[tuple[int, int, int, float, float, int]]] = {}

    def add(self, time: int, track: int, event: Allocation) -> None:
        """Add one event."""
        change, kind, number, address = event.change, event.device_type, event.device, event.address
        if type(change) is not int or abs(change) >= 1 << 62:
            return
        device = _TYPES.get(kind, f"device type {kind}") if type(kind) is int else "device"
        if type(number) is int and number >= 0:
            device = f"{device} {number}"
        known = type(address) is int and 0 <= address < 1 << 63
        self._rows.setdefault(device, []).append(
            (
                time,
                track,
                change,
                _bytes(event.allocated),
                _bytes(event.reserved),
                address if known else -1,
            )
        )

    def memory(self, trace: Trace, rank: dict[int, int]) -> list[Memory]:
        """Return what was collected, with the operation that each event happened in."""
        return [self._device(trace, rank, name) for name in sorted(self._rows)]

    def _device(self, trace: Trace, rank: dict[int, int], device: str) -> Memory:
        rows = sorted(self._rows[device], key=lambda row: row[0])
        time = np.array([row[0] for row in rows], np.int64)
        track = np.array([rank[row[1]] for row in rows], np.int64)
        change = np.array([row[2] for row in rows], np.int64)
        allocated = np.array([row[3] for row in rows], np.float64)
        if not np.isfinite(allocated).all():
            allocated = np.cumsum(change).astype(np.float64)
        spans = trace.spans
        inside = enclosing(spans.nested, track, time)
        owners = Names()
        codes = [
            owners.code(trace.names.all[spans.name[span]] if span >= 0 else "(no operation)")
            for span in inside.tolist()
        ]
        return Memory(
            device,
            time,
            change,
            allocated,
            np.array([row[4] for row in rows], np.float64),
            np.array([row[5] for row in rows], np.int64),
            np.array(codes, np.int32),
            owners.all,
        )


def _bytes(value: Any) -> float:
    return float(value) if type(value) is int else float("nan")
