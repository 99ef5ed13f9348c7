"""``log.profile``: which files are a session, and its tables."""

from __future__ import annotations

import gzip
import json

import numpy as np
import pytest

import nbboard
from nbboard.errors import LogdirError
from nbboard.kinds.profile.read import Reading
from tests.kinds.profile.traces import kernel, span, training, write


@pytest.fixture
def logs(tmp_path):
    """Two cycles of two workers, as torch's handler writes them, and one TensorFlow session."""
    for stamp, loading in (("1700000000001", 30.0), ("1700000000900", 5.0)):
        for worker in range(2):
            write(
                tmp_path / f"run/host_{worker}.{stamp}.pt.trace.json.gz",
                training(loading=loading + 10 * worker),
                distributedInfo={"rank": 1 - worker},
            )
    write(tmp_path / "fit/train/plugins/profile/2024_01_01/box.trace.json.gz", [span("x", 0, 5)])
    (tmp_path / "fit/train/plugins/profile/2024_01_01/box.kernel_stats.pb").write_bytes(b"")
    (tmp_path / "fit/train/plugins/profile/2024_01_01/box.memory_viewer.json").write_bytes(b"{}")
    return tmp_path


def test_files_are_grouped_into_sessions(logs):
    """The first file of each worker is one session, the second another; ranks stand in order."""
    log = nbboard.open(logs)

    assert log.profile.sessions == (
        ("fit/train", "2024_01_01"),
        ("run", "1700000000001"),
        ("run", "1700000000900"),
    )
    assert log.kinds["profile"] == 3
    assert [host.name for host in log.profile["run"].hosts] == ["host_1", "host_0"]
    assert log.profile["run"] is log.profile["run", "1700000000900"]
    assert log.profile.select("fit").runs == ("fit/train",)


def test_what_is_not_read_has_a_reason(logs):
    """A file of another tool is refused in a sentence that stands among the problems."""
    log = nbboard.open(logs)
    profile = log.profile["fit/train"]

    assert list(profile.refused.values()) == [
        "not read: the buffers of one XLA program, not a time line"
    ]
    assert [problem.reason for problem in log.problems] == list(profile.refused.values())
    assert "kernel_stats.pb is empty: no kernel was recorded" in profile.notes


def test_a_wrong_name_says_which_there_are(logs):
    """Neither runs nor hosts have to be guessed."""
    log = nbboard.open(logs)

    with pytest.raises(LogdirError, match="no profile 'nope'"):
        log.profile["nope"]
    with pytest.raises(LogdirError, match="hosts: 'host_1', 'host_0'"):
        log.profile["run"].host("host_9")
    with pytest.raises(LogdirError, match="ops or kernels"):
        log.profile["run"].compare(log.profile["run"], "modules")


def test_tables_come_in_every_form(logs):
    """Steps, operators, kernels and spans as pandas, polars and Arrow, with the same numbers."""
    profile = nbboard.open(logs).profile["run", "1700000000001"]
    steps = profile.steps.to_pandas()

    assert list(steps["step"]) == ["0", "1", "2"] * 2
    roles = [
        name for name in steps.columns if name not in {"host", "step", "start_us", "duration_us"}
    ]
    np.testing.assert_allclose(steps[roles].sum(axis=1), steps["duration_us"])
    assert profile.ops.to_polars()["self_device_us"].to_list() == [120.0, 120.0]
    assert profile.kernels.to_arrow().column("calls").to_pylist() == [3, 3]
    assert len(profile.spans) == len(profile.spans.to_pandas()) == 30
    assert set(profile.spans.to_pandas()["thread"]) == {"thread 1", "thread 7"}


def test_ranks_have_a_skew(tmp_path):
    """The quickest has none; the slowest one's verdict is the session's."""
    for rank, length in ((0, 100.0), (1, 125.0)):
        events = [
            span("ProfilerStep#1", 0, length, "user_annotation"),
            span("op", 0, 50),
        ]
        write(
            tmp_path / f"w{rank}.1700000000001.pt.trace.json",
            events,
            distributedInfo={"rank": rank},
        )
    profile = nbboard.open(tmp_path).profile["."]

    assert profile.ranks["skew"].tolist() == [0.0, 0.25]
    assert profile.host().name == "w1"
    assert str(profile.verdict).startswith("Waiting: 60 %")


