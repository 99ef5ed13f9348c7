"""What logged values mean: one file per kind, and the registry that finds them.

Every module of this package that defines ``KIND`` is a kind; other
distributions add theirs by the entry-point group ``nbboard.kinds``.
"""

from __future__ import annotations

import importlib
import logging
import pkgutil
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from nbboard.kinds.base import Kind
from nbboard.kinds.unknown import unknown_kind

__all__ = ["Kind", "kind_named", "kind_of_plugin", "kinds"]

_log = logging.getLogger(__name__)


@cache
def kinds() -> dict[str, Kind[Any]]:
    """Return every known kind by its name, in the order of listings."""
    found: dict[str, Kind[Any]] = {}
    for module in pkgutil.iter_modules(__path__):
        kind = getattr(importlib.import_module(f"{__name__}.{module.name}"), "KIND", None)
        if isinstance(kind, Kind):
            found[kind.name] = kind
    for point in entry_points(group="nbboard.kinds"):
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
