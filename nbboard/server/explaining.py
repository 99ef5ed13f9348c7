"""Turn the launcher's account of a failed start into a cause and a cure, in words."""

from __future__ import annotations

import difflib
import socket
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbboard.server.arguments import value_of
from nbboard.server.results import Failed

if TYPE_CHECKING:
    from nbboard.server.arguments import Key
    from nbboard.server.running import Server

__all__ = ["MAGIC_FLAGS", "explain"]

MAGIC_FLAGS = ("--height", "--width", "--theme", "--new", "--no-display")
"""What ``%tensorboard`` takes beside TensorBoard's flags; one of them may have been meant."""

_DASHES = "-\N{EN DASH}\N{EM DASH}"  # as text that was copied from a page has them


def explain(report: Mapping[str, Any], log: str, key: Key, others: Sequence[Server]) -> Failed:
    """Say what happened, and what to do.

    Parameters
    ----------
    report
        The launcher's report of its failure.
    log
        The end of what TensorBoard wrote.
    key
        The flags.
    others
        The servers that run already, to explain a port that is taken.
    """
    message = str(report["message"])
    sentence = message.rstrip(".") + "."
    match report["kind"]:
        case "flag" | "server":
            return Failed(sentence)
        case "unknown flag":
            return Failed(_unknown(message, report["flags"], report["version"]))
        case "port":
            return _port_is_taken(sentence, value_of(key, "port"), others)
        case "import":
            cause = f"TensorBoard cannot be imported: {sentence}"
            cure = "%pip install -U tensorboard puts it into the kernel's environment."
            log = "" if "named 'tensorboard'" in message else log
        case "exit":  # TensorBoard has said why in its log
            last = log.strip().rpartition("\n")[2]
            cause, cure = f"TensorBoard: {last.rstrip('.') or 'it ended while it started'}.", ""
            log = "" if last == log.strip() else log  # said already
        case _:
            cause, cure = f"TensorBoard failed to start: {sentence}", ""
    return Failed(cause, cure, log)


def _unknown(argument: str, flags: Iterable[str], version: str) -> str:
    """Say in one sentence what is wrong with an argument, with the nearest right one."""
    if argument[0] not in _DASHES:
        return f"{argument!r} stands alone: did you mean --logdir {argument}?"
    written = argument.partition("=")[0]
    bare = written.lstrip(_DASHES)
    near = None
    for name in (f"--{bare.replace('-', '_')}", f"--{bare}"):  # ours has a hyphen
        near = near or _nearest(name, (*flags, *MAGIC_FLAGS))
    hint = f"did you mean {near}?" if near else "%tensorboard? shows the flags there are."
    return f"{written} is not a flag of TensorBoard {version}: {hint}"


def _nearest(name: str, flags: Sequence[str]) -> str | None:
    by_name = {flag.lower(): flag for flag in flags}
    return next(
        (by_name[near] for near in difflib.get_close_matches(name.lower(), by_name, 1)), None
    )


def _port_is_taken(message: str, port: str | None, others: Sequence[Server]) -> Failed:
    """Name who has the port, if it is one of us, and a free one otherwise."""
    for server in others:
        if str(server.port) == port:
            return Failed(
                f"Port {port} is taken: this kernel's TensorBoard for {server.logdir}.",
                f"Stop it (%tensorboard stop {port}) or leave out --port.",
            )
    free = _free_port_after(int(port)) if port is not None and port.isdecimal() else None
    if free is not None:
        message = f"Port {port} is in use; port {free} is free."
    return Failed(message, "Or leave out --port, and a free one is found.")


def _free_port_after(port: int) -> int | None:
    """Find the next port that can be bound."""
    for candidate in range(port + 1, min(port + 100, 65536)):
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return candidate
    return None
