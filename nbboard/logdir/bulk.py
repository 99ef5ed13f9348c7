"""Reading many points at once: each file is opened once, whatever the order they are asked in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import DamagedError, UndecodableError

if TYPE_CHECKING:
    from nbboard.logdir.series import ValueSeries

__all__ = ["Point", "read_points"]


class Point(NamedTuple):
    """What was logged as one point.

    Attributes
    ----------
    number
        Which of the points it is that were asked for.
    samples
        The items; none if they cannot be had.
    error
        Why they cannot be had; None if they can.
    """

    number: int
    samples: tuple[Any, ...]
    error: DamagedError | UndecodableError | None = None


def read_points(points: Sequence[tuple[ValueSeries[Any], int]]) -> Iterator[Point]:
    """Yield many points, in the order in which they lie in the files.

    Parameters
    ----------
    points
        Pairs of a series and the number of a point in it, counted from 0. All series
        are of one log.
    """
    if not points:
        return
    store = points[0][0].store
    refs = np.array([series.ref[index] for series, index in points])
    for found in store.read_values(refs):
        series, _ = points[found.number]
        try:
            if found.error is not None:
                raise found.error
            yield Point(found.number, series.decoded(found.value))
        except (DamagedError, UndecodableError) as error:
            yield Point(found.number, (), error)
