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
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from nbboard.server import Server

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
        Its public path, with a slash at both ends.
    secret_path
        The path that needs no cookie, likewise.
    identity
        What it answers on its ready route.
    proxy_url
        ``TENSORBOARD_PROXY_URL`` or ``VSCODE_PROXY_URI`` with the port put in, or empty.
    base_url
        The Jupyter server's base URL as JupyterHub gave it to the kernel, or empty;
        the page's own word counts first.
    help
        What to say where nothing answers.
    """

    port: int
    path: str
    secret_path: str
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


def route(server: Server, environment: Mapping[str, str] = os.environ) -> Route:
    """Collect what the page needs to find a server.

    Parameters
    ----------
    server
        The server.
    environment
        The kernel's environment variables.
    """
    port = str(server.port)
    proxy_url = environment.get("TENSORBOARD_PROXY_URL", "").replace("%PORT%", port)
    # VS Code in a browser (code-server and the like) names its own proxy.
    proxy_url = proxy_url or environment.get("VSCODE_PROXY_URI", "").replace("{{port}}", port)
    return Route(
        server.port,
        server.public_path,
        server.path,
        server.identity,
        proxy_url,
        environment.get("JUPYTERHUB_SERVICE_PREFIX", ""),
        how_to_reach(server.port, environment),
    )


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
    # Through the proxy TensorBoard stays closed to the network, whatever lies between.
    proxy = "Install jupyter-server-proxy in the environment of the Jupyter server, then restart it"
    if environment.get("SSH_CONNECTION"):
        server = environment["SSH_CONNECTION"].split()
        address = server[2] if len(server) > 2 else socket.gethostname()
        return Help(
            f"The kernel runs on another machine. {proxy}: pip install jupyter-server-proxy. Or "
            "forward the port: run this on your own machine, then try again.",
            f"ssh -N -L {port}:localhost:{port} {_user()}@{address}",
        )
    if (root / ".dockerenv").exists() or (root / "run/.containerenv").exists():
        return Help(f"The kernel runs in a container. {proxy}.", "pip install jupyter-server-proxy")
    return Help(f"{proxy}.", "pip install jupyter-server-proxy")


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user without a name
        return "user"
