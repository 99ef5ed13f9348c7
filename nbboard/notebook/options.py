"""nbboard's own flags of ``%tensorboard``, told apart from TensorBoard's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from nbboard.errors import UsageError

__all__ = ["OWN_FLAGS", "Options", "Theme", "parse"]

Theme = Literal["auto", "light", "dark"]
_THEMES: dict[str, Theme] = {"auto": "auto", "light": "light", "dark": "dark"}

OWN_FLAGS = {
    "--height": "how tall the frame is: pixels, or a CSS length such as 80vh (800)",
    "--width": "how wide the frame is: pixels, or a CSS length (100%)",
    "--theme": "auto (as the notebook), light or dark",
    "--new": "start another server even if one with the same flags runs",
    "--no-display": "start the server, show no frame",
}
"""The flags that are nbboard's, with their help; all others are TensorBoard's."""

_LENGTH = re.compile(r"(?:\d+(?:\.\d+)?)(?:px|em|rem|vh|vw|%)?")


@dataclass(frozen=True)
class Options:
    """How a server is shown, and what TensorBoard gets.

    Attributes
    ----------
    height, width
        CSS lengths.
    theme
        The frame's theme.
    new
        Whether a running server must not be reused.
    display
        Whether to show a frame.
    flags
        The rest, for TensorBoard.
    """

    height: str = "800px"
    width: str = "100%"
    theme: Theme = "auto"
    new: bool = False
    display: bool = True
    flags: tuple[str, ...] = field(default=())


def parse(words: Sequence[str]) -> Options:
    """Take nbboard's flags out of a line's words.

    Parameters
    ----------
    words
        The words, ``--flag value`` or ``--flag=value``.

    Raises
    ------
    UsageError
        One of nbboard's flags has no value, or one it cannot take.
    """
    height, width, theme = "800px", "100%", "auto"
    new, display = False, True
    rest: list[str] = []
    remaining = list(words)
    while remaining:
        word = remaining.pop(0)
        name, equals, value = word.partition("=")
        if name in {"--new", "--no-display"}:
            if equals:
                raise UsageError(f"{name} takes no value.")
            new = new or name == "--new"
            display = display and name != "--no-display"
        elif name in {"--height", "--width", "--theme"}:
            if not equals:
                if not remaining or remaining[0].startswith("--"):
                    raise UsageError(f"{name} needs a value: {OWN_FLAGS[name]}.")
                value = remaining.pop(0)
            if name == "--theme":
                theme = value
            elif name == "--height":
                height = _length(name, value)
            else:
                width = _length(name, value)
        else:
            rest.append(word)
    if theme not in _THEMES:
        raise UsageError(f"--theme {theme} is none of auto, light, dark.")
    return Options(height, width, _THEMES[theme], new, display, tuple(rest))


def _length(name: str, value: str) -> str:
    """Return a CSS length; a bare number is pixels."""
    if not _LENGTH.fullmatch(value):
        raise UsageError(f"{name} {value} is no length: write 600, 600px or 80vh.")
    return f"{value}px" if value[-1].isdigit() else value
