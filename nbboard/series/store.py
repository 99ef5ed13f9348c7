"""The content of one or more logdirs: runs and their series, read and kept up to date."""

from __future__ import annotations

import threading
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import DamagedError, LogdirError, Problem
from nbboard.events.decode import Decoder
from nbboard.series.content import Content
from nbboard.series.delta import Changes
from nbboard.series.gc_pause import GcPause
from nbboard.series.interrupts import Interrupts
from nbboard.series.points import (
    ScalarColumns,
    ScalarTable,
    SeriesKey,
    Source,
    ValueColumns,
)
from nbboard.series.refresh import Refreshing
from nbboard.series.values import value_in
from nbboard.storage import Storage, storage_for

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
        self._content = Content()
        self._conditions: dict[str, Problem] = {}

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
                for source, (storage, root) in zip(self.sources, self._roots, strict=True):
                    work.find(source, self.sources, storage, root)
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
            self._content = Content(before=self._content)

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

    def plugins(self) -> dict[str, int]:
        """Return of which plugins there are series, and how many; ``"scalars"`` among them."""
        with self._lock:
            return self._content.catalogue.plugins()

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
            find, files = self._content.catalogue.find, self._content.files
            names = self.series("scalars") if keys is None else keys
            columns = [find(key[0], key[1], "scalars") for key in names]
            chosen = tuple(column.series_key() for column in columns)
            views: list[ColumnView] = [column.view(files) for column in columns]
        counts = np.fromiter((len(view[0]) for view in views), np.int64, len(views))
        total = int(counts.sum())
        step, wall_time = np.empty(total, np.int64), np.empty(total, np.float64)
        value = np.empty(total, np.float64)
        if views:
            np.concatenate([view[0] for view in views], out=step)
            np.concatenate([view[1] for view in views], out=wall_time)
            np.concatenate([view[2] for view in views], out=value, casting="unsafe")
        code = np.repeat(np.arange(len(views), dtype=np.int32), counts)
        return ScalarTable(chosen, code, step, wall_time, value)

    def metadata(self, run: str, tag: str, plugin: str | None = None) -> Any:
        """Return the first ``SummaryMetadata`` of a series, None if it has none.

        Without a plugin, of the tag's first values.

        Raises
        ------
        KeyError
            There is no such run.
        """
        from tensorboard.compat.proto import summary_pb2

        with self._lock:
            data = self._content.catalogue.runs[run].metadata(tag, plugin)
        return None if data is None else summary_pb2.SummaryMetadata.FromString(data)

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
        number, index, offset, length = ref.tolist()
        with self._lock:
            file = self._content.files.get(number)
        if file is None:
            raise DamagedError(
                f"the file of this {plugin} value of {tag!r} in run {run!r} is gone, or was read"
                " anew: take the series from the log again"
            )
        return value_in(file, offset, length, index)

    def place(self, ref: Any) -> tuple[str, int]:
        """Return the file and the offset of what an item of :attr:`ValueColumns.ref` stands for.

        The file is empty if it is gone.
        """
        number, _, offset, _ = ref.tolist()
        with self._lock:
            file = self._content.files.get(number)
        return ("" if file is None else file.path), offset

    def last_wall_time(self, run: str) -> float | None:
        """Return the wall time of a run's latest event, None if it has none.

        Raises
        ------
        KeyError
            There is no such run.
        """
        with self._lock:
            return self._content.catalogue.runs[run].last_wall_time

    def files(self, run: str) -> tuple[str, ...]:
        """Return the paths of a run's event files, in reading order.

        Raises
        ------
        KeyError
            There is no such run.
        """
        with self._lock:
            files = self._content.catalogue.runs[run].files.values()
            return tuple(file.path for file in sorted(files, key=attrgetter("order")))


def _never() -> bool:
    return False
