"""Series out of event files: runs, columns, selections, tables, and following them live."""

from __future__ import annotations

from nbboard.logdir.collections import Collection, Scalars, Values
from nbboard.logdir.follow import Follower
from nbboard.logdir.hparams import HParams
from nbboard.logdir.log import LogDir
from nbboard.logdir.log import open_logdir as open  # noqa: A004 - the name users expect
from nbboard.logdir.series import ScalarSeries, Series, ValueSeries
from nbboard.logdir.store import Changes, SeriesKey
from nbboard.logdir.trials import MetricValue, Session, Trial, Trials

__all__ = [
    "Changes",
    "Collection",
    "Follower",
    "HParams",
    "LogDir",
    "MetricValue",
    "ScalarSeries",
    "Scalars",
    "Series",
    "SeriesKey",
    "Session",
    "Trial",
    "Trials",
    "ValueSeries",
    "Values",
    "open",
]
