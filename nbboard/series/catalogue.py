"""The catalogue: which runs and series there are, in natural order, looked up by name.

Names are interned: a tag of a plugin is one :class:`Tag`, however many runs log it. Order is
computed when names arrive, never when somebody asks: a lookup costs two dictionaries, and a
change costs what has changed.
"""

from __future__ import annotations

from bisect import bisect_left
from operator import attrgetter
from typing import TYPE_CHECKING

from nbboard.series.run import Run, Tag
from nbboard.text import natural_key

if TYPE_CHECKING:
    from nbboard.series.columns import Column
    from nbboard.series.points import SeriesKey

__all__ = ["RUN_ORDER", "Catalogue"]

#: With more changes than one in so many, sorting all is cheaper than putting each in its place.
_SORT_ALL = 20

#: What runs are sorted by.
RUN_ORDER = attrgetter("key", "name")
#: ... and series.
_SERIES_ORDER = attrgetter("run.key", "run.name", "tag.key", "tag.name")


class Catalogue:
    """Runs and their series; whoever uses it holds the store's lock.

    Attributes
    ----------
    runs
        By name.
    """

    def __init__(self) -> None:
        self.runs: dict[str, Run] = {}
        self._tags: dict[tuple[str, str], Tag] = {}
        self._plugins: dict[str, _Sorted] = {}
        self._sorted_runs: list[Run] = []
        self._new_runs: list[Run] = []
        self._run_names: tuple[str, ...] | None = ()

    def add_run(self, name: str, source: int) -> Run:
        """Add an empty run of a source."""
        run = self.runs[name] = Run(name, natural_key(name), source)
        self._new_runs.append(run)
        self._run_names = None
        return run

    def remove_run(self, run: Run) -> None:
        """Take a run away with all its series."""
        for column in list(run.columns.values()):
            self.remove(column)
        self._sort_runs()
        del self.runs[run.name]
        del self._sorted_runs[bisect_left(self._sorted_runs, RUN_ORDER(run), key=RUN_ORDER)]
        self._run_names = None

    def run_names(self) -> tuple[str, ...]:
        """Return the names of the runs in natural order."""
        if self._run_names is None:
            self._sort_runs()
            self._run_names = tuple(run.name for run in self._sorted_runs)
        return self._run_names

    def _sort_runs(self) -> None:
        new, known = self._new_runs, self._sorted_runs
        if len(new) * _SORT_ALL > len(known):
            known.extend(new)
            known.sort(key=RUN_ORDER)
        else:
            for run in new:
                known.insert(bisect_left(known, RUN_ORDER(run), key=RUN_ORDER), run)
        self._new_runs = []

    def tag(self, name: str, plugin: str) -> Tag:
        """Return the interned tag of a plugin."""
        tag = self._tags.get((name, plugin))
        if tag is None:
            tag = self._tags[name, plugin] = Tag(name, plugin, natural_key(name))
        return tag

    def add(self, column: Column) -> None:
        """Add a series to its run."""
        column.run.columns[column.tag] = column
        plugin = column.tag.plugin
        series = self._plugins.get(plugin)
        if series is None:
            series = self._plugins[plugin] = _Sorted()
        series.add(column)

    def remove(self, column: Column) -> None:
        """Take a series away from its run."""
        del column.run.columns[column.tag]
        self._plugins[column.tag.plugin].remove(column)

    def note_changed(self, column: Column) -> None:
        """Note that a series has other points now."""
        self._plugins[column.tag.plugin].note_changed(column)

    def find(self, run: str, tag: str, plugin: str) -> Column:
        """Return a series.

        Raises
        ------
        KeyError
            There is no such series.
        """
        return self.runs[run].columns[self._tags[tag, plugin]]

    def plugins(self) -> dict[str, int]:
        """Return of which plugins there are series, and how many."""
        return {plugin: len(series) for plugin, series in self._plugins.items() if len(series)}

    def points(self) -> int:
        """Return how many points all series have; puts nothing in order."""
        counts = (column.count for run in self.runs.values() for column in run.columns.values())
        return sum(counts)

    def keys(self, plugin: str) -> tuple[SeriesKey, ...]:
        """Return the series of a plugin, by run and tag in natural order."""
        series = self._plugins.get(plugin)
        return () if series is None else series.keys()

    def columns(self, plugin: str) -> list[Column]:
        """Return the series of a plugin in the order of :meth:`keys`."""
        series = self._plugins.get(plugin)
        return [] if series is None else series.columns()


class _Sorted:
    """The series of one plugin in natural order, and their keys."""

    def __init__(self) -> None:
        self._columns: list[Column] = []
        self._keys: list[SeriesKey] = []
        self._published: tuple[SeriesKey, ...] | None = ()
        # What has happened since the order and the keys were brought up to date.
        self._added: dict[Column, None] = {}
        self._removed: set[Column] = set()
        self._changed: set[Column] = set()

    def __len__(self) -> int:
        return len(self._columns) + len(self._added) - len(self._removed)

    def add(self, column: Column) -> None:
        self._added[column] = None
        self._published = None

    def remove(self, column: Column) -> None:
        if column in self._added:
            del self._added[column]
        else:
            self._removed.add(column)
        self._published = None

    def note_changed(self, column: Column) -> None:
        self._changed.add(column)
        self._published = None

    def keys(self) -> tuple[SeriesKey, ...]:
        if self._published is None:
            if (len(self._added) + len(self._removed)) * _SORT_ALL > len(self._columns):
                self._sort_all()
            else:
                self._move_some()
            self._added, self._removed, self._changed = {}, set(), set()
            self._published = tuple(self._keys)
        return self._published

    def columns(self) -> list[Column]:
        self.keys()
        return list(self._columns)

    def _sort_all(self) -> None:
        columns = [column for column in self._columns if column not in self._removed]
        columns.extend(self._added)
        columns.sort(key=_SERIES_ORDER)
        self._columns = columns
        self._keys = [column.series_key() for column in columns]

    def _move_some(self) -> None:
        for column in self._removed:
            place = self._place(column)
            del self._columns[place], self._keys[place]
        for column in self._added:
            place = self._place(column)
            self._columns.insert(place, column)
            self._keys.insert(place, column.series_key())
        for column in self._changed - self._removed - self._added.keys():
            self._keys[self._place(column)] = column.series_key()

    def _place(self, column: Column) -> int:
        return bisect_left(self._columns, _SERIES_ORDER(column), key=_SERIES_ORDER)
