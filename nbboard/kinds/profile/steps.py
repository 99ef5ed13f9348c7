"""The steps of a trace, and what the time of each goes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from nbboard.kinds.profile.intervals import common, covered, length, union
from nbboard.kinds.profile.roles import (
    COMMUNICATION,
    CPU,
    KERNEL,
    NONE,
    PRIORITY,
    ROLES,
    exclusive,
    is_step_marker,
    roles_of,
    select_names,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.profile.trace import Trace

__all__ = ["Steps", "steps_of"]


@dataclass(frozen=True)
class Steps:
    """Steps and their time by role.

    Attributes
    ----------
    names
        The number or name of each step.
    start, duration
        int64, picoseconds.
    by_role
        float64, shape (steps, roles), picoseconds, in the order of
        :data:`~nbboard.kinds.profile.roles.ROLES`; a row adds up to its duration.
    overlap
        float64, picoseconds in which communication and computation ran at the same time.
    recorded
        False where the trace has no steps, and all of it counts as one.
    note
        What was left out, for people; empty if nothing.
    """

    names: list[str]
    start: NDArray[np.int64]
    duration: NDArray[np.int64]
    by_role: NDArray[np.float64]
    overlap: NDArray[np.float64]
    recorded: bool = True
    note: str = ""

    def __len__(self) -> int:
        return len(self.names)

    @property
    def shares(self) -> NDArray[np.float64]:
        """The share of each role in the time of all steps; zeros if they have none."""
        total = float(self.duration.sum())
        sums: NDArray[np.float64] = self.by_role.sum(axis=0)
        return sums / total if total else np.zeros(len(ROLES))


def steps_of(trace: Trace, roles: NDArray[np.int8] | None = None) -> Steps:
    """Return the steps of a trace with their time by role.

    A moment in which several things happened belongs to the one with the highest priority.

    Parameters
    ----------
    trace
        The trace.
    roles
        The role of each span, where it is known already.
    """
    roles = roles_of(trace) if roles is None else roles
    if trace.flavour == "torch":
        names, bounds, note = _torch_steps(trace)
        windows = None
    else:
        names, bounds, windows = _tensorflow_steps(trace)
        note = ""
    recorded = bool(names)
    if not recorded:
        names, bounds = _whole(trace, roles)
    spans = trace.spans
    starts, ends = bounds[:, 0], bounds[:, 1]
    by_role = np.zeros((len(names), len(ROLES)))
    ranges = {
        role: union(spans.start[roles == role], spans.end[roles == role])
        for role in range(len(ROLES))
    }
    if windows is not None and recorded:
        # Only what belongs to a step counts for it, wherever it ran.
        for place, group in enumerate(windows):
            mine = spans.group == group
            claims = [
                (
                    role,
                    union(spans.start[mine & (roles == role)], spans.end[mine & (roles == role)]),
                )
                for role in PRIORITY[trace.flavour]
            ]
            for role, share in exclusive(claims, bounds[place : place + 1]).items():
                by_role[place, role] = length(share)
    else:
        claims = [(role, ranges[role]) for role in PRIORITY[trace.flavour]]
        for role, share in exclusive(claims, union(starts, ends)).items():
            by_role[:, role] = covered(share, starts, ends)
    computing = ranges[KERNEL] if len(ranges[KERNEL]) else ranges[CPU]
    both = common(computing, ranges[COMMUNICATION])
    overlap = covered(both, starts, ends).astype(np.float64)
    return Steps(names, starts, ends - starts, by_role, overlap, recorded, note)


def _whole(trace: Trace, roles: NDArray[np.int8]) -> tuple[list[str], NDArray[np.int64]]:
    """Return the whole trace as one step: from the first thing with a role to the last."""
    busy = roles != NONE
    spans = trace.spans
    if not busy.any():
        busy = np.ones(len(spans), bool)
    if not busy.any():
        return [], np.empty((0, 2), np.int64)
    bounds = [[int(spans.start[busy].min()), int(spans.end[busy].max())]]
    return ["all"], np.array(bounds, np.int64)


def _torch_steps(trace: Trace) -> tuple[list[str], NDArray[np.int64], str]:
    """Return the steps that torch's profiler marked, ended by what they launched.

    As in pytorch/kineto's ``event_parser.py``: a step ends when the last thing that it
    launched on a device has ended, the next begins then, and a last step whose launches
    were not all recorded is left out.
    """
    spans = trace.spans
    marked = select_names(trace, lambda name: name.startswith("ProfilerStep#"))
    on_host = ~np.array([track.is_device for track in trace.tracks] or [False], bool)[spans.track]
    gpu_side = trace.categories.find("gpu_user_annotation")
    steps = np.flatnonzero(marked & on_host & (spans.category != gpu_side))
    steps = steps[np.argsort(spans.start[steps], kind="stable")]
    names = [trace.names.all[spans.name[step]].partition("#")[2] for step in steps.tolist()]
    bounds = np.stack([spans.start[steps], spans.end[steps]], axis=1)
    if not names:
        return names, bounds, ""
    return _with_devices(trace, names, bounds)


def _with_devices(
    trace: Trace, names: list[str], bounds: NDArray[np.int64]
) -> tuple[list[str], NDArray[np.int64], str]:
    spans = trace.spans
    launch, launched = _launches(trace)
    if not len(launch):
        return names, bounds, ""
    # The step in which a launch lies with all of its length.
    step = np.searchsorted(bounds[:, 0], spans.start[launch], "right") - 1
    inside = (step >= 0) & (spans.end[launch] <= bounds[np.maximum(step, 0), 1])
    counts = np.bincount(step[inside], minlength=len(names))
    if not counts.any():
        return names, bounds, ""
    first = np.full(len(names), np.iinfo(np.int64).max)
    last = np.full(len(names), np.iinfo(np.int64).min)
    np.minimum.at(first, step[inside], spans.start[launched[inside]])
    np.maximum.at(last, step[inside], spans.end[launched[inside]])
    previous = int(bounds[0, 0])
    if counts[0]:
        device = np.flatnonzero(trace.on_device())
        stray = np.setdiff1d(device, launched[inside])
        before = spans.end[stray][spans.end[stray] < first[0]]
        previous = max(previous, int(before.max())) if len(before) else previous
    bounds = bounds.copy()
    for place in range(len(names)):
        start = max(previous, int(bounds[place, 0]))
        end = int(bounds[place, 1])
        if counts[place]:
            end = max(end, int(last[place]))
        previous = max(start, end)
        bounds[place] = start, previous
    kept = int(np.flatnonzero(counts)[-1]) + 1
    if kept > 1 and counts[kept - 2] * 0.8 > counts[kept - 1]:
        kept -= 1
    note = ""
    if kept < len(names):
        left = len(names) - kept
        which = "the last step" if left == 1 else f"the last {left} steps"
        note = f"{which} left out: not everything that was launched there was recorded"
    return names[:kept], bounds[:kept], note


def _launches(trace: Trace) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return launches and what they launched, as pairs of spans."""
    spans = trace.spans
    if not len(trace.flows):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    device = trace.on_device()
    links = device[trace.flows[:, 1]] & (
        spans.correlation[trace.flows[:, 0]] == spans.correlation[trace.flows[:, 1]]
    )
    return trace.flows[links, 0], trace.flows[links, 1]


