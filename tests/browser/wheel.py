"""An environment into which the built wheel was installed, beside what the tests run in.

Installing JupyterLab and the rest anew would take minutes. So the environment borrows
the packages of the one that runs the tests, and only nbboard comes from the wheel: its
Python code, and its extension in the environment's own ``share/jupyter``.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

__all__ = ["build_wheel", "overlay", "python_of"]

ROOT = Path(__file__).parents[2]
LEFT_OUT = shutil.ignore_patterns(
    ".*", "node_modules", "tests", "screenshots", "__pycache__", "logs", "dist", "lib"
)


def build_wheel(folder: Path) -> Path:
    """Build the wheel in a copy of the source tree; give the file.

    ``NBBOARD_TEST_WHEEL`` names one that was built before.
    """
    given = os.environ.get("NBBOARD_TEST_WHEEL")
    if given:
        return Path(given)
    source = folder / "source"
    shutil.copytree(ROOT, source, ignore=LEFT_OUT)
    npmrc = ROOT / "labextension" / ".npmrc"
    if npmrc.exists():
        shutil.copy(npmrc, source / "labextension")
    _run(sys.executable, "-m", "build", "--wheel", "--outdir", folder, source)
    return next(folder.glob("nbboard-*.whl"))


def overlay(folder: Path, wheel: Path | None) -> Path:
    """Make the environment and install the wheel into it, or leave nbboard out; give its Python."""
    venv.create(folder, symlinks=os.name != "nt")
    python = python_of(folder)
    # After the environment's own packages, so that the wheel's nbboard is found first. The
    # .pth files there are not read, and so neither is that of an editable nbboard.
    purelib = Path(_run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"))
    (purelib / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    for part in ("etc/jupyter", "share/jupyter"):
        _borrow(Path(sys.prefix) / part, folder / part)
    if wheel is not None:
        _run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "-q", wheel)
    return python


def python_of(folder: Path) -> Path:
    """Return the Python of an environment."""
    return folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def _borrow(source: Path, target: Path) -> None:
    """Link to what is in a folder, but for nbboard's own extension."""
    target.mkdir(parents=True)
    for entry in source.iterdir():
        if entry.name == "labextensions":
            _borrow(entry, target / entry.name)
        elif entry.name != "nbboard":
            (target / entry.name).symlink_to(entry, target_is_directory=entry.is_dir())


def _run(*command: str | Path) -> str:
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"{command} failed:\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout.strip()
