"""Steps, roles and utilisation: no moment counts twice."""

from __future__ import annotations

import numpy as np
import pytest

from nbboard.kinds.profile.chrome import read_chrome
from nbboard.kinds.profile.kernels import device_use, kernels_table
from nbboard.kinds.profile.operators import operators_table, tree_of
from nbboard.kinds.profile.roles import ROLES
from nbboard.kinds.profile.steps import steps_of
from tests.kinds.profile.traces import kernel, launch, pieces, span, training


def roles(steps, step: int) -> dict[str, float]:
    """The microseconds of each role that a step has, other than none."""
    row = (steps.by_role[step] / 1e6).tolist()
    return {role: time for role, time in zip(ROLES, row, strict=True) if time}


def test_a_moment_belongs_to_the_role_with_priority():
    """Kernels before launches before loading before operators; the rest is nothing recorded."""
    steps = steps_of(read_chrome(pieces(training())))

    assert steps.names == ["0", "1", "2"]
    assert roles(steps, 0) == {"kernel": 40, "launch": 10, "loader": 30, "cpu": 10, "other": 10}
    assert steps.by_role.sum(axis=1).tolist() == steps.duration.tolist()


def test_a_step_ends_when_what_it_launched_has_ended():
    """A kernel that outlasts its step takes the next one's time."""
    events = [
        span("ProfilerStep#7", 0, 100, "user_annotation"),
        span("ProfilerStep#8", 100, 100, "user_annotation"),
        launch(10, 5, correlation=1, external=0),
        launch(110, 5, correlation=2, external=0),
        kernel("k", 20, 110, 1),
        kernel("k", 140, 50, 2),
    ]
    steps = steps_of(read_chrome(pieces(events)))

    assert (steps.start / 1e6).tolist() == [0, 130]
    assert (steps.duration / 1e6).tolist() == [130, 70]


def test_a_last_step_that_was_cut_off_is_left_out_and_told():
    """Fewer launches than four fifths of the step before: the profiler had ended."""
    events = training(3)
    events += [launch(30 + i, 0.5, 100 + i, 0) for i in range(9)]
    events += [kernel("k", 40 + i, 0.5, 100 + i) for i in range(9)]
    events += [launch(130 + i, 0.5, 200 + i, 0) for i in range(9)]
    events += [kernel("k", 140 + i, 0.5, 200 + i) for i in range(9)]
    steps = steps_of(read_chrome(pieces(events)))

    assert steps.names == ["0", "1"]
    assert steps.note.startswith("the last step left out")


def test_without_steps_the_whole_counts_as_one():
    """A trace of inference has no steps, and yet shares."""
    steps = steps_of(read_chrome(pieces([span("a", 0, 30), span("b", 70, 30)])))

    assert not steps.recorded
    assert steps.names == ["all"]
    assert roles(steps, 0) == {"cpu": 60, "other": 40}


def test_a_collective_is_communication_whatever_launched_it():
    """NCCL's kernels by name, and kernels of an operator that is a collective."""
    events = [
        span("ProfilerStep#1", 0, 100, "user_annotation"),
        span("nccl:all_reduce", 0, 5, "user_annotation", args={"External id": 4}),
        kernel("some_kernel", 10, 20, 1, **{"External id": 4}),
        kernel("ncclKernel_AllReduce_RING", 40, 10, 2),
        kernel("gemm", 45, 15, 3),
    ]
    steps = steps_of(read_chrome(pieces(events)))

    assert roles(steps, 0)["communication"] == 5 + 20 + 5
    assert roles(steps, 0)["kernel"] == 15
    assert steps.overlap.tolist() == [5e6]


def test_operators_have_the_time_of_what_they_launched():
    """Own time is without children and launches; one that only wraps its like is one with it."""
    events = [
        span("outer", 0, 100, args={"External id": 1}),
        span("aten::mul", 10, 60, args={"External id": 2}),
        span("aten::mul", 12, 50, args={"External id": 3}),
        launch(20, 10, correlation=1, external=3),
        kernel("mul_kernel", 40, 25, 1),
    ]
    trace = read_chrome(pieces(events))
    tree = tree_of(trace)
    table = operators_table(trace, tree)
    rows = {
        name: [
            float(table[column][i])
            for column in ("calls", "host_us", "self_host_us", "device_us", "self_device_us")
        ]
        for i, name in enumerate(table["name"])
    }

    assert rows == {"aten::mul": [1, 60, 50, 25, 25], "outer": [1, 100, 40, 25, 0]}
    assert kernels_table(trace, tree)["operator"] == ["aten::mul"]


def test_kernels_are_summed_by_name_and_weighted_by_time():
    """Blocks and occupancy are means of the calls, weighted by how long each took."""
    events = [
        kernel("k", 0, 30, 1, **{"blocks per SM": 2.0, "est. achieved occupancy %": 50}),
        kernel("k", 50, 10, 2, **{"blocks per SM": 6.0, "est. achieved occupancy %": 10}),
        kernel("other", 70, 5, 3),
    ]
    table = kernels_table(read_chrome(pieces(events)), None)

    assert table["name"] == ["k", "other"]
    assert table["total_us"].tolist() == [40, 5]
    assert table["min_us"].tolist() == [10, 5]
    assert table["max_us"].tolist() == [30, 5]
    assert table["blocks_per_sm"][0] == 3.0
    assert table["occupancy"][0] == 40.0
    assert np.isnan(table["occupancy"][1])


def test_utilisation_counts_a_moment_once():
    """Two kernels at the same time keep the device busy once."""
    events = [
        *training(1, loading=0),
        kernel("beside", 60, 20, 9),
    ]
    trace = read_chrome(pieces(events))
    use = device_use(trace, steps_of(trace))

    assert use[0]["utilisation"] == pytest.approx(0.4)
    assert use[0]["efficiency"] == pytest.approx(0.5 * 0.4)
