"""Wall times as dates: which numbers are one, and which stand in another unit than seconds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

__all__ = ["Dates", "dates_of"]

#: Seconds from the epoch to the beginning of year 1, and to the end of year 9999.
_FIRST, _LAST = -62135596800.0, 253402300799.0
#: Clocks of some writers count smaller units; their numbers are beyond all dates in seconds.
_UNITS = (("milliseconds", 1e3), ("microseconds", 1e6), ("nanoseconds", 1e9))


class Dates(NamedTuple):
    """Wall times in seconds.

    Attributes
    ----------
    seconds
        float64: seconds since the epoch; NaN for what is no date.
    unit
        ``"seconds"``, or the unit that some of the numbers were in: ``"milliseconds"``,
        ``"microseconds"`` or ``"nanoseconds"``.
    none
        How many are no date in any unit: NaN, infinite, out of the years 1 to 9999.
    """

    seconds: np.ndarray
    unit: str
    none: int


def dates_of(wall_time: np.ndarray) -> Dates:
    """Return wall times as seconds since the epoch.

    Parameters
    ----------
    wall_time
        float64, as logged.
    """
    seconds = np.asarray(wall_time, np.float64)
    # The common case first, without a copy.
    if not len(seconds) or (seconds.min() >= _FIRST and seconds.max() <= _LAST):
        return Dates(seconds, "seconds", 0)
    unit = "seconds"
    seconds = seconds.copy()
    left = ~((seconds >= _FIRST) & (seconds <= _LAST))
    for name, in_a_second in _UNITS:
        # The next unit begins where this one has no dates any more.
        found = left & (seconds > 0) & (seconds <= _LAST * in_a_second)
        if found.any():
            unit = name if unit == "seconds" else unit
            seconds[found] /= in_a_second
            left &= ~found
    seconds[left] = np.nan
    return Dates(seconds, unit, int(left.sum()))
