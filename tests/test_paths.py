"""What was probably meant by a path, and packed logs."""

from __future__ import annotations

import bz2
import gzip
import lzma
import shutil
import subprocess
from pathlib import Path

import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.paths import probably_meant


@pytest.fixture
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two runs in a folder ``logs`` below the current one."""
    monkeypatch.chdir(tmp_path)
    for run in ("a", "b"):
        writer = SummaryWriter(f"logs/{run}")
        writer.add_scalar("loss", 1.0, 0)
        writer.close()
    return tmp_path / "logs"


@pytest.mark.usefixtures("logs")
@pytest.mark.parametrize(
    ("path", "meant"),
    [
        (" logs ", "did you mean 'logs'?"),
        ("=logs", "did you mean 'logs'?"),
        ("logs;", "did you mean 'logs'?"),
        ("'logs'", "did you mean 'logs'?"),
        ("log", "did you mean 'logs'?"),
        ("LOGS", "did you mean 'logs'?"),
        ("logs/c/d", "'logs' is there, what follows is not"),
        ("a:logs/a,b:logs/b", "nbboard.open({'a': 'logs/a', 'b': 'logs/b'})"),
        ("logs/a,logs/b", "a list, ['logs/a', 'logs/b']"),
        ("logs/*", "name the folder above, 'logs'"),
        ("$LOGS_ROOT/logs", "did you mean '/data/logs'?"),
        ("${NOT_SET}/logs", "${NOT_SET} is not set here"),
    ],
)
def test_a_path_that_is_not_there_says_what_was_meant(
    path: str, meant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Signs of another syntax, lists, patterns, misspelt names: in the reader's words."""
    monkeypatch.setenv("LOGS_ROOT", "/data")
    monkeypatch.delenv("NOT_SET", raising=False)
    (problem,) = nbboard.open(path).problems

    assert problem.reason.startswith("there is no such folder (")
    assert meant in problem.reason
    assert meant in probably_meant(path)


@pytest.mark.parametrize("path", ["elsewhere", "/nowhere/at/all", "s3://bucket/*", "memory://x,y"])
def test_nothing_is_guessed_where_nothing_is_near(path: str) -> None:
    """A path of its own gets no advice."""
    assert probably_meant(path) == ""


@pytest.mark.parametrize("form", ["zip", "tar", "gztar", "bztar", "xztar", "gz", "bz2", "xz"])
def test_packed_logs_are_named_with_the_command_that_unpacks_them(logs: Path, form: str) -> None:
    """Given as the logdir, lying in it, or in the place of an event file."""
    if form in {"gz", "bz2", "xz"}:
        (event_file,) = (logs / "a").iterdir()
        pack = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress}[form]
        packed = logs.parent / f"{event_file.name}.{form}"
        packed.write_bytes(pack(event_file.read_bytes()))
    else:
        packed = Path(shutil.make_archive(str(logs.parent / "tfevents"), form, logs))
    shutil.rmtree(logs)

    as_logdir, in_folder = nbboard.open(packed), nbboard.open(packed.parent)

    for log in (as_logdir, in_folder):
        (problem,) = log.problems
        assert "not an event file but packed by" in problem.reason
        assert len(log.scalars) == 0
    packed.rename(packed.with_name(packed.name.replace("tfevents", "run")))
    said = nbboard.open(logs.parent).why_empty()
    assert "is packed by" in said
    command = said.rpartition("unpacks it: ")[2]
    if shutil.which(command.split()[0]):
        subprocess.run(command, shell=True, cwd=logs.parent, check=True, capture_output=True)
        unpacked = [path for path in logs.parent.rglob("*") if path.is_file()]
        assert len(unpacked) > 1
