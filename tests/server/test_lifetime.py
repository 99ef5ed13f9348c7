"""A server lives as long as its kernel: not shorter, not longer."""

from __future__ import annotations

import http.client
import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.server.kernels import Kernel, seconds_until_gone

ROUNDS = [2, pytest.param(25, marks=pytest.mark.soak)]
SECONDS = 2.0  # how long a server may outlive its kernel

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals and forks of POSIX")


def answers(server: dict[str, object]) -> bool:
    """Whether a server answers under its secret path."""
    connection = http.client.HTTPConnection("127.0.0.1", int(str(server["port"])), timeout=10)
    connection.request("GET", f"{server['path']}data/environment")
    return connection.getresponse().status == 200


def report(event: str, seconds: list[float]) -> None:
    """Print the figures for the reader."""
    orphans = sum(1 for value in seconds if value > SECONDS)
    print(
        f"{event}: {len(seconds)} rounds, {orphans} orphans, gone in {max(seconds):.2f} s at most"
    )


@pytest.mark.parametrize("rounds", ROUNDS)
def test_interrupt_leaves_the_server_alive(
    kernel: Callable[[], Kernel], logdir: Path, rounds: int
) -> None:
    """Interrupting a cell does not reach the server."""
    running = kernel()
    server = running.start_server(logdir)
    for _ in range(rounds):
        request = running.send("print('busy', flush=True)\nimport time; time.sleep(60)")
        for message in running.messages(request):
            if message["msg_type"] == "stream":
                break
        running.manager.interrupt_kernel()
        with pytest.raises(RuntimeError, match="KeyboardInterrupt"):
            running.collect(request)

        assert psutil.pid_exists(server["pid"])
        assert answers(server)
    print(f"interrupt: {rounds} rounds, 0 servers lost")


@pytest.mark.parametrize("rounds", ROUNDS)
@pytest.mark.parametrize("now", [False, True], ids=["restart", "forced restart"])
def test_restart_ends_the_server(
    kernel: Callable[[], Kernel], logdir: Path, rounds: int, now: bool
) -> None:
    """A server of the kernel before a restart is gone after it."""
    running = kernel()
    seconds = []
    for _ in range(rounds):
        server = running.start_server(logdir)
        running.restart(now=now)
        seconds.append(seconds_until_gone(server["pid"]))
    report("forced restart" if now else "restart", seconds)

    assert max(seconds) <= SECONDS


@pytest.mark.parametrize("rounds", ROUNDS)
def test_sigkill_of_the_kernel_ends_the_server(
    kernel: Callable[[], Kernel], logdir: Path, rounds: int
) -> None:
    """A kernel that is killed takes its server along."""
    seconds = []
    for _ in range(rounds):
        running = kernel()
        server = running.start_server(logdir)
        running.kill()
        seconds.append(seconds_until_gone(server["pid"]))
    report("SIGKILL", seconds)

    assert max(seconds) <= SECONDS


@pytest.mark.parametrize("rounds", ROUNDS)
def test_a_forked_worker_does_not_keep_the_server(
    kernel: Callable[[], Kernel], logdir: Path, rounds: int
) -> None:
    """A worker that outlives its killed kernel does not keep the server alive."""
    seconds = []
    for _ in range(rounds):
        running = kernel()
        server = running.start_server(logdir)
        worker = int(
            running.run(
                "import os, time\n"
                "worker = os.fork()\n"
                "if worker == 0:\n"
                "    time.sleep(60)\n"
                "    os._exit(0)\n"
                "print(worker)"
            ).split()[0]  # Python 3.12 and later warn of the fork
        )
        running.kill()
        seconds.append(seconds_until_gone(server["pid"]))

        assert psutil.pid_exists(worker), "the worker was to outlive the kernel"
        os.kill(worker, signal.SIGKILL)
    report("SIGKILL with a forked worker", seconds)

    assert max(seconds) <= SECONDS
