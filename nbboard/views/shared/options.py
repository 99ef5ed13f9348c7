"""Options of views: each stands in one place, its trait.

The trait's type, default, limits, choices and help serve Python, the command line, the
magics, and the page, which repeats none of them. What a view does not know or cannot take
is refused here, in the same words wherever it was given.
"""

from __future__ import annotations

import ast
import difflib
import math
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

import numpy as np
import traitlets

from nbboard.errors import UsageError

__all__ = [
    "OptionError",
    "check_option",
    "check_options",
    "describe_values",
    "option",
    "option_schema",
    "read_option",
    "refuse_unknown",
    "step_option",
]

Trait = Any  # traitlets.TraitType, whose type parameters say nothing here
T = TypeVar("T", bound="traitlets.TraitType[Any, Any]")

#: What elements are checked against: a trait in a list asks its owner.
_NOBODY = traitlets.HasTraits()
_NOBODY._cross_validation_lock = True  # noqa: SLF001 - there is nothing to validate across


class OptionError(UsageError, TypeError, traitlets.TraitError):
    """An option that a view does not have, or a value that it cannot take."""


def option(trait: T, text: str = "") -> T:
    """Mark a trait as an option: a keyword of ``.view()``, kept the same in the page.

    Parameters
    ----------
    trait
        Its type, default, limits and choices.
    text
        What it means, in a sentence or two: for ``--help``, and the page's tooltips.
    """
    trait.tag(sync=True, option=True)
    if text:
        trait.help = text
    return trait


def step_option(text: str) -> Any:
    """Return an option that is a step, int64, or None: in the page a text, never rounded."""
    trait: Any = option(
        traitlets.Int(None, allow_none=True, min=-(2**63), max=2**63 - 1),  # those of int64
        text,
    )
    return trait.tag(
        to_json=lambda value, _: None if value is None else str(value),
        from_json=lambda value, _: None if value is None else int(value),
    )


def check_options(view: Any, given: Mapping[str, Any], also: Iterable[str] = ()) -> dict[str, Any]:
    """Return options as the view takes them.

    Parameters
    ----------
    view
        The class of the view; its ``option_traits()`` names, for each option, the traits
        that may take it (on a board, those of several views).
    given
        Options by name.
    also
        Names that are passed on unchecked: what a figure takes beside the view's options.

    Raises
    ------
    OptionError
        For a name or value that is wrong, with the nearest right one.
    """
    known = view.option_traits()
    passed = frozenset(also)
    refuse_unknown(given, [*known, *passed], view.kind)
    return {
        name: value if name in passed else _taken(view.kind, name, known[name], value)
        for name, value in given.items()
    }


def check_option(view: Any, name: str, value: Any) -> Any:
    """Return the value of one option as the view takes it; see :func:`check_options`."""
    return check_options(view, {name: value})[name]


def read_option(view: Any, name: str, text: str) -> Any:
    """Return the value of an option that was written as text, on a command line or a magic's.

    Lists are separated by commas, mappings are ``name=value,name=value``; what begins with
    a bracket is read as Python.

    Raises
    ------
    OptionError
        As :func:`check_options`.
    """
    known = view.option_traits()
    refuse_unknown([name], known, view.kind)
    value: Any = text
    for trait in known[name]:
        try:
            value = _parsed(trait, text)
            return _validated(trait, value)
        except (traitlets.TraitError, ValueError, SyntaxError):  # noqa: PERF203 - one or two
            continue
    # In the words of whoever gives it in Python.
    raise _wrong(view.kind, name, known[name], value)


