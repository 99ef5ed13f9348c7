"""What the magics print: results in one or two lines, lists in columns."""

from __future__ import annotations

import html
import time
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from nbboard.errors import UsageError

if TYPE_CHECKING:
    from nbboard.server import Failed, Server

__all__ = ["MagicError", "Shown", "explain", "say", "span", "table"]


class MagicError(UsageError):
    """A failure that is told in a line or two, without a traceback.

    It is raised all the same, so that "run all cells" stops there.
    """

    def _render_traceback_(self) -> list[str]:
        """Return what IPython shows in the place of a traceback."""
        return [str(self)]


def say(text: str) -> None:
    """Print into the cell.

    Parameters
    ----------
    text
        One or more lines.
    """
    print(text)  # noqa: T201 - this is where the magics print


class Shown:
    """Something rich that was displayed, and can be replaced by a sentence and come back.

    Parameters
    ----------
    what
        An object with a rich representation; it is displayed at once.
    """

    def __init__(self, what: object) -> None:
        import IPython.display

        display: Any = IPython.display.display  # it is untyped
        self._what = what
        self._handle = display(what, display_id=True)
        self._replaced = False

    def replace(self, sentence: str) -> None:
        """Put a sentence in its place; with an empty one nothing is left of it."""
        data = {"text/plain": sentence}
        if sentence:
            data["text/html"] = f"<p>{html.escape(sentence)}</p>"
        self._replaced = True
        if self._handle is not None:
            self._handle.update(data, raw=True)

    def bring_back(self) -> None:
        """Display it again if a sentence stands in its place."""
        if self._replaced and self._handle is not None:
            self._replaced = False
            self._handle.update(self._what)


def explain(failure: Failed, lines: int = 5) -> str:
    """Say why no server was started, with the end of its log.

    Parameters
    ----------
    failure
        The result.
    lines
        How many lines of the log to show.
    """
    said = [f"TensorBoard was not started. {failure}"]
    tail = failure.log_tail.strip().splitlines()[-lines:]
    if tail:
        said += ["The last lines of its log:", *(f"  {line}" for line in tail)]
    return "\n".join(said)


def table(servers: Sequence[Server], now: float | None = None) -> str:
    """Return one line a server: port, process, age and logdir.

    Parameters
    ----------
    servers
        The servers.
    now
        Seconds since the epoch; the present by default.
    """
    if not servers:
        return "No TensorBoard of this kernel is running."
    now = time.time() if now is None else now
    # The folder comes last, for it may be long, or of letters that are two columns wide.
    rows = [
        (str(server.port), str(server.pid), span(now - server.started), server.logdir)
        for server in servers
    ]
    rows.insert(0, ("port", "process", "running for", "logdir"))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def span(seconds: float) -> str:
    """Write a duration in its two largest units.

    Parameters
    ----------
    seconds
        The duration.

    Examples
    --------
    >>> span(8040)
    '2 h 14 min'
    """
    whole = max(0, int(seconds))
    units = (("d", 86400), ("h", 3600), ("min", 60), ("s", 1))
    for (name, size), (smaller, part) in pairwise(units):
        if whole >= size:
            rest = whole % size // part
            return f"{whole // size} {name}" + (f" {rest} {smaller}" if rest else "")
    return f"{whole} s"
