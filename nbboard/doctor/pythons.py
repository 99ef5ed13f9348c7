"""Pythons of other processes and environments: where they are, and what they have."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

__all__ = ["interpreter_of", "resolved", "version_in"]


def interpreter_of(pid: int) -> str:
    """Return the absolute path of the Python that a process runs; empty if it has ended.

    The path is the environment's own, not that of the Python that it was made with.
    """
    from nbboard.views.page import command_line

    program, *rest = command_line(pid) or [""]
    if not program:
        return ""
    process = Path(f"/proc/{pid}")
    return _located(program, rest, process) or shutil.which(program) or program


def _located(program: str, rest: list[str], process: Path) -> str:
    """Return where the program of a process lies; empty if that cannot be told."""
    if os.path.isabs(program):  # noqa: PTH117 - a text
        return program
    with suppress(OSError):
        if os.sep in program:
            return str((process / "cwd").readlink() / program)
        if rest and os.path.isabs(rest[0]):  # noqa: PTH117 - a text
            # python /env/bin/jupyter-lab, found by its name
            beside = Path(rest[0]).parent / Path(program).name
            if beside.is_file():
                return str(beside)
        for line in (process / "environ").read_bytes().split(b"\0"):
            if line.startswith(b"PATH="):
                return shutil.which(program, path=os.fsdecode(line[5:])) or ""
    return ""


def resolved(command: str) -> str:
    """Return the absolute path of a command of a kernel."""
    found = shutil.which(command) or command
    return os.path.abspath(found) if os.sep in found else found  # noqa: PTH100 - links stay


def version_in(interpreter: str, distribution: str) -> str | None:
    """Return the version of a distribution in an environment; None if it has none.

    Parameters
    ----------
    interpreter
        Its Python.
    distribution
        The name on PyPI.
    """
    if interpreter == sys.executable:
        from importlib import metadata

        try:
            return metadata.version(distribution)
        except metadata.PackageNotFoundError:
            return None
    probe = f"from importlib.metadata import version; print(version({distribution!r}))"
    try:
        done = subprocess.run(
            [interpreter, "-c", probe],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=Path(interpreter).anchor or None,  # what lies in this folder must not count
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None