def refuse_unknown(given: Iterable[str], known: Iterable[str], view: str) -> None:
    """Raise for the first name that is no option.

    Raises
    ------
    OptionError
        With the nearest name there is, or all of them where none is near.
    """
    names = sorted(known)
    for name in given:
        if name in names:
            continue
        near = difflib.get_close_matches(name, names, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"options: {', '.join(names)}"
        raise OptionError(f"the {view} view has no option {name!r}; {hint}")


def describe_values(trait: Trait) -> str:
    """Say which values an option takes, to stand after "takes"."""
    words = _values_of(trait)
    if not trait.allow_none or words.endswith("None"):
        return words
    return f"{words}, or None"


def option_schema(view: Any) -> dict[str, dict[str, Any]]:
    """Return what the page knows of a view's own options, by name.

    Returns
    -------
    dict
        ``default``, ``help``, and where there are such: ``min``, ``max``, ``choices``,
        ``exact`` (an integer that the page has as a text).
    """
    schema = {}
    for name, trait in sorted(view.class_traits(option=True).items()):
        default = trait.default()
        to_json = trait.metadata.get("to_json")
        entry = {
            "default": to_json(default, None) if to_json else default,
            "help": trait.help,
            "choices": _choices(trait) or None,
            # In the page it is a text, which would be rounded as a number.
            "exact": bool(to_json) or None,
        }
        if not to_json:  # the limits of a step are those of int64
            entry |= {"min": _limit(trait, "min"), "max": _limit(trait, "max")}
        schema[name] = {k: v for k, v in entry.items() if k == "default" or v not in (None, "")}
    return schema


def _taken(view: str, name: str, traits: Iterable[Trait], value: Any) -> Any:
    for trait in traits:
        try:
            return _validated(trait, value)
        except traitlets.TraitError:  # noqa: PERF203 - one or two
            continue
    raise _wrong(view, name, traits, value)


def _validated(trait: Trait, value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()  # a step out of a series is np.int64
    if isinstance(trait, traitlets.Int | traitlets.Float) and isinstance(value, bool):
        raise traitlets.TraitError("true and false are no numbers")
    return trait._validate(_NOBODY, value)  # noqa: SLF001 - the public one leaves None out


def _wrong(view: str, name: str, traits: Iterable[Trait], value: Any) -> OptionError:
    takes = " or ".join(dict.fromkeys(describe_values(trait) for trait in traits))
    words = f"{name} of the {view} view takes {takes}, not {value!r}"
    names = [c for trait in traits for c in _choices(trait) if isinstance(c, str)]
    near = difflib.get_close_matches(str(value), names, n=1)
    return OptionError(f"{words}; did you mean {near[0]!r}?" if near else words)


def _parsed(trait: Trait, text: str) -> Any:  # noqa: PLR0911 - one for each type
    """Read text as a trait means it; raise ValueError or SyntaxError where it is no such thing."""
    if trait.allow_none and text.lower() == "none":
        return None
    if isinstance(trait, traitlets.Bool):
        return {"true": True, "false": False}.get(text.lower(), text)
    if isinstance(trait, traitlets.Int):
        return int(text.replace("_", ""))
    if isinstance(trait, traitlets.Float):
        return float(text)
    if isinstance(trait, traitlets.Container | traitlets.Dict) and text[:1] in {"[", "(", "{"}:
        return ast.literal_eval(text)
    if isinstance(trait, traitlets.Container):
        element = getattr(trait, "_trait", None) or traitlets.Unicode()
        return [_parsed(element, part) for part in text.split(",") if part]
    if isinstance(trait, traitlets.Dict):
        element = getattr(trait, "_value_trait", None) or traitlets.Unicode()
        pairs = (part.rpartition("=") for part in text.split(",") if part)
        return {key: _parsed(element, value) for key, _, value in pairs if key}
    return text


def _values_of(trait: Trait) -> str:  # noqa: PLR0911 - one for each type
    if isinstance(trait, traitlets.Enum):
        *first, last = [repr(choice) for choice in _choices(trait)]
        return f"{', '.join(first)} or {last}" if first else last
    if isinstance(trait, traitlets.Bool):
        return "true or false"
    if isinstance(trait, traitlets.Int):
        return f"a whole number{_between(trait)}"
    if isinstance(trait, traitlets.Float):
        return f"a number{_between(trait)}"
    if isinstance(trait, traitlets.Unicode):
        return "text"
    if isinstance(trait, traitlets.Container):
        return _several("a list", getattr(trait, "_trait", None))
    if isinstance(trait, traitlets.Dict):
        return _several("a mapping", getattr(trait, "_value_trait", None))
    return "a value of another kind"


def _choices(trait: Trait) -> list[Any]:
    return list(trait.values or ()) if isinstance(trait, traitlets.Enum) else []


def _several(what: str, element: Trait | None) -> str:
    plain = element is None or type(element) is traitlets.Any
    return what if plain else f"{what}, each value {describe_values(element)}"


def _between(trait: Trait) -> str:
    low, high = _limit(trait, "min"), _limit(trait, "max")
    if low == -(2**63):
        return ""
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of at least {low:g}"
    return "" if high is None else f" of at most {high:g}"


def _limit(trait: Trait, name: str) -> Any:
    limit = getattr(trait, name, None)
    return None if limit is None or math.isinf(limit) else limit
