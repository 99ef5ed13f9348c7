"""What came of an attempt to start a server, told by its type."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

from nbboard.errors import ServerError

if TYPE_CHECKING:
    from nbboard.server.running import Server

__all__ = ["Failed", "LeftOut", "Printed", "Reused", "StartResult", "Started"]


@dataclass(frozen=True)
class LeftOut:
    """A TensorBoard plugin that could not be loaded and was left out.

    Attributes
    ----------
    plugin
        The package that brings it.
    error
        Why, in one line: the exception's name and text.
    """

    plugin: str
    error: str

    def __str__(self) -> str:
        return f"{self.plugin} ({self.error})"


@dataclass(frozen=True)
class Started:
    """A new server runs.

    Attributes
    ----------
    server
        The server.
    seconds
        How long it took until it answered.
    left_out
        Plugins that could not be loaded.
    warnings
        Sentences for the person who asked.
    """

    server: Server
    seconds: float
    left_out: tuple[LeftOut, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reused:
    """A server with the same logdir and flags was running, and answered.

    Attributes
    ----------
    server
        The server.
    warnings
        Sentences for the person who asked.
    """

    server: Server
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Printed:
    """TensorBoard printed what was asked for (``--inspect``, ``--version_tb``) and ended.

    Attributes
    ----------
    text
        What it printed.
    """

    text: str


@dataclass(frozen=True)
class Failed:
    """No server was started.

    Attributes
    ----------
    cause
        What happened, in one sentence.
    cure
        What to do about it, in one sentence; may be empty.
    log_tail
        The last lines of TensorBoard's log; empty where they would say no more.
    """

    cause: str
    cure: str = ""
    log_tail: str = field(default="", repr=False)

    @property
    def server(self) -> NoReturn:
        """There is none.

        Raises
        ------
        ServerError
            Always, with the cause and the cure, so that
            ``start("logs").server`` fails with the reason.
        """
        raise ServerError(str(self))

    def __str__(self) -> str:
        return " ".join(part for part in (self.cause, self.cure) if part)


StartResult = Started | Reused | Printed | Failed
"""Everything that :func:`nbboard.server.start` can return."""
