"""Series: runs and their columns, read from event files and kept up to date."""

from __future__ import annotations

from nbboard.series.delta import Changes
from nbboard.series.points import (
    FileBeside,
    Growth,
    ScalarColumns,
    ScalarTable,
    SeriesKey,
    Source,
    ValueColumns,
)
from nbboard.series.sources import LogdirLike, sources_of
from nbboard.series.store import Store

__all__ = [
    "Changes",
    "FileBeside",
    "Growth",
    "LogdirLike",
    "ScalarColumns",
    "ScalarTable",
    "SeriesKey",
    "Source",
    "Store",
    "ValueColumns",
    "sources_of",
]
