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

#: What narrows the data of one kind, by a regular expression.
NARROWING = ("tags", "runs")
#: Flags that name the folder, as TensorBoard's command line has them.
_PLACES = frozenset({"logdir"})
#: What may follow a switch.
_TRUTHS = frozenset({"true", "false"})

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


def options_of(kind: str) -> tuple[str, ...]:
    """Return the names of the flags of a view: its options, and what narrows its data.

    Parameters
    ----------
    kind
        The view's name.
    """
    from nbboard.logdir.registry import view_class

    return (*NARROWING, *sorted(view_class(kind).option_traits()))


def _parse(read: Sequence[str]) -> Asked:
    """Tell kind, folders and options apart."""
    remaining = list(read)
    kind = remaining.pop(0) if remaining[0] in kinds() else "board"
    if kind == "board" and not any(word.startswith("--") for word in remaining[:2]):
        _check_folder(remaining[0])
    logdirs: list[str] = []
    options: dict[str, str | bool] = {}
    while remaining:
        word = remaining.pop(0)
        if not word.startswith("--"):
            logdirs.append(word)
            continue
        written, equals, value = word.removeprefix("--").partition("=")
        rest = [value] if equals else remaining
        if written in _PLACES:
            logdirs.append(_following(written, rest))
            continue
        name = written.replace("-", "_")
        if not equals and name.startswith("no_") and _is_switch(kind, name[3:]):
            options[name[3:]] = False
            continue
        _insist(kind, written, [*logdirs, *remaining])
        if _is_switch(kind, name) and not (rest and rest[0].lower() in _TRUTHS):
            options[name] = value or True
        else:
            options[name] = _following(written, rest)
    if not logdirs:
        raise UsageError("Name the folder of logs, for example: %nbboard scalars logs")
    return Asked(kind, tuple(logdirs), options)


def _following(written: str, rest: list[str]) -> str:
    """Take the value that follows a flag."""
    if not rest:
        raise UsageError(f"--{written} needs a value.")
    return rest.pop(0)


def _insist(kind: str, written: str, words: Sequence[str]) -> None:
    """Refuse a flag that there is not, with what was probably meant."""
    name = written.replace("-", "_")
    views = kinds()
    asked = next((word for word in words if word in views), "scalars")
    folder = next((w for w in words if not w.startswith("--") and w not in views), "logs")
    if name == "kind":
        raise UsageError(f"The kind stands first, without a flag: %nbboard {asked} {folder}")
    if kind == "board" and name in {"tags", "tag"}:
        raise UsageError(
            f"--{written} narrows one kind: %nbboard scalars {folder} --tags PATTERN,"
            " or --tag-filter PATTERN for all tabs."
        )
    known = options_of(kind)
    if name in known:
        return
    near = get_close_matches(name, known, 1)
    if near:
        raise UsageError(f"There is no --{written} here: did you mean --{_flag(near[0])}?")
    flags = ", ".join(f"--{_flag(one)}" for one in known)
    raise UsageError(f"There is no --{written} here. There are {flags}.")


def _flag(name: str) -> str:
    return name.replace("_", "-")


def _check_folder(name: str) -> None:
    """Refuse the first of several folders if it was meant for a kind."""
    from nbboard.kinds import kinds as known
    from nbboard.logdir.registry import view_class

    if "://" in name or os.path.exists(os.path.expanduser(name)):  # noqa: PTH110, PTH111 - as _open
        return
    if name in known():
        view_class(name)  # which says that there is none
    near = get_close_matches(name, kinds(), 1)
    if near:
        raise UsageError(f"{name!r} is neither a view nor a folder: did you mean {near[0]}?")


def _is_switch(kind: str, name: str) -> bool:
    import traitlets

    from nbboard.logdir.registry import view_class

    traits = view_class(kind).option_traits().get(name, ())
    return any(isinstance(trait, traitlets.Bool) for trait in traits)


def _show(asked: Asked, where: host.Host) -> None:
    """Read and display."""
    from nbboard.logdir.registry import view_class
    from nbboard.views.shared.options import read_option

    log = _open(asked.logdirs)
    options = dict(asked.options)
    source: Any = log
    if asked.kind != "board":
        source = log.collection(asked.kind)
        picked = {name: options.pop(name) for name in NARROWING if name in options}
        if picked:
            source = source.select(**picked)
    elif "runs" in options:
        options["run_filter"] = options.pop("runs")
    if where == "terminal":
        say(repr(source))
        return
    view = view_class(asked.kind)
    values = {
        name: read_option(view, name, text) if isinstance(text, str) else text
        for name, text in options.items()
    }
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
