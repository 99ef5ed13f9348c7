"""Memory: the peak, and who owned it."""

from __future__ import annotations

import json

import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.chrome import read_chrome
from nbboard.kinds.profile.memory import owners_at_peak, peak_of, read_memory_profile
from tests.kinds.profile.traces import pieces, span


def allocation(at: float, size: int, address: int | None = None, total: int | None = None) -> dict:
    """One event of the allocator of GPU 0."""
    args = {"Device Type": 1, "Device Id": 0, "Bytes": size}
    if address is not None:
        args["Addr"] = address
    if total is not None:
        args["Total Allocated"] = total
    return {"ph": "i", "name": "[memory]", "pid": 1, "tid": 1, "ts": at, "args": args}


@pytest.mark.parametrize("has_addresses", [True, False])
def test_the_peak_is_owned_by_who_allocated_what_is_not_freed(has_addresses: bool):
    """A freed block is taken from its owner, by its address or else by its size."""
    a, b, c = (1, 2, 3) if has_addresses else (None, None, None)
    events = [
        span("aten::mm", 0, 10),
        span("aten::add", 20, 10),
        span("aten::late", 50, 10),
        allocation(1, 100, a),
        allocation(2, 700, b),
        allocation(21, -100, a),
        allocation(22, 300, c),
        allocation(40, -700, b),
        allocation(51, 50, 9),
    ]
    memory = read_chrome(pieces(events)).memory[0]
    peak = peak_of(memory)
    owners = owners_at_peak(memory)

    assert peak is not None
    assert (peak.device, peak.bytes, peak.time) == ("GPU 0", 1000, 22_000_000)
    assert dict(zip(owners["owner"], owners["bytes"].tolist(), strict=True)) == {
        "aten::mm": 700,
        "aten::add": 300,
    }


def test_recorded_totals_are_believed():
    """Where the allocator said what was in use, nothing is counted."""
    events = [span("a", 0, 5), allocation(1, 10, 1, 5_000), allocation(2, 20, 2, 5_020)]

    assert read_chrome(pieces(events)).memory[0].allocated.tolist() == [5_000, 5_020]


def test_a_memory_profile_of_tensorflow_is_read():
    """Its snapshots are a curve, its allocations have owners."""

    def snapshot(at: int, kind: str, size: int, total: int, op: str) -> dict:
        stats = {"heapAllocatedBytes": str(total), "stackReservedBytes": "0"}
        activity = {
            "memoryActivity": kind,
            "allocationBytes": str(size),
            "address": str(size),
            "tfOpName": op,
        }
        return {"timeOffsetPs": str(at), "aggregationStats": stats, "activityMetadata": activity}

    snapshots = [
        snapshot(5, "ALLOCATION", 64, 64, "MatMul"),
        snapshot(9, "DEALLOCATION", 64, 0, "MatMul"),
    ]
    data = {"memoryProfilePerAllocator": {"GPU_0_bfc": {"memoryProfileSnapshots": snapshots}}}
    memory = read_memory_profile(json.dumps(data).encode())[0]

    assert memory.device == "GPU_0_bfc"
    assert memory.allocated.tolist() == [64, 0]
    assert owners_at_peak(memory)["owner"] == ["MatMul"]
    assert read_memory_profile(b'{"memoryProfilePerAllocator": {}}') == []
    with pytest.raises(UndecodableError, match="not a memory profile"):
        read_memory_profile(b"[1]")
