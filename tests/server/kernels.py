"""A real IPython kernel to run code in, and to treat badly."""

from __future__ import annotations

import json
import os
import signal
import time
from types import TracebackType
from typing import Any

import psutil
from jupyter_client.manager import KernelManager

__all__ = ["Kernel", "seconds_until_gone"]


class Kernel:
    """A kernel with a client, as a notebook has.

    Parameters
    ----------
    environment
        Its environment variables beside this process's.
    """

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        self.manager = KernelManager(kernel_name="python3")
        self.manager.start_kernel(env={**os.environ, **(environment or {})})
        self._connect()

    def __enter__(self) -> Kernel:  # noqa: PYI034 - Self came with Python 3.11
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        value: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.client.stop_channels()
        self.manager.shutdown_kernel(now=True)

    @property
    def pid(self) -> int:
        """The kernel's process id."""
        return int(self.manager.provisioner.process.pid)

    def _connect(self) -> None:
        self.client = self.manager.blocking_client()
        self.client.start_channels()
        self.client.wait_for_ready(timeout=60)

    def send(self, code: str) -> str:
        """Ask for code to be run, and do not wait."""
        return self.client.execute(code)

    def run(self, code: str, seconds: float = 60) -> str:
        """Run code and return what it printed; an error is raised with its text."""
        return self.collect(self.send(code), seconds)

    def collect(self, request: str, seconds: float = 60) -> str:
        """Return what an earlier request printed, when it is done."""
        text, error = "", None
        for message in self.messages(request, seconds):
            content = message["content"]
            if message["msg_type"] == "stream":
                text += content["text"]
            elif message["msg_type"] == "error":
                error = "\n".join(content["traceback"])
        if error is not None:
            raise RuntimeError(error)
        return text

    def messages(self, request: str, seconds: float = 60) -> Any:
        """Yield what comes for a request until it is done."""
        deadline = time.monotonic() + seconds
        while True:
            message = self.client.get_iopub_msg(timeout=max(0.1, deadline - time.monotonic()))
            if message["parent_header"].get("msg_id") != request:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return
            yield message

    def start_server(self, logdir: object) -> dict[str, Any]:
        """Start a TensorBoard from the kernel; return its pid, port and path."""
        printed = self.run(
            "import json, nbboard.server\n"
            f"server = nbboard.server.start({str(logdir)!r}).server\n"
            "print(json.dumps([server.pid, server.port, server.path]))"
        )
        pid, port, path = json.loads(printed)
        return {"pid": pid, "port": port, "path": path}

    def kill(self) -> None:
        """End it as the operating system does for want of memory: only itself, at once."""
        os.kill(self.pid, signal.SIGKILL)

    def restart(self, *, now: bool) -> None:
        """Restart it as a notebook does, by request or by force."""
        self.client.stop_channels()
        self.manager.restart_kernel(now=now)
        self._connect()


def seconds_until_gone(pid: int, patience: float = 10) -> float:
    """Wait until a process is gone; infinity if it does not go."""
    begun = time.monotonic()
    while time.monotonic() - begun < patience:
        try:
            if psutil.Process(pid).status() == psutil.STATUS_ZOMBIE:
                break
        except psutil.NoSuchProcess:
            break
        time.sleep(0.01)
    else:
        return float("inf")
    return time.monotonic() - begun
