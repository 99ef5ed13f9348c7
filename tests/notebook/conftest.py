"""An IPython shell with nbboard loaded, and no server left after a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from nbboard import server as servers
from tests.server.conftest import logdir
from tests.server.kernels import Kernel

__all__ = ["logdir"]  # the same logs as the server's tests


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[InteractiveShell]:
    """A shell as in a terminal, nbboard loaded, in an empty folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / ".ipython"))
    config = Config()
    config.HistoryManager.enabled = False
    InteractiveShell.clear_instance()
    made = InteractiveShell.instance(config=config)
    made.extension_manager.load_extension("nbboard")
    yield made
    InteractiveShell.clear_instance()
    servers.stop("all")


@pytest.fixture
def magic(shell: InteractiveShell, capsys: pytest.CaptureFixture[str]) -> Callable[[str], str]:
    """Run ``%tensorboard LINE`` and return what it printed."""

    def run(line: str) -> str:
        capsys.readouterr()
        shell.run_line_magic("tensorboard", line)
        return capsys.readouterr().out

    return run


@pytest.fixture
def kernel() -> Iterator[Kernel]:
    """A real kernel with nbboard loaded."""
    with Kernel() as running:
        running.run("%load_ext nbboard")
        yield running
