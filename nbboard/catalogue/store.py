"""A catalogue in the place of a store: the same questions, answered from its tables."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.catalogue.live import LiveRuns
from nbboard.catalogue.names import from_text
from nbboard.catalogue.snapshot import SeriesRow, Snapshot
from nbboard.errors import LogdirError
from nbboard.series.columns import Column
from nbboard.series.delta import Changes
from nbboard.series.name_patterns import name_test
from nbboard.series.points import (
    FileBeside,
    ScalarColumns,
    ScalarTable,
    SeriesKey,
    Source,
    ValueColumns,
)
from nbboard.series.run import Run, Tag
from nbboard.series.store import Store
from nbboard.storage import storage_for
from nbboard.text import natural_key

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.catalogue.tables import Tables
    from nbboard.errors import Problem
    from nbboard.series.values import Fetched

__all__ = ["CatalogueStore", "RunNames"]


class RunNames(Sequence[str]):
    """The names of the runs of a catalogue in natural order; read when they are asked for."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def __len__(self) -> int:
        return len(self._snapshot)

    def __getitem__(self, index: Any) -> Any:
        found = self._snapshot.ordered["run"][index]
        if isinstance(index, slice):
            return tuple(map(from_text, found.to_pylist()))
        return from_text(found.as_py())

    def __iter__(self) -> Iterator[str]:
        return map(from_text, self._snapshot.ordered["run"].to_pylist())

    def __contains__(self, run: object) -> bool:
        try:
            self._snapshot.place(run)  # type: ignore[arg-type]
        except (KeyError, TypeError):
            return False
        return True

    def __eq__(self, other: object) -> bool:
        if isinstance(other, RunNames) and other._snapshot is self._snapshot:
            return True
        return isinstance(other, (tuple, RunNames)) and tuple(self) == tuple(other)

    __hash__ = None  # type: ignore[assignment]  # as a list: it may be very long

    def __repr__(self) -> str:
        shown = ", ".join(map(repr, self[:6]))
        return f"({shown}{', ...' if len(self) > 6 else ''}: {len(self):,} runs)"


