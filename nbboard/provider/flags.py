"""What TensorBoard's flags mean to our reader."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["ALL", "SCALARS", "roots_of", "samples_of"]

#: So many samples are all of them.
ALL = 2**31 - 1
#: So many points of a scalar series are shown where nobody asks for another number.
SCALARS = 1000

#: Plugins that would show ten steps, or a hundred, unless they are told otherwise.
_WHOLE = ("audio", "histograms", "images", "mesh", "pr_curves", "text")

_URL = re.compile(r"[a-zA-Z][0-9a-zA-Z.]*://")  # as TensorBoard knows one


def samples_of(given: Mapping[str, int] | None) -> dict[str, int]:
    """Return how many points of a series each plugin is to show.

    Parameters
    ----------
    given
        ``--samples_per_plugin``; there 0 stands for all.
    """
    return {
        **dict.fromkeys(_WHOLE, ALL),
        **{plugin: count or ALL for plugin, count in (given or {}).items()},
    }


def roots_of(logdir: str, spec: str) -> dict[str, str]:
    """Return the folders that are to be read, by the name that stands before their runs'.

    Parameters
    ----------
    logdir
        ``--logdir``: one folder, event file or URL, and no name.
    spec
        ``--logdir_spec``: several, as ``name:path,path``; read where there is no logdir.

    Raises
    ------
    ValueError
        Two have the same name.
    """
    if logdir:
        return {"": os.path.expanduser(logdir)}  # noqa: PTH111 - it may be a URL
    parts = [_part(text) for text in (spec or "").split(",") if text]
    bare = [path for name, path in parts if not name]
    if len(bare) > 1:
        # Their runs could have the same names.
        parts = [
            (name or path.rstrip("/").rpartition("/")[2], path.rstrip("/")) for name, path in parts
        ]
    roots: dict[str, str] = {}
    for name, path in parts:
        if roots.setdefault(name, path) != path:
            raise ValueError(f"--logdir_spec names two folders {name!r}: give each its own name.")
    if not roots:
        raise ValueError("No folder of logs was named: add, for example, --logdir logs")
    return roots


def _part(text: str) -> tuple[str, str]:
    """Split ``name:path`` the way TensorBoard does; a path may hold a colon."""
    named = ":" in text and text[0] != "/" and not os.path.splitdrive(text)[0]
    if _URL.match(text) or not named:
        return "", os.path.expanduser(text)  # noqa: PTH111 - it may be a URL
    name, _, path = text.partition(":")
    return name, os.path.expanduser(path)  # noqa: PTH111 - the same
