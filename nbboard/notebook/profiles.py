"""What to say beside the frame about profiles that TensorBoard itself cannot show."""

from __future__ import annotations

import fnmatch
import os
from importlib.util import find_spec

__all__ = ["profile_note"]

#: Folders looked into at most: the frame must not wait for this.
MOST_FOLDERS = 400
#: The only form that the current plugin opens.
_OPENED = "*.xplane.pb"


def profile_note(logdir: str) -> str | None:
    """Return a sentence if a folder has profiles that its TensorBoard cannot show.

    Parameters
    ----------
    logdir
        As it was given; only a local folder is looked into.
    """
    names = _profiles(os.path.expanduser(logdir))  # noqa: PTH111 - a name that is no user stays
    if not names:
        return None
    how = f"%nbboard profile {logdir} shows them."
    if not any(_has(module) for module in ("tensorboard_plugin_profile", "xprof")):
        return f"These logs have profiles; TensorBoard needs a plugin for them. {how}"
    if not any(fnmatch.fnmatch(name, _OPENED) for name in names):
        return (
            f"These logs have profiles in a form that TensorBoard's plugin no longer opens. {how}"
        )
    return None


def _has(module: str) -> bool:
    return find_spec(module) is not None


def _profiles(logdir: str) -> list[str]:
    """Return the names of the files of profiles, of the first folders."""
    from nbboard.kinds.profile.patterns import PATTERNS

    found: list[str] = []
    for looked, (_, _, names) in enumerate(os.walk(logdir)):
        found += [name for name in names if any(fnmatch.fnmatch(name, one) for one in PATTERNS)]
        if found or looked >= MOST_FOLDERS:
            break
    return found
