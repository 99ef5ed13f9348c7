"""Checks of what is installed: here, for the kernels, and for the Jupyter server."""

from __future__ import annotations

import json
import platform
import re
import subprocess
import sys
from importlib import metadata
from pathlib import Path

from nbboard.doctor.finding import Finding, pip_install
from nbboard.doctor.pythons import interpreter_of, resolved, version_in

__all__ = ["dependencies", "ipykernels", "jupyter", "kernels", "python"]

#: What JupyterLab and Notebook must be at least for the extension.
HOSTS = {"jupyterlab": (4, 2), "notebook": (7, 2)}

_PROBE = "import nbboard; print(nbboard.__version__)"


def python() -> Finding:
    """Say which Python and which nbboard this is."""
    return Finding(
        "ok",
        f"nbboard {metadata.version('nbboard')} in Python {platform.python_version()} "
        f"({sys.executable}).",
    )


def dependencies() -> Finding:
    """Compare what is installed with what nbboard asks for."""
    from packaging.requirements import Requirement

    wrong: list[str] = []
    found: list[str] = []
    needed: list[str] = []
    for line in metadata.requires("nbboard") or ():
        requirement = Requirement(line)
        if requirement.marker is not None and not requirement.marker.evaluate({"extra": ""}):
            continue
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            wrong.append(f"{requirement.name} is not installed")
        else:
            if requirement.specifier.contains(version, prereleases=True):
                found.append(f"{requirement.name} {version}")
                continue
            wrong.append(f"{requirement.name} {version} is not {requirement.specifier}")
        needed.append(f"{requirement.name}{requirement.specifier}")
    if wrong:
        return Finding("fail", f"Dependencies: {'; '.join(wrong)}.", pip_install(*needed))
    return Finding("ok", f"Dependencies: {', '.join(found)}.")


def kernels() -> Finding:
    """Ask the Python of every installed kernel for nbboard."""
    try:
        found = _python_kernels()
    except ImportError:
        return Finding("fail", "No kernel: Jupyter is not installed.", pip_install("ipykernel"))
    having: list[str] = []
    lacking: dict[str, str] = {}
    for name, interpreter in found.items():
        if _nbboard_in(interpreter):
            having.append(f"“{name}”")
        else:
            lacking[name] = interpreter
    if not having and not lacking:
        return Finding("fail", "No Python kernel is installed.", pip_install("ipykernel"))
    if not having:
        name, interpreter = next(iter(lacking.items()))
        return Finding(
            "fail",
            f"No kernel has nbboard; “{name}” runs {interpreter}.",
            pip_install("nbboard", python=interpreter),
        )
    if lacking:
        name, interpreter = next(iter(lacking.items()))
        names = ", ".join(f"“{other}”" for other in lacking)
        return Finding(
            "note",
            f"nbboard is installed for the kernels {', '.join(having)}, and not for {names}.",
            pip_install("nbboard", python=interpreter),
        )
    return Finding("ok", f"nbboard is installed for every Python kernel: {', '.join(having)}.")


def ipykernels() -> Finding:
    """Look for the ipykernels that lose a request of the page now and then."""
    try:
        found = _python_kernels()
    except ImportError:
        return Finding("note", "No kernel, so no ipykernel was checked.")
    versions = {name: (python, version_in(python, "ipykernel")) for name, python in found.items()}
    for name, (python, version) in versions.items():
        if version is not None and (7, 0) <= _numbers(version) <= (7, 3):
            return Finding(
                "note",
                f"ipykernel {version} of the kernel “{name}” ({python}) loses a message now and"
                " then: a view may wait for ever. 6.29 to 6.31, and 7.4 and later do not.",
                pip_install("ipykernel>=7.4", python=python),
            )
    told = {f"{version} (“{name}”)" for name, (_, version) in versions.items() if version}
    return Finding("ok", f"ipykernel loses no message: {', '.join(sorted(told)) or 'none'}.")


def _python_kernels() -> dict[str, str]:
    """Return the Python of every installed kernel of that language, by the kernel's name."""
    from jupyter_client.kernelspec import KernelSpecManager

    specs = {name: entry["spec"] for name, entry in KernelSpecManager().get_all_specs().items()}
    return {
        name: _interpreter(spec["argv"][0])
        for name, spec in sorted(specs.items())
        if spec.get("language", "").lower() == "python" and spec.get("argv")
    }


def jupyter() -> Finding:
    """Look for JupyterLab or Notebook, new enough, and for servers that run elsewhere."""
    versions: dict[str, str] = {}
    for package in HOSTS:
        try:
            versions[package] = metadata.version(package)
        except metadata.PackageNotFoundError:  # noqa: PERF203 - there are two
            continue
    for package, version in versions.items():
        if _numbers(version) < HOSTS[package]:
            least = ".".join(map(str, HOSTS[package]))
            return Finding(
                "fail",
                f"{package} {version} is older than {least}: the extension needs that.",
                pip_install(f"{package}>={least}"),
            )
    elsewhere = _servers_elsewhere()
    if elsewhere:
        return Finding(
            "note",
            f"A Jupyter server runs in another environment ({elsewhere[0]}): its panels, its "
            "proxy and its saved views come from there.",
            pip_install("nbboard", python=elsewhere[0]),
        )
    if not versions:
        return Finding(
            "note",
            "Neither JupyterLab nor Notebook is installed here. That is fine for VS Code, Colab "
            "and terminals, and where the server has an environment of its own.",
            pip_install("jupyterlab"),
        )
    return Finding(
        "ok",
        "The server's environment is this one: "
        + ", ".join(f"{package} {version}" for package, version in versions.items())
        + ".",
    )


def _interpreter(command: str) -> str:
    """Return the Python that a kernel is started with, as Jupyter resolves it."""
    own = re.fullmatch(r"python(\d(\.\d+)?)?(\.exe)?", command)
    return sys.executable if own else resolved(command)


def _nbboard_in(interpreter: str) -> bool:
    if interpreter == sys.executable:
        return True
    try:
        done = subprocess.run(
            [interpreter, "-c", _PROBE],
            capture_output=True,
            timeout=60,
            check=False,
            cwd=Path(interpreter).anchor or None,  # a folder called nbboard must not count
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _servers_elsewhere() -> list[str]:
    """Return the Pythons of running Jupyter servers that are not of this environment."""
    try:
        from jupyter_core.paths import jupyter_runtime_dir
    except ImportError:
        return []
    found: list[str] = []
    for file in sorted(Path(jupyter_runtime_dir()).glob("jpserver-*.json")):
        try:
            pid = int(json.loads(file.read_text(encoding="utf-8"))["pid"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # half written, or gone meanwhile
        program = interpreter_of(pid)  # none: a server that has ended
        if program and Path(program).parent != Path(sys.executable).parent:
            found.append(program)
    return found


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:2])
