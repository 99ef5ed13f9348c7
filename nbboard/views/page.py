"""What the page that shows this kernel's outputs has, as far as files on this machine tell.

A kernel does not know its page. Where a Jupyter server on this machine started it, the folders of
that server's environment tell which extensions its pages load. Elsewhere (a gateway, VS Code,
Colab) nothing is known, and everything is taken to be there.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

__all__ = ["Lack", "command_line", "has_extension", "lack", "may_be_classic"]

#: What a live view needs in a page: the package, and what it installs for one page or another.
_NEEDED = {
    "ipywidgets": (
        "labextensions/@jupyter-widgets/jupyterlab-manager",
        "nbextensions/jupyter-js-widgets",
    ),
    "anywidget": ("labextensions/anywidget", "nbextensions/anywidget"),
}


@dataclass(frozen=True)
class Lack:
    """Why the page can show no widgets, and what helps.

    Attributes
    ----------
    text
        One sentence, to be followed by the command.
    command
        One command, for a terminal or a cell.
    """

    text: str
    command: str


@cache
def has_extension() -> bool:
    """Whether the Jupyter server that started this kernel serves nbboard's extension."""
    return _has(list(_server_prefixes()), "labextensions/nbboard/package.json")


@cache
def may_be_classic() -> bool:
    """Whether the Jupyter server that started this kernel has pages of the classic notebook."""
    packages = ("lib/python*/site-packages", "Lib/site-packages")
    names = ("nbclassic/__init__.py", "notebook/notebookapp.py")
    return any(
        next(prefix.glob(f"{folder}/{name}"), None) is not None
        for prefix in _server_prefixes()
        for folder in packages
        for name in names
    )


@cache
def lack() -> Lack | None:
    """Tell why live views cannot be: what the pages of the server that started this kernel lack.

    Returns
    -------
    Lack or None
        None where nothing is missing, and where nothing is known.
    """
    if sys.platform == "emscripten":
        return Lack(
            "Python in the browser has no threads to bring news to a live view. For one that answers "
            "to the mouse, write it into a page:",
            "view.save('report.html')",
        )
    prefixes = [prefix for prefix in _server_prefixes() if (prefix / "share/jupyter").is_dir()]
    if not prefixes:
        return None
    missing = [
        package
        for package, places in _NEEDED.items()
        if not any(_has(prefixes, place) for place in places)
    ]
    if not missing:
        return None
    environment = prefixes[0]
    python = environment / ("python.exe" if os.name == "nt" else "bin/python")
    return Lack(
        f"The Jupyter server, whose environment is {environment}, has no {' and no '.join(missing)}"
        ", so its pages show no live views. Install nbboard there, too, and restart Jupyter:",
        f"{python} -m pip install nbboard",
    )


def _has(prefixes: list[Path], place: str) -> bool:
    """Whether there is an extension's folder in the environments or for all of them."""
    folders = [prefix / "share/jupyter" for prefix in prefixes]
    return any((folder / place).exists() for folder in [*folders, *_shared_folders()])


def _shared_folders() -> list[Path]:
    """Return the folders of extensions that servers of every environment look into."""
    from jupyter_core import paths

    named = os.environ.get("JUPYTER_PATH", "").split(os.pathsep)
    return [Path(p) for p in [*named, paths.jupyter_data_dir(), *paths.SYSTEM_JUPYTER_PATH] if p]


def _server_prefixes() -> Iterator[Path]:
    """Yield the environments that the server may be in: what its command line begins with."""
    parent = os.environ.get("JPY_PARENT_PID", "")
    if not parent.isdigit():
        return
    # python /env/bin/jupyter-lab ..., or /env/bin/python -m jupyterlab ...
    for part in command_line(int(parent))[:2]:
        path = Path(part)
        if path.is_absolute():
            yield path.parent  # Windows has python.exe there
            yield path.parent.parent


def command_line(pid: int) -> list[str]:
    """Return the program and arguments of a process; empty where they cannot be had."""
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_text(errors="replace").split("\0")
    with suppress(Exception):  # not installed, no such process, not allowed
        import psutil

        return list(psutil.Process(pid).cmdline())
    return []
