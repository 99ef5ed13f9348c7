"""Checks that start what they check: a TensorBoard, and the proxy in front of it."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from nbboard.doctor.finding import Finding, pip_install, typed
from nbboard.doctor.pythons import interpreter_of, version_in

if TYPE_CHECKING:
    from nbboard.server import Server

__all__ = ["proxy", "tensorboard"]


def tensorboard() -> Finding:
    """Start TensorBoard on an empty folder, ask it, and stop it."""
    from nbboard import server

    with tempfile.TemporaryDirectory() as folder:
        result = server.start(folder, new=True)
        if not isinstance(result, server.Started):
            cure = getattr(result, "cure", "") or pip_install("tensorboard")
            return Finding("fail", f"TensorBoard does not start: {result}", cure)
        try:
            answered = result.server.answers()
        finally:
            result.server.stop()
    if not answered:
        return Finding(
            "fail",
            f"TensorBoard {result.server.version} started but does not answer at 127.0.0.1.",
            "allow connections to 127.0.0.1 in this machine's firewall",
        )
    text = f"TensorBoard {result.server.version} starts ({result.seconds:.1f} s) and answers."
    if result.left_out:
        left = "; ".join(map(str, result.left_out))
        return Finding("note", f"{text} {left}", "")
    return Finding("ok", text)


def proxy() -> Finding:
    """Ask a TensorBoard through every running Jupyter server, or through one for the purpose."""
    try:
        version = metadata.version("jupyter-server")
    except metadata.PackageNotFoundError:
        return Finding("note", "No Jupyter server is installed here, so no proxy was checked.")
    from nbboard import server

    with tempfile.TemporaryDirectory() as folder:
        result = server.start(folder, new=True)
        if not isinstance(result, server.Started):
            return Finding("fail", "No TensorBoard to reach through the proxy; see above.")
        try:
            running = _running()
            if running:
                return _judge(running, result.server, "running")
            with _started(Path(folder)) as own:
                return _judge([own], result.server, f"new (jupyter-server {version})")
        finally:
            result.server.stop()


@dataclass(frozen=True)
class _Jupyter:
    """A Jupyter server: where it answers, what it asks for, and the Python that it runs."""

    url: str
    token: str
    python: str


def _judge(servers: list[_Jupyter], board: Server, what: str) -> Finding:
    for jupyter in servers:
        answer = _through(jupyter, board)
        if answer != "ok":
            return Finding(
                "fail",
                f"TensorBoard is not reachable through the {what} Jupyter server at "
                f"{_public(jupyter.url)}, which runs {jupyter.python}: {answer}.",
                f"{_cure(jupyter.python)}, then restart the server",
            )
    return Finding(
        "ok",
        f"TensorBoard is reachable through jupyter-server-proxy of the {what} Jupyter server at "
        + ", ".join(_public(jupyter.url) for jupyter in servers)
        + ".",
    )


def _cure(python: str) -> str:
    """Return the command that gives a server's environment the proxy, or turns it on there."""
    if version_in(python, "jupyter-server-proxy") is None:
        return pip_install("jupyter-server-proxy", python=python)
    enable = ["-m", "jupyter_server.extension", "enable", "--sys-prefix", "jupyter_server_proxy"]
    return typed([python, *enable])


def _through(jupyter: _Jupyter, board: Server) -> str:
    """Return "ok", or what is wrong in a few words."""
    parts = urlsplit(jupyter.url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    path = f"{parts.path}proxy/{board.port}{board.path}nbboard/ready"
    connection = make(parts.hostname or "127.0.0.1", parts.port, timeout=20)
    try:
        connection.request("GET", path, headers={"Authorization": f"token {jupyter.token}"})
        response = connection.getresponse()
        body = response.read(1000)
    except (OSError, http.client.HTTPException) as error:
        return f"{type(error).__name__}: {error}"
    finally:
        connection.close()
    if response.status == 404:
        return "jupyter-server-proxy is not installed or not enabled there (404)"
    if response.status != 200:
        return f"it answered with status {response.status}"
    with suppress(ValueError, KeyError, TypeError):
        if json.loads(body)["nbboard"] == board.identity:
            return "ok"
    return "something else answered"


def _public(url: str) -> str:
    """Return an address without what may be secret in it."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}:{parts.port}{parts.path}"


def _running(folder: Path | None = None) -> list[_Jupyter]:
    """Return the Jupyter servers of this user that answer."""
    if folder is None:
        from jupyter_core.paths import jupyter_runtime_dir

        folder = Path(jupyter_runtime_dir())
    found = []
    for file in sorted(folder.glob("jpserver-*.json")):
        # A file may be half written, or left by a server that was killed.
        with suppress(OSError, ValueError, KeyError, TypeError):
            about = json.loads(file.read_text(encoding="utf-8"))
            python = interpreter_of(int(about.get("pid", 0))) or sys.executable
            jupyter = _Jupyter(about["url"], about.get("token", ""), python)
            if not about.get("sock") and _answers(jupyter.url):
                found.append(jupyter)
    return found


def _answers(url: str) -> bool:
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.hostname or "127.0.0.1", parts.port, timeout=5)
    try:
        connection.request("GET", f"{parts.path}api")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextmanager
def _started(folder: Path, seconds: float = 60) -> Iterator[_Jupyter]:
    """Run a Jupyter server with the user's own configuration for a moment."""
    runtime = folder / "runtime"
    runtime.mkdir()
    environment = {
        **os.environ,
        "JUPYTER_RUNTIME_DIR": str(runtime),
        "JUPYTER_TOKEN": secrets.token_hex(16),  # not in argv, where others could read it
    }
    log = folder / "jupyter.log"
    with log.open("wb") as stream:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
                *(
                    "--ServerApp.ip=127.0.0.1",
                    "--ServerApp.port=0",
                    f"--ServerApp.root_dir={folder}",
                ),
            ],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline and process.poll() is None:
            found = _running(runtime)
            if found:
                yield found[0]
                return
            time.sleep(0.2)
        lines = log.read_text(errors="replace").strip().splitlines()[-3:]
        raise RuntimeError(f"a Jupyter server did not start: {' '.join(lines)}")
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
