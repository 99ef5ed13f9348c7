"""Restarts, overlapping files and repeated steps: exactly which points show, and none is lost."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboard.compat.proto import event_pb2, summary_pb2

FIRST, SECOND = "events.out.tfevents.1", "events.out.tfevents.2"

#: Files in the order in which they are written: (name, steps); what "latest" shows; how many it
#: hides. The counts are those of TensorBoard's data server, where it does not depend on chance
#: and where it does not take several points at one step for a restart.
CASES = {
    "a restart": ([(FIRST, range(7)), (FIRST, range(3, 6))], [0, 1, 2, 3, 4, 5], 4),
    "a restart in a file of its own": ([(FIRST, range(7)), (SECOND, range(3, 6))], range(6), 4),
    "two files that overlap": ([(FIRST, range(8)), (SECOND, range(4, 10))], range(10), 4),
    "every point is logged at step 0": ([(FIRST, [0] * 5)], [0] * 5, 0),
    "an epoch is logged several times": ([(FIRST, [0, 0, 5, 5, 5])], [0, 0, 5, 5, 5], 0),
    "a restart where steps repeat": (
        [(FIRST, [0, 0, 1, 1, 2]), (SECOND, [1, 1, 2])],
        [0, 0, 1, 1, 2],
        3,
    ),
    "the same file of two writers": ([(FIRST, range(5)), (FIRST, range(5))], range(5), 5),
    "an earlier file that comes late": (
        [(SECOND, range(10, 15)), (FIRST, range(5))],
        [*range(5), *range(10, 15)],
        0,
    ),
    "two writers in one folder at one time": (
        [(SECOND, range(3, 8)), (FIRST, range(5))],
        [*range(5), *range(3, 8)],
        0,
    ),
    "restart upon restart": (
        [(FIRST, range(6)), (FIRST, range(2, 5)), (FIRST, range(1, 3))],
        [0, 1, 2],
        8,
    ),
    "negative steps": ([(FIRST, [-3, -2, -1]), (FIRST, [-2, 0])], [-3, -2, 0], 2),
}


@pytest.mark.parametrize("live", [False, True], ids=["at once", "while it grows"])
@pytest.mark.parametrize("case", CASES)
def test_what_shows_and_what_is_kept(logs, case, live):
    """The same whether it is read at the end or followed: by name and place, never by chance."""
    writes, shown, hidden = CASES[case]
    log = logs.open()
    written = {}
    number = 0
    for name, steps in writes:
        values = [float(number + i) for i in range(len(steps))]
        number += len(steps)
        logs.scalars("run", "loss", values, steps=list(steps), name=name)
        written.setdefault(name, []).extend(zip(steps, values, strict=True))
        if live:
            log.refresh()
    log.refresh()
    everything = [point for name in sorted(written) for point in written[name]]

    keep = log.scalars.select(restarts="keep")["run", "loss"]
    latest = log.scalars.select(restarts="latest")["run", "loss"]

    assert list(zip(keep.step.tolist(), keep.value.tolist(), strict=True)) == everything
    assert keep.hidden == 0
    assert latest.step.tolist() == list(shown)
    if len(set(shown)) == len(shown):
        # Of each step that shows, the value is the one that was written last.
        assert latest.value.tolist() == [dict(everything)[step] for step in shown]
    assert latest.hidden == hidden
    assert len(latest.step) + latest.hidden == len(everything)
    assert ("hidden" in repr(latest)) is (hidden > 0)


def test_numbers_at_every_edge_are_not_altered(logs):
    """Steps around 2^53 and at both ends of int64, every odd value and odd wall times, exactly."""
    nan, inf = float("nan"), float("inf")
    edges = [2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1, -(2**63), -1, 0]
    numbers = [nan, inf, -inf, -0.0, 1e-45, 3.4028234663852886e38, 0.1, -1.5]
    clocks = [nan, inf, -inf, -0.0, 5e-324, 1.7e308, 1_700_000_000.123456, -1.0]
    for step, number, clock in zip(edges, numbers, clocks, strict=True):
        one = summary_pb2.Summary.Value(tag="odd", simple_value=number)
        logs.event("run", step=step, wall_time=clock, summary=summary_pb2.Summary(value=[one]))
    log = logs.open()

    series = log.scalars["run", "odd"]
    frame = log.scalars.to_pandas()

    for steps in (series.step, frame.step.to_numpy(), log.scalars.to_polars()["step"].to_numpy()):
        assert steps.tolist() == edges
    assert [repr(x) for x in series.wall_time.tolist()] == [repr(x) for x in clocks]
    assert [repr(x) for x in frame.wall_time.tolist()] == [repr(x) for x in clocks]
    # The log itself holds single precision.
    logged = [repr(float(number)) for number in np.array(numbers, np.float32)]
    assert [repr(float(x)) for x in series.value] == logged
    assert [repr(float(x)) for x in frame.value] == logged


def test_what_a_job_declared_void_is_left_out_on_demand(logs):
    """restarts="purge" drops what was logged from a SessionLog.START on before, in every door."""
    logs.scalars("run", "loss", [float(i) for i in range(10)], name=FIRST)
    logs.event("run", SECOND, step=4, session_log=event_pb2.SessionLog(status=1))
    logs.scalars("run", "loss", [40.0, 80.0], steps=[4, 8], name=SECOND)
    logs.scalars("other", "loss", [1.0, 2.0])
    scalars = logs.open(restarts="purge").scalars

    series = scalars["run", "loss"]

    assert series.value.tolist() == [0, 1, 2, 3, 40, 80]
    assert series.hidden == 6
    assert scalars.to_pandas().value.tolist() == [1, 2, 0, 1, 2, 3, 40, 80]
    assert len(scalars.view().data) == 8
    figure = scalars.figure(smoothing=0.0)
    assert figure.axes[0].lines[1].get_ydata().tolist() == [0, 1, 2, 3, 40, 80]
    assert figure.axes[0].texts[0].get_text() == "6 points declared void (run)"
