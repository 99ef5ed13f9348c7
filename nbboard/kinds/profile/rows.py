"""What a JSON trace says of its processes and threads, and in which order they are shown."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbboard.kinds.profile.trace import Track
from nbboard.text import natural_key

if TYPE_CHECKING:
    from nbboard.kinds.profile.trace import Counter
    from nbboard.kinds.profile.trace_events import Event

__all__ = ["DERIVED", "Rows"]

#: Lines of devices that repeat what others have, as xprof names them.
DERIVED = frozenset(
    {
        "Async XLA Ops",
        "Steps",
        "XLA Modules",
        "TensorFlow Name Scope",
        "TensorFlow Ops",
        "Framework Name Scope",
        "Framework Ops",
        "Source code",
        "Launch Stats",
        "XLA TraceMe",
        "SparseCore Steps",
    }
)


class Rows:
    """Collects the metadata events of a trace."""

    def __init__(self) -> None:
        self.step_names: dict[int, str] = {}
        self._about: dict[tuple[str, str, str], Any] = {}
        self._devices: dict[int, int] = {}

    @property
    def is_tensorflow(self) -> bool:
        """Whether the processes are called as TensorFlow's profiler calls them."""
        return any(
            what == "process_name" and str(name).startswith(("/host:", "/device:"))
            for (what, _, _), name in self._about.items()
        )

    def describe(self, event: Event) -> None:
        """Take over one metadata event."""
        if args := event.mapping():
            what = str(event.name)
            thread = str(event.tid) if what.startswith("thread") else ""
            self._about[what, str(event.pid), thread] = next(iter(args.values()))

    def name_step(self, group: int, name: Any) -> None:
        """Say what the step of a group is called."""
        if name is not None:
            self.step_names.setdefault(group, str(name))

    def on_device(self, track: int, device: Any) -> None:
        """Say that a track belongs to a device."""
        if track not in self._devices:
            self._devices[track] = device if type(device) is int else -1

    def process(self, pid: str) -> str:
        """Return what a process is called, for people."""
        name = str(self._about.get(("process_name", pid, ""), "") or "")
        label = str(self._about.get(("process_labels", pid, ""), "") or "")
        if label.startswith(("GPU", "MTIA", "XPU")) or not name:
            return label or (f"process {pid}" if pid.isdigit() else pid)
        return name if name.startswith("/") else f"{name} {pid}"

    def arrange(self, numbers: dict[tuple[Any, ...], int]) -> tuple[list[Track], list[int]]:
        """Return the tracks by number, and their numbers in the order of the screen."""
        tracks: list[Track] = []
        keys: dict[int, Any] = {}
        has_streams = {pid for pid, tid in numbers if self._thread(pid, tid).startswith("Stream")}
        for (pid, tid), number in numbers.items():
            process, thread = self.process(pid), self._thread(pid, tid)
            device = self._devices.get(number, -1)
            repeats = thread in DERIVED or (thread == "XLA Ops" and pid in has_streams)
            on_device = number in self._devices or process.startswith("/device:")
            track = Track(process, thread, on_device, device)
            tracks.append(replace(track, is_derived=on_device and repeats))
            keys[number] = (
                pid == "Traces" or pid.startswith("Spans"),
                on_device,
                self._index("process_sort_index", pid, ""),
                natural_key(pid),
                self._index("thread_sort_index", pid, tid),
                natural_key(tid),
            )
        return tracks, sorted(keys, key=keys.__getitem__)

    def _thread(self, pid: str, tid: str) -> str:
        name = str(self._about.get(("thread_name", pid, tid), "") or "")
        return name or (f"thread {tid}" if tid.isdigit() else tid)

    def _index(self, what: str, pid: str, tid: str) -> float:
        try:
            return float(self._about.get((what, pid, tid), 0))
        except (TypeError, ValueError):
            return 0.0

    def named_counters(self, counters: list[Counter]) -> list[Counter]:
        """Return counters with the names of their processes."""
        return [replace(counter, process=self.process(counter.process)) for counter in counters]
