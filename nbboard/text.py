"""Words for people: counts, names out of logs, spans of steps, and the order of names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np

__all__ = [
    "counted",
    "counting_key",
    "natural_key",
    "points_text",
    "printable",
    "short_names",
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

#: What stands between the parts of a run's name; not the point of a decimal or a minus sign
#: of an exponent.
_SEPARATORS = re.compile(r"([/_\s,;|]+|(?<![0-9][eE])-+|(?<![0-9])\.|\.(?![0-9]))")


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
    """Sort key in which ``run2`` comes before ``run10``, and ``0.003`` before ``0.1``.

    Numbers may have decimals and exponents; they compare by their value and stand before
    letters, as in TensorBoard's lists. Of equal ones those with more zeros in front come
    first.
    """
    return _NUMBER.sub(_ranked, text)


def _ranked(found: re.Match[str]) -> str:
    # The place of the first digit, then the digits: that orders numbers exactly, of any size.
    mantissa, _, exponent = found[0].lower().partition("e")
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


def short_names(names: Sequence[str]) -> dict[str, str]:
    """Return names without the parts that all of them share.

    ``resnet-lr0.1-bs64`` and ``resnet-lr0.3-bs64`` become ``lr0.1`` and ``lr0.3``. No two
    become alike; a name alone stays as it is.

    Parameters
    ----------
    names
        Of runs, all different.
    """
    whole = {name: name for name in names}
    if len(whole) < 2:
        return whole
    parts = {name: _SEPARATORS.split(name) for name in names}
    short = _differing(parts) or _middles(parts)
    return short if len(set(short.values())) == len(short) and all(short.values()) else whole


def _differing(parts: dict[str, list[str]]) -> dict[str, str]:
    """Return the parts that differ, where all names are built alike; nothing where not."""
    if len({tuple(split[1::2]) for split in parts.values()}) > 1:
        return {}
    columns = list(zip(*parts.values(), strict=True))
    places = [i for i, column in enumerate(columns) if len({*column}) > 1]
    return {
        name: " ".join(_with_word(split, i) for i in places).strip()
        for name, split in parts.items()
    }


def _with_word(split: list[str], place: int) -> str:
    """Return a part of a name; a bare number with the word before it, which says what it counts."""
    counts = place > 1 and split[place].isdigit() and split[place - 2].isalpha()
    return "".join(split[place - 2 : place + 1]) if counts else split[place]


def _middles(parts: dict[str, list[str]]) -> dict[str, str]:
    """Return what stands between the first and the last parts that all names share."""
    splits = list(parts.values())
    shortest = min(map(len, splits))
    first = last = 0
    while first + 2 < shortest and len({tuple(s[first : first + 2]) for s in splits}) == 1:
        first += 2
    while first + last + 2 < shortest and len({tuple(s[-last - 2 :][:2]) for s in splits}) == 1:
        last += 2
    return {name: "".join(split[first : len(split) - last]) for name, split in parts.items()}
