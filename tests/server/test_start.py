"""Starting servers: real processes, and every way in which it can go wrong."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psutil
import pytest

import nbboard
from nbboard import server as servers
from nbboard.server import standby

if TYPE_CHECKING:
    from nbboard.server.process import Child


def children() -> set[int]:
    """The processes that this one has."""
    return {child.pid for child in psutil.Process().children(recursive=True)}


def test_a_started_server_answers_under_its_secret_path(logdir: Path) -> None:
    """A start returns when the server answers, and says how long that took."""
    steps: list[str] = []
    result = servers.start(logdir, progress=steps.append)

    assert isinstance(result, servers.Started)
    assert result.server.is_alive()
    assert result.server.answers()
    assert result.server.url.endswith(result.server.path)
    assert str(logdir) == result.server.logdir
    assert (result.server,) == servers.list()
    assert steps
    assert result.seconds > 0
    assert result.warnings == ()


def test_the_same_again_is_reused(logdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Order, spelling and ways to write a path do not matter; other flags do."""
    monkeypatch.chdir(logdir.parent)
    first = servers.start(logdir, reload_interval=1, window_title="x")
    again = servers.start(
        flags=["--window_title=x", "--logdir", "./logs/../logs", "--reload_interval", "1"]
    )
    other = servers.start(logdir, reload_interval=2)

    assert isinstance(again, servers.Reused)
    assert again.server is first.server
    assert isinstance(other, servers.Started)


def test_new_starts_another(logdir: Path) -> None:
    """``new=True`` does not reuse."""
    first = servers.start(logdir)
    second = servers.start(logdir, new=True)

    assert isinstance(second, servers.Started)
    assert first.server.pid != second.server.pid


def test_a_dead_server_is_replaced(logdir: Path) -> None:
    """A server that was killed is not reused, and not listed."""
    first = servers.start(logdir).server
    os.kill(first.pid, signal.SIGKILL)
    result = servers.start(logdir)

    assert isinstance(result, servers.Started)
    assert (result.server,) == servers.list()
    assert not first.is_alive()


