"""Names of files, as a shell has patterns of them: one question for many patterns."""

from __future__ import annotations

import fnmatch
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["name_test"]

_SIGNS = frozenset("*?[")


def name_test(patterns: Iterable[str]) -> Callable[[str], bool]:
    """Return a test whether a name fits one of some patterns; case counts.

    It is asked of every file that there is, and most patterns are a whole name, or a star and an
    ending. For those no regular expression is made, which takes longer than opening a small log.

    Parameters
    ----------
    patterns
        As :mod:`fnmatch` has them.
    """
    whole: set[str] = set()
    endings: list[str] = []
    others: list[str] = []
    for pattern in patterns:
        if _SIGNS.isdisjoint(pattern):
            whole.add(pattern)
        elif pattern[0] == "*" and _SIGNS.isdisjoint(pattern[1:]):
            endings.append(pattern[1:])
        else:
            others.append(pattern)
    ends = tuple(endings)

    def fits(name: str) -> bool:
        return (
            name in whole
            or name.endswith(ends)
            or any(fnmatch.fnmatchcase(name, pattern) for pattern in others)
        )

    return fits
