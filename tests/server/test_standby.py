"""The process that has TensorBoard loaded before anybody asks for it."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import psutil
import pytest

from nbboard import server as servers
from nbboard.server import standby
from tests.server.kernels import Kernel, seconds_until_gone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STANDING = """
from nbboard.server import standby
print([child.pid for child, _, _ in standby._waiting if child.is_alive()])
"""


@pytest.fixture
def nobody_asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A process in which no server was started yet."""
    monkeypatch.setattr(standby, "_asked", False)
    yield
    for child, _, _ in standby._waiting:
        child.end()
    standby._waiting.clear()
    servers.stop("all")


def standing() -> int:
    """Have a child stand by, and return its process id."""
    standby.stand_by()
    ((child, _, _),) = standby._waiting
    return child.pid


@pytest.mark.usefixtures("nobody_asked")
def test_the_first_server_is_the_child_that_stood_by(logdir: Path) -> None:
    """It serves, and no other is made: neither for a second server, nor to stand by again."""
    pid = standing()
    first = servers.start(logdir).server

    assert first.pid == pid
    assert first.answers()

    second = servers.start(logdir, new=True).server
    standby.stand_by()

    assert second.pid != pid
    assert not standby._waiting


@pytest.mark.usefixtures("nobody_asked")
def test_it_serves_from_where_the_kernel_is_by_then(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder and variables that were changed since it was started are its own, too."""
    pid = standing()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("A_VARIABLE_OF_MINE", "now")
    server = servers.start("logs").server

    assert server.pid == pid
    assert psutil.Process(pid).cwd() == str(tmp_path)


@pytest.mark.usefixtures("nobody_asked")
@pytest.mark.parametrize("how", ["s3", "fast", "python", "late", "dead"])
def test_a_child_that_cannot_serve_is_ended(
    how: str, logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Logs on S3, TensorBoard's data server, other settings of Python's, or one about to end."""
    pid = standing()
    if how == "python":
        monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "nothing else has this")
    elif how == "late":
        monkeypatch.setattr(standby, "PATIENCE", 1.0)
    elif how == "dead":
        psutil.Process(pid).kill()
        assert seconds_until_gone(pid, 60) < 60
    child = standby.take({"s3": "--logdir s3://logs", "fast": "--load_fast=true"}.get(how, ""))

    assert child.pid != pid
    assert seconds_until_gone(pid, 60) < 60
    child.end()
    assert not standby._waiting


@pytest.mark.usefixtures("nobody_asked")
@pytest.mark.skipif(not hasattr(psutil.Process, "memory_maps"), reason="the system does not tell")
def test_what_is_hardly_ever_needed_is_not_loaded(logdir: Path) -> None:
    """grpc, a tenth of the memory, is only there for TensorBoard's data server."""
    maps = {}
    for flags in ({}, {"load_fast": "true"}):
        server = servers.start(logdir, **flags).server
        maps[bool(flags)] = [one.path for one in psutil.Process(server.pid).memory_maps()]

    assert not [path for path in maps[False] if "cygrpc" in path]
    assert [path for path in maps[True] if "cygrpc" in path]


#: As if a part of TensorBoard looked at more of grpc while it is imported.
NEEDY = """
import sys

class Needy:
    def find_spec(self, name, *_):
        if name == "tensorboard.data.server_ingester":
            import grpc
            grpc.Channel

sys.meta_path.insert(0, Needy())
"""


@pytest.mark.usefixtures("nobody_asked")
@pytest.mark.skipif(not hasattr(psutil.Process, "memory_maps"), reason="the system does not tell")
def test_a_tensorboard_that_needs_more_of_it_has_it(
    tmp_path: Path, logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where what stands in for grpc does not do, the real one is loaded, and the server starts."""
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(NEEDY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    server = servers.start(logdir).server

    assert server.answers()
    maps = psutil.Process(server.pid).memory_maps()
    assert [one.path for one in maps if "cygrpc" in one.path]


@pytest.mark.usefixtures("nobody_asked")
def test_a_child_that_nobody_asks_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its memory is given back, and a start in a kernel that slept so long makes a new one."""
    monkeypatch.setattr(standby, "PATIENCE", 0.1)
    assert seconds_until_gone(standing(), 60) < 60


def test_a_kernel_that_loads_the_extension_has_one_stand_by() -> None:
    """After the cell, not in it; it opens no port, and ends with the kernel."""
    with Kernel() as kernel:
        assert kernel.run(f"%load_ext nbboard\n{STANDING}").strip() == "[]"
        deadline = time.monotonic() + 60
        while (said := kernel.run(STANDING).strip()) == "[]" and time.monotonic() < deadline:
            time.sleep(0.1)
        pid = int(said.strip("[]"))
        process = psutil.Process(pid)

        assert not [one for one in process.net_connections() if one.status == "LISTEN"]
        assert process.cmdline()[1:] == [str(standby.READER["folder"]) + "/server/launcher.py"]
    assert seconds_until_gone(pid, 60) < 60
