"""A logdir to serve, real kernels to serve it from, and no server left after a test."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nbboard import server as servers
from tests.server.kernels import Kernel


@pytest.fixture
def logdir(tmp_path: Path) -> Path:
    """A folder of one run with one scalar."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboard.summary.writer.event_file_writer import EventFileWriter

    folder = tmp_path / "logs"
    writer = EventFileWriter(str(folder / "a run"))
    value = Summary(value=[Summary.Value(tag="loss", simple_value=0.5)])
    writer.add_event(Event(wall_time=1.0, step=1, summary=value))
    writer.close()
    return folder


@pytest.fixture(autouse=True)
def _nothing_left() -> Iterator[None]:
    """Stop whatever a test started in this process."""
    yield
    servers.stop("all")


@pytest.fixture
def kernel() -> Iterator[Callable[[], Kernel]]:
    """Start real kernels: ``kernel()`` as often as wanted."""
    with contextlib.ExitStack() as stack:
        yield lambda: stack.enter_context(Kernel())
