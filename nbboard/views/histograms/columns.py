"""The histograms of a series that are shown at once, and the axes they stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nbboard.views.histograms.moments import Moments, moments
from nbboard.views.shared.points import read_points, spread

if TYPE_CHECKING:
    from nbboard.views.shared.points import Entry

__all__ = ["HEAT_STEPS", "RIDGE_STEPS", "Column", "ValueAxis", "boundaries", "read_columns"]

#: Steps of a series in a heat map and among percentiles, and in an offset or overlay chart.
HEAT_STEPS = 200
RIDGE_STEPS = 51


@dataclass(frozen=True)
class Column:
    """One histogram of a series.

    Attributes
    ----------
    step, wall_time
        Where it stands; seconds since the epoch.
    buckets
        float64 of shape ``(k, 3)``, as logged.
    """

    step: int
    wall_time: float
    buckets: np.ndarray

    @cached_property
    def moments(self) -> Moments:
        """What its buckets tell of the values."""
        return moments(self.buckets)


def read_columns(entry: Entry, most: int) -> list[Column]:
    """Return so many histograms of a series, spread over its steps; what is damaged is left out."""
    chosen = [(entry, int(entry.order[place])) for place in spread(len(entry.order), most)]
    columns = []
    for _, position, items in read_points(chosen):
        if isinstance(items, Exception) or not items:
            continue
        step, wall_time = int(entry.step[position]), float(entry.wall_time[position])
        columns.append(Column(step, wall_time, items[0].buckets))
    return columns


def boundaries(x: Sequence[float]) -> np.ndarray:
    """Return where columns that stand at ascending places meet: one more than there are.

    The outermost are no wider than usual, however far away their neighbours are.
    """
    places = np.asarray(x, np.float64)
    if len(places) < 2:
        return np.concatenate([places - 0.5, places + 0.5])
    gaps = np.diff(places)
    usual = np.sort(gaps)[len(gaps) // 2]
    first, last = min(gaps[0], usual) / 2, min(gaps[-1], usual) / 2
    inner = places[:-1] + gaps / 2
    return np.concatenate([[places[0] - first], inner, [places[-1] + last]])


#: The linear part holds nearly all values: on a logarithmic one the middle of a bell would look
#: like a valley.
_LINEAR = 2.5


def _rounded_up(value: float) -> float:
    """Return the next 1, 2 or 5 times a power of ten."""
    power = int(np.floor(np.log10(value)))
    digits = [float(f"{digit}e{power}") for digit in (1, 2, 5)]
    return next((one for one in digits if one >= value), float(f"1e{power + 1}"))


@dataclass(frozen=True)
class ValueAxis:
    """The axis of values: linear, or linear around 0 and logarithmic beyond.

    Attributes
    ----------
    low, high
        What it spans.
    linear_to
        About where the logarithmic part begins; None for a linear axis. A value v stands at
        sign(v) log10(1 + |v| / linear_to).
    """

    low: float
    high: float
    linear_to: float | None

    @classmethod
    def of(cls, found: Sequence[Moments], *, symlog: bool) -> ValueAxis:
        """Return the axis on which all of some histograms can be seen."""
        known = [one for one in found if one.count]
        low = min((one.low for one in known), default=0.0)
        high = max((one.high for one in known), default=1.0)
        if low == high:
            room = abs(low) / 10 or 1.0
            low, high = low - room, high + room
        sizes = sorted(one.size for one in known if 0 < one.size < np.inf)
        if not symlog:
            return cls(low, high, None)
        return cls(low, high, _rounded_up(_LINEAR * (sizes[len(sizes) // 2] if sizes else 1.0)))

    def forward(self, values: np.ndarray) -> np.ndarray:
        """Return where values stand."""
        values = np.asarray(values, np.float64)
        if self.linear_to is None:
            return values
        places: np.ndarray = np.sign(values) * np.log10(1 + np.abs(values) / self.linear_to)
        return places

    def backward(self, places: np.ndarray) -> np.ndarray:
        """Return which values stand there."""
        places = np.asarray(places, np.float64)
        if self.linear_to is None:
            return places
        values: np.ndarray = np.sign(places) * self.linear_to * (10 ** np.abs(places) - 1)
        return values

    def cells(self, count: int) -> np.ndarray:
        """Return where so many equal cells of the axis meet."""
        low, high = self.forward(np.array([self.low, self.high])).tolist()
        return np.linspace(low, high, count + 1)

    def ticks(self, most: int = 7) -> list[float]:
        """Return values to be marked: 0 and powers of ten; none where all of it is about linear."""
        if self.linear_to is None:
            return []
        reach = max(abs(self.low), abs(self.high))
        if reach <= 2 * self.linear_to:
            return []
        last = int(np.floor(np.log10(reach)))
        sides = (self.low < 0) + (self.high > 0)
        marks = _marks(self.linear_to, last, (1, 2, 5), 1)
        every = 1
        while len(marks) * sides > most and every < 400:
            marks = _marks(self.linear_to, last, (1,), every)
            every += 1
        values = [-value for value in reversed(marks)] + [0.0] + marks
        return [value for value in values if self.low <= value <= self.high]


def _marks(start: float, last: int, digits: Sequence[int], every: int) -> list[float]:
    """Return digits times powers of ten, where the axis is logarithmic."""
    first = int(np.floor(np.log10(start)))
    powers = range(first, last + 1, every)
    values = [float(f"{digit}e{power}") for power in powers for digit in digits]
    return [value for value in values if value >= start / 2.5]
