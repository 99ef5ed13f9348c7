"""TensorBoard plugins of other packages, each in an environment of its own, over nbboard's reader.

What needs more than these (Open3D, Fairness Indicators) was tried by hand: see
``docs/guides/tensorboard-plugins.md``.
"""

from __future__ import annotations

import gzip
import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from nbboard import server as servers
from tests.kinds.profile.test_xplane import xspace
from tests.kinds.profile.traces import training, write
from tests.server.environments import environment_with

pytestmark = pytest.mark.soak

#: What nbboard's reader needs besides what TensorBoard brings; without, TensorBoard's would read.
READER = ("crc32c", "tsdownsample")

#: A function that gives minus infinity and not-a-number, and a division that gives infinity.
DEBUGGED = """
import sys
import tensorflow as tf

writer = tf.debugging.experimental.enable_dump_debug_info(
    sys.argv[1], tensor_debug_mode="FULL_HEALTH", circular_buffer_size=-1
)

@tf.function
def doubled_log(x):
    return tf.math.log(x) * 2.0

for value in (1.0, 0.0, -1.0):
    doubled_log(tf.constant([value, 2.0]))
tf.constant([1.0, 2.0]) / tf.constant([0.0, 1.0])
writer.FlushNonExecutionFiles()
writer.FlushExecutionFiles()
"""


@pytest.fixture
def python_with(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Make an environment with some packages, or skip where there can be none."""
    folder = tmp_path / "environment"

    def make(*packages: str) -> str:
        try:
            return environment_with(folder, *READER, *packages)
        except subprocess.CalledProcessError as error:
            names = " and ".join(packages)
            pytest.skip(f"pip cannot install {names} here: exit {error.returncode}")

    yield make
    servers.stop("all")
    shutil.rmtree(folder, ignore_errors=True)  # more than a gigabyte with TensorFlow


class Board:
    """A server of that Python's TensorBoard, and what it answers."""

    def __init__(self, python: str, logdir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "executable", python)
        result = servers.start(logdir, timeout=180)
        assert isinstance(result, servers.Started), result
        self.left_out = result.left_out
        self._server = result.server
        self._told: list[str] = []
        self._server.on_news(lambda _, lines: self._told.extend(lines))

    def get(self, route: str, **arguments: object) -> Any:
        """The JSON of a route under ``data/``."""
        address = f"{self._server.url}data/{route}?{urlencode(arguments)}"
        with urllib.request.urlopen(address, timeout=60) as answer:
            body = answer.read()
        return json.loads(gzip.decompress(body) if body.startswith(b"\x1f\x8b") else body)

    def when(self, route: str, is_there: Any, **arguments: object) -> Any:
        """The same once it is there: some plugins read in the background."""
        end = time.monotonic() + 60
        while not is_there(answer := self.get(route, **arguments)):
            assert time.monotonic() < end, answer
            time.sleep(0.2)
        return answer

    def check_reader(self) -> None:
        """TensorBoard's own loader did not have to take over."""
        assert self.get("runs") == ["a run"]
        assert self._told == []


def test_torch_profiler(
    python_with: Callable[..., str], logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """torch-tb-profiler shows a trace's steps and operators with their times."""
    write(logdir / "conv" / "worker0.1623143089861.pt.trace.json", training(), deviceProperties=[])
    board = Board(python_with("torch-tb-profiler"), logdir, monkeypatch)
    plugin = "plugin/pytorch_profiler"

    assert board.left_out == ()
    board.when(f"{plugin}/runs", lambda found: found == {"runs": ["conv"], "loading": False})
    assert board.get("plugins_listing")["pytorch_profiler"]["enabled"]
    place = {"run": "conv", "worker": "worker0", "span": "1"}
    steps = board.get(f"{plugin}/overview", **place, view="Overview")["steps"]["rows"]
    assert [(row[0], row[1]) for row in steps] == [("0", 40.0), ("1", 40.0), ("2", 40.0)]
    asked = {**place, "view": "Operator", "group_by": "Operation"}
    (operator,) = board.get(f"{plugin}/operation/table", **asked)["data"]
    assert operator["name"] == "aten::conv"
    assert (operator["calls"], operator["host_total_duration"]) == (3, 60)
    board.check_reader()


def test_profile(
    python_with: Callable[..., str], logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tensorboard-plugin-profile, which is xprof now, shows operations without TensorFlow."""
    session = logdir / "train" / "plugins" / "profile" / "2026_11_29_08_00_00"
    session.mkdir(parents=True)
    (session / "worker.xplane.pb").write_bytes(xspace())
    board = Board(python_with("tensorboard-plugin-profile"), logdir, monkeypatch)
    run = f"train/{session.name}"

    assert board.left_out == ()
    assert board.get("plugins_listing")["profile"]["enabled"]
    assert board.get("plugin/profile/runs") == [run]
    asked = {"run": run, "tag": "framework_op_stats", "host": "worker"}
    rows = board.get("plugin/profile/data", **asked)[0]["rows"]
    # Place, type, name, times called, then microseconds: all, on average, by itself.
    found = {row["c"][3]["v"]: [row["c"][i]["v"] for i in (4, 5, 7)] for row in rows}
    assert found["sequential/dense/MatMul"] == [1, 50, 40]
    assert found["IteratorGetNext"] == [1, 20, 20]
    board.check_reader()


@pytest.mark.timeout(600)
def test_debugger_and_what_if(
    python_with: Callable[..., str], logdir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With TensorFlow Debugger V2 shows each value's health; What-If fails alone, and is named."""
    python = python_with("tensorflow-cpu", "tensorboard-plugin-wit")
    subprocess.run([python, "-c", DEBUGGED, str(logdir)], check=True, timeout=120)
    board = Board(python, logdir, monkeypatch)
    plugin = "plugin/debugger-v2"

    assert [left.plugin for left in board.left_out] == ["tensorboard-plugin-wit"]
    assert "debugger-v2" in board.get("plugins_listing")
    (run,) = board.get(f"{plugin}/runs")
    count = {"run": run, "begin": 0, "end": 0}
    board.when(f"{plugin}/execution/digests", lambda found: found["num_digests"] == 4, **count)
    asked = {"run": run, "begin": 0, "end": 4}
    executions = board.get(f"{plugin}/execution/data", **asked)["executions"]
    # How many values are minus infinity, infinity, not a number, negative, zero, positive.
    assert [execution["debug_tensor_values"][0][-6:] for execution in executions] == [
        [0, 0, 0, 0, 1, 1],
        [1, 0, 0, 0, 0, 1],
        [0, 0, 1, 0, 0, 1],
        [0, 1, 0, 0, 0, 1],
    ]
    alerts = board.when(f"{plugin}/alerts", lambda found: found["num_alerts"] == 7, run=run)
    assert alerts["alerts_breakdown"] == {"InfNanAlert": 7}
    board.check_reader()
