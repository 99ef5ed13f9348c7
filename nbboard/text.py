"""Words for people: counts, names out of logs, spans of steps, and the order of names."""

from __future__ import annotations

import re
from functools import lru_cache
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

#: A number as people write hyperparameters: whole, with decimals, with an exponent. Dotted
#: chains (versions, addresses) are whole numbers, and so are letters around an "e" (hashes).
_NUMBER = re.compile(
    r"(?<![0-9.])[0-9]+\.[0-9]+(?:[eE][-+]?[0-9]+(?![0-9A-Za-z]))?(?![0-9]*\.[0-9])"
    r"|[0-9]+[eE][-+][0-9]+(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z])[0-9]+[eE][0-9]{1,2}(?![0-9A-Za-z])"
    r"|[0-9]+"
)
_DIGITS = re.compile("[0-9]+")
#: Sizes of numbers beyond this (or below its inverse) compare as equal in size.
_LARGEST = 20_000


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


# A log of a hundred thousand tags is put in order several times while it is opened.
@lru_cache(maxsize=1 << 17)
def natural_key(text: str) -> str:
    """Sort key in which ``run2`` comes before ``run10``, and ``0.003`` before ``0.1``.

    Numbers may have decimals and exponents; they compare by their value and stand before
    letters, as in TensorBoard's lists. Of equal ones those with more zeros in front come
    first.
    """
    return _NUMBER.sub(_ranked, text)


def _ranked(found: re.Match[str]) -> str:
    # The place of the first digit, then the digits: that orders numbers exactly, of any size.
    number = found[0]
    if number.isdigit():
        # Most are whole, and there may be millions of names.
        digits = number.lstrip("0")
        zeros = min(len(number) - len(digits), 0xFFFF)
        size = 0x8000 + min(len(digits), _LARGEST) if digits else 0
        return f"\x01{chr(size)}{digits.rstrip('0')}\x00{chr(0xFFFF - zeros)}"
    mantissa, _, exponent = number.lower().partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    zeros = min(len(whole) - len(whole.lstrip("0")), 0xFFFF)
    size = 0
    if digits:
        size = len(digits) - len(fraction) + (int(exponent) if exponent else 0)
        size = 0x8000 + max(-_LARGEST, min(size, _LARGEST))
    return f"\x01{chr(size)}{digits.rstrip('0')}\x00{chr(0xFFFF - zeros)}"


def counting_key(text: str) -> str:
    """Sort key in which ``run2`` comes before ``run10``, and ``1.9`` before ``1.10``.

    For names in which dots separate, such as those of files.
    """
    return _DIGITS.sub(_ranked, text)
