"""What is said of a log beside TensorBoard's page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from nbboard.provider import notices
from nbboard.provider.log import Log
from nbboard.provider.memory import memory_limit
from tests.provider.logs import Writer

if TYPE_CHECKING:
    import pytest


def lines(log: Log) -> list[str]:
    """What is said after a look."""
    log.refresh()
    return log.lines()


def test_nothing_is_said_of_a_log_in_order(tmp_path: Path) -> None:
    """Silence is the best news."""
    Writer(tmp_path / "run").scalar("loss", 1, 1.0)
    assert lines(Log({"": str(tmp_path)})) == []


def test_damage_is_counted_by_run(tmp_path: Path) -> None:
    """One run is named, several with their numbers, and what goes is forgotten."""
    log = Log({"": str(tmp_path)})
    writers = [Writer(tmp_path / name) for name in ("a", "b", "c", "d", "e")]
    for writer in writers:
        for step in range(9):
            writer.scalar("loss", step, 1.0)
    writers[1].flip(3)
    writers[1].flip(5)
    assert lines(log) == ["2 records damaged in run b"]
    for writer in (writers[0], writers[2], writers[3]):
        writer.path.unlink()
        again = Writer(writer.path.parent)
        for step in range(4):
            again.scalar("loss", step, 2.0)
        again.flip(2)
    assert lines(log) == ["5 records damaged in 4 runs (b: 2, a: 1, c: 1, …)"]
    for writer in writers[:4]:
        writer.path.unlink()
        writer.path.parent.rmdir()
    assert lines(log) == []


def test_damage_in_several_named_folders_names_the_run(tmp_path: Path) -> None:
    """The folder's name stands before the run's, as everywhere."""
    writer = Writer(tmp_path / "one" / "deep" / "run")
    writer.scalar("loss", 1, 1.0)
    writer.scalar("loss", 2, 1.0)
    writer.flip(1)
    log = Log({"first": str(tmp_path / "one" / "deep"), "root": str(tmp_path / "two")})
    assert "1 record damaged in run first/run" in lines(log)


def test_hidden_points_are_counted_as_they_come(tmp_path: Path) -> None:
    """Those that a restart logged again, in every kind of series; none where all are kept."""
    writer = Writer(tmp_path / "b")
    log, keep = Log({"": str(tmp_path)}), Log({"": str(tmp_path)}, "keep")
    for step in range(10):
        writer.scalar("loss", step, 1.0)
    assert lines(log) == []
    writer.scalar("loss", 4, 2.0)
    assert lines(log) == ["6 points before a restart hidden in run b"]
    writer.scalar("loss", 5, 2.0)
    writer.tensor("text", 3, [b"x"], "text")
    writer.tensor("text", 2, [b"x"], "text")
    assert lines(log) == ["7 points before a restart hidden in run b"]
    assert lines(keep) == []


def test_sampled_series_are_counted(tmp_path: Path) -> None:
    """With the flag that shows all."""
    writer = Writer(tmp_path / "run")
    log = Log({"": str(tmp_path)}, limit=20)
    for step in range(20):
        writer.scalar("loss", step, 1.0)
    assert lines(log) == []
    writer.scalar("loss", 20, 1.0)
    (line,) = lines(log)
    assert line.startswith("1 series of more than 20 points sampled")
    assert "--samples_per_plugin scalars=0" in line


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    """One file with its reason, the others counted."""
    assert "there is no such folder" in lines(Log({"": str(tmp_path / "nowhere")}))[0]


def test_a_log_of_a_quarter_of_the_memory_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With what helps; a log that has shrunk is not told any more."""
    monkeypatch.setattr(notices, "memory_limit", lambda: 1500)
    writer = Writer(tmp_path / "run")
    log = Log({"": str(tmp_path)})
    for step in range(18):
        writer.scalar("loss", step, 1.0)
    assert lines(log) == []
    writer.scalar("loss", 18, 1.0)
    assert "a folder further down" in lines(log)[0]
    writer.path.unlink()
    Writer(tmp_path / "run").scalar("loss", 1, 1.0)
    assert lines(log) == []


def test_a_container_limits_the_memory(tmp_path: Path) -> None:
    """The least of the machine's and the container's counts."""
    group = tmp_path / "sys" / "fs" / "cgroup"
    group.mkdir(parents=True)
    whole = memory_limit(tmp_path)
    (group / "memory.max").write_text("max\n")
    assert whole == memory_limit(tmp_path)
    (group / "memory.max").write_text("1000000\n")
    assert memory_limit(tmp_path) == 1_000_000
