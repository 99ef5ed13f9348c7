"""Words for people: counts, names out of logs, spans of steps, and the order of names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = [
    "counted",
    "counting_key",
    "natural_key",
    "points_text",
    "printable",
    "steps_text",
]

_DIGITS = re.compile("([0-9]+)()()")
_NUMBER = re.compile(r"([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?")
#: Exponents beyond this are no numbers that somebody wrote.
_FAR = 0x4000


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
    """Sort key in which ``run2`` comes before ``run10``, and ``lr=3e-4`` before ``lr=0.1``.

    As in TensorBoard's lists, what looks like a number is one, with decimals and exponent.
    """
    return _NUMBER.sub(_valued, text)


def counting_key(text: str) -> str:
    """Sort key in which ``run2`` comes before ``run10``, and ``1.9`` before ``1.10``.

    For names in which dots separate, such as those of files.
    """
    return _DIGITS.sub(_valued, text)


def _valued(found: re.Match[str]) -> str:
    # Numbers stand before letters: where the first digit stands, how far it is from the
    # point, then the digits. Of equal ones those with zeros in front come first.
    whole, fraction, exponent = found[1], found[2] or "", found[3] or "0"
    digits = (whole + fraction).lstrip("0")
    zeros = len(whole) - len(whole.lstrip("0"))
    if not digits:
        return f"\x01\x00{chr(0xFFFF - min(zeros, 0xFFFF))}"
    place = len(digits) - len(fraction) + int(exponent[:6])
    place = min(max(place, -_FAR), _FAR)
    return f"\x01{chr(1 + _FAR + place)}{digits.rstrip('0')}\x00{chr(0xFFFF - min(zeros, 0xFFFF))}"
