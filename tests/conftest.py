"""What tests of several folders share."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def demo_logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logs of the demo's training, all of it; copy them before you change them."""
    from nbboard import demo

    logs = tmp_path_factory.mktemp("demo") / "logs"
    demo.train(logs, progress=False)
    return logs
