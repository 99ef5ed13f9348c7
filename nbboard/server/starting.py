"""Start one server: follow the child's reports until it serves, or say why it does not."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from queue import Empty
from typing import TYPE_CHECKING, Any

from nbboard.server import standby
from nbboard.server.explaining import explain
from nbboard.server.results import Failed, LeftOut, Printed, Started, StartResult
from nbboard.server.running import Server

if TYPE_CHECKING:
    from nbboard.server.arguments import Key
    from nbboard.server.process import Child

__all__ = ["Request", "launch"]


@dataclass(frozen=True)
class Request:
    """What is to be started, and how.

    Attributes
    ----------
    key
        The normalised flags.
    arguments
        TensorBoard's arguments, paths made absolute.
    options
        More of them, by name.
    warnings
        Sentences to hand on with a success.
    timeout
        Seconds, or None to wait as long as it takes.
    progress
        Called with a few words at each step.
    """

    key: Key
    arguments: tuple[str, ...]
    options: Mapping[str, str | bool]
    warnings: tuple[str, ...]
    timeout: float | None
    progress: Callable[[str], None] | None

    def tell(self, text: str) -> None:
        """Tell the progress to whoever wants to know."""
        if self.progress is not None:
            self.progress(text)


def launch(request: Request, others: Sequence[Server] = ()) -> StartResult:
    """Start a server and wait until it answers.

    Parameters
    ----------
    request
        What to start.
    others
        The servers that run already, to explain a port that is taken.

    Raises
    ------
    KeyboardInterrupt
        The wait was interrupted; the process has been ended.
    """
    secret = secrets.token_urlsafe(24)  # 192 bits
    identity = secrets.token_hex(8)
    config = {
        "secret": secret,
        "identity": identity,
        "arguments": request.arguments,
        "options": request.options,
        **standby.environment(),
    }
    begun = time.monotonic()
    # The process is made in a thread, because the stop button interrupts only the main
    # one: wherever it strikes here, the future knows of the child or soon will.
    future: Future[Child] = Future()
    result = None
    try:
        threading.Thread(target=_spawn, args=(future, config), daemon=True).start()
        result = _follow(future.result(), request, identity, others, begun)
    except (OSError, TypeError) as error:  # TypeError: sys.executable is None
        return Failed(f"Python could not be started: {error}.", "Is sys.executable right?")
    finally:
        if not isinstance(result, Started):
            future.add_done_callback(_end)
    return result


def _spawn(future: Future[Child], config: Mapping[str, Any]) -> None:
    """Take or make the child and have it serve, or pass on why not."""
    try:
        child = standby.take(json.dumps([config["arguments"], config["options"]]))
    except Exception as error:  # noqa: BLE001 - it is raised where the result is wanted
        future.set_exception(error)
        return
    # Before it is told: who waits for a child that does not listen wants to end it in time.
    future.set_result(child)
    child.begin(config)


def _end(future: Future[Child]) -> None:
    """Leave nothing behind of a start that came to nothing."""
    if future.exception() is None:
        future.result().end(0.5)


def _follow(
    child: Child, request: Request, identity: str, others: Sequence[Server], begun: float
) -> StartResult:
    """Take the reports one by one until one of them decides."""
    left_out: list[LeftOut] = []
    warnings = list(request.warnings)
    while True:
        left = None if request.timeout is None else request.timeout + begun - time.monotonic()
        try:
            report = child.next_report(left if left is None else max(0.0, left))
        except Empty:
            return _gave_up(child, f"TensorBoard was not ready after {request.timeout:g} s.")
        if report is None:
            return _ended(child)
        match report["event"]:
            case "progress":
                request.tell(report["text"])
            case "left_out":
                left_out.append(LeftOut(report["plugin"], report["error"]))
            case "warning":
                warnings.append(report["text"])
            case "printed":
                return Printed(child.whole_log(1000))
            case "failed":
                return explain(report, child.whole_log(20), request.key, others)
            case "ready":
                server = Server(child, request.key, report["url"], identity, report["version"])
                return _started(child, server, begun, left_out, warnings)


def _started(
    child: Child, server: Server, begun: float, left_out: list[LeftOut], warnings: list[str]
) -> StartResult:
    """Return a server that says it is ready, once it has answered."""
    if not server.answers():
        return _gave_up(child, f"TensorBoard does not answer at port {server.port}.")
    return Started(server, time.monotonic() - begun, tuple(left_out), tuple(warnings))


def _gave_up(child: Child, cause: str) -> Failed:
    """End a process that would not serve, and keep what it wrote."""
    child.end()
    return Failed(cause, "%tensorboard --new tries again.", child.whole_log(20))


def _ended(child: Child) -> Failed:
    """Describe a process that ended without a word."""
    code = child.exit_code
    how = f"was killed by signal {-code}" if code is not None and code < 0 else f"exited ({code})"
    return Failed(f"TensorBoard {how} while it started.", "", child.whole_log(20))
