"""How roles are called and coloured; the same as in labextension/src/profile/roles.ts."""

from __future__ import annotations

__all__ = ["ROLE_COLORS", "ROLE_NAMES", "duration_text"]

ROLE_NAMES = {
    "kernel": "kernels",
    "copy": "copies",
    "memset": "memset",
    "communication": "communication",
    "launch": "launching",
    "loader": "loading",
    "compile": "compiling",
    "cpu": "CPU",
    "other": "nothing recorded",
}

ROLE_COLORS = {
    "kernel": "#3f7fbf",
    "copy": "#8a6fc4",
    "memset": "#b9a7dd",
    "communication": "#c2568b",
    "launch": "#d98a29",
    "loader": "#cf4f3d",
    "compile": "#a1863c",
    "cpu": "#4d9a6a",
    "other": "#a9afb5",
}


def duration_text(microseconds: float) -> str:
    """Return a duration with the unit that suits it, four digits at most."""
    for unit, size in (("s", 1e6), ("ms", 1e3), ("µs", 1.0)):
        if microseconds >= size:
            return f"{microseconds / size:.4g} {unit}"
    return "0" if not microseconds else f"{microseconds * 1e3:.3g} ns"
