"""Options of views: traits that Python sets and reads and the page shows as controls."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    import traitlets

__all__ = ["option", "refuse_unknown"]

T = TypeVar("T", bound="traitlets.TraitType[Any, Any]")


def option(trait: T) -> T:
    """Mark a trait as an option: a keyword of ``.view()``, kept the same in the page."""
    trait.tag(sync=True, option=True)
    return trait


def refuse_unknown(given: Iterable[str], known: Iterable[str], view: str) -> None:
    """Raise for the first keyword that is no option.

    Raises
    ------
    TypeError
        With the nearest name there is, or all of them where none is near.
    """
    names = sorted(known)
    for name in given:
        if name in names:
            continue
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"options: {', '.join(names)}"
        message = f"the {view} view has no option {name!r}; {hint}"
        raise TypeError(message)