def test_a_server_that_hangs_is_replaced(logdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that is there but does not answer is ended, and another started."""
    first = servers.start(logdir).server
    monkeypatch.setattr(first, "answers", lambda: False)
    result = servers.start(logdir)

    assert isinstance(result, servers.Started)
    assert not first.is_alive()


def test_a_folder_that_was_made_anew_is_not_served_stale(logdir: Path, tmp_path: Path) -> None:
    """After ``rm -rf logs`` and another training, the new points show, also in an old run."""
    kept = tmp_path / "kept"
    shutil.copytree(logdir, kept)
    shutil.rmtree(logdir)
    first = servers.start(logdir).server  # the folder comes later
    shutil.copytree(kept, logdir)
    for _ in range(100):
        if first._folder._descriptor is not None:
            break
        time.sleep(0.1)
    assert isinstance(servers.start(logdir), servers.Reused)

    shutil.rmtree(logdir)
    shutil.copytree(kept, logdir)
    result = servers.start(logdir)

    assert isinstance(result, servers.Started)
    assert "deleted since" in result.warnings[0]
    assert not first.is_alive()
    assert isinstance(servers.start(logdir), servers.Reused)


def test_stop_ends_the_process(logdir: Path) -> None:
    """A stopped server is gone, as a process and from the list."""
    server = servers.start(logdir).server
    told = threading.Event()
    server.on_exit(told.set)

    assert (server,) == servers.stop(server.port)
    assert not server.is_alive()
    assert not psutil.pid_exists(server.pid)
    assert told.wait(5)
    assert servers.list() == ()


def test_stop_asks_which(logdir: Path) -> None:
    """With several running, ``stop()`` wants to know which; an unknown port lists those there are."""
    ports = [servers.start(logdir, new=True).server.port for _ in range(2)]

    with pytest.raises(nbboard.ServerError, match=str(ports[0])):
        servers.stop()
    with pytest.raises(nbboard.ServerError, match=str(ports[1])):
        servers.stop(1)
    assert len(servers.stop("all")) == 2
    with pytest.raises(nbboard.ServerError, match="No TensorBoard"):
        servers.stop()


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    """A logdir may come later; the person is told."""
    result = servers.start(tmp_path / "later")

    assert isinstance(result, servers.Started)
    assert "does not exist yet" in result.warnings[0]


def test_what_cannot_be_a_folder_is_said(tmp_path: Path) -> None:
    """Below a file, and for what cannot be opened, the reason why no runs appear is given."""
    file = tmp_path / "events.out.tfevents.1"
    file.touch()
    (tmp_path / "loop").symlink_to("loop")

    def warning(logdir: Path) -> str:
        result = servers.start(logdir)
        assert isinstance(result, servers.Started)
        return result.warnings[0]

    assert "a part of its path is a file" in warning(file / "below")
    assert "cannot be read" in warning(tmp_path / "loop")


def test_a_deleted_working_folder(
    tmp_path: Path, logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where the working folder was deleted, a relative path is refused and an absolute one shown."""
    (tmp_path / "deleted").mkdir()
    monkeypatch.chdir(tmp_path / "deleted")
    (tmp_path / "deleted").rmdir()

    relative = servers.start("logs")
    assert isinstance(relative, servers.Failed)
    assert "was deleted" in relative.cause
    assert servers.start(logdir).server.answers()


def test_a_data_server_is_warned_of(logdir: Path) -> None:
    """``--load_fast=true`` opens a port without a secret, which is said."""
    result = servers.start(logdir, load_fast="true")

    # Without the package of the data server, TensorBoard itself refuses.
    said = result.cause if isinstance(result, servers.Failed) else " ".join(result.warnings)
    assert "no secret" in said or "not available" in said


@pytest.mark.parametrize(
    ("flags", "cause"),
    [
        (["--logdri", "logs"], "did you mean --logdir"),
        (["--reload-intervall=1", "--logdir", "x"], "did you mean --reload_interval"),
        (["logs"], "did you mean --logdir logs"),
        (["\N{EM DASH}logdir", "logs"], "did you mean --logdir?"),
        (["--logdir", "logs", "--Reload_Interval=3"], "did you mean --reload_interval?"),
        (["--logdir", "logs", "--heigth", "3"], "did you mean --height?"),
        (["--logdir", "logs", "--no_display"], "did you mean --no-display?"),
        (["--logdir", "logs", "--port", "-1"], "--port: -1"),
        (["--logdir", "logs", "--port", "70000"], "--port: 70000"),
        (["--logdir", "nope://logs"], "nope"),
        (["--logdir", "logs", "--port", "x"], "--port"),
        (["--logdir", "logs", "--load_fast=maybe"], "'auto'"),
        ([], "--logdir logs"),
        (["--logdir", "a", "--logdir_spec", "b:c"], "logdir_spec"),
    ],
)
def test_a_wrong_flag_is_told_in_one_line(flags: list[str], cause: str) -> None:
    """A mistake gives one sentence with the nearest right flag, not a page of usage."""
    before = children()
    result = servers.start(flags=flags)

    assert isinstance(result, servers.Failed)
    assert cause in result.cause
    assert "\n" not in str(result)
    assert "usage" not in str(result).lower()
    assert before == children()
    with pytest.raises(nbboard.ServerError, match=r"\w"):
        _ = result.server


def test_a_taken_port_names_a_free_one(logdir: Path) -> None:
    """A port in use gives the next free one; our own server's gives its logdir."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        strange = servers.start(logdir, port=port)
    own = servers.start(logdir).server
    second = servers.start(logdir / "a run", port=own.port)

    assert isinstance(strange, servers.Failed)
    assert str(port) in strange.cause
    assert "is free" in strange.cause
    assert isinstance(second, servers.Failed)
    assert str(logdir) in second.cause
    assert f"stop {own.port}" in second.cure


def test_a_given_port_is_used(logdir: Path) -> None:
    """``--port`` is honoured."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    assert port == servers.start(logdir, port=port).server.port


def test_a_prefix_of_ones_own_stands_before_the_secret(logdir: Path) -> None:
    """``--path_prefix`` and the secret are joined."""
    server = servers.start(logdir, path_prefix="/mine").server

    assert server.path.startswith("/mine/")
    assert server.path.endswith("/")
    assert server.answers()


def test_inspect_prints(logdir: Path) -> None:
    """Flags that make TensorBoard print instead of serve return what it printed."""
    result = servers.start(logdir, inspect=True)

    assert isinstance(result, servers.Printed)
    assert "a run" in result.text
    assert servers.list() == ()


def test_all_flags_are_printed(logdir: Path) -> None:
    """``--helpfull`` prints every flag, as on TensorBoard's command line."""
    result = servers.start(logdir, flags=["--helpfull"])

    assert isinstance(result, servers.Printed)
    assert "--reload_multifile" in result.text
    assert "--samples_per_plugin" in result.text


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """A process that was started in the background ignores what the stop button sends."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
def test_a_start_can_be_interrupted(logdir: Path) -> None:
    """The stop button ends a start and leaves no process."""
    before = children()
    under_way = threading.Event()

    def stop_button() -> None:
        under_way.wait(60)
        os.kill(os.getpid(), signal.SIGINT)

    threading.Thread(target=stop_button).start()
    with pytest.raises(KeyboardInterrupt):
        servers.start(logdir, progress=lambda _: under_way.set())

    assert before == children()
    assert servers.list() == ()


@pytest.mark.skipif(not hasattr(signal, "SIGSTOP"), reason="nothing can be stopped here")
def test_a_process_that_does_not_even_listen_is_given_up_in_time(
    logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was stopped, and what it is told does not fit into its pipe."""
    made = standby._child

    def stopped(*arguments: Any) -> Child:
        child = made(*arguments)
        os.kill(child.pid, signal.SIGSTOP)
        return child

    monkeypatch.setattr(standby, "_child", stopped)
    for number in range(20):
        monkeypatch.setenv(f"LONG_{number}", "x" * 10_000)
    before = children()

    result = servers.start(logdir, timeout=2)

    assert isinstance(result, servers.Failed)
    assert "was not ready after 2 s" in result.cause
    assert children() <= before


def test_a_start_gives_up_when_told_to(logdir: Path) -> None:
    """With a timeout, a start that takes longer fails and leaves no process."""
    before = children()
    result = servers.start(logdir, timeout=0.05)

    assert isinstance(result, servers.Failed)
    assert "0.05 s" in result.cause
    assert before == children()


def test_a_child_that_dies_is_told_with_its_log(
    logdir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A TensorBoard that cannot be imported gives the cause, the cure and the log."""
    broken = tmp_path / "tensorboard"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('libsomething.so.1 is missing')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    result = servers.start(logdir)

    assert isinstance(result, servers.Failed)
    assert "libsomething.so.1 is missing" in result.cause
    assert "pip install" in result.cure
    assert "ImportError" in result.log_tail


def test_files_of_the_working_folder_are_not_imported(
    logdir: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A tensorboard.py or logging.py beside the notebook does not break the server."""
    for name in ("tensorboard.py", "logging.py", "numpy.py"):
        (tmp_path / name).write_text("raise RuntimeError('imported from the working folder')")
    monkeypatch.chdir(tmp_path)

    assert isinstance(servers.start(logdir), servers.Started)


@pytest.mark.parametrize("count", [6, pytest.param(50, marks=pytest.mark.soak)])
def test_parallel_starts_give_distinct_live_servers(tmp_path: Path, count: int) -> None:
    """Many starts at once give as many servers, each with its own port and secret."""
    with ThreadPoolExecutor(count) as pool:
        results = list(pool.map(servers.start, [tmp_path / str(n) for n in range(count)]))
    started = [result.server for result in results]
    alive = sum(server.answers(timeout=60) for server in started)
    print(f"{count} parallel starts: {alive} live servers")

    assert count == alive
    assert count == len({server.port for server in started})
    assert count == len({server.pid for server in started})
    assert count == len({server.path for server in started})


def test_the_same_asked_for_at_once_is_started_once(logdir: Path) -> None:
    """Two threads that ask for the same thing get the same server."""
    with ThreadPoolExecutor(3) as pool:
        results = list(pool.map(servers.start, [logdir] * 3))

    assert len({result.server.pid for result in results}) == 1
    assert len(servers.list()) == 1