def _tensorflow_steps(trace: Trace) -> tuple[list[str], NDArray[np.int64], list[int] | None]:
    """Return the steps of a TensorFlow or JAX trace; by group where the events have groups.

    As in openxla/xprof's ``StepDetails::StepTime``: the longest marker of the device,
    unless that of the host contains it.
    """
    spans = trace.spans
    on_device = np.array([track.is_device for track in trace.tracks] or [False], bool)[spans.track]
    lines = np.array([track.thread == "Steps" for track in trace.tracks] or [False], bool)[
        spans.track
    ]
    named = spans.category == trace.categories.find("step")
    host = ~on_device & (named | select_names(trace, is_step_marker))
    device = on_device & lines
    step_names: dict[int, str] = trace.header.get("step_names", {})
    grouped = spans.group >= 0
    if not (grouped & (host | device)).any():
        marks = np.flatnonzero(device if device.any() else host & named)
        marks = marks[np.argsort(spans.start[marks], kind="stable")]
        names = [trace.names.all[spans.name[mark]] for mark in marks.tolist()]
        return names, np.stack([spans.start[marks], spans.end[marks]], axis=1), None
    names, bounds, groups = [], [], []
    for group in np.unique(spans.group[grouped & (host | device)]).tolist():
        mine = spans.group == group
        best = _longest(trace, mine & device)
        around = _longest(trace, mine & host)
        if best is None or (around is not None and around[0] <= best[0] and best[1] <= around[1]):
            best = around
        if best is not None and best[1] > best[0]:
            names.append(step_names.get(group, str(group)))
            bounds.append(best)
            groups.append(group)
    return names, np.array(bounds, np.int64).reshape(-1, 2), groups


def _longest(trace: Trace, chosen: NDArray[np.bool_]) -> tuple[int, int] | None:
    places = np.flatnonzero(chosen)
    if not len(places):
        return None
    place = places[np.argmax(trace.spans.duration[places])]
    return int(trace.spans.start[place]), int(trace.spans.end[place])
