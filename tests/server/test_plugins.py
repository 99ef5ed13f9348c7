"""A TensorBoard plugin that is broken does not take the server down."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from nbboard import server as servers
from tests.server.environments import environment_with

GOOD = """
from tensorboard.plugins import base_plugin

class Plugin(base_plugin.TBPlugin):
    plugin_name = {name!r}

    def get_plugin_apps(self):
        return {{}}

    def is_active(self):
        return True
"""

LOADER = """
from tensorboard.plugins import base_plugin

class Plugin(base_plugin.TBLoader):
    def define_flags(self, parser):
        {define_flags}

    def load(self, context):
        {load}
"""


def install(folder: Path, package: str, source: str) -> None:
    """Write a package with a TensorBoard plugin, as pip would install it."""
    module = package.replace("-", "_")
    info = folder / f"{module}-0.0.2.dist-info"
    info.mkdir(parents=True)
    (folder / f"{module}.py").write_text(source)
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package}\nVersion: 0.0.2\n")
    (info / "entry_points.txt").write_text(f"[tensorboard_plugins]\n{module} = {module}:Plugin\n")


BROKEN = {
    "tensorboard-plugin-fairness": (
        "raise ImportError(\"cannot import name 'x' from 'werkzeug'\")",
        "ImportError: cannot import name 'x' from 'werkzeug'",
    ),
    "tensorboard-plugin-missing": ("import nowhere_at_all", "ModuleNotFoundError: No module"),
    "tensorboard-plugin-exit": ("raise SystemExit(3)", "SystemExit: 3"),
    "tensorboard-plugin-odd": ("Plugin = 3", "TypeError: Not a TBLoader"),
    "tensorboard-plugin-flags": (
        LOADER.format(define_flags="1 / 0", load="return None"),
        "ZeroDivisionError: division by zero",
    ),
    "tensorboard-plugin-load": (
        LOADER.format(define_flags="pass", load="raise OSError('no disk')"),
        "OSError: no disk",
    ),
    "tensorboard-plugin-name": (GOOD.format(name="two words"), "ValueError: invalid plugin name"),
    "tensorboard-plugin-twice": (
        GOOD.format(name="scalars"),
        "ValueError: a plugin named 'scalars' is already loaded",
    ),
}


def test_broken_plugins_are_left_out_and_named(
    tmp_path: Path, logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However plugins fail, the server starts without them and names each once, with its error."""
    install(tmp_path / "site", "tensorboard-plugin-well", GOOD.format(name="well"))
    for package, (source, _) in BROKEN.items():
        install(tmp_path / "site", package, source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    result = servers.start(logdir)

    assert isinstance(result, servers.Started)
    assert sorted(BROKEN) == sorted(plugin.plugin for plugin in result.left_out)
    for plugin in result.left_out:
        assert plugin.error.startswith(BROKEN[plugin.plugin][1])
    with urllib.request.urlopen(f"{result.server.url}data/plugins_listing") as answer:
        loaded = json.load(answer)
    assert loaded["well"]["enabled"]
    assert "scalars" in loaded


def test_flags_of_a_plugin_are_known(
    tmp_path: Path, logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plugin's own flags are taken, and a near miss is corrected."""
    source = LOADER.format(define_flags='parser.add_argument("--wellness")', load="return None")
    install(tmp_path / "site", "tensorboard-plugin-well", source)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "site"))
    right = servers.start(logdir, wellness="high")
    wrong = servers.start(logdir, welness="high")

    assert isinstance(right, servers.Started)
    assert isinstance(wrong, servers.Failed)
    assert "--wellness" in wrong.cause


@pytest.mark.soak
def test_the_fairness_plugin_of_today_is_left_out(
    tmp_path: Path, logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the plugin that kills TensorBoard's own command at its start, nbboard's starts."""
    package = "tensorboard-plugin-fairness-indicators"
    python = environment_with(tmp_path / "environment", f"{package}==0.0.2")
    monkeypatch.setattr(sys, "executable", python)
    plain = subprocess.run(
        [python, "-m", "tensorboard.main", "--logdir", str(logdir), "--port", "0"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    result = servers.start(logdir)

    assert "Error" in plain.stderr
    assert isinstance(result, servers.Started)
    assert result.server.answers()
    assert [package] == [plugin.plugin for plugin in result.left_out]
    assert "Error" in result.left_out[0].error