def test_two_profiles_are_compared_a_step(logs):
    """Times are divided by the steps; what is new or gone says so."""
    write(
        logs / "later/host_0.1700000000001.pt.trace.json",
        [*training(steps=1), kernel("added", 10, 8, 50), span("aten::new", 95, 2)],
    )
    log = nbboard.open(logs)
    before, after = log.profile["run", "1700000000001"], log.profile["later"]
    changes = before.compare(after).to_pandas().set_index("name")
    kernels = before.compare(after, "kernels").to_pandas().set_index("name")

    assert changes.loc["aten::new", "status"] == "new"
    assert changes.loc["aten::conv", "before_calls"] == 1
    assert kernels.loc["conv_kernel", ["before_us", "after_us"]].tolist() == [40, 40]
    assert kernels.loc["added", "status"] == "new"


@pytest.mark.parametrize("keep", [0, 40, -400])
def test_damage_costs_what_it_touched(logs, keep):
    """An empty file, a cut one, one whose checksum is gone: the rest of the log is as before."""
    path = logs / "run/host_0.1700000000001.pt.trace.json.gz"
    path.write_bytes(path.read_bytes()[:keep])
    log = nbboard.open(logs)
    profile = log.profile["run", "1700000000001"].read()

    assert "host_1" in [host.name for host in profile.hosts]
    assert profile.refused or profile.notes


def test_a_bomb_is_refused(tmp_path):
    """A few bytes that claim to be gigabytes are not unpacked."""
    (tmp_path / "w.pt.trace.json.gz").write_bytes(gzip.compress(b" " * (64 << 20), 9))
    profile = nbboard.open(tmp_path).profile["."].read()

    assert "claim to be gigabytes" in next(iter(profile.refused.values()))


def test_a_profile_that_is_written_anew_is_read_anew(logs):
    """A refresh sees that the file has changed; what did not change stays as it is."""
    log = nbboard.open(logs)
    untouched = log.profile["run"]
    old = log.profile["run", "1700000000001"]
    assert len(old.steps) == 6
    write(logs / "run/host_0.1700000000001.pt.trace.json.gz", training(steps=5))
    log.refresh()

    assert len(log.profile["run", "1700000000001"].steps) == 8
    assert log.profile["run"] is untouched


def test_what_was_wrong_with_half_a_file_is_forgotten_when_it_is_whole(tmp_path):
    """A trace that is looked at while it is written is no problem of the log afterwards."""
    file = write(tmp_path / "run/w.1700000000001.pt.trace.json", training(steps=3))
    whole = file.read_bytes()
    file.write_bytes(whole[:7])
    log = nbboard.open(tmp_path)
    assert log.profile["run"].refused
    assert len(log.problems) == 1

    file.write_bytes(whole)
    log.refresh()

    assert len(log.profile["run"].steps) == 3
    assert log.problems == ()


def test_reading_says_how_far_it_is_and_stops(tmp_path):
    """Progress counts the bytes of the file; once stopped, what was read is there."""
    events = [span(f"op {i % 50}", i, 1, args={"x": "y" * 200}) for i in range(20_000)]
    path = write(tmp_path / "w.pt.trace.json", events)
    told: list[tuple[int, int]] = []
    reading = Reading(lambda done, total: told.append((done, total)), lambda: len(told) > 2)
    profile = nbboard.open(tmp_path).profile["."].read(reading)

    assert told[0] == (1 << 20, path.stat().st_size)
    assert 0 < len(profile.spans) < 20_000
    assert any("stopped" in note for note in profile.notes)


@pytest.mark.soak
def test_a_gigabyte_is_read_within_bounds(tmp_path):
    """A trace of 1 GB takes less than 500 MB of memory beyond what Python had."""
    import resource

    path = tmp_path / "big.pt.trace.json"
    event = json.dumps(
        span("op NAME", 0, 3, args={"External id": 7, "Call stack": "f.py(1): f;" * 40})
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with path.open("w") as file:
        file.write('{"schemaVersion": 1, "traceEvents": [\n')
        head, middle = event.split("NAME")
        start = '"ts": 0'
        for i in range(1_750_000):
            place = middle.replace(start, f'"ts": {4 * i}')
            file.write(f"{head}{i % 3000}{place},\n")
        file.write(event + "]}")
    assert path.stat().st_size > 1_000_000_000
    profile = nbboard.open(tmp_path).profile["."].read(Reading())
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before

    assert len(profile.hosts[0].trace.spans) == 1_750_001
    assert grown < 500_000, f"{grown:,} kB"
