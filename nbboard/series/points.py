"""What a store is asked with, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nbboard.errors import Problem

__all__ = [
    "Changes",
    "ScalarColumns",
    "ScalarTable",
    "SeriesKey",
    "Source",
    "Touched",
    "ValueColumns",
]

#: What was added, side by side: runs, tags, points. There may be very many.
Touched = tuple[list[str], list[str], list[int]]


@dataclass(frozen=True, slots=True)
class Source:
    """A logdir and the name its runs are prefixed with.

    Attributes
    ----------
    name
        ``""`` for a single logdir; else runs are called ``name/run``.
    root
        A path, or a URL for fsspec.
    """

    name: str
    root: str


class SeriesKey(NamedTuple):
    """One series: its run, tag, plugin, and how many points it has."""

    run: str
    tag: str
    plugin: str
    count: int  # type: ignore[assignment]  # shadows tuple.count, which nobody needs here


class ScalarColumns(NamedTuple):
    """The points of a scalar series, in written order; read-only arrays of equal length.

    Attributes
    ----------
    step
        int64.
    wall_time
        float64, seconds since the epoch.
    value
        In the dtype that was logged.
    """

    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[Any]


class ValueColumns(NamedTuple):
    """Where the points of a series lie whose values stay in the files.

    Attributes
    ----------
    step
        int64.
    wall_time
        float64, seconds since the epoch.
    ref
        Opaque; one item a point.
    """

    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    ref: NDArray[Any]


@dataclass(frozen=True, slots=True)
class ScalarTable:
    """Many scalar series as one long table; arrays of equal length.

    Attributes
    ----------
    keys
        The series.
    series_code
        int32; which of the keys a point belongs to. Points stand series by series.
    step, wall_time
        int64; float64.
    value
        float64, widened from what was logged.
    """

    keys: tuple[SeriesKey, ...]
    series_code: NDArray[np.int32]
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[np.float64]


@dataclass(frozen=True, repr=False)
class Changes:
    """What a refresh found.

    Attributes
    ----------
    runs_added, runs_removed
        Names of runs.
    reset
        Runs of which something was read before that is no longer there: a
        file was replaced, truncated or deleted.
    problems
        Those that were not known before.
    """

    runs_added: tuple[str, ...] = ()
    runs_removed: tuple[str, ...] = ()
    reset: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    _touched: list[Touched] = field(default_factory=list, repr=False)

    @cached_property
    def series(self) -> dict[tuple[str, str], int]:
        """How many points (run, tag) gained; for a reset run what was read anew."""
        gained: dict[tuple[str, str], int] = {}
        for touched in self._touched:
            for run, tag, count in zip(*touched, strict=True):
                gained[run, tag] = gained.get((run, tag), 0) + count
        return gained

    def __repr__(self) -> str:
        counts = {
            "new run/new runs": len(self.runs_added),
            "removed run/removed runs": len(self.runs_removed),
            "run read anew/runs read anew": len(self.reset),
            "new point/new points": sum(self.series.values()),
            "new problem/new problems": len(self.problems),
        }
        said = [f"{n:,} {forms.split('/')[n != 1]}" for forms, n in counts.items() if n]
        return f"<changes: {', '.join(said) or 'none'}>"

    def __bool__(self) -> bool:
        return bool(
            self.runs_added or self.runs_removed or self.reset or self.problems or self._touched
        )
