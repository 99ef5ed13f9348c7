"""Time and memory of operations out of run metadata."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

__all__ = ["Statistics", "statistics_of"]


@dataclass(frozen=True)
class Statistics:
    """What one run of a graph took, by the names of operations.

    Attributes
    ----------
    time
        Seconds from the start to the end of the computation, all devices together.
    memory
        Bytes that the operation's allocators gave it at most.
    device
        The device that ran it.
    output
        Type and shape of what came out.
    """

    time: dict[str, float] = field(default_factory=dict)
    memory: dict[str, float] = field(default_factory=dict)
    device: dict[str, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.device)


def statistics_of(metadata: Any) -> Statistics:
    """Return what a RunMetadata message says of operations; nothing for None.

    As in TensorBoard (``graph.ts``, ``joinStatsInfoWithGraph``), time is that between the
    start and the end of the operation's computation, and a name may be followed by
    ``:`` and a label.
    """
    statistics = Statistics()
    for device in metadata.step_stats.dev_stats if metadata is not None else ():
        # TensorBoard counts a GPU's work once: its streams repeat what its device says.
        if "/stream:" in device.device:
            continue
        for node in device.node_stats:
            name = node.node_name.partition(":")[0]
            ran = node.op_end_rel_micros or node.all_end_rel_micros
            micros = max(ran - node.op_start_rel_micros, 0)
            held = sum(used.total_bytes for used in node.memory)
            statistics.time[name] = statistics.time.get(name, 0.0) + micros / 1e6
            statistics.memory[name] = statistics.memory.get(name, 0.0) + held
            statistics.device[name] = device.device
    return statistics
