"""What a check found."""

from __future__ import annotations

import os
import re
import shlex
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Finding", "pip_install", "typed"]

_PLAIN = re.compile(r"[\w.:\\/=-]+")


@dataclass(frozen=True)
class Finding:
    """The outcome of one check.

    Attributes
    ----------
    status
        ``"ok"``; ``"note"`` for what may surprise but is no fault; ``"fail"``.
    text
        What was found, in one or two sentences.
    cure
        A command, or what to do, for what failed; may be empty otherwise.
    """

    status: Literal["ok", "note", "fail"]
    text: str
    cure: str = ""

    def __str__(self) -> str:
        return self.lines()

    def lines(self, width: int | None = None) -> str:
        """Return it as text: the status, what was found, and the cure below.

        Parameters
        ----------
        width
            Columns of the terminal, to which sentences are wrapped; never a cure, which
            is there to be copied.
        """
        label = "FAIL" if self.status == "fail" else self.status
        text = f"{label:<5} {self.text}"
        if width is not None:
            text = textwrap.fill(
                text,
                width,
                subsequent_indent=" " * 6,
                break_long_words=False,
                break_on_hyphens=False,
            )
        return f"{text}\n      mend it with: {self.cure}" if self.cure else text


def pip_install(*requirements: str, python: str = sys.executable) -> str:
    """Return the command that installs packages into an environment.

    Parameters
    ----------
    *requirements
        Names, with versions if need be.
    python
        The environment's Python.
    """
    return typed([python, "-m", "pip", "install", "--upgrade", *requirements])


def typed(command: Sequence[str], *, windows: bool = os.name == "nt") -> str:
    """Return a command as it is typed into a shell."""
    if not windows:
        return shlex.join(command)
    # cmd.exe knows no single quotes, and takes the > of a version for a redirection.
    return " ".join(word if _PLAIN.fullmatch(word) else f'"{word}"' for word in command)
