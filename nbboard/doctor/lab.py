"""Checks of what runs in the browser: the views' modules and the JupyterLab extension."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from nbboard.doctor.finding import Finding, pip_install

__all__ = ["browser_side", "extension"]

_STATIC = Path(__file__).parents[1] / "static"
#: The extensions without which a view stays a picture in JupyterLab.
_NEEDED = {
    "nbboard": "nbboard",
    "@jupyter-widgets/jupyterlab-manager": "ipywidgets",
    "anywidget": "anywidget",
}


def browser_side() -> Finding:
    """Look for the built module of every view."""
    from nbboard.logdir.registry import view_class, view_names

    views = {name for name in view_names() if view_class(name).__module__.startswith("nbboard.")}
    wanted = sorted({*views, "frame"})
    missing = [name for name in wanted if not (_STATIC / f"{name}.js").is_file()]
    if missing:
        return Finding(
            "fail",
            f"The browser side was not built: {', '.join(missing)} is missing in {_STATIC}.",
            pip_install("--force-reinstall", "--no-deps", "nbboard"),
        )
    return Finding("ok", f"The browser side is built: {', '.join(wanted)}.")


def extension() -> Finding:
    """Ask JupyterLab whether it would load the extension, and what the extension needs."""
    try:
        version = metadata.version("jupyterlab")
    except metadata.PackageNotFoundError:
        return Finding(
            "note", "JupyterLab is not installed here, so its extension was not checked."
        )
    listed = subprocess.run(
        [sys.executable, "-m", "jupyterlab.labextensions", "list"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = re.sub(r"\x1b\[[0-9;]*m", "", listed.stdout + listed.stderr)
    for name, package in _NEEDED.items():
        found = re.search(rf"^\s*{re.escape(name)} v(\S+) (\w+)\s+(\S+)", lines, re.MULTILINE)
        if found is None:
            return Finding(
                "fail",
                f"JupyterLab {version} does not find the extension {name}.",
                pip_install("--force-reinstall", package),
            )
        if found[2] != "enabled":
            return Finding(
                "fail",
                f"The extension {name} {found[1]} is {found[2]} in JupyterLab.",
                f"jupyter labextension enable {name}",
            )
        if found[3] != "OK":
            return Finding(
                "fail",
                f"The extension {name} {found[1]} does not fit JupyterLab {version}.",
                pip_install(package),
            )
    return Finding("ok", f"The extension is enabled and fits JupyterLab {version}.")
