"""What narrows collections: names of runs and tags, by pattern, list or function; near misses."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from nbboard.errors import UsageError

__all__ = [
    "Filter",
    "Names",
    "filter_text",
    "listed",
    "matcher",
    "names_like",
    "names_near",
    "names_there",
]

_NAMED = 4
_WIDTH = 48

#: What narrows tags or runs: a regular expression, exact names, or a test of a name.
Names = str | re.Pattern[str] | Iterable[str] | Callable[[str], object]


class Filter(NamedTuple):
    """What a collection was narrowed by.

    Attributes
    ----------
    field
        ``"run"`` or ``"tag"``.
    test
        The test of a name.
    said
        How it was said.
    names
        The names, where they were given one by one: they can be looked up.
    """

    field: str
    test: Callable[[str], bool]
    said: str
    names: tuple[str, ...] | None = None


def matcher(field: str, names: Names) -> Callable[[str], bool]:
    """Return a test of names: a regular expression's, for exact names, or one that is given.

    Raises
    ------
    UsageError
        If the regular expression is not valid, or `names` is none of these.
    """
    if isinstance(names, str):
        try:
            names = re.compile(names, re.IGNORECASE)
        except re.error as error:
            raise UsageError(f"{field}s={names!r} is not a regular expression: {error}") from error
    if isinstance(names, re.Pattern) and isinstance(names.pattern, str):
        pattern = names
        return lambda name: pattern.search(name) is not None
    if callable(names):
        test = names
        return lambda name: bool(test(name))
    return frozenset(listed(field, names)).__contains__


def listed(field: str, names: object) -> list[str]:
    """Return exact names as a list.

    Raises
    ------
    UsageError
        If they are none.
    """
    if isinstance(names, Iterable) and not isinstance(names, (bytes, bytearray)):
        exact = list(names)
        if all(isinstance(name, str) for name in exact):
            return exact
    raise UsageError(
        f"{field}s is a regular expression, a list of names or a function, not {names!r}"
    )


def filter_text(names: Names) -> str:
    """Return what narrows as somebody would write it."""
    if isinstance(names, re.Pattern):
        return repr(names.pattern)
    if callable(names):
        return getattr(names, "__name__", "a function")
    text = repr(names)
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 4]}...{text[-1]}"


def names_like(name: str, there: Iterable[str], most: int, alike: float) -> list[str]:
    """Return the names that are like one that there is not, the likest first.

    Parameters
    ----------
    name
        The one there is not.
    there
        Those there are.
    most
        So many of them at the most.
    alike
        How much of a name must be the same, between 0 and 1.
    """
    # Imported when somebody has mistaken a name: a log is opened without.
    from difflib import get_close_matches

    return get_close_matches(name, list(there), most, alike)


def names_near(name: object, there: Sequence[str], noun: str) -> str:
    """Return names that are like one that there is not, or else some of those there are."""
    near = names_like(str(name).strip("'\""), there, 3, 0.6)
    if near:
        return f"did you mean {' or '.join(map(repr, near))}?"
    return names_there(there, noun)


def names_there(names: Sequence[str], noun: str) -> str:
    """Return the first of the names that there are, and how many."""
    more = f", ... ({len(names):,})" if len(names) > _NAMED else ""
    return f"{noun}s: {', '.join(map(repr, names[:_NAMED]))}{more}"
