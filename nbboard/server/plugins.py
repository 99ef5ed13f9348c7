"""Plugins of other packages, none of which can keep TensorBoard from starting.

The launcher loads this module by its path, inside the child process.
"""

from __future__ import annotations

import re
import traceback
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["dynamic_plugins"]


def dynamic_plugins(report: Callable[..., None]) -> list[Any]:
    """Load the plugins of other packages; report and leave out those that cannot be loaded."""
    from importlib.metadata import entry_points

    plugins = []
    for entry_point in entry_points(group="tensorboard_plugins"):
        package = entry_point.dist.name if entry_point.dist else entry_point.name

        def leave_out(error: BaseException, package: str = package) -> None:
            traceback.print_exception(type(error), error, error.__traceback__)
            report("left_out", plugin=package, error=f"{type(error).__name__}: {error}")

        try:
            plugins.append(_guarded(entry_point.load(), leave_out))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - it is another's code
            leave_out(error)
    return plugins


def _guarded(plugin: Any, leave_out: Callable[[BaseException], None]) -> Any:
    """Wrap a plugin so that it can fail at any step without failing the server."""
    from tensorboard.backend import application
    from tensorboard.plugins import base_plugin

    inner = application.make_plugin_loader(plugin)

    def load_checked(context: Any) -> Any:
        loaded = inner.load(context)
        if loaded is not None:
            _check_name(str(loaded.plugin_name), context.plugin_name_to_instance)
        return loaded

    class Guarded(base_plugin.TBLoader):
        broken = False

        def define_flags(self, parser: Any) -> None:
            self._attempt(inner.define_flags, parser)

        def fix_flags(self, flags: Any) -> None:
            self._attempt(inner.fix_flags, flags)

        def load(self, context: Any) -> Any:
            return self._attempt(load_checked, context)

        def _attempt(self, step: Callable[[Any], Any], argument: Any) -> Any:
            if self.broken:
                return None
            try:
                return step(argument)
            except base_plugin.FlagsError:
                raise
            except (Exception, SystemExit) as error:  # noqa: BLE001 - it is another's code
                self.broken = True
                leave_out(error)
                return None

    return Guarded()


def _check_name(name: str, taken: Iterable[str]) -> None:
    """Refuse the names over which TensorBoard would refuse to start."""
    if not re.fullmatch(r"[A-Za-z0-9_.-]+", name):
        raise ValueError(f"invalid plugin name {name!r}")
    if name in taken:
        raise ValueError(f"a plugin named {name!r} is already loaded")
