"""TensorBoard as its own command starts it, with its data server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["tensorboard"]


@contextmanager
def tensorboard(logs: Path) -> Iterator[str]:
    """Run a server; yield its address as soon as it says it."""
    arguments = ["--logdir", str(logs), "--host", "127.0.0.1", "--port", "0"]
    server = subprocess.Popen(
        [sys.executable, "-m", "tensorboard.main", *arguments], stderr=subprocess.PIPE, text=True
    )
    try:
        assert server.stderr is not None
        for line in server.stderr:
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            if found:
                yield found[0]
                return
        raise RuntimeError("TensorBoard did not start")
    finally:
        server.kill()
        server.wait()
