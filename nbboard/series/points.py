"""Series by name, and their points: what a store is asked with and answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from nbboard.storage import FileStat, Storage

__all__ = [
    "FileBeside",
    "Growth",
    "RunState",
    "ScalarColumns",
    "ScalarTable",
    "SeriesKey",
    "Source",
    "ValueColumns",
]


class RunState(NamedTuple):
    """What is known of a run apart from its series.

    Attributes
    ----------
    files
        The paths of its event files, in reading order.
    first_wall_time, last_wall_time
        Of its first and of its latest event; None without events.
    """

    files: tuple[str, ...]
    first_wall_time: float | None
    last_wall_time: float | None


class Source(NamedTuple):
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
    """One series, as it was at some moment.

    Attributes
    ----------
    run, tag, plugin
        Its names.
    count
        How many points it had.
    generation
        As long as this number is the same, points have only been appended; it changes
        when earlier ones were replaced, taken away or moved, and no two series ever
        have the same.
    """

    run: str
    tag: str
    plugin: str
    count: int  # type: ignore[assignment]  # shadows tuple.count, which nobody needs here
    generation: int = 0


class Growth(NamedTuple):
    """Points that were appended to a series: from `start` up to ``key.count``."""

    key: SeriesKey
    start: int


class FileBeside(NamedTuple):
    """A file beside the event files that belongs to the log.

    Attributes
    ----------
    run
        The run of its folder; named as if it were one where there are no event files.
    name
        Its name.
    path, storage
        Where it is.
    stat
        Its state when it was listed; None where that could not be told.
    """

    run: str
    name: str
    path: str
    storage: Storage
    stat: FileStat | None = None


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


class ScalarTable(NamedTuple):
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
        float64, widened from what was logged; int64 if all of it are whole numbers.
    dtypes
        For each of the keys the type that its values were logged with.
    """

    keys: tuple[SeriesKey, ...]
    series_code: NDArray[np.int32]
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[np.float64] | NDArray[np.int64]
    dtypes: tuple[np.dtype[Any], ...]
