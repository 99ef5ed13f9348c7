"""What a stretch of records decodes to, and the builder that takes events one by one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["REF", "Decoded", "LooseValue", "Part", "Points", "Waiting"]

#: Where a large value lies: number of its file, offset of its record there,
#: length of the payload, and the value's place in the event.
REF = np.dtype([("file", "<i4"), ("index", "<i4"), ("offset", "<i8"), ("length", "<i8")])


@dataclass(frozen=True, slots=True)
class Points:
    """Decoded points of many series; each array has one item a point.

    Attributes
    ----------
    step
        int64.
    wall_time
        float64, seconds since the epoch.
    value
        What was logged; :data:`REF` for values that stay in the file; uint64
        with the value in its low bytes where one batch holds several dtypes.
    """

    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[Any]

    def __post_init__(self) -> None:
        # Whoever gets a range of them must not change what others see.
        for array in (self.step, self.wall_time, self.value):
            array.flags.writeable = False


class Part(NamedTuple):
    """Points ``start:stop`` of shared arrays: one stretch of one series.

    Attributes
    ----------
    file
        Number of the file they come from.
    tag, plugin
        The series.
    points, start, stop
        The arrays and the range in them.
    dtype
        What the values were logged as, if the arrays hold several dtypes (as
        uint64); else None.
    """

    file: int
    tag: str
    plugin: str
    points: Points
    start: int
    stop: int
    dtype: np.dtype[Any] | None = None


class LooseValue(NamedTuple):
    """One value, before it is sorted into a series."""

    wall_time: float
    step: int
    ref: tuple[int, int, int, int]
    scalar: np.generic | None


class Waiting(NamedTuple):
    """Tensors without metadata: an earlier file or stretch tells their plugin."""

    file: int
    tag: str
    values: list[LooseValue]


@dataclass(slots=True)
class Decoded:
    """The content of a stretch of records.

    Attributes
    ----------
    scalars
        Numbers, series by series.
    values
        Where everything else lies.
    metadata
        Per file, tag and plugin the first ``SummaryMetadata``, serialised.
    waiting
        What only the run's earlier content can sort.
    last_wall_time
        Per file, that of the last event with values.
    """

    scalars: list[Part] = field(default_factory=list)
    values: list[Part] = field(default_factory=list)
    metadata: dict[tuple[int, str, str], bytes] = field(default_factory=dict)
    waiting: list[Waiting] = field(default_factory=list)
    last_wall_time: dict[int, float] = field(default_factory=dict)


def scalar_points(
    series: list[list[LooseValue]],
) -> tuple[Points, list[int], list[np.dtype[Any] | None]]:
    """Lay scalar series out one after another.

    Returns
    -------
    tuple
        The points, the bounds of the series in them, and the dtype of each
        series: None if all are float32 and the points are so too.
    """
    flat = [value for values in series for value in values]
    bounds = np.cumsum([0, *map(len, series)]).tolist()
    step = np.fromiter((v.step for v in flat), np.int64, len(flat))
    wall_time = np.fromiter((v.wall_time for v in flat), np.float64, len(flat))
    dtypes = [np.result_type(*{np.asarray(v.scalar).dtype for v in values}) for values in series]
    if all(dtype == np.float32 for dtype in dtypes):
        value = np.fromiter((v.scalar for v in flat), np.float32, len(flat))
        return Points(step, wall_time, value), bounds, [None] * len(series)
    raw = np.zeros((len(flat), 8), np.uint8)
    for values, start, dtype in zip(series, bounds, dtypes, strict=False):
        array = np.array([v.scalar for v in values], dtype)
        raw[start : start + len(values), : dtype.itemsize] = array.view(np.uint8).reshape(
            len(values), dtype.itemsize
        )
    return Points(step, wall_time, raw.view(np.uint64).ravel()), bounds, list(dtypes)


def value_points(series: list[list[LooseValue]]) -> tuple[Points, list[int]]:
    """Lay series of values that stay in the file out one after another, with their bounds."""
    flat = [value for values in series for value in values]
    bounds = np.cumsum([0, *map(len, series)]).tolist()
    step = np.fromiter((v.step for v in flat), np.int64, len(flat))
    wall_time = np.fromiter((v.wall_time for v in flat), np.float64, len(flat))
    ref = np.array([v.ref for v in flat], REF)
    return Points(step, wall_time, ref), bounds
