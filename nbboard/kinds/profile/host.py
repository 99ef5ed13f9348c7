"""The profile of one host or rank, analysed."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.kernels import device_use, kernels_table
from nbboard.kinds.profile.memory import owners_at_peak, peak_of
from nbboard.kinds.profile.operators import modules_table, operators_table, tree_of
from nbboard.kinds.profile.roles import roles_of
from nbboard.kinds.profile.steps import Steps, steps_of
from nbboard.kinds.profile.tensorflow_ops import operations_table
from nbboard.kinds.profile.verdict import Facts, Verdict, judge

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.profile.operators import OperatorTree
    from nbboard.kinds.profile.read import HostFiles
    from nbboard.kinds.profile.trace import Memory, Trace

__all__ = ["Host"]

_EMPTY = np.empty(0)


class Host:
    """What one host recorded; everything is worked out when it is first asked for.

    Parameters
    ----------
    files
        What was read.
    """

    def __init__(self, files: HostFiles) -> None:
        self.files = files
        self.name = files.host

    @property
    def trace(self) -> Trace | None:
        """The time line; None without one."""
        return self.files.trace

    @property
    def rank(self) -> int | None:
        """The rank in a distributed run; None where not told."""
        info = self.trace.header.get("distributedInfo") if self.trace is not None else None
        rank = info.get("rank") if isinstance(info, dict) else None
        return rank if isinstance(rank, int) else None

    @property
    def notes(self) -> list[str]:
        """What could not be read, was left out or is estimated, in sentences."""
        notes = list(self.trace.notes) if self.trace is not None else []
        notes += self.files.statistics.notes
        if self.steps is not None and self.steps.note:
            notes.append(self.steps.note)
        if self.steps is not None and not self.steps.recorded:
            notes.append("no steps were recorded: the whole time line counts as one")
        return notes

    @cached_property
    def roles(self) -> NDArray[np.int8]:
        """The role of each span."""
        return roles_of(self.trace) if self.trace is not None else np.empty(0, np.int8)

    @cached_property
    def steps(self) -> Steps | None:
        """The steps: those that the profiler counted itself, else those of the time line."""
        if self.files.statistics.steps is not None and len(self.files.statistics.steps):
            return self.files.statistics.steps
        if self.trace is None or not len(self.trace.spans):
            return None
        return steps_of(self.trace, self.roles)

    @cached_property
    def traced_steps(self) -> Steps | None:
        """The steps of the time line, where they can be pointed at."""
        if self.trace is None or not len(self.trace.spans):
            return None
        if self.files.statistics.steps is None:
            return self.steps
        return steps_of(self.trace, self.roles)

    @cached_property
    def tree(self) -> OperatorTree | None:
        """Operators and what they launched, of a torch trace."""
        if self.trace is None or self.trace.flavour != "torch":
            return None
        return tree_of(self.trace)

    @cached_property
    def operators(self) -> dict[str, Any]:
        """One row an operator: ``name, type, calls, host_us, self_host_us, device_us, self_device_us``."""
        statistics = self.files.statistics
        if statistics.operations is not None:
            return statistics.operations
        if self.trace is not None and self.tree is not None:
            table = operators_table(self.trace, self.tree)
            return {"name": table.pop("name"), "type": [""] * len(table["calls"]), **table}
        if self.trace is not None:
            return operations_table(self.trace)
        if statistics.input_operations is not None:
            return statistics.input_operations
        return _no_rows("name type", "calls host_us self_host_us device_us self_device_us")

    @cached_property
    def modules(self) -> dict[str, Any]:
        """One row a module (``nn.Module``) of a torch trace."""
        if self.trace is not None and self.tree is not None:
            return modules_table(self.trace, self.tree)
        return _no_rows("name", "calls host_us self_host_us device_us self_device_us")

    @cached_property
    def kernels(self) -> dict[str, Any]:
        """One row a kernel."""
        if self.files.statistics.kernels is not None:
            return self.files.statistics.kernels
        if self.trace is not None:
            return kernels_table(self.trace, self.tree)
        numbers = "calls total_us mean_us min_us max_us blocks_per_sm occupancy"
        return {**_no_rows("name", numbers), "operator": []}

    @cached_property
    def devices(self) -> list[dict[str, Any]]:
        """How each device was used; see :func:`~nbboard.kinds.profile.kernels.device_use`."""
        steps = self.traced_steps
        if self.trace is None or steps is None:
            return []
        return device_use(self.trace, steps)

    @property
    def memory(self) -> list[Memory]:
        """Allocators, those with events."""
        found = list(self.trace.memory) if self.trace is not None else []
        return [one for one in (*found, *self.files.memory) if len(one.time)]

    @cached_property
    def peaks(self) -> list[dict[str, Any]]:
        """For each allocator its peak, who owned it, and the device's size where told."""
        found = []
        for memory in self.memory:
            peak = peak_of(memory)
            if peak is not None:
                found.append(
                    {
                        "device": peak.device,
                        "time_us": peak.time / 1e6,
                        "bytes": peak.bytes,
                        "capacity": self._capacity(peak.device),
                        "owners": owners_at_peak(memory),
                    }
                )
        return found

    def _capacity(self, device: str) -> float | None:
        properties = self.trace.header.get("deviceProperties") if self.trace is not None else None
        number = device.rpartition(" ")[2]
        if not isinstance(properties, list) or not device.startswith("GPU") or not number.isdigit():
            return None
        if int(number) >= len(properties) or not isinstance(properties[int(number)], dict):
            return None
        size = properties[int(number)].get("totalGlobalMem")
        return float(size) if isinstance(size, int) and size > 0 else None

    @cached_property
    def facts(self) -> Facts:
        """What the verdict is made of."""
        percent = self.files.statistics.input_percent
        shares = [
            peak["bytes"] / peak["capacity"] for peak in self.peaks if peak["capacity"] is not None
        ]
        use = [device["utilisation"] for device in self.devices]
        # A device that only took part in a copy between two others says nothing.
        use = [share for share in use if share > 0.01] or use
        return Facts(
            self.steps.shares if self.steps is not None else None,
            percent / 100 if percent is not None else None,
            min(use) if use else None,
            max(shares) if shares else None,
            self.steps is None or self.steps.recorded,
        )

    @cached_property
    def verdict(self) -> Verdict:
        """What is slow."""
        return judge(self.facts)


def _no_rows(texts: str, numbers: str) -> dict[str, Any]:
    return {**{name: [] for name in texts.split()}, **dict.fromkeys(numbers.split(), _EMPTY)}
