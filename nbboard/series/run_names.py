"""Names of runs: the path below the logdir, behind the logdir's own name if there are several."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbboard.series.find import Found
    from nbboard.series.points import Source

__all__ = ["belongs", "may_be_there", "path_below", "run_name"]


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


def belongs(run: str, source: Source, sources: Sequence[Source]) -> bool:
    """Whether a run is of this source: of the longest name that fits."""
    fitting = [
        s.name for s in sources if not s.name or run == s.name or run.startswith(s.name + "/")
    ]
    return max(fitting, key=len, default="") == source.name


def may_be_there(below: str, found: Found) -> bool:
    """Whether a run was not seen only because a folder could not be listed."""
    return any(
        not folder or below == folder or below.startswith(folder + "/") for folder in found.unlisted
    )
