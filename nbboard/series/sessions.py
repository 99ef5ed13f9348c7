"""Which points a job that began again has declared void, as TensorBoard's Python loader does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from nbboard.series.event_file import EventFile

__all__ = ["kept_by_purge"]


def kept_by_purge(
    step: NDArray[np.int64],
    wall_time: NDArray[np.float64],
    stretches: Sequence[tuple[int, int]],
    files: Sequence[EventFile],
) -> NDArray[np.bool_] | None:
    """Return which points of a series remain behind every ``SessionLog.START``.

    A start voids the points that were logged before it and whose step is not below its own
    (``plugin_event_accumulator.py``, ``_Purge``): those of files that are read before its
    file, and in its own file those with an earlier wall time.

    Parameters
    ----------
    step, wall_time
        The points in written order.
    stretches
        For each file that has points of the series its number and how many, in order.
    files
        The run's files in the order in which they are read.

    Returns
    -------
    numpy.ndarray or None
        bool, the shape of `step`; None means all.
    """
    if not any(file.session_starts for file in files):
        return None
    order = {file.number: rank for rank, file in enumerate(files)}
    numbers = [order[number] for number, _ in stretches]
    rank = np.repeat(numbers, [count for _, count in stretches])
    kept = np.ones(len(step), bool)
    for file in files:
        for start in file.session_starts:
            here = order[file.number]
            before = (rank < here) | ((rank == here) & (wall_time < start.wall_time))
            kept &= ~(before & (step >= start.step))
    return None if kept.all() else kept
