"""What both magics do with their line before and after their own part of the work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import cleandoc
from typing import Any

from nbboard.errors import NbboardError
from nbboard.notebook import host
from nbboard.notebook.line import Words, read_line
from nbboard.notebook.words import MagicError, say

__all__ = ["carry_out"]


def carry_out(
    line: str,
    shell: object,
    variables: Mapping[str, Any],
    work: Callable[[Words, host.Host], None],
    *,
    usage: str,
    more: str | None,
    mistakes: tuple[type[Exception], ...] = (NbboardError,),
) -> None:
    """Read a magic's line, do its work, and tell a person's mistake without a traceback.

    Parameters
    ----------
    line
        What follows the magic's name.
    shell
        The IPython shell.
    variables
        The notebook's names.
    work
        Does it, given the words, of which there is at least one, and the host.
    usage
        What to say where there is nothing to do.
    more
        What to say where help was asked for: the magic's docstring.
    mistakes
        The exceptions that a wrong line can lead to.

    Raises
    ------
    MagicError
        What could not be done, and why, in a line or two.
    """
    try:
        read = read_line(line, variables)
        for name in read.unknown:
            say(f"{{{name}}} is no variable of this notebook; it was left as it is.")
        if not read:
            say(usage)
            return
        if more is not None and read[0] in {"--help", "-h"}:
            say(cleandoc(more))
            return
        work(read, host.detect(shell))
    except MagicError:
        raise
    except mistakes as error:
        raise MagicError(str(error)) from None
