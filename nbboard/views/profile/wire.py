"""A profile on its way to the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.roles import ROLES
from nbboard.kinds.profile.trace import PS_PER_US
from nbboard.views.profile.windows import pack_all

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from nbboard.kinds.profile.host import Host
    from nbboard.kinds.profile.profile import Profile, ProfileTable
    from nbboard.kinds.profile.trace import Trace

__all__ = ["pack_host", "pack_span", "pack_table"]

#: Rows of a table that travel; the ones with the most time stand first.
MOST_ROWS = 3000
#: Points of a curve that travel.
MOST_POINTS = 2000
#: Letters of a name.
MOST_LETTERS = 2000
#: Arrows that travel.
MOST_ARROWS = 400_000
_OWNERS = 40


def pack_table(table: Mapping[str, Any]) -> dict[str, Any]:
    """Return columns, numbers as float64, texts as lists; and how many rows there are."""
    total = len(next(iter(table.values()), ()))
    columns: dict[str, Any] = {}
    for name, values in table.items():
        if isinstance(values, np.ndarray):
            columns[name] = values[:MOST_ROWS].astype(np.float64)
        else:
            columns[name] = ["" if v is None else str(v)[:MOST_LETTERS] for v in values[:MOST_ROWS]]
    return {"columns": columns, "rows": min(total, MOST_ROWS), "total": total}


def pack_host(profile: Profile, host: Host) -> dict[str, Any]:
    """Return everything that the page shows of one host of a profile."""
    return {
        "verdict": _verdict(host),
        "notes": [*host.notes, *(f"{path}: {why}" for path, why in profile.refused.items())],
        "device": host.files.statistics.device,
        "said": host.files.statistics.said,
        "steps": _steps(host),
        "operators": pack_table(host.operators),
        "modules": pack_table(host.modules),
        "kernels": pack_table(host.kernels),
        "devices": host.devices,
        "memory": _memory(host),
        "ranks": _ranks(profile),
        "trace": _trace(host) if host.trace is not None and len(host.trace.spans) else None,
    }


def _verdict(host: Host) -> dict[str, Any]:
    verdict = host.verdict
    return {
        "sentence": verdict.sentence,
        "advice": verdict.advice,
        "findings": [
            {
                "what": one.what,
                "sentence": one.sentence,
                "advice": one.advice,
                "source": one.source,
                "high": one.is_high,
            }
            for one in verdict.findings
        ],
    }


def _steps(host: Host) -> dict[str, Any] | None:
    steps, traced = host.steps, host.traced_steps
    if steps is None or not len(steps):
        return None
    # Numbers of the profiler itself tell how long steps were, the time line where they are.
    placed = traced is not None and len(traced) == len(steps)
    start = traced.start if placed and traced is not None else None
    return {
        "names": [name[:MOST_LETTERS] for name in steps.names],
        "duration": _f8(steps.duration / PS_PER_US),
        "start": None if start is None else _f8(start / PS_PER_US),
        "roles": list(ROLES),
        "by_role": _f8(steps.by_role / PS_PER_US).ravel(),
        "recorded": steps.recorded,
    }


def _ranks(profile: Profile) -> dict[str, Any] | None:
    return _packed(profile.ranks) if len(profile.hosts) > 1 else None


def _packed(table: ProfileTable) -> dict[str, Any]:
    return pack_table(table.table())


def _memory(host: Host) -> list[dict[str, Any]]:
    packed = []
    for memory, peak in zip(host.memory, host.peaks, strict=True):
        kept = _thinned(memory.allocated)
        owners = peak["owners"]
        packed.append(
            {
                "device": memory.device,
                "events": len(memory.time),
                "time": _f8(memory.time[kept] / PS_PER_US),
                "allocated": _f8(memory.allocated[kept]),
                "reserved": _f8(memory.reserved[kept]),
                "peak_time": peak["time_us"],
                "peak_bytes": peak["bytes"],
                "capacity": peak["capacity"],
                "owners": pack_table({name: values[:_OWNERS] for name, values in owners.items()}),
                "n_owners": len(owners["owner"]),
            }
        )
    return packed


def _thinned(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places of as many points as a curve needs: of each stretch its extremes."""
    count = len(values)
    if count <= MOST_POINTS:
        return np.arange(count)
    bounds = np.linspace(0, count, MOST_POINTS // 2 + 1).astype(np.int64)
    places = [0, count - 1]
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        stretch = values[begin:end]
        places += [begin + int(stretch.argmin()), begin + int(stretch.argmax())]
    return np.unique(np.array(places, np.int64))


def _trace(host: Host) -> dict[str, Any]:
    trace = host.trace
    if trace is None:
        raise ValueError("a host without a time line")
    flows = trace.flows[:MOST_ARROWS]
    return {
        "tracks": [
            {
                "process": track.process[:MOST_LETTERS],
                "thread": track.thread[:MOST_LETTERS],
                "device": track.is_device,
                "derived": track.is_derived,
            }
            for track in trace.tracks
        ],
        "names": [name[:MOST_LETTERS] for name in trace.names.all],
        "roles": list(ROLES),
        "spans": pack_all(trace, host.roles),
        "flows": flows.astype(np.uint32).ravel(),
        "counters": [_counter(trace, place) for place in range(min(len(trace.counters), 200))],
    }


def _counter(trace: Trace, place: int) -> dict[str, Any]:
    counter = trace.counters[place]
    kept = _thinned(counter.value)
    return {
        "name": counter.name[:MOST_LETTERS],
        "process": counter.process[:MOST_LETTERS],
        "time": _f8(counter.time[kept] / PS_PER_US),
        "value": _f8(counter.value[kept]),
    }


def pack_span(trace: Trace, span: int) -> dict[str, Any]:
    """Return what there is to say of one span beyond what is drawn."""
    spans = trace.spans
    stack, detail = int(spans.stack[span]), int(spans.detail[span])
    return {
        "self_us": float(spans.self_time[span]) / PS_PER_US,
        "category": trace.categories.all[spans.category[span]],
        "correlation": int(spans.correlation[span]),
        "detail": trace.details.all[detail][:MOST_LETTERS] if detail >= 0 else "",
        "stack": trace.stacks.all[stack][: 4 * MOST_LETTERS] if stack >= 0 else "",
    }


def _f8(values: Any) -> NDArray[np.float64]:
    return np.ascontiguousarray(values).astype(np.float64)
