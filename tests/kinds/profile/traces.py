"""Small profiles that tests write themselves."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any


def span(name: str, start: float, duration: float, category: str = "cpu_op", **more: Any) -> dict:
    """One span of a torch trace, in microseconds, on the main thread unless told otherwise."""
    event = {"ph": "X", "cat": category, "name": name, "pid": 1, "tid": 1}
    return {**event, "ts": start, "dur": duration, **more}


def launch(start: float, duration: float, correlation: int, external: int) -> dict:
    """A call that launches a kernel."""
    args = {"correlation": correlation, "External id": external}
    return span("cudaLaunchKernel", start, duration, "cuda_runtime", args=args)


def kernel(name: str, start: float, duration: float, correlation: int, **args: Any) -> dict:
    """A kernel on stream 7 of device 0."""
    args = {"correlation": correlation, "device": 0, "stream": 7, **args}
    return span(name, start, duration, "kernel", pid=0, tid=7, args=args)


def training(steps: int = 3, loading: float = 30.0) -> list[dict]:
    """Steps of 100 µs: loading, an operator with a kernel of 40 µs that ends with the step."""
    events = []
    for step in range(steps):
        at = 100.0 * step
        events += [
            span(f"ProfilerStep#{step}", at, 100.0, "user_annotation"),
            span("enumerate(DataLoader)#_Iter.__next__", at, loading, "user_annotation"),
            span("aten::conv", at + loading, 20.0, args={"External id": 10 * step + 1}),
            launch(at + loading + 5, 10.0, correlation=step + 1, external=10 * step + 1),
            kernel("conv_kernel", at + 60, 40.0, step + 1, **{"blocks per SM": 0.5}),
        ]
    return events


def write(path: Path, events: Any, **header: Any) -> Path:
    """Write a trace, compressed if its name says so."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"schemaVersion": 1, **header, "traceEvents": events}).encode()
    path.write_bytes(gzip.compress(text) if path.name.endswith(".gz") else text)
    return path


def pieces(events: Any, size: int = 1 << 16, **header: Any) -> list[bytes]:
    """The bytes of a trace in pieces."""
    text = json.dumps({**header, "traceEvents": events}).encode()
    return [text[at : at + size] for at in range(0, len(text), size)]
