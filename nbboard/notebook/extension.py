"""``%load_ext nbboard``: the magics come and go.

Loading again replaces; unloading gives ``%tensorboard`` back to whoever had it
before, and leaves servers running, because a reload unloads first.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

__all__ = ["load", "unload"]

_NAMES = ("tensorboard", "nbboard")


def load(shell: InteractiveShell) -> None:
    """Register the magics and their completion.

    Parameters
    ----------
    shell
        The IPython shell.
    """
    from nbboard.notebook.magics import NbboardMagics
    from nbboard.notebook.prepare import prepare_server_when_idle

    prepare_server_when_idle(shell)
    magics = _line_magics(shell)
    before = {name: magics[name] for name in _NAMES if name in magics}
    own = NbboardMagics(shell)
    # A magic of ours that an earlier load left is not worth giving back.
    own.before = {name: magic for name, magic in before.items() if not _is_ours(magic)}
    for magic in before.values():
        if _is_ours(magic):
            own.before = {**magic.__self__.before, **own.before}
    shell.register_magics(own)
    matchers = _matchers(shell)
    if matchers is not None:
        from nbboard.notebook.completion import complete

        matchers[:] = [matcher for matcher in matchers if not _is_completion(matcher)]
        matchers.append(complete)


def unload(shell: InteractiveShell) -> None:
    """Take the magics and their completion away.

    Parameters
    ----------
    shell
        The IPython shell.
    """
    magics = _line_magics(shell)
    for name in _NAMES:
        magic = magics.get(name)
        if magic is None or not _is_ours(magic):
            continue
        before = magic.__self__.before.get(name)
        if before is None:
            del magics[name]
        else:
            magics[name] = before
    matchers = _matchers(shell)
    if matchers is not None:
        matchers[:] = [matcher for matcher in matchers if not _is_completion(matcher)]


def _line_magics(shell: InteractiveShell) -> dict[str, Any]:
    found: dict[str, Any] = shell.magics_manager.magics["line"]
    return found


def _matchers(shell: InteractiveShell) -> list[Callable[..., Any]] | None:
    """Return IPython's list of added completions; None where a line cannot be completed.

    Some shells have no completer, and before IPython 8.6, which Colab has, an added
    completion is told the last word only.
    """
    from IPython.core import completer

    if not hasattr(completer, "context_matcher"):
        return None
    return getattr(getattr(shell, "Completer", None), "custom_matchers", None)


def _is_ours(magic: object) -> bool:
    return type(getattr(magic, "__self__", None)).__module__ == "nbboard.notebook.magics"


def _is_completion(matcher: Callable[..., Any]) -> bool:
    return getattr(matcher, "__module__", "") == "nbboard.notebook.completion"
