"""One run: its files, its series, and what its metadata says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.events.decoded import Part, Waiting, scalar_points, value_points
from nbboard.series.columns import Column

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Run"]


class Run:
    """The content of one run.

    Parameters
    ----------
    name
        Its name in the logdir.
    orders
        Shared by all runs: for each file number what the files of a run are
        sorted by.
    """

    __slots__ = (
        "_metadata",
        "_orders",
        "_plugins",
        "_wall_times",
        "files",
        "name",
        "scalars",
        "values",
    )

    def __init__(self, name: str, orders: dict[int, str]) -> None:
        self.name = name
        self.files: dict[str, int] = {}
        self.scalars: dict[str, Column] = {}
        self.values: dict[tuple[str, str], Column] = {}
        self._orders = orders
        self._metadata: dict[tuple[str, str], dict[int, bytes]] = {}
        self._plugins: dict[str, dict[int, str]] = {}
        self._wall_times: dict[int, float] = {}

    def note_metadata(self, file: int, tag: str, plugin: str, metadata: bytes) -> None:
        """Remember the first metadata of a tag in a file."""
        self._metadata.setdefault((tag, plugin), {}).setdefault(file, metadata)
        self._plugins.setdefault(tag, {}).setdefault(file, plugin)

    def metadata(self, tag: str, plugin: str | None) -> bytes | None:
        """Return the first metadata of a series, serialised."""
        if plugin is None:
            known = self._plugins.get(tag)
            if not known:
                return None
            plugin = known[min(known, key=self._order)]
        found = self._metadata.get((tag, plugin))
        return found[min(found, key=self._order)] if found else None

    def note_wall_time(self, file: int, wall_time: float) -> None:
        """Remember the wall time of a file's last event."""
        self._wall_times[file] = wall_time

    @property
    def last_wall_time(self) -> float | None:
        """Of the latest last event of the run's files; None without events."""
        times = [time for time in self._wall_times.values() if np.isfinite(time)]
        return max(times, default=None)

    def resolve(self, waiting: Waiting) -> list[Part]:
        """Sort tensors without metadata into their series; return what was added."""
        tag = waiting.tag
        known = self._plugins.get(tag)
        plugin = known[min(known, key=self._order)] if known else "tensors"
        numbers = [v for v in waiting.values if plugin == "scalars" and v.scalar is not None]
        others = [v for v in waiting.values if plugin != "scalars" or v.scalar is None]
        touched = []
        if numbers:
            points, _, (dtype,) = scalar_points([numbers])
            part = Part(waiting.file, tag, "scalars", points, 0, len(numbers), dtype)
            self.scalar(tag).add(part)
            touched.append(part)
        if others:
            points, _ = value_points([others])
            name = "tensors" if plugin == "scalars" else plugin
            part = Part(waiting.file, tag, name, points, 0, len(others))
            self.value(tag, name).add(part)
            touched.append(part)
        return touched

    def scalar(self, tag: str) -> Column:
        """Return the column of a scalar series, made if it is new."""
        column = self.scalars.get(tag)
        if column is None:
            column = self.scalars[tag] = Column()
        return column

    def value(self, tag: str, plugin: str) -> Column:
        """Return the column of a series of other values, made if it is new."""
        column = self.values.get((tag, plugin))
        if column is None:
            column = self.values[tag, plugin] = Column()
        return column

    def drop_file(self, file: int) -> None:
        """Forget everything that came from a file."""
        tables: Iterable[dict[Any, Column]] = (self.scalars, self.values)
        for table in tables:
            for key, column in list(table.items()):
                column.drop_file(file, self._orders)
                if not column.count:
                    del table[key]
        for known in (*self._metadata.values(), *self._plugins.values()):
            known.pop(file, None)  # type: ignore[attr-defined]
        self._wall_times.pop(file, None)

    def _order(self, file: int) -> tuple[str, int]:
        return self._orders[file], file
