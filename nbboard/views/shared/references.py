"""Options that name something of a log: runs, tags, hyperparameters, metrics, patterns of them.

Traits know types and limits; whether there is what a value names only the log knows. It is
asked when an option is given in Python, on a command line or a magic's, never for what is
typed in the page, which may be half of a name.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbboard.views.shared.options import OptionError

if TYPE_CHECKING:
    from nbboard.logdir import LogDir

__all__ = ["check_names", "check_parts", "check_pattern", "check_rule", "unknown"]

_LISTED = 6
#: So many names are looked up one by one.
_FEW = 8


def unknown(option: str, value: object, known: Sequence[str], what: str) -> OptionError:
    """Return the error for a value that names nothing of the log, with what is near."""
    near = difflib.get_close_matches(str(value), known, n=1)
    if not near:
        near = [name for name in known if name.lower() == str(value).lower()]
    if near:
        return OptionError(
            f"{option}={value!r}: there is no such {what}; did you mean {near[0]!r}?"
        )
    more = f", ... ({len(known):,})" if len(known) > _LISTED else ""
    there = ", ".join(map(repr, known[:_LISTED]))
    return OptionError(f"{option}={value!r}: there is no such {what}; there is {there}{more}")


def check_names(option: str, values: Iterable[object], known: Sequence[str], what: str) -> None:
    """Refuse the first name that is not there; while nothing is there yet, none is wrong.

    Raises
    ------
    OptionError
        With the nearest name.
    """
    wanted = list(values)
    if not wanted or not known:
        return
    # Very many runs are not looked through for the sake of a few.
    there = frozenset(known) if len(wanted) > _FEW else known
    for value in wanted:
        if value not in there:
            raise unknown(option, value, known, what)


def check_parts(
    options: Mapping[str, Any],
    parts: tuple[str, str],
    whole: str,
    keys: Collection[tuple[str, str]],
) -> None:
    """Refuse what names no part of a key, or in another option no key.

    Parameters
    ----------
    options
        By name.
    parts
        What the two parts of a key are called, which is how their options are.
    whole
        The option that has a whole key as a list; empty for none.
    keys
        Those that there are.
    """
    for place, name in enumerate(parts):
        if options.get(name):
            check_names(name, [options[name]], [key[place] for key in keys], name)
    if options.get(whole):
        known = ["/".join(key) for key in keys]
        check_names(whole, ["/".join(options[whole])], known, " and ".join(parts))


def check_pattern(option: str, pattern: str) -> None:
    """Refuse what is not a regular expression.

    Raises
    ------
    OptionError
        With what is wrong with it.
    """
    try:
        re.compile(pattern)
    except re.error as error:
        raise OptionError(f"{option}={pattern!r} is not a regular expression: {error}") from error


def check_rule(option: str, rule: str, log: LogDir, words: Sequence[str]) -> None:
    """Refuse a rule for groups or colours that holds for no run.

    Parameters
    ----------
    option
        Its name.
    rule
        ``regex:PATTERN``, ``hparam:NAME``, or one of `words`.
    log
        The log whose runs it is for.
    words
        What else it may be.

    Raises
    ------
    OptionError
        With what was probably meant.
    """
    if rule in words:
        return
    kind, colon, argument = rule.partition(":")
    if kind == "regex" and colon:
        check_pattern(option, argument)
        if not argument:
            raise OptionError(f"{option}='regex:' lacks the pattern, as in 'regex:seed_(\\\\d+)'")
        return
    hparams = _hparams(log)
    if kind == "hparam" and colon:
        if argument not in hparams and (hparams or log.runs):
            near = difflib.get_close_matches(argument, hparams, n=1)
            hint = f"did you mean 'hparam:{near[0]}'?" if near else _there(hparams)
            raise OptionError(f"{option}={rule!r}: no run has such a hyperparameter; {hint}")
        return
    forms = " or ".join(["'regex:PATTERN'", "'hparam:NAME'", *(repr(w) for w in words if w)])
    if rule in hparams:
        hint = f"; did you mean 'hparam:{rule}'?"
    elif re.search(r"[\^$()\[\].*+?|\\]", rule):
        hint = f"; did you mean {'regex:' + rule!r}?"
    else:
        hint = ""
    raise OptionError(f"{option} is {forms}, not {rule!r}{hint}")


def _there(hparams: Sequence[str]) -> str:
    return (
        f"there is {', '.join(hparams[:_LISTED])}" if hparams else "no hyperparameters are logged"
    )


def _hparams(log: Any) -> list[str]:
    """Return the names of all hyperparameters that runs of a log have."""
    if "hparams" not in log.kinds:
        return []
    return sorted({name for row in log.hparams.trials().rows for name in row.hparams})