class CatalogueStore(Store):
    """The runs and series of a catalogue, as of one commit until it is refreshed.

    Scalars come from its tables, other values from the event files where they lie.

    Parameters
    ----------
    tables
        The catalogue.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._snapshot = Snapshot(tables)
        self._lock = threading.RLock()
        self.sources = tuple(Source(name, root) for name, root in self._snapshot.facts.sources)
        self._live = LiveRuns(self._source_of)
        self._keys: dict[str, tuple[SeriesKey, ...]] = {}

    @property
    def snapshot(self) -> Snapshot:
        """What the last refresh found."""
        return self._snapshot

    @property
    def is_local(self) -> bool:
        """Whether a look costs no requests over a network."""
        return self._tables.is_local

    def _source_of(self, run: str) -> Source:
        for source in self.sources:
            if not source.name or run == source.name or run.startswith(source.name + "/"):
                return source
        raise KeyError(run)

    def refresh(
        self,
        progress: Callable[[int, int], None] | None = None,  # noqa: ARG002 - it takes no time
        stop: Callable[[], bool] | None = None,  # noqa: ARG002 - the same
    ) -> Changes:
        """Take what was indexed since."""
        before = self._snapshot
        if before.is_current():
            return Changes()
        now = Snapshot(self._tables)
        old, new = _parts_changed(before, now)
        added = sorted(new.keys() - old.keys(), key=natural_key)
        removed = sorted(old.keys() - new.keys(), key=natural_key)
        changed = sorted(run for run in new.keys() & old.keys() if new[run] != old[run])
        came = [_key(run, row, new[run]) for run in added for row in now.series_of(run)]
        gone = [_key(run, row, old[run]) for run in removed for row in _series_of(before, run)]
        reread: list[SeriesKey] = []
        for run in changed:
            known = {(row.tag, row.plugin): row for row in _series_of(before, run)}
            for row in now.series_of(run):
                # Of what is not known any more everything may be other than it was.
                is_new = known and known.pop((row.tag, row.plugin), None) is None
                (came if is_new else reread).append(_key(run, row, new[run]))
            gone += [_key(run, row, old[run]) for row in known.values()]
        with suppress(LogdirError):
            before.problems  # noqa: B018 - as they were, while that can be told
        told = set(before.__dict__.get("problems", ()))
        problems = tuple(problem for problem in now.problems if problem not in told)
        with self._lock:
            self._snapshot = now
            self._keys = {}
        return Changes(
            tuple(added),
            tuple(removed),
            (),
            problems,
            (),
            (),
            tuple(gone),
            tuple(reread),
            tuple((_column(key), key.count, key.generation) for key in came),
        )

    @property
    def runs(self) -> Any:
        """Names of the runs, naturally sorted: a lazy sequence."""
        return RunNames(self._snapshot)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was damaged or skipped when it was indexed."""
        return self._snapshot.problems

    def plugins(self) -> dict[str, int]:
        """Return of which plugins there are series, and how many."""
        return dict(self._snapshot.plugins)

    @property
    def points(self) -> int:
        """How many points all series have."""
        return self._snapshot.points

    def series(self, plugin: str | None = None) -> tuple[SeriesKey, ...]:
        """Return the series of a plugin, or of all, by run and tag in natural order."""
        if plugin is None:
            return tuple(key for name in self.plugins() for key in self.series(name))
        with self._lock:
            keys = self._keys.get(plugin)
            if keys is None:
                keys = self._keys[plugin] = self.series_where(plugin, None, None)
            return keys

    def series_where(
        self,
        plugin: str,
        tag_test: Callable[[str], bool] | None,
        run_test: Callable[[str], bool] | None,
        runs: Iterable[str] | None = None,
    ) -> tuple[SeriesKey, ...]:
        """Return the series of a plugin whose tag and run pass tests; only theirs are read.

        Parameters
        ----------
        plugin
            The plugin.
        tag_test, run_test
            Told a name, whether it is wanted; None for all.
        runs
            Names of runs among which those are that are wanted; None for all.
        """
        found = self._snapshot.series_where(plugin, tag_test, run_test, runs)
        return tuple(
            SeriesKey(run, tag, plugin, points, _generation(part))
            for run, tag, points, part in found
        )

    def series_of(self, run: str) -> tuple[SeriesKey, ...]:
        """Return all series of a run; KeyError if there is none."""
        part = self._snapshot.part_of(run)
        return tuple(_key(run, row, part) for row in self._snapshot.series_of(run))

    def tags_of(self, run: str, plugin: str) -> list[str]:
        """Return the tags of a plugin in a run; KeyError if there is no such run."""
        return [row.tag for row in self._snapshot.series_of(run) if row.plugin == plugin]

    def key(self, run: str, tag: str, plugin: str) -> SeriesKey:
        """Return a series; KeyError if there is none."""
        return _key(run, self._row(run, tag, plugin), self._snapshot.part_of(run))

    def _row(self, run: str, tag: str, plugin: str) -> SeriesRow:
        for row in self._snapshot.series_of(run):
            if row.tag == tag and row.plugin == plugin:
                return row
        raise KeyError(tag)

    def scalar(self, run: str, tag: str) -> ScalarColumns:
        """Return the points of a scalar series; KeyError if there is none."""
        snapshot = self._snapshot
        row = self._row(run, tag, "scalars")
        part = snapshot.part_of(run)
        (points,) = snapshot.points_of(part, [(row.start, row.start + row.points)])
        columns = ScalarColumns(points.step, points.wall_time, points.values(row.dtype))
        for array in columns:
            array.flags.writeable = False
        return columns

    def scalar_table(
        self, keys: Iterable[SeriesKey | tuple[str, str]] | None = None
    ) -> ScalarTable:
        """Return many scalar series as one long table; each part is read once."""
        snapshot = self._snapshot
        names = self.series("scalars") if keys is None else tuple(keys)
        by_part: dict[str, list[tuple[int, SeriesRow]]] = {}
        chosen: list[SeriesKey] = []
        for i, key in enumerate(names):
            run, tag = key[0], key[1]
            row, part = self._row(run, tag, "scalars"), snapshot.part_of(run)
            chosen.append(_key(run, row, part))
            by_part.setdefault(part, []).append((i, row))
        counts = np.array([key.count for key in chosen], np.int64)
        starts = np.cumsum(counts) - counts
        total = int(counts.sum())
        step, wall_time = np.empty(total, np.int64), np.empty(total, np.float64)
        dtypes = [np.dtype(np.float32)] * len(chosen)
        for found in by_part.values():
            for i, row in found:
                dtypes[i] = np.dtype(row.dtype)
        whole = bool(dtypes) and all(dtype.kind in "iub" for dtype in dtypes)
        value: Any = np.empty(total, np.int64 if whole else np.float64)
        for part, found in by_part.items():
            spans = [(row.start, row.start + row.points) for _, row in found]
            for (i, row), points in zip(found, snapshot.points_of(part, spans), strict=True):
                span = slice(starts[i], starts[i] + row.points)
                step[span], wall_time[span] = points.step, points.wall_time
                value[span] = points.values(row.dtype)
        code = np.repeat(np.arange(len(chosen), dtype=np.int32), counts)
        return ScalarTable(tuple(chosen), code, step, wall_time, value, tuple(dtypes))

    def metadata_bytes(self, run: str, tag: str, plugin: str | None = None) -> bytes | None:
        """Return the first metadata of a series, serialised; KeyError if there is no such run."""
        for row in self._snapshot.series_of(run):
            if row.tag == tag and plugin in {None, row.plugin}:
                return row.metadata
        return None

    def files(self, run: str) -> tuple[str, ...]:
        """Return the paths of a run's event files, in reading order; KeyError if there is none."""
        return tuple(file.path for file in self._snapshot.files_of(run))

    def files_beside(self, patterns: Sequence[str]) -> tuple[FileBeside, ...]:
        """Return files beside the event files whose names fit one of some patterns."""
        fits = name_test(patterns)
        return tuple(
            FileBeside(file.run, file.name, file.path, storage_for(file.path)[0], file.stat)
            for file in self._snapshot.beside
            if fits(file.name)
        )

    def last_wall_time(self, run: str) -> float | None:
        """Return the wall time of a run's latest event; KeyError if there is no such run."""
        return self._snapshot.wall_time(run, "last")

    def first_wall_time(self, run: str) -> float | None:
        """Return the wall time of a run's first event; KeyError if there is no such run."""
        return self._snapshot.wall_time(run, "first")

    # -- from the event files ------------------------------------------------------

    def _live_of(self, run: str) -> tuple[str, list[Any], str]:
        return run, self._snapshot.files_of(run), self._snapshot.part_of(run)

    def values(self, run: str, tag: str, plugin: str) -> ValueColumns:
        """Return where the points of another series lie; KeyError if there is none."""
        return self._live.values(*self._live_of(run), tag, plugin)

    def kept_by_purge(self, run: str, tag: str, plugin: str) -> NDArray[np.bool_] | None:
        """Return which points no later start of a job has declared void; None for all."""
        return self._live.store(*self._live_of(run)).kept_by_purge(run, tag, plugin)

    def read_values(self, refs: NDArray[Any]) -> Iterator[Fetched]:
        """Yield the values that references stand for."""
        return self._live.read_values(refs)

    def read_heads(self, refs: NDArray[Any], size: int) -> list[bytes]:
        """Return the first bytes of the events that hold some values."""
        return self._live.read_heads(refs, size)

    def place(self, ref: Any) -> tuple[str, int]:
        """Return the file and the offset of what a reference stands for."""
        return self._live.place(ref)


def _key(run: str, row: SeriesRow, part: str) -> SeriesKey:
    return SeriesKey(run, row.tag, row.plugin, row.points, _generation(part))


def _parts_changed(before: Snapshot, now: Snapshot) -> tuple[dict[str, str], dict[str, str]]:
    """Return runs and their parts before and now; rows of files that stayed are left out."""
    try:
        old = [row for file in before.files - now.files for row in before.names_in(file)]
        kept = before.files
    except LogdirError:
        # The files are gone, but not what was read of them.
        kept = frozenset()
        old = before.all_names()
    new = [row for file in now.files - kept for row in now.names_in(file)]
    return dict(old), dict(new)


def _series_of(before: Snapshot, run: str) -> list[SeriesRow]:
    """Return the series that a run had, as far as that is still known."""
    try:
        return before.series_of(run)
    except LogdirError:
        return []


def _generation(part: str) -> int:
    """Return a number that changes whenever a run was indexed anew."""
    return int(part[:15], 16)


def _column(key: SeriesKey) -> Column:
    run = Run(key.run, natural_key(key.run), 0)
    return Column(run, Tag(key.tag, key.plugin, natural_key(key.tag)), key.generation)
