"""What tests of several folders share."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Make = Callable[[str, Callable[[Path], object]], Path]


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Try what drives a browser once more: on a busy machine a key or a frame may come too late.

    What passes only then is listed as RERUN at the end: it has a fault, in the test or behind it.
    """
    # Not in the environment of make interop, which drives none.
    if not config.pluginmanager.hasplugin("rerunfailures"):
        return
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@pytest.fixture(scope="session")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Fill a folder once for all workers: ``made_once("demo", fill)`` gives it, filled."""
    from filelock import FileLock  # not in the environment of make interop

    base = tmp_path_factory.getbasetemp()
    # The workers of one run have their folders side by side.
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, fill: Callable[[Path], object]) -> Path:
        folder = shared / f"once-{name}"
        with FileLock(shared / f"once-{name}.lock"):
            ready = shared / f"once-{name}.ready"
            if not ready.exists():
                folder.mkdir()
                fill(folder)
                ready.touch()
        return folder

    return made


@pytest.fixture(scope="session")
def demo_logs(made_once: Make) -> Path:
    """The logs of the demo's training, all of it; copy them before you change them."""
    from nbboard import demo

    return made_once("demo", lambda folder: demo.train(folder / "logs", progress=False)) / "logs"
