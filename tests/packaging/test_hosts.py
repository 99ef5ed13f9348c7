"""``pip install nbboard`` moves nothing of a host: not its IPython, nor its widgets, nor NumPy."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

HOSTS = sorted((Path(__file__).parent / "hosts").glob("*.txt"))

pytestmark = pytest.mark.timeout(600)


def canonical(name: str) -> str:
    """Return a distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def dependencies() -> str:
    """Return what every installation of nbboard needs, as pyproject.toml has it."""
    project = (Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8")
    return project.partition("\ndependencies = [")[2].partition("\n]")[0]


@pytest.mark.soak
@pytest.mark.parametrize("host", HOSTS, ids=lambda path: path.stem)
def test_an_installation_leaves_the_host_as_it_is(host: Path, tmp_path: Path) -> None:
    """On the host's Python, with its published releases, pip finds a way without another one."""
    text = host.read_text()
    pins = {canonical(name): version for name, version in re.findall(r"(?m)^(\S+)==(\S+)$", text)}
    (python,) = re.findall(r"(?m)^# python (\S+)$", text)
    needed = re.findall(r'(?m)^ *"([^";]+)', dependencies())
    platforms = [f"manylinux{tag}_x86_64" for tag in ("_2_17", "2014", "_2_28", "_2_34", "_2_35")]
    command = [
        *(sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--report", "-"),
        *("--ignore-installed", "--only-binary=:all:", "--target", tmp_path / "nothing"),
        *("--python-version", python, "--implementation", "cp"),
        *(part for platform in platforms for part in ("--platform", platform)),
        *("--constraint", host, *needed),
    ]
    done = subprocess.run(
        [str(part) for part in command], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    report = json.loads(done.stdout)["install"]
    chosen = {canonical(one["metadata"]["name"]): one["metadata"]["version"] for one in report}
    added = sorted(chosen.keys() - pins.keys())
    print(f"{host.stem}: beside what is there, {', '.join(added)}")

    moved = {
        name: version for name, version in chosen.items() if pins.get(name, version) != version
    }
    assert moved == {}
    assert {"numpy", "ipython", "ipywidgets"} <= chosen.keys() & pins.keys()


def test_each_list_names_its_source_and_date() -> None:
    """A list without them cannot be renewed."""
    assert len(HOSTS) >= 5
    for host in HOSTS:
        text = host.read_text()
        assert re.search(r"(?m)^# source \S+", text)
        assert re.search(r"(?m)^# date \d{4}-\d\d-\d\d$", text)
