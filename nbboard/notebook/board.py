"""What ``%nbboard`` does: read logs and show a view of them, all from one line."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from nbboard.errors import NbboardError, UsageError
from nbboard.notebook import host, words
from nbboard.notebook.magic import carry_out
from nbboard.notebook.words import say
from nbboard.server.arguments import path_of

if TYPE_CHECKING:
    from nbboard.logdir import LogDir

__all__ = ["kinds", "options_of", "run"]

# Views of the same folder share their log, and so the list of runs that are shown.
# A log is kept by its views and goes with them.
_logs: WeakValueDictionary[tuple[str, ...], LogDir] = WeakValueDictionary()


@dataclass(frozen=True)
class Asked:
    """What a line asks for.

    Attributes
    ----------
    kind
        The view's name; ``"board"`` shows everything.
    logdirs
        The folders.
    options
        Options by name, as text; True and False for switches.
    """

    kind: str
    logdirs: tuple[str, ...]
    options: dict[str, str | bool] = field(default_factory=dict)


def run(line: str, shell: object, variables: Mapping[str, Any], *, more: str | None = None) -> None:
    """Carry out one line.

    Parameters
    ----------
    line
        What follows ``%nbboard``.
    shell
        The IPython shell.
    variables
        The notebook's names.
    more
        What ``--help`` prints.

    Raises
    ------
    MagicError
        What could not be done, and why, in a line or two.
    """
    from traitlets import TraitError

    carry_out(
        line,
        shell,
        variables,
        lambda read, where: _show(_parse(read), where),
        usage="%nbboard? shows how to use it. For example: %nbboard scalars logs --tags loss",
        more=more,
        mistakes=(NbboardError, TraitError, TypeError),  # a wrong option's value, or name
    )


def kinds() -> tuple[str, ...]:
    """Return the names of the kinds that have a view, without the board."""
    from nbboard.logdir.registry import view_names

    return tuple(name for name in view_names() if name != "board")


def options_of(kind: str) -> dict[str, Any]:
    """Return the options of a view: their traits by name; None for those of the run list.

    Parameters
    ----------
    kind
        The view's name.
    """
    from nbboard.logdir.registry import view_class
    from nbboard.views.run_list import RunList

    traits: dict[str, Any] = dict.fromkeys(RunList.OPTIONS)
    traits.update(view_class(kind).class_traits(option=True))
    return traits


def _parse(read: Sequence[str]) -> Asked:
    """Tell kind, folders and options apart."""
    remaining = list(read)
    kind = remaining.pop(0) if remaining[0] in kinds() else "board"
    if kind == "board" and remaining[1:2] and not remaining[1].startswith("--"):
        _check_folder(remaining[0])
    known = options_of(kind)
    logdirs: list[str] = []
    options: dict[str, str | bool] = {}
    while remaining:
        word = remaining.pop(0)
        if not word.startswith("--"):
            logdirs.append(word)
            continue
        written, equals, value = word.removeprefix("--").partition("=")
        name = written.replace("-", "_")
        if equals:
            options[name] = value
        elif _is_switch(known.get(name)):
            options[name] = True
        elif name.startswith("no_") and _is_switch(known.get(name[3:])):
            options[name[3:]] = False
        elif remaining:
            options[name] = remaining.pop(0)
        else:
            raise UsageError(f"--{written} needs a value.")
    if not logdirs:
        raise UsageError("Name the folder of logs, for example: %nbboard scalars logs")
    return Asked(kind, tuple(logdirs), options)


def _check_folder(name: str) -> None:
    """Refuse the first of several folders if it was meant for a kind."""
    from nbboard.kinds import kinds as known

    if "://" in name or os.path.exists(os.path.expanduser(name)):  # noqa: PTH110, PTH111 - as _open
        return
    views = kinds()
    if name in known():
        raise UsageError(f"There is no view of {name} yet; there are {', '.join(views)}.")
    near = get_close_matches(name, views, 1)
    if near:
        raise UsageError(f"{name!r} is neither a view nor a folder: did you mean {near[0]}?")


def _is_switch(trait: object) -> bool:
    import traitlets

    return isinstance(trait, traitlets.Bool)


def _show(asked: Asked, where: host.Host) -> None:
    """Read and display."""
    log = _open(asked.logdirs)
    options = dict(asked.options)
    source: Any = log
    if asked.kind != "board":
        source = log.collection(asked.kind)
        picked = {name: options.pop(name) for name in ("tags", "runs") if name in options}
        if picked:
            source = source.select(**picked)
    elif "runs" in options:
        options["run_filter"] = options.pop("runs")
    if where == "terminal":
        say(repr(source))
        return
    known = options_of(asked.kind)
    values = {name: _value(name, text, known.get(name)) for name, text in options.items()}
    words.Shown(source.view(**values))


def _open(logdirs: tuple[str, ...]) -> LogDir:
    """Read folders, or only what was added where a view of them is still there."""
    import nbboard

    key = tuple(path if "://" in path else os.path.realpath(path_of(path)) for path in logdirs)
    log = _logs.get(key)
    if log is None:
        expanded = [path if "://" in path else os.path.expanduser(path) for path in logdirs]  # noqa: PTH111 - a URL is no path
        log = nbboard.open(expanded[0] if len(expanded) == 1 else expanded)
        _logs[key] = log
    else:
        log.refresh()
    return log


def _value(name: str, text: str | bool, trait: object) -> Any:
    """Read an option's value as its trait means it."""
    import traitlets

    if isinstance(text, bool):
        return text
    if isinstance(trait, traitlets.Bool):
        if text.lower() not in {"true", "false"}:
            raise UsageError(f"--{name} {text} is neither true nor false.")
        return text.lower() == "true"
    number = {traitlets.Float: float, traitlets.Int: int}
    for kind, read in number.items():
        if isinstance(trait, kind):
            try:
                return read(text)
            except ValueError:
                raise UsageError(f"--{name} {text} is no number.") from None
    if isinstance(trait, traitlets.List | traitlets.Tuple):
        element = getattr(trait, "_trait", None)
        return [_value(name, part, element) for part in text.split(",") if part]
    return text
