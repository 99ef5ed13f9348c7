"""Options of views on the command line: ``--smoothing 0.6``, ``--set smoothing=0.6``."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from nbboard.errors import UsageError
from nbboard.views.shared.options import read_option

__all__ = ["read_options"]


def read_options(
    view: Any, settings: Iterable[str], rest: Sequence[str], *, figure: bool
) -> dict[str, Any]:
    """Return options by name, read as the view means them.

    Parameters
    ----------
    view
        The class of the view.
    settings
        Each ``OPTION=VALUE``.
    rest
        Words of the line that the parser does not know: flags with their values.
    figure
        Whether what a figure takes beside the view's options is taken.

    Raises
    ------
    UsageError
        For an option or value that there is not, with what was probably meant.
    """
    own = view.figure_options if figure else {}
    known = [*view.option_traits(), *own]
    found: dict[str, Any] = {}
    for name, text in (*_settings(settings), *_flags(view, rest, known)):
        found[name] = _literal(name, text) if name in own else read_option(view, name, text)
    return found


def _settings(settings: Iterable[str]) -> Iterator[tuple[str, str]]:
    for text in settings:
        name, equals, value = text.partition("=")
        if not equals:
            raise UsageError(f"--set takes OPTION=VALUE, not {text!r}")
        yield name.replace("-", "_"), value


def _flags(view: Any, rest: Sequence[str], known: Sequence[str]) -> Iterator[tuple[str, str]]:
    import traitlets

    words = list(rest)
    while words:
        word = words.pop(0)
        if not word.startswith("--"):
            raise UsageError(f"{word!r} belongs to no flag; folders stand before the flags")
        written, equals, value = word.removeprefix("--").partition("=")
        name = written.replace("-", "_")
        switches = {
            option
            for option, traits in view.option_traits().items()
            if any(isinstance(trait, traitlets.Bool) for trait in traits)
        }
        if name.removeprefix("no_") in switches and name not in known and not equals:
            yield name.removeprefix("no_"), "false"
            continue
        if name not in known:
            raise _unknown(view.kind, written, known)
        if equals:
            yield name, value
        elif name in switches and not (words and words[0].lower() in {"true", "false"}):
            yield name, "true"
        elif words:
            yield name, words.pop(0)
        else:
            raise UsageError(f"--{written} needs a value")


def _unknown(kind: str, written: str, known: Sequence[str]) -> UsageError:
    flags = [name.replace("_", "-") for name in ("tags", "runs", "restarts", "kind", *known)]
    near = difflib.get_close_matches(written.replace("_", "-"), flags, n=1)
    hint = f"did you mean --{near[0]}?" if near else f"there are --{', --'.join(sorted(flags))}"
    return UsageError(f"the {kind} view has no option --{written}; {hint}")


def _literal(name: str, text: str) -> Any:
    """Read what only figures take: numbers, words, and ``name=label,name=label``."""
    try:
        return ast.literal_eval(text)
    except (ValueError, SyntaxError):
        pass
    if name == "labels" and "=" in text:
        pairs = (part.rpartition("=") for part in text.split(","))
        return {run: label for run, _, label in pairs}
    return text
