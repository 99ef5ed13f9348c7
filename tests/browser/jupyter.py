"""A real JupyterLab or Notebook 7, in folders of its own, that ends with the test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest

__all__ = ["APPS", "JupyterServer"]

#: Fixtures with one of each application: the second is tried by make installed.
APPS = ["lab", pytest.param("notebook7", marks=pytest.mark.installed)]

# Nothing that asks the network, and nothing that pops up over what a test looks at.
SETTINGS: dict[str, dict[str, Any]] = {
    "@jupyterlab/apputils-extension/notification": {
        "fetchNews": "false",
        "checkForUpdates": False,
        "doNotDisturbMode": True,
    },
    "@jupyterlab/docmanager-extension/plugin": {"autosaveInterval": 100_000},
}
DISABLED = ("@jupyterlab/apputils-extension:announcements",)

# A caller's own Jupyter, Python and TensorBoard settings must not reach the server under test.
LEAKY = ("JUPYTER", "JPY_", "IPYTHON", "TENSORBOARD", "PYTHONPATH", "PYTHONSTARTUP", "KERNEL_")


class JupyterServer:
    """A running server.

    Parameters
    ----------
    app
        ``"lab"`` or ``"notebook"`` (Notebook 7).
    folder
        An empty folder; home, configuration, runtime files, ``tmp`` and the notebooks go below.
    base_url
        The path below which the server answers, as ``"/user/someone/"`` on a hub.
    token
        The token that every request needs.
    proxy
        Whether jupyter-server-proxy is switched on.
    settings
        JupyterLab settings beside ours: ``{"@jupyterlab/...-extension/plugin": {...}}``.
    disabled
        Extensions of JupyterLab that are switched off.
    environment
        Environment variables of the server, and so of its kernels.
    arguments
        Further command line arguments.
    python
        The Python of the server's environment, and so of its kernels.

    Attributes
    ----------
    root : Path
        Where the notebooks are.
    url : str
        Ends with the base URL and its slash; without the token.
    """

    def __init__(
        self,
        app: str,
        folder: Path,
        *,
        base_url: str = "/user/someone/",
        token: str = "a-token",
        proxy: bool = True,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
        disabled: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        arguments: Sequence[str] = (),
        python: str | Path = sys.executable,
    ) -> None:
        self.app = app
        self.python = Path(python)
        self.folder = folder
        self.base_url = base_url
        self.token = token
        self.root = folder / "work"
        self.runtime = folder / "runtime"
        self.log_file = folder / "jupyter.log"
        self._configure({**SETTINGS, **(settings or {})}, [*DISABLED, *disabled])
        no_proxy = "--ServerApp.jpserver_extensions={'jupyter_server_proxy': False}"
        command = [
            str(self.python),
            "-m",
            {"lab": "jupyterlab", "notebook": "notebook"}[app],
            "--no-browser",
            "--allow-root",
            "--expose-app-in-browser",
            "--ServerApp.port=0",
            "--ServerApp.ip=127.0.0.1",
            f"--ServerApp.base_url={base_url}",
            f"--ServerApp.root_dir={self.root}",
            *([] if proxy else [no_proxy]),
            "--LabApp.extension_manager=readonly",
            "--LabApp.news_url=",
            *arguments,
        ]
        with self.log_file.open("wb") as log:
            self.process = subprocess.Popen(
                command,
                cwd=self.root,
                env=self._environment(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self.url = self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def write(self, path: str, cells: Sequence[str] | nbformat.NotebookNode | Path) -> str:
        """Put a notebook below the root: its code cells, a notebook, or a file to copy."""
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(cells, Path):
            shutil.copyfile(cells, target)
            return path
        if not isinstance(cells, nbformat.NotebookNode):
            code = [nbformat.v4.new_code_cell(source) for source in cells]
            kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
            cells = nbformat.v4.new_notebook(cells=code, metadata={"kernelspec": kernel})
        nbformat.write(cells, target)
        return path

    def request(self, path: str, method: str = "GET") -> Any:
        """Call the server's own interface (``api/sessions`` ...) and return the decoded answer."""
        request = urllib.request.Request(
            self.url + path, method=method, headers={"Authorization": f"token {self.token}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            body = answer.read()
        return json.loads(body) if body else None

    def end_sessions(self) -> None:
        """End every kernel, so that the next test finds none."""
        for session in self.request("api/sessions"):
            self.request(f"api/sessions/{session['id']}", "DELETE")

    def log(self) -> str:
        """Return what the server wrote so far."""
        return self.log_file.read_text(errors="replace")

    def stop(self) -> None:
        """End the server and, through it, its kernels."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def _configure(
        self, settings: Mapping[str, Mapping[str, Any]], disabled: Sequence[str]
    ) -> None:
        for name in ("home", "config", "data", "runtime", "work", "tmp", "settings", "workspaces"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        for plugin, values in settings.items():
            file = self.folder / "settings" / f"{plugin}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        page = self.folder / "config" / "labconfig" / "page_config.json"
        page.parent.mkdir(parents=True, exist_ok=True)
        # Nor is it asked at each load whether JupyterLab was built: that takes half a second.
        configured = {"disabledExtensions": dict.fromkeys(disabled, True), "buildCheck": False}
        page.write_text(json.dumps(configured))

    def _environment(self, more: Mapping[str, str]) -> dict[str, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(LEAKY)}
        # The kernel's programs are those of this environment, as in an activated one.
        path = os.pathsep.join([str(self.python.parent), clean.get("PATH", "")])
        return {
            **clean,
            "PATH": path,
            "HOME": str(self.folder / "home"),
            "TMPDIR": str(self.folder / "tmp"),
            "IPYTHONDIR": str(self.folder / "home" / ".ipython"),
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.runtime),
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.folder / "workspaces"),
            "JUPYTER_TOKEN": self.token,
            **more,
        }

    def _wait_until_ready(self, seconds: float = 90) -> str:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise RuntimeError(f"Jupyter ended while starting:\n{self.log()[-3000:]}")
            # The file may be half written, and the server not yet listening.
            with suppress(ValueError, OSError):
                for file in self.runtime.glob("jpserver-*.json"):
                    self.url = json.loads(file.read_text())["url"]
                    self.request("api/status")
                    return self.url
            time.sleep(0.1)
        raise RuntimeError(f"Jupyter did not answer in {seconds:.0f} s:\n{self.log()[-3000:]}")
