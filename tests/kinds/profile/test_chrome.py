"""JSON traces as columns: what writers do, and what they do wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.chrome import picoseconds, read_chrome
from tests.kinds.profile.traces import kernel, launch, pieces, span

if TYPE_CHECKING:
    from nbboard.kinds.profile.trace import Trace


def read(events: list, **header) -> Trace:
    """The trace of some events."""
    return read_chrome(pieces(events, **header))


def named(trace: Trace) -> list[tuple[str, float, float]]:
    """Name, start and duration of each span, in microseconds."""
    spans = trace.spans
    names = [trace.names.all[code] for code in spans.name.tolist()]
    return list(
        zip(names, (spans.start / 1e6).tolist(), (spans.duration / 1e6).tolist(), strict=True)
    )


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (3, 3_000_000),
        ("1623142623460111.123", 1623142623460111123000),
        ("-0.5", -500_000),
        ("1e3", 1_000_000_000),
        ("12345678901234567890123", 12345678901234567890123000000),
        ("soon", None),
        (None, None),
        (True, None),
    ],
)
def test_times_are_exact(written, meant):
    """Microseconds as they stand in a file, also beyond 2**53, as whole picoseconds."""
    assert picoseconds(written) == meant


def test_spans_nest_by_time_on_their_track():
    """Parent, depth and own time follow from what lies inside of what."""
    trace = read(
        [span("outer", 0, 100), span("inner", 10, 30), span("other thread", 10, 30, tid=2)]
    )
    spans = trace.spans

    assert named(trace) == [("outer", 0, 100), ("inner", 10, 30), ("other thread", 10, 30)]
    assert spans.parent.tolist() == [-1, 0, -1]
    assert spans.depth.tolist() == [0, 1, 0]
    assert (spans.self_time / 1e6).tolist() == [70, 30, 30]


def test_spans_that_overlap_are_both_seen():
    """What begins inside of another and ends after it is no child, but has a row of its own."""
    trace = read([span("first", 0, 50), span("second", 25, 50)])

    assert trace.spans.parent.tolist() == [-1, -1]
    assert trace.spans.depth.tolist() == [0, 1]


def test_a_negative_duration_counts_as_none():
    """A clock that went back makes no time."""
    assert named(read([span("back", 5, -3)])) == [("back", 0, 0)]


def test_times_that_cannot_be_are_counted():
    """A mark set a century away does not stretch the trace, and is told of."""
    trace = read([span("a", 0, 1), span("far", 10**16, 1), span("when", 0, 1) | {"ts": "soon"}])

    assert [name for name, _, _ in named(trace)] == ["a"]
    assert trace.notes == ["2 events with an impossible time or form were left out"]


def test_begin_and_end_are_one_span():
    """B and E events of a thread close the latest that is open."""
    place = {"pid": 1, "tid": 1}
    events = [
        {"ph": "B", "name": "outer", "ts": 0, **place},
        {"ph": "B", "name": "inner", "ts": 1, **place},
        {"ph": "E", "ts": 2, **place},
        {"ph": "E", "ts": 5, **place},
        {"ph": "E", "ts": 6, **place},
        {"ph": "B", "name": "endless", "ts": 7, **place},
    ]
    trace = read(events)

    assert named(trace) == [("outer", 0, 5), ("inner", 1, 1)]
    assert trace.notes == ["1 events end what never began", "1 events begin and never end"]


def test_arrows_lead_from_launch_to_kernel_and_along_flows():
    """Correlations and flow events are arrows between spans."""
    events = [
        span("forward", 0, 10),
        span("backward", 20, 10, tid=2),
        launch(2, 1, correlation=5, external=1),
        kernel("k", 4, 3, 5),
        {"ph": "s", "cat": "fwdbwd", "name": "fwdbwd", "id": 1, "pid": 1, "tid": 1, "ts": 1},
        {"ph": "f", "cat": "fwdbwd", "name": "fwdbwd", "id": 1, "pid": 1, "tid": 2, "ts": 21},
    ]
    trace = read(events)
    names = [trace.names.all[code] for code in trace.spans.name.tolist()]
    arrows = {(names[a], names[b]) for a, b in trace.flows.tolist()}

    assert arrows == {("cudaLaunchKernel", "k"), ("forward", "backward")}


def test_counters_are_numbers_over_time():
    """C events become curves, one for each of their series."""
    event = {"ph": "C", "name": "load", "pid": 1}
    trace = read(
        [
            span("a", 0, 9),
            {**event, "ts": 4, "args": {"x": 2, "y": 3}},
            {**event, "ts": 2, "args": {"x": 1}},
        ]
    )
    found = {counter.name: counter.value.tolist() for counter in trace.counters}

    assert found == {"load: x": [1.0, 2.0], "load: y": [3.0]}


def test_hostile_names_are_names():
    """Markup, control characters and names of attributes are only ever text."""
    names = ["<img src=x onerror=alert(1)>", "__proto__", "a\x00b\u202e", "", "constructor"]
    trace = read([span(name, 2 * i, 1) for i, name in enumerate(names)])

    assert [name for name, _, _ in named(trace)] == names


def test_events_of_other_shapes_cost_nothing():
    """Numbers, lists and nulls where events belong are counted and left out."""
    trace = read(
        [
            1,
            None,
            [2],
            {"ph": "X"},
            {"no": "phase"},
            span("a", 0, 1, args="text"),
            span("b", 1, 1, args=None),
        ]
    )

    assert [name for name, _, _ in named(trace)] == ["a", "b"]


def test_a_list_of_something_else_is_refused():
    """A file whose events are none says so."""
    with pytest.raises(UndecodableError, match="none of its 2 events"):
        read([[1, 2], [3, 4]])


def test_an_empty_trace_is_a_trace():
    """No event is no mistake."""
    assert len(read([]).spans) == 0


def test_reading_can_be_stopped():
    """What was read until then is there, and it is said that there is more."""
    events = [span(f"op {i}", i, 1) for i in range(5000)]
    asked = iter([False, True, True])
    trace = read_chrome(pieces(events, size=50_000), lambda: next(asked))

    assert 0 < len(trace.spans) < 5000
    assert "stopped" in trace.notes[0]
    assert np.all(np.diff(trace.spans.start) >= 0)
