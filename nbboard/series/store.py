"""The content of one or more logdirs: runs and their series, read and kept up to date."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import DamagedError, LogdirError, Problem
from nbboard.events.decode import Decoder
from nbboard.events.decoded import REF
from nbboard.series.content import Content
from nbboard.series.delta import Changes
from nbboard.series.gc_pause import GcPause
from nbboard.series.interrupts import Interrupts
from nbboard.series.name_patterns import name_test
from nbboard.series.points import (
    FileBeside,
    RunState,
    ScalarColumns,
    ScalarTable,
    SeriesKey,
    Source,
    ValueColumns,
)
from nbboard.series.refresh import AT_ONCE, Refreshing
from nbboard.series.run_names import run_name
from nbboard.series.sessions import kept_by_purge
from nbboard.series.values import Fetched, heads_in, values_in
from nbboard.series.workers import Workers
from nbboard.storage import Storage, storage_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from nbboard.series.columns import ColumnView

__all__ = [
    "Changes",
    "ScalarColumns",
    "ScalarTable",
    "SeriesKey",
    "Source",
    "Store",
    "ValueColumns",
]


class Store:
    """The content of logdirs, append-only and safe to use from several threads.

    Nothing is read before the first :meth:`refresh`.

    Parameters
    ----------
    sources
        The logdirs.
    storages
        For each source its storage and the root's path there, instead of what
        the root's form tells; for tests.
    decoder
        What decodes the records; for tests.
    workers
        How many threads read at the most, where reading means waiting.
    beside
        Patterns of names of other files to look for: see :meth:`files_beside`.

    Raises
    ------
    LogdirError
        No sources, or two of the same name.
    """

    def __init__(
        self,
        sources: Sequence[Source],
        *,
        storages: Sequence[tuple[Storage, str]] | None = None,
        decoder: Decoder | None = None,
        workers: int | None = None,
        beside: Sequence[str] = (),
    ) -> None:
        if not sources:
            raise LogdirError("no logdir was given")
        if len({source.name for source in sources}) < len(sources):
            raise LogdirError("two logdirs have the same name")
        self.sources = tuple(sources)
        self._roots = storages or [storage_for(source.root) for source in sources]
        self._lock = threading.RLock()
        self._refreshing = threading.Lock()
        self._decoder = decoder or Decoder()
        self._workers = workers or 4
        self._beside = name_test(beside)
        self._content = Content(len(self.sources))
        self._conditions: dict[str, Problem] = {}

    @property
    def is_local(self) -> bool:
        """Whether a look at the logdirs costs no requests over a network."""
        return all(storage.is_local for storage, _ in self._roots)

    def refresh(
        self,
        progress: Callable[[int, int], None] | None = None,
        stop: Callable[[], bool] | None = None,
    ) -> Changes:
        """Read what is new.

        Parameters
        ----------
        progress
            Called now and then with the bytes read and the bytes to read.
        stop
            Asked now and then whether to come to an early end: what is left is read by
            the next refresh. Any exception, such as an interrupt, in the middle of it
            makes the store forget everything, until the next refresh reads it anew.

        Returns
        -------
        Changes
            False if nothing changed.
        """
        with self._refreshing, GcPause() as rest:
            known = set(self.problems)
            stop = stop or _never
            work = Refreshing(self._content, self._lock, self._decoder, rest, stop)
            try:
                for number, source in enumerate(self.sources):
                    work.find(number, source, self._roots[number], self._beside)
                work.read(self._workers, progress)
            except BaseException:
                self._forget()
                raise
            # What was not looked at is as it was.
            before = self._conditions if stop() else {}
            self._conditions = {**before, **work.conditions}
            with self._lock:
                changes = work.changes([p for p in self.problems if p not in known])
                self._content.forget_delta()
            return changes

    def _forget(self) -> None:
        """Forget what may be torn: to show nothing is better than to show something wrong."""
        with self._lock:
            self._content = Content(len(self.sources), before=self._content)

    @property
    def runs(self) -> tuple[str, ...]:
        """Names of the runs, naturally sorted; ``"."`` is the root itself."""
        with self._lock:
            return self._content.catalogue.run_names()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What is damaged, and what cannot be read at present."""
        with self._lock:
            damaged = [p for f in self._content.files.values() for p in f.problems.values()]
            return (*self._conditions.values(), *damaged)

    @property
    def unread(self) -> frozenset[str]:
        """The paths of what could not be read or listed at the last refresh."""
        with self._lock:
            return frozenset(self._conditions)

    def plugins(self) -> dict[str, int]:
        """Return of which plugins there are series, and how many; ``"scalars"`` among them."""
        with self._lock:
            return self._content.catalogue.plugins()

    @property
    def points(self) -> int:
        """How many points all series have."""
        with self._lock:
            return self._content.catalogue.points()

    def series(self, plugin: str | None = None) -> tuple[SeriesKey, ...]:
        """Return the series of a plugin, or of all, by run and tag in natural order.

        No arrays are built; while nothing changes it is the same tuple every time.
        """
        with self._lock:
            keys = self._content.catalogue.keys
            if plugin is not None:
                return keys(plugin)
            return tuple(key for name in self.plugins() for key in keys(name))

    def series_of(self, run: str) -> tuple[SeriesKey, ...]:
        """Return all series of a run.

        Raises
        ------
        KeyError
            There is no such run.
        """
        with self._lock:
            columns = self._content.catalogue.runs[run].columns
            return tuple(column.series_key() for column in columns.values())

    def tags_of(self, run: str, plugin: str) -> list[str]:
        """Return the tags of a plugin in a run.

        Raises
        ------
        KeyError
            There is no such run.
        """
        with self._lock:
            tags = self._content.catalogue.runs[run].columns
            return [tag.name for tag in tags if tag.plugin == plugin]

    def key(self, run: str, tag: str, plugin: str) -> SeriesKey:
        """Return a series as it is now.

        Raises
        ------
        KeyError
            There is no such series.
        """
        with self._lock:
            return self._content.catalogue.find(run, tag, plugin).series_key()

    def scalar(self, run: str, tag: str) -> ScalarColumns:
        """Return the points of a scalar series.

        Raises
        ------
        KeyError
            There is no such series.
        """
        with self._lock:
            return ScalarColumns(*self._view(run, tag, "scalars"))

    def values(self, run: str, tag: str, plugin: str) -> ValueColumns:
        """Return where the points of another series lie.

        Raises
        ------
        KeyError
            There is no such series.
        """
        with self._lock:
            return ValueColumns(*self._view(run, tag, plugin))

    def _view(self, run: str, tag: str, plugin: str) -> ColumnView:
        return self._content.catalogue.find(run, tag, plugin).view(self._content.files)

    def kept_by_purge(self, run: str, tag: str, plugin: str) -> NDArray[np.bool_] | None:
        """Return which points of a series no later ``SessionLog.START`` has declared void.

        None means all.

        Raises
        ------
        KeyError
            There is no such series.
        """
        with self._lock:
            column = self._content.catalogue.find(run, tag, plugin)
            files = column.run.files_in_order()
            if not any(file.session_starts for file in files):
                return None
            step, wall_time, _ = column.view(self._content.files)
            stretches = column.stretches(self._content.files)
        return kept_by_purge(step, wall_time, stretches, files)

    def scalar_table(
        self, keys: Iterable[SeriesKey | tuple[str, str]] | None = None
    ) -> ScalarTable:
        """Return many scalar series as one long table.

        Parameters
        ----------
        keys
            Which, as (run, tag, ...); all of them by default.
        """
        # One hold for all of them: each would have its own.
        with self._lock, Interrupts():
            catalogue, files = self._content.catalogue, self._content.files
            if keys is None:
                columns, chosen = catalogue.columns("scalars"), catalogue.keys("scalars")
            else:
                columns = [catalogue.find(key[0], key[1], "scalars") for key in keys]
                chosen = tuple(column.series_key() for column in columns)
            views: list[ColumnView] = [column.view(files) for column in columns]
        counts = np.fromiter((len(view[0]) for view in views), np.int64, len(views))
        total = int(counts.sum())
        step, wall_time = np.empty(total, np.int64), np.empty(total, np.float64)
        dtypes = tuple(view[2].dtype for view in views)
        whole = bool(views) and all(dtype.kind in "iub" for dtype in dtypes)
        value: Any = np.empty(total, np.int64 if whole else np.float64)
        if views:
            np.concatenate([view[0] for view in views], out=step)
            np.concatenate([view[1] for view in views], out=wall_time)
            np.concatenate([view[2] for view in views], out=value, casting="unsafe")
        code = np.repeat(np.arange(len(views), dtype=np.int32), counts)
        return ScalarTable(chosen, code, step, wall_time, value, dtypes)

    def metadata(self, run: str, tag: str, plugin: str | None = None) -> Any:
        """Return the first ``SummaryMetadata`` of a series, None if it has none.

        Without a plugin, of the tag's first values.

        Raises
        ------
        KeyError
            There is no such run.
        """
        from tensorboard.compat.proto import summary_pb2

        data = self.metadata_bytes(run, tag, plugin)
        return None if data is None else summary_pb2.SummaryMetadata.FromString(data)

    def metadata_bytes(self, run: str, tag: str, plugin: str | None = None) -> bytes | None:
        """Return what :meth:`metadata` returns, serialised.

        Raises
        ------
        KeyError
            There is no such run.
        """
        with self._lock:
            return self._content.catalogue.runs[run].metadata(tag, plugin)

    def metadata_of(self, keys: Iterable[SeriesKey]) -> list[bytes | None]:
        """Return the first metadata of each of many series; see :meth:`metadata_bytes`."""
        with self._lock:
            runs = self._content.catalogue.runs
            return [runs[key.run].metadata(key.tag, key.plugin) for key in keys]

    def fetch(self, run: str, tag: str, plugin: str, i: int) -> Any:
        """Return the ``Summary.Value`` of one point, in the current form.

        The record is read anew and both its checksums are verified.

        Raises
        ------
        KeyError, IndexError
            There is no such series or point.
        DamagedError
            The file no longer holds what was indexed.
        """
        return self.fetch_ref(run, tag, plugin, self.values(run, tag, plugin).ref[i])

    def fetch_ref(self, run: str, tag: str, plugin: str, ref: Any) -> Any:
        """Return the ``Summary.Value`` that an item of :attr:`ValueColumns.ref` stands for.

        Unlike an index it means the same value for ever.

        Raises
        ------
        DamagedError
            The file is gone or no longer holds what was indexed.
        """
        (found,) = self.read_values(np.array([ref], REF))
        if found.error is not None:
            raise DamagedError(f"{plugin} {tag!r} of run {run!r}: {found.error}")
        return found.value

    def read_values(self, refs: NDArray[Any]) -> Iterator[Fetched]:
        """Yield the values that many items of :attr:`ValueColumns.ref` stand for.

        Each file is opened once and read front to back; where the storage waits, several
        are read at a time. Both checksums of every record are verified.

        Parameters
        ----------
        refs
            The references, of any series, in any order.

        Yields
        ------
        Fetched
            Which of the references it is, and the ``Summary.Value`` in the current form,
            or why it cannot be had; in the order in which they lie in the files.
        """
        with self._lock:
            files = {
                number: self._content.files.get(number) for number in set(refs["file"].tolist())
            }
        is_local = all(file is None or file.storage.is_local for file in files.values())
        with Workers(self._workers if is_local else AT_ONCE) as workers:
            yield from values_in(files, refs, workers)

    def read_heads(self, refs: NDArray[Any], size: int) -> list[bytes]:
        """Return the first bytes of the events that hold some values, unverified.

        Parameters
        ----------
        refs
            Items of :attr:`ValueColumns.ref`.
        size
            How many bytes of each event at the most.

        Returns
        -------
        list of bytes
            In the order of `refs`; empty where there is nothing to read any more.
        """
        with self._lock:
            files = {
                number: self._content.files.get(number) for number in set(refs["file"].tolist())
            }
        return heads_in(files, refs, size)

    def place(self, ref: Any) -> tuple[str, int]:
        """Return the file and the offset of what an item of :attr:`ValueColumns.ref` stands for.

        The file is empty if it is gone.
        """
        number, _, offset, _ = ref.tolist()
        with self._lock:
            file = self._content.files.get(number)
        return ("" if file is None else file.path), offset

    def files_beside(self, patterns: Sequence[str]) -> tuple[FileBeside, ...]:
        """Return files beside the event files whose names fit one of some patterns.

        Parameters
        ----------
        patterns
            Among those that the store was made with.
        """
        fits = name_test(patterns)
        with self._lock:
            return tuple(
                FileBeside(run_name(source.name, file.below), file.name, path, storage, file.stat)
                for source, (storage, _), files in zip(
                    self.sources, self._roots, self._content.beside, strict=True
                )
                for path, file in files.items()
                if fits(file.name)
            )

    def last_wall_time(self, run: str) -> float | None:
        """Return the wall time of a run's latest event, None if it has none.

        Raises
        ------
        KeyError
            There is no such run.
        """
        with self._lock:
            return self._content.catalogue.runs[run].last_wall_time

    def first_wall_time(self, run: str) -> float | None:
        """Return the wall time of a run's first event, None if it has none.

        Raises
        ------
        KeyError
            There is no such run.
        """
        with self._lock:
            return self._content.catalogue.runs[run].first_wall_time

    def states(self) -> list[RunState]:
        """Return files, first and last wall time of each run, in the order of :attr:`runs`."""
        with self._lock:
            catalogue = self._content.catalogue
            return [
                RunState(
                    tuple(file.path for file in run.files_in_order()),
                    run.first_wall_time,
                    run.last_wall_time,
                )
                for run in map(catalogue.runs.__getitem__, catalogue.run_names())
            ]

    def files(self, run: str) -> tuple[str, ...]:
        """Return the paths of a run's event files, in reading order.

        Raises
        ------
        KeyError
            There is no such run.
        """
        with self._lock:
            files = self._content.catalogue.runs[run].files_in_order()
            return tuple(file.path for file in files)


def _never() -> bool:
    return False
