"""The child process's log, and what forked processes inherit."""

from __future__ import annotations

import os

import pytest

from nbboard import server as servers
from nbboard.server import process, registry
from nbboard.server.process import LogRing


def test_the_secret_is_blotted_out() -> None:
    """The log never shows the secret, however the pipe cuts it."""
    ring = LogRing("s3cret")
    for piece in (b"GET /s3", b"cret/data\nGET /s3cr", b"et/", b"runs"):
        ring.append(piece)

    assert ring.tail(10) == "GET /…/data\nGET /…/runs"


def test_only_the_last_lines_are_kept() -> None:
    """The log is a ring: it does not grow, and a line without an end does not either."""
    ring = LogRing("-", lines=3)
    ring.append(b"".join(b"%d\n" % number for number in range(1000)))

    assert ring.tail(10) == "997\n998\n999"
    assert ring.tail(1) == "999"

    ring.append(b"x" * 10_000_000)
    assert len(ring.tail(10)) < 20_000


def test_bytes_that_are_no_text_are_shown() -> None:
    """A log that is not UTF-8 is shown with replacements."""
    ring = LogRing("-")
    ring.append(b"caf\xe9\r\n")

    assert ring.tail(1) == "caf\ufffd"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*use of fork:DeprecationWarning")  # it is what is tried
def test_a_forked_process_has_no_pipes_and_no_servers(logdir: os.PathLike[str]) -> None:
    """In a forked worker the registry is empty, and its parent's servers are out of reach."""
    server = servers.start(logdir).server
    held = set(process._held)
    child = os.fork()
    if child == 0:
        try:
            free = [descriptor for descriptor in held if not _is_open(descriptor)]
            right = len(free) == len(held) and not process._held and not registry._servers
            servers.stop("all")
            os._exit(0 if right else 1)
        except BaseException:  # noqa: BLE001 - a forked pytest must not go on
            os._exit(2)
    _, status = os.waitpid(child, 0)

    assert held
    assert os.waitstatus_to_exitcode(status) == 0
    assert server.answers()


def _is_open(descriptor: int) -> bool:
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True
