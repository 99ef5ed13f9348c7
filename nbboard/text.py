"""Words for people: counts, names out of logs, spans of steps, and the order of names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["counted", "natural_key", "points_text", "printable", "steps_text"]

_DIGITS = re.compile("[0-9]+")


def counted(count: int, noun: str) -> str:
    """Say how many, in words."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def printable(text: str) -> str:
    """Return text out of a log without what a terminal would obey."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text
    )


def points_text(count: int) -> str:
    """Say how many points, in words."""
    return counted(count, "point")


def steps_text(step: np.ndarray) -> str:
    """Say which steps, to stand after the number of points; empty for none."""
    if not len(step):
        return ""
    low, high = int(step.min()), int(step.max())
    return f", step {low}" if low == high else f", steps {low} to {high}"


def natural_key(text: str) -> str:
    """Sort key in which ``run2`` comes before ``run10``."""
    return _DIGITS.sub(_ranked, text)


def _ranked(found: re.Match[str]) -> str:
    # Digits compare as numbers and stand before letters, as in TensorBoard's lists:
    # a number with more digits is the greater one. Of equal ones those with zeros in
    # front come first.
    digits = found[0]
    if digits[0] != "0":
        return f"\x01{chr(len(digits))}{digits}\uffff"
    number = digits.lstrip("0")
    zeros = min(len(digits) - len(number), 0xFFFF)
    return f"\x01{chr(len(number))}{number}{chr(0xFFFF - zeros)}"
