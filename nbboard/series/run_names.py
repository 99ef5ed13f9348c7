"""Names of runs: the path below the logdir, behind the logdir's own name if there are several."""

from __future__ import annotations

__all__ = ["path_below", "run_name"]


def run_name(source: str, below: str) -> str:
    """Return the name of the run at a path below the source of this name."""
    if source:
        return f"{source}/{below}" if below else source
    return below or "."


def path_below(run: str, source: str) -> str:
    """Return where the run lies below its source: the inverse of :func:`run_name`."""
    if source:
        return run[len(source) + 1 :]
    return "" if run == "." else run
