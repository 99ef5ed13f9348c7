"""What a batch of records decodes to: points of many series in shared arrays."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "REF",
    "Decoded",
    "PointArrays",
    "SeriesSlice",
    "SessionStart",
    "SinglePoint",
    "UntypedTensors",
    "narrow",
    "scalar_points",
    "stored_points",
    "widen",
]

#: Where a value lies that stays in the file: number of the file, the value's place
#: in its event, offset of the record, length of its payload.
REF = np.dtype([("file", "<i4"), ("index", "<i4"), ("offset", "<i8"), ("length", "<i8")])


@dataclass(frozen=True, slots=True, eq=False)
class PointArrays:
    """Decoded points of many series; each array has one item a point.

    Attributes
    ----------
    step
        int64.
    wall_time
        float64, seconds since the epoch.
    value
        What was logged; :data:`REF` for values that stay in the file; made
        uint64 by :func:`widen` where the series have several dtypes.
    """

    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[Any]

    def __post_init__(self) -> None:
        # Whoever gets a range of them must not change what others see.
        for array in (self.step, self.wall_time, self.value):
            array.flags.writeable = False


class SeriesSlice(NamedTuple):
    """The points of one series from one file: ``start`` to ``stop`` of shared arrays.

    Attributes
    ----------
    file
        Number of the file they come from.
    tag, plugin
        The series.
    points, start, stop
        The arrays and the range in them.
    dtype
        What the values were logged as, if the arrays were widened to hold
        several dtypes; else None.
    """

    file: int
    tag: str
    plugin: str
    points: PointArrays
    start: int
    stop: int
    dtype: np.dtype[Any] | None = None


class SinglePoint(NamedTuple):
    """One value that was read by itself.

    Attributes
    ----------
    wall_time, step
        Of its event.
    ref
        Where it lies, as in :data:`REF`.
    scalar
        The number, if it can be a point of a scalar series.
    """

    wall_time: float
    step: int
    ref: tuple[int, int, int, int]
    scalar: np.generic | None

    def plugin_under(self, plugin: str) -> str:
        """Return the plugin whose series this value belongs to.

        Parameters
        ----------
        plugin
            What the metadata of its tag say. What calls itself a scalar and is
            no single number is kept as a tensor.
        """
        return "tensors" if plugin == "scalars" and self.scalar is None else plugin


class UntypedTensors(NamedTuple):
    """Tensors without metadata: what was read of the run before tells their plugin."""

    file: int
    tag: str
    values: list[SinglePoint]


class SessionStart(NamedTuple):
    """A job says that it begins: what was logged before it from its step on is void.

    Attributes
    ----------
    file
        Number of the file it stands in.
    wall_time, step
        Of its event.
    """

    file: int
    wall_time: float
    step: int


@dataclass(slots=True)
class Decoded:
    """The content of a batch of records.

    Attributes
    ----------
    scalars
        Numbers, series by series.
    values
        Where everything else lies.
    metadata
        By file, tag and plugin the first ``SummaryMetadata``, serialised.
    untyped
        What only the run's earlier content can assign to a series.
    session_starts
        Where jobs say that they begin.
    last_wall_time
        By file, that of the last event with values.
    """

    scalars: list[SeriesSlice] = field(default_factory=list)
    values: list[SeriesSlice] = field(default_factory=list)
    metadata: dict[tuple[int, str, str], bytes] = field(default_factory=dict)
    untyped: list[UntypedTensors] = field(default_factory=list)
    session_starts: list[SessionStart] = field(default_factory=list)
    last_wall_time: dict[int, float] = field(default_factory=dict)


def widen(values: NDArray[Any]) -> NDArray[np.uint64]:
    """Return numbers of up to eight bytes as uint64, their bits in the low bytes.

    So numbers of several dtypes lie in one array, and nothing is lost.
    """
    raw = np.zeros((len(values), 8), np.uint8)
    size = values.dtype.itemsize
    raw[:, :size] = np.ascontiguousarray(values).view(np.uint8).reshape(-1, size)
    wide: NDArray[np.uint64] = raw.view(np.uint64).ravel()
    return wide


def narrow(wide: NDArray[np.uint64], dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return the numbers of a dtype that :func:`widen` was given."""
    raw = wide.view(np.uint8).reshape(-1, 8)[:, : dtype.itemsize]
    values: NDArray[Any] = np.ascontiguousarray(raw).view(dtype).ravel()
    return values


def scalar_points(values: list[SinglePoint]) -> PointArrays:
    """Return numbers as the points of one series, in the dtype that holds all of them."""
    scalars = [value.scalar for value in values if value.scalar is not None]
    dtype = np.result_type(*{scalar.dtype for scalar in scalars})
    return PointArrays(*_step_and_time(values), np.array(scalars, dtype))


def stored_points(values: list[SinglePoint]) -> PointArrays:
    """Return values that stay in the file as the points of one series."""
    return PointArrays(*_step_and_time(values), np.array([value.ref for value in values], REF))


def _step_and_time(
    values: list[SinglePoint],
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    step = np.fromiter((value.step for value in values), np.int64, len(values))
    wall_time = np.fromiter((value.wall_time for value in values), np.float64, len(values))
    return step, wall_time
