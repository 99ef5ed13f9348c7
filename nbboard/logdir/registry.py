"""Which kinds and views there are: found by name, those of other distributions included.

A kind is a module or package below ``nbboard.kinds`` with a ``KIND``; its view is the
module of the same name below ``nbboard.views``, with a ``VIEW``. Both packages stand above
this one, so they are looked up when somebody asks, never imported from here. Other
distributions add theirs by the entry-point groups of these names.
"""

from __future__ import annotations

import importlib
import importlib.util
import logging
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from nbboard.errors import UsageError
from nbboard.logdir.kind import Kind
from nbboard.logdir.unknown import unknown_kind

__all__ = ["kind_named", "kind_of_plugin", "kinds", "view_class", "view_names"]

_KINDS = "nbboard.kinds"
_VIEWS = "nbboard.views"
#: The view of a whole log.
_BOARD = "board"

_log = logging.getLogger(__name__)


@cache
def kinds() -> dict[str, Kind[Any]]:
    """Return every known kind by its name, in the order of listings."""
    found: dict[str, Kind[Any]] = {}
    for module in pkgutil.iter_modules(importlib.import_module(_KINDS).__path__):
        kind = getattr(importlib.import_module(f"{_KINDS}.{module.name}"), "KIND", None)
        if isinstance(kind, Kind):
            found[kind.name] = kind
    for point in entry_points(group=_KINDS):
        # Somebody else's broken distribution must not take the logs away.
        try:
            kind = point.load()
        except Exception:  # noqa: BLE001 - whatever it raises
            _log.warning(
                "the kind %r of %s cannot be loaded", point.name, point.value, exc_info=True
            )
            continue
        if isinstance(kind, Kind):
            found[kind.name] = kind
        else:
            _log.warning("the kind %r of %s is not a Kind: left out", point.name, point.value)
    return dict(sorted(found.items(), key=lambda item: (item[1].order, item[0])))


@cache
def _by_plugin() -> dict[str, Kind[Any]]:
    return {plugin: kind for kind in kinds().values() for plugin in kind.plugins}


@cache
def kind_of_plugin(plugin: str) -> Kind[Any]:
    """Return the kind of a plugin's values.

    Parameters
    ----------
    plugin
        A plugin's name, for example ``"images"``. One that no kind answers for
        gets a kind of its own name, whose values are kept undecoded.
    """
    return _by_plugin().get(plugin) or unknown_kind(plugin)


def kind_named(name: str) -> Kind[Any]:
    """Return the kind called `name`, known or not (then it is a plugin's name)."""
    return kinds().get(name) or unknown_kind(name)


@cache
def _foreign_views() -> dict[str, Any]:
    return {point.name: point for point in entry_points(group=_VIEWS)}


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
