"""A profile of the demo's own training, in the format that torch's profiler writes.

Python calls the profiler at the beginning and end of every function, which is enough to
see where the time of a step goes: the network, the optimizer, or the logging.
"""

from __future__ import annotations

import gzip
import json
import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

__all__ = ["StepProfiler"]

#: Functions called from deeper than this are part of their callers.
DEEPEST = 7
#: What only profiling needs.
_OWN = ("profiler.", "contextlib.")


class StepProfiler:
    """Records some steps of a training, then writes them beside its events.

    Parameters
    ----------
    folder
        The folder of the run.
    steps
        Which steps are recorded; an empty range records nothing.
    """

    def __init__(self, folder: Path, steps: range) -> None:
        self._folder = folder
        self._steps = steps
        self._events: list[dict[str, Any]] = []
        self._open: list[tuple[str, int]] = []

    @contextmanager
    def step(self, number: int) -> Iterator[None]:
        """Record a step, if it is one of those; write all of them when it was the last."""
        if number not in self._steps:
            yield
            return
        before = sys.getprofile()
        begun = time.perf_counter_ns()
        self._open.clear()
        sys.setprofile(self._note)
        try:
            yield
        finally:
            sys.setprofile(before)
        self._add(f"ProfilerStep#{number}", "user_annotation", begun)
        if number == self._steps[-1]:
            self._write()

    @contextmanager
    def loading(self, number: int) -> Iterator[None]:
        """Record that the next batch is put together."""
        begun = time.perf_counter_ns()
        yield
        if number in self._steps:
            self._add("enumerate(DataLoader)#demo.__next__", "user_annotation", begun)

    def _note(self, frame: FrameType, event: str, argument: Any) -> None:
        """Take over what Python says of calls; see :func:`sys.setprofile`."""
        if event == "call":
            module = str(frame.f_globals.get("__name__", "")).rpartition(".")[2]
            self._open.append((f"{module}.{frame.f_code.co_name}", time.perf_counter_ns()))
        elif event == "c_call":
            self._open.append((str(getattr(argument, "__name__", "")), time.perf_counter_ns()))
        elif self._open:
            # Also where the function was left by an exception.
            name, begun = self._open.pop()
            if len(self._open) < DEEPEST and not name.startswith(_OWN):
                self._add(name, "cpu_op", begun)

    def _add(self, name: str, category: str, begun: int) -> None:
        self._events.append(
            {
                "ph": "X",
                "cat": category,
                "name": name,
                "pid": os.getpid(),
                "tid": threading.get_native_id(),
                "ts": begun / 1000,
                "dur": (time.perf_counter_ns() - begun) / 1000,
            }
        )

    def _write(self) -> None:
        path = self._folder / f"demo.{time.time_ns() // 1_000_000}.pt.trace.json.gz"
        process = {
            "ph": "M",
            "name": "process_name",
            "pid": os.getpid(),
            "args": {"name": "python"},
        }
        trace = {"schemaVersion": 1, "traceEvents": [process, *self._events]}
        # The time stamp stays out of the file: its name has it.
        path.write_bytes(gzip.compress(json.dumps(trace).encode(), mtime=0))
