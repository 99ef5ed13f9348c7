"""Which kinds and views there are: found by name, those of other distributions included.

A kind is a module or package below ``nbboard.kinds`` with a ``KIND``; its view is the
module of the same name below ``nbboard.views``, with a ``VIEW``. Both packages stand above
this one, so they are looked up when somebody asks, never imported from here. Other
distributions add theirs by the entry-point groups of these names.
"""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
from functools import cache
from typing import TYPE_CHECKING, Any

from nbboard.errors import UsageError
from nbboard.logdir.kind import Kind
from nbboard.logdir.unknown import unknown_kind

if TYPE_CHECKING:
    import logging
    from collections.abc import Iterable
    from importlib.metadata import EntryPoint

__all__ = ["kind_named", "kind_of_plugin", "kinds", "view_class", "view_names"]

_KINDS = "nbboard.kinds"
_VIEWS = "nbboard.views"
#: The view of a whole log.
_BOARD = "board"


@cache
def kinds() -> dict[str, Kind[Any]]:
    """Return every known kind by its name, in the order of listings."""
    found = {**_foreign_kinds(), **_own_kinds()}
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


@cache
def _own_kinds() -> dict[str, Kind[Any]]:
    found: dict[str, Kind[Any]] = {}
    for module in pkgutil.iter_modules(importlib.import_module(_KINDS).__path__):
        kind = getattr(importlib.import_module(f"{_KINDS}.{module.name}"), "KIND", None)
        if isinstance(kind, Kind):
            found[kind.name] = kind
    return found


@cache
def _foreign_kinds() -> dict[str, Kind[Any]]:
    """Return the kinds of other distributions: looking for those takes a while, so not at once."""
    found: dict[str, Kind[Any]] = {}
    for point in _entry_points(_KINDS):
        # Somebody else's broken distribution must not take the logs away.
        try:
            kind = point.load()
        except Exception:  # noqa: BLE001 - whatever it raises
            _log().warning(
                "the kind %r of %s cannot be loaded", point.name, point.value, exc_info=True
            )
            continue
        if not isinstance(kind, Kind):
            _log().warning("the kind %r of %s is not a Kind: left out", point.name, point.value)
        elif kind.name in _own_kinds():
            _log().warning(
                "the kind %r of %s is left out: nbboard has one of that name",
                point.name, point.value,
            )  # fmt: skip
        else:
            found[kind.name] = kind
    return found


def _entry_points(group: str) -> Iterable[EntryPoint]:
    if not _is_declared(group):
        return ()
    from importlib.metadata import entry_points

    return entry_points(group=group)


def _is_declared(group: str) -> bool:
    """Return whether any distribution may have entry points of a group.

    Few have, and the metadata of all that is installed, read properly, take longer than opening
    a small log.
    """
    wanted = f"[{group}]".encode()
    for folder in dict.fromkeys(sys.path):
        try:
            names = os.listdir(folder or ".")  # noqa: PTH208 - many of them
        except NotADirectoryError:
            return True  # an archive, which the library looks into
        except OSError:
            continue
        for name in names:
            if name.endswith((".dist-info", ".egg-info")):
                # Joined as texts: there are hundreds.
                try:
                    with open(f"{folder or '.'}/{name}/entry_points.txt", "rb") as file:  # noqa: PTH123
                        if wanted in file.read():
                            return True
                except OSError:
                    continue
    return False


def _log() -> logging.Logger:
    import logging

    return logging.getLogger(__name__)


@cache
def kind_of_plugin(plugin: str) -> Kind[Any]:
    """Return the kind of a plugin's values.

    Parameters
    ----------
    plugin
        A plugin's name, for example ``"images"``. One that no kind answers for
        gets a kind of its own name, whose values are kept undecoded.
    """
    for known in (_own_kinds, _foreign_kinds):
        for kind in known().values():
            if plugin in kind.plugins:
                return kind
    return unknown_kind(plugin)


def kind_named(name: str) -> Kind[Any]:
    """Return the kind called `name`, known or not (then it is a plugin's name)."""
    return _own_kinds().get(name) or _foreign_kinds().get(name) or unknown_kind(name)


@cache
def _foreign_views() -> dict[str, Any]:
    return {point.name: point for point in _entry_points(_VIEWS)}


@cache
def view_names() -> tuple[str, ...]:
    """Return the names of all views: ``"board"``, and those of the kinds that have one."""
    own = [name for name in (_BOARD, *kinds()) if importlib.util.find_spec(f"{_VIEWS}.{name}")]
    return tuple(sorted({*own, *_foreign_views()}))


@cache
def view_class(name: str) -> Any:
    """Return the view of a kind, or ``"board"``, the one of a whole log.

    Raises
    ------
    UsageError
        If there is none.
    """
    if name not in view_names():
        known = ", ".join(view_names())
        raise UsageError(
            f"there is no view of {name} (views: {known}); its data is here all the same"
        )
    point = _foreign_views().get(name)
    if point is not None:
        return point.load()
    return importlib.import_module(f"{_VIEWS}.{name}").VIEW
