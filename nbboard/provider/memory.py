"""How much memory there is, as far as a process can tell."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

__all__ = ["memory_limit"]

_GROUPS = ("sys/fs/cgroup/memory.max", "sys/fs/cgroup/memory/memory.limit_in_bytes")


def memory_limit(root: Path = Path("/")) -> int | None:
    """Return how many bytes this process may hold, None where nothing tells.

    Parameters
    ----------
    root
        The root of the file system.
    """
    known = []
    with contextlib.suppress(ValueError, OSError, AttributeError):  # the last on Windows
        known.append(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    for name in _GROUPS:  # a container's
        with contextlib.suppress(ValueError, OSError):
            known.append(int((root / name).read_text()))
    return min(known, default=None)
