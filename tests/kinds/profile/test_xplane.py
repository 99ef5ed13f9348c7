"""Protobuf profiles, by descriptors that are made at run time."""

from __future__ import annotations

import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.messages import MESSAGES, parse
from nbboard.kinds.profile.patterns import STATISTICS
from nbboard.kinds.profile.statistics import READERS
from nbboard.kinds.profile.steps import steps_of
from nbboard.kinds.profile.tensorflow_ops import operation_of, operations_table
from nbboard.kinds.profile.xplane import read_local_trace, read_xplane


def xspace() -> bytes:
    """A host with a step, an operation in another, input and a mere count; a device with a kernel."""
    make = MESSAGES.classes
    host = make["XPlane"](name="/host:CPU")
    names = [
        "train",
        "sequential/dense/MatMul:MatMul",
        "IteratorGetNext:IteratorGetNext",
        "a/b:Add",
    ]
    for key, name in enumerate(names, start=1):
        entry = host.event_metadata.add(key=key)
        entry.value.name = name
    for key, name in enumerate(["group_id", "step_num", "correlation_id"], start=1):
        entry = host.stat_metadata.add(key=key)
        entry.value.name = name
    line = make["XLine"](id=1, name="python", timestamp_ns=1000)

    def event(kind: int, start: int, duration: int, **stats: int):
        one = line.events.add(
            metadata_id=kind, offset_ps=start * 10**6, duration_ps=duration * 10**6
        )
        for name, value in stats.items():
            one.stats.add(
                metadata_id=["group", "step", "correlation"].index(name) + 1, int64_value=value
            )

    event(1, 0, 100, group=0, step=3)
    event(2, 10, 50, group=0)
    event(4, 20, 10, group=0)
    event(3, 70, 20, group=0)
    line.events.add(metadata_id=4, num_occurrences=12, duration_ps=5)
    host.lines.append(line.SerializeToString())
    return make["XSpace"](
        planes=[host.SerializeToString()], hostnames=["worker"]
    ).SerializeToString()


def test_lines_are_tracks_and_events_spans():
    """Times are the line's plus the event's; a count without a time is no span, and told of."""
    trace = read_xplane(xspace())

    assert [track.thread for track in trace.tracks] == ["python"]
    assert (trace.spans.start / 1e6).tolist() == [0, 10, 20, 70]
    assert trace.notes == ["12 events were only counted: nobody recorded when they were"]


def test_steps_of_tensorflow_are_divided_by_its_rules():
    """Waiting for input before computing; the marker itself is no work."""
    steps = steps_of(read_xplane(xspace()))
    shares = dict(
        zip(("loader", "cpu", "other"), (steps.by_role[0, [5, 7, 8]] / 1e6).tolist(), strict=True)
    )

    assert steps.names == ["3"]
    assert shares == {"loader": 20, "cpu": 50, "other": 30}


def test_operations_nest_among_themselves():
    """Only what is called like an operation counts, its own time without those in it."""
    table = operations_table(read_xplane(xspace()))
    rows = dict(
        zip(
            table["name"],
            zip(table["host_us"].tolist(), table["self_host_us"].tolist(), strict=True),
            strict=True,
        )
    )

    assert rows == {
        "sequential/dense/MatMul": (50, 40),
        "IteratorGetNext": (20, 20),
        "a/b": (10, 10),
    }


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("a/b:MatMul", ("a/b", "MatMul")),
        ("Iterator::Model::Map", ("Iterator::Model::Map", "Dataset")),
        ("jit(f)/mul:mul", ("jit(f)/mul", "mul")),
        ("MemcpyH2D", None),
        ("memcpyHtoD", ("memcpyHtoD", "MemcpyHToD")),
        ("EagerExecute: f", None),
        ("", None),
    ],
)
def test_operations_are_told_by_their_names(name: str, operation: tuple[str, str] | None):
    """As openxla/xprof tells them."""
    assert operation_of(name) == operation


def test_a_local_trace_is_read():
    """The form of TensorFlow 2.0: devices, resources, events."""
    make = MESSAGES.classes
    message = make["Trace"]()
    device = message.devices.add(key=1)
    device.value.name = "/host:CPU"
    resource = device.value.resources.add(key=7)
    resource.value.name = "main"
    message.trace_events.add(
        device_id=1, resource_id=7, name=" MatMul", timestamp_ps=5, duration_ps=30
    )
    trace = read_local_trace(message.SerializeToString())

    assert [(track.process, track.thread) for track in trace.tracks] == [("/host:CPU", "main")]
    assert trace.names.all == ["MatMul"]
    assert trace.spans.duration.tolist() == [30]


def test_an_overview_tells_steps_and_sentences():
    """Steps with the roles of xprof's parts, and what the profiler said itself."""
    make = MESSAGES.classes
    step = make["PerGenericStepDetails"](
        step_number=4, step_time_ms=10, host_wait_input_ms=3, device_compute_ms=5, unknown_time_ms=2
    )
    page = make["OverviewPage"]()
    page.input_analysis.input_percent = 30
    page.input_analysis.step_details.add(
        type_url="type.googleapis.com/tensorflow.profiler.PerGenericStepDetails",
        value=step.SerializeToString(),
    )
    page.recommendation.statement = "Your program is HIGHLY input-bound."
    found = READERS[".overview_page.pb"](page.SerializeToString())

    assert found.steps is not None
    assert found.steps.names == ["4"]
    assert found.steps.shares[[0, 5, 8]].tolist() == pytest.approx([0.5, 0.3, 0.2])
    assert found.input_percent == 30
    assert found.said == ["Your program is HIGHLY input-bound."]


def test_an_empty_kernel_dump_is_no_kernel():
    """TensorFlow writes an empty file where nothing ran on a device."""
    found = READERS[".kernel_stats.pb"](b"")

    assert found.kernels is None
    assert found.notes == ["kernel_stats.pb is empty: no kernel was recorded"]


def test_every_dump_that_is_looked_for_has_its_reader():
    """The names that files are found by are those that something reads."""
    assert list(STATISTICS) == list(READERS)


@pytest.mark.parametrize("suffix", sorted(READERS))
def test_damaged_numbers_are_refused(suffix: str):
    """Bytes that are no such dump say so, and nothing else happens."""
    with pytest.raises(UndecodableError):
        READERS[suffix](b"\xff\xfe{[not this]")


def test_other_bytes_are_no_xspace():
    """Neither text nor a cut message is taken for one."""
    for data in (b"hello, world", xspace()[:-7]):
        with pytest.raises(UndecodableError, match=r"XSpace|XPlane|XLine"):
            read_xplane(data)
    assert parse("XSpace", b"").planes == []
