"""Kernels by name, and how busy devices were."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.profile.intervals import covered, union
from nbboard.kinds.profile.operators import grouped
from nbboard.kinds.profile.roles import kernels_of
from nbboard.kinds.profile.trace import PS_PER_US

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.profile.operators import OperatorTree
    from nbboard.kinds.profile.steps import Steps
    from nbboard.kinds.profile.trace import Trace

__all__ = ["device_use", "kernels_table"]


def kernels_table(trace: Trace, tree: OperatorTree | None) -> dict[str, Any]:
    """Return one row a kernel, by name, those with the most time first.

    Returns
    -------
    dict
        ``name``, ``calls``, ``total_us``, ``mean_us``, ``min_us``, ``max_us``;
        ``blocks_per_sm`` and ``occupancy`` (percent), means weighted by time, NaN where
        not recorded; ``operator``, the one that launched most of it, or empty.
    """
    spans = trace.spans
    places = np.flatnonzero(kernels_of(trace))
    duration = spans.duration[places].astype(np.float64)
    facts = _facts(trace, places)
    recorded = np.isfinite(facts)
    weighted = np.where(recorded, facts, 0) * duration[:, None]
    distinct, (calls, total, blocks, occupancy) = grouped(
        spans.name[places], duration, weighted[:, 0], weighted[:, 1]
    )
    row = np.searchsorted(distinct, spans.name[places])
    least = np.full(len(distinct), np.inf)
    most = np.zeros(len(distinct))
    np.minimum.at(least, row, duration)
    np.maximum.at(most, row, duration)
    told = np.zeros((len(distinct), 2), bool)
    np.logical_or.at(told, row, recorded)
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(told, np.stack([blocks, occupancy], axis=1) / total[:, None], np.nan)
    order = np.argsort(-total, kind="stable")
    launchers = _launchers(trace, tree, places, row)
    return {
        "name": [trace.names.all[code] for code in distinct[order].tolist()],
        "calls": calls[order].astype(np.int64),
        "total_us": total[order] / PS_PER_US,
        "mean_us": (total / np.maximum(calls, 1))[order] / PS_PER_US,
        "min_us": least[order] / PS_PER_US,
        "max_us": most[order] / PS_PER_US,
        "blocks_per_sm": means[order, 0],
        "occupancy": means[order, 1],
        "operator": [launchers.get(kernel, "") for kernel in order.tolist()],
    }


def _facts(trace: Trace, places: NDArray[np.int64]) -> NDArray[np.float64]:
    if not len(trace.kernel_facts):
        return np.full((len(places), 2), np.nan)
    facts: NDArray[np.float64] = trace.kernel_facts[places]
    return facts


def _launchers(
    trace: Trace, tree: OperatorTree | None, places: NDArray[np.int64], row: NDArray[np.int64]
) -> dict[int, str]:
    """Return for each row of the table the operator that launched most of its time."""
    if tree is None or not len(tree.spans):
        return {}
    node = tree.launcher[places]
    known = node >= 0
    name = trace.spans.name[tree.spans[np.maximum(node, 0)]].astype(np.int64)
    pairs, (_, time) = grouped(
        row[known] * len(trace.names) + name[known],
        trace.spans.duration[places[known]].astype(np.float64),
    )
    most: dict[int, float] = {}
    best: dict[int, str] = {}
    for pair, spent in zip(pairs.tolist(), time.tolist(), strict=True):
        kernel, operator = divmod(pair, len(trace.names))
        if spent >= most.get(kernel, 0.0):
            most[kernel] = spent
            best[kernel] = trace.names.all[operator]
    return best


def device_use(trace: Trace, steps: Steps) -> list[dict[str, Any]]:
    """Return how each device was used between the first and the last step.

    As in pytorch/kineto's ``gpu_metrics_parser.py``: utilisation is the share of time in
    which any kernel ran; efficiency the blocks per multiprocessor, at most 1, weighted by
    time; occupancy the mean of the kernels', weighted by time.

    Returns
    -------
    list
        Of ``device`` (its number), ``utilisation``, ``efficiency`` and ``occupancy``
        (percent); NaN where not recorded.
    """
    if not len(steps):
        return []
    begin, end = int(steps.start[0]), int((steps.start + steps.duration)[-1])
    spans = trace.spans
    places = np.flatnonzero(kernels_of(trace))
    devices = np.array([track.device for track in trace.tracks] or [-1])[spans.track[places]]
    window = np.array([begin], np.int64), np.array([end], np.int64)
    use = []
    for device in np.unique(devices).tolist():
        mine = places[devices == device]
        busy = union(spans.start[mine], spans.end[mine])
        facts = _facts(trace, mine)
        use.append(
            {
                "device": device,
                "utilisation": int(covered(busy, *window)[0]) / max(end - begin, 1),
                "efficiency": _efficiency(trace, mine, facts[:, 0], begin, end),
                "occupancy": _weighted(trace, mine, facts[:, 1], begin, end),
            }
        )
    return use


def _clipped(trace: Trace, places: NDArray[np.int64], begin: int, end: int) -> NDArray[np.float64]:
    spans = trace.spans
    inside = np.minimum(spans.end[places], end) - np.maximum(spans.start[places], begin)
    clipped: NDArray[np.float64] = np.maximum(inside, 0).astype(np.float64)
    return clipped


def _efficiency(
    trace: Trace, places: NDArray[np.int64], blocks: NDArray[np.float64], begin: int, end: int
) -> float:
    known = np.isfinite(blocks)
    if not known.any() or end <= begin:
        return float("nan")
    time = _clipped(trace, places[known], begin, end)
    return float((np.minimum(blocks[known], 1.0) * time).sum() / (end - begin))


def _weighted(
    trace: Trace, places: NDArray[np.int64], values: NDArray[np.float64], begin: int, end: int
) -> float:
    known = np.isfinite(values)
    time = _clipped(trace, places[known], begin, end)
    return float((values[known] * time).sum() / time.sum()) if time.sum() else float("nan")
