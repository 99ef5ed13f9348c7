"""Environments of their own, with TensorBoard and a plugin, for the longer checks."""

from __future__ import annotations

import subprocess
import sys
import venv
from importlib.metadata import version
from pathlib import Path

__all__ = ["environment_with"]


def environment_with(folder: Path, *packages: str) -> str:
    """Make an environment with this TensorBoard and more packages; return its Python."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if sys.platform == "win32" else "bin") / "python"
    tensorboard = f"tensorboard=={version('tensorboard')}"
    subprocess.run([str(python), "-m", "pip", "install", "-q", tensorboard, *packages], check=True)
    return str(python)
