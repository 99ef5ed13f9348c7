"""The package as a user gets it: built and installed where there is no Node.js."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BUILT = ("static/scalars.js", "static/frame.js", "labextension/package.json")

pytestmark = [pytest.mark.installed, pytest.mark.timeout(900)]


def run(*command: str | Path, cwd: Path | None = None, path: str) -> str:
    """Run a command with a given PATH and no settings of the caller; show its output on failure."""
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PYTHON", "VIRTUAL_ENV", "JUPYTER"))
    }
    environment["PATH"] = path
    done = subprocess.run(
        [str(part) for part in command],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def bare_path(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give a PATH with a shell and git, and no Node.js."""
    folder = tmp_path_factory.mktemp("bin")
    for name in ("sh", "git"):
        (folder / name).symlink_to(shutil.which(name))
    return str(folder)


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy what git holds, as a fresh clone has it: nothing built."""
    folder = tmp_path_factory.mktemp("checkout")
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    return folder


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, checkout: Path, bare_path: str) -> Path:
    """``pip install .`` in a clean environment without Node.js; give its scripts folder."""
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=True)
    scripts = folder / Path(sysconfig.get_path("scripts")).name
    run(scripts / "python", "-m", "pip", "install", "-q", ".[lab]", cwd=checkout, path=bare_path)
    return scripts


@pytest.fixture(scope="module")
def wheel(
    tmp_path_factory: pytest.TempPathFactory, installed: Path, checkout: Path, bare_path: str
) -> Path:
    """Build the sdist, then a wheel from the sdist, still without Node.js."""
    folder = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--outdir", folder)
    run(*build, cwd=checkout, path=bare_path)
    return next(folder.glob("*.whl"))


def test_install_from_a_checkout_without_node_enables_the_extension(
    installed: Path, bare_path: str
) -> None:
    """``pip install .`` needs no Node.js, and JupyterLab lists the extension as enabled, OK."""
    path = f"{installed}{os.pathsep}{bare_path}"
    listed = run(installed / "jupyter", "labextension", "list", path=path)

    line = next(line for line in listed.splitlines() if line.strip().startswith("nbboard"))
    assert "enabled" in line
    assert "OK" in line


def test_installed_package_loads_and_reads(installed: Path, bare_path: str, tmp_path: Path) -> None:
    """An installed nbboard lists an empty folder without a traceback."""
    printed = run(installed / "nbboard", "ls", tmp_path, path=bare_path)

    assert "Traceback" not in printed


def test_where_only_the_wheel_and_jupyterlab_are_all_is_well(
    installed: Path, wheel: Path, bare_path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """JupyterLab lists the extension as enabled and OK, and the doctor has nothing to remark."""
    monkeypatch.setenv("HOME", str(tmp_path))  # nobody's servers, nobody's settings
    path = os.pathsep.join([str(installed), bare_path])
    pip = (installed / "python", "-m", "pip")
    run(*pip, "uninstall", "-q", "-y", "nbboard", path=path)
    listed = run(installed / "jupyter", "labextension", "list", path=path)
    assert "nbboard" not in listed.replace(str(installed.parent), "")

    # JupyterLab and what nbboard depends on are there, and now the wheel.
    run(*pip, "install", "-q", "--no-deps", wheel, path=path)

    listed = run(installed / "jupyter", "labextension", "list", path=path)
    line = next(line for line in listed.splitlines() if line.strip().startswith("nbboard"))
    assert "enabled" in line
    assert "OK" in line
    printed = run(installed / "nbboard", "doctor", cwd=tmp_path, path=path)
    findings = [line for line in printed.splitlines() if line[:6].strip()]
    assert [line for line in findings[:-1] if not line.startswith("ok ")] == []
    assert findings[-1].startswith("Nothing is wrong")


def test_wheel_and_sdist_carry_the_built_files(wheel: Path) -> None:
    """Both archives hold the modules of the views, the frame and the JupyterLab extension."""
    with zipfile.ZipFile(wheel) as archive:
        in_wheel = set(archive.namelist())
    with tarfile.open(next(wheel.parent.glob("*.tar.gz"))) as archive:
        in_sdist = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}

    assert [name for name in BUILT if f"nbboard/{name}" not in in_wheel] == []
    assert [name for name in BUILT if f"nbboard/{name}" not in in_sdist] == []
    assert "nbboard/py.typed" in in_wheel


def test_wheel_installed_elsewhere_enables_the_extension(
    wheel: Path, tmp_path: Path, bare_path: str
) -> None:
    """The wheel alone, in another environment, is enough for JupyterLab to find the extension."""
    venv.create(tmp_path, with_pip=True)
    scripts = tmp_path / Path(sysconfig.get_path("scripts")).name
    # The dependencies are those of this test's own environment: what is tried is the wheel.
    purelib = next((tmp_path / "lib").glob("python*/site-packages"))
    (purelib / "borrowed.pth").write_text(sysconfig.get_path("purelib"))
    run(
        *(scripts / "python", "-m", "pip", "install", "-q", "--no-deps"),
        *("--ignore-installed", wheel),
        path=bare_path,
    )
    listed = run(scripts / "python", "-m", "jupyterlab.labextensions", "list", path=bare_path)

    folder = tmp_path / "share" / "jupyter" / "labextensions"
    section = listed.split(str(folder), 1)[1].split("share/jupyter/labextensions", 1)[0]
    line = next(line for line in section.splitlines() if line.strip().startswith("nbboard"))
    assert "enabled" in line
    assert "OK" in line


def test_nothing_built_is_committed() -> None:
    """Git holds sources only, and no file that names where packages are downloaded from."""
    names = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    lock = (ROOT / "labextension/package-lock.json").read_text()

    assert [n for n in names if n.startswith(("nbboard/static/", "nbboard/labextension/"))] == []
    assert '"resolved"' not in lock
