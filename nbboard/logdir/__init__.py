"""Logdirs: collections of series, selections, tables, following them, and the registry of kinds."""

from __future__ import annotations

from nbboard.logdir.collections import Collection, Scalars, Values
from nbboard.logdir.follow import Follower
from nbboard.logdir.log import LogDir
from nbboard.logdir.opening import open_logdir as open  # noqa: A004 - the name users expect
from nbboard.logdir.series import ScalarSeries, Series, ValueSeries
from nbboard.series import Changes, SeriesKey

__all__ = [
    "Changes",
    "Collection",
    "Follower",
    "LogDir",
    "ScalarSeries",
    "Scalars",
    "Series",
    "SeriesKey",
    "ValueSeries",
    "Values",
    "open",
]
