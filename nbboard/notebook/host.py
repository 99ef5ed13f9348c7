"""Where the notebook runs, as far as the kernel can tell.

The kernel does not know the page that shows it: one kernel can be open in several.
So it only tells apart what needs different code, and collects what may help the
page to find a way to a port of the kernel's machine.
"""

from __future__ import annotations

import getpass
import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

__all__ = ["Help", "Host", "Route", "detect", "how_to_reach", "route"]

Host = Literal["terminal", "colab", "notebook"]
"""``terminal``: no browser. ``notebook``: JupyterLab, Notebook 7, VS Code and the like."""


@dataclass(frozen=True)
class Help:
    """What to do where no way to the server was found.

    Attributes
    ----------
    text
        One sentence.
    command
        One command, to be copied.
    """

    text: str
    command: str


@dataclass(frozen=True)
class Route:
    """What the page needs to know to try its ways to a server.

    Attributes
    ----------
    port
        The server's TCP port on the kernel's machine.
    path
        Its secret path, with a slash at both ends.
    identity
        What it answers on its ready route.
    proxy_url
        ``TENSORBOARD_PROXY_URL`` with the port put in, or empty.
    base_url
        The Jupyter server's base URL as JupyterHub gave it to the kernel, or empty;
        the page's own word counts first.
    help
        What to say where nothing answers.
    """

    port: int
    path: str
    identity: str
    proxy_url: str
    base_url: str
    help: Help

    def message(self) -> dict[str, Any]:
        """Return it as the JSON message that the page gets."""
        return asdict(self)


def detect(shell: object) -> Host:
    """Tell what kind of front end a shell has.

    Parameters
    ----------
    shell
        The IPython shell.
    """
    if "google.colab" in sys.modules:
        return "colab"
    return "notebook" if getattr(shell, "kernel", None) is not None else "terminal"


def route(
    port: int, path: str, identity: str, environment: Mapping[str, str] = os.environ
) -> Route:
    """Collect what the page needs to find a server.

    Parameters
    ----------
    port, path, identity
        The server's.
    environment
        The kernel's environment variables.
    """
    proxy_url = environment.get("TENSORBOARD_PROXY_URL", "").replace("%PORT%", str(port))
    base_url = environment.get("JUPYTERHUB_SERVICE_PREFIX", "")
    return Route(port, path, identity, proxy_url, base_url, how_to_reach(port, environment))


def how_to_reach(
    port: int, environment: Mapping[str, str] = os.environ, root: Path = Path("/")
) -> Help:
    """Choose the one command that helps where the page cannot reach the server.

    Parameters
    ----------
    port
        The server's port.
    environment
        The kernel's environment variables.
    root
        The root of the file system.
    """
    if "JUPYTERHUB_SERVICE_PREFIX" in environment:
        return Help(
            "On JupyterHub the way leads through jupyter-server-proxy. Install it where your "
            "Jupyter server runs, then restart the server (File, Hub Control Panel).",
            "pip install jupyter-server-proxy",
        )
    if "VSCODE_PID" in environment or "VSCODE_CWD" in environment:
        return Help("Forward this port in the view Ports of VS Code, then try again.", str(port))
    if (root / ".dockerenv").exists() or (root / "run/.containerenv").exists():
        return Help(
            "The kernel runs in a container. Publish one of its ports (docker run -p 6006:6006 …) "
            "and start TensorBoard there.",
            "%tensorboard --logdir … --port 6006 --bind_all",
        )
    if environment.get("SSH_CONNECTION"):
        server = environment["SSH_CONNECTION"].split()
        address = server[2] if len(server) > 2 else socket.gethostname()
        return Help(
            "The kernel runs on another machine. Run this on your own, then try again.",
            f"ssh -N -L {port}:localhost:{port} {_user()}@{address}",
        )
    return Help(
        "Install jupyter-server-proxy in the environment of the Jupyter server, "
        "then restart Jupyter.",
        "pip install jupyter-server-proxy",
    )


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "user"
