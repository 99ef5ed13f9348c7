"""Values that stay in the event files: read where they lie, of the runs that are asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import DamagedError
from nbboard.series.points import Source, ValueColumns
from nbboard.series.store import Store
from nbboard.series.values import Fetched
from nbboard.storage import storage_for
from nbboard.storage.listed import ListedStorage

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.catalogue.snapshot import FileRow

__all__ = ["LiveRuns"]

#: Numbers of files that one run's store may give away: each has a range of its own.
_RANGE = 4096
#: References hold the number of a file as int32.
_MOST = (1 << 31) // _RANGE - 1


class _Live(NamedTuple):
    """The store of one run, what is added to its numbers of files, and what it was made for."""

    store: Store
    base: int
    mark: str


class LiveRuns:
    """Stores of single runs, each read when its values are asked for.

    Parameters
    ----------
    source_of
        Told a run, returns the logdir that it lies in.
    """

    def __init__(self, source_of: Callable[[str], Source]) -> None:
        self._source_of = source_of
        self._by_run: dict[str, _Live] = {}
        self._by_base: dict[int, Store] = {}
        self._lock = threading.Lock()

    def store(self, run: str, files: list[FileRow], mark: str) -> Store:
        """Return the store of a run.

        Parameters
        ----------
        run
            Its name.
        files
            Its event files.
        mark
            Changes when the run was indexed anew: then it is read anew.
        """
        return self._live(run, files, mark).store

    def _live(self, run: str, files: list[FileRow], mark: str) -> _Live:
        with self._lock:
            known = self._by_run.get(run)
            if known is not None and known.mark == mark:
                return known
            source = self._source_of(run)
            storage, root = storage_for(source.root)
            listed = ListedStorage(storage, {file.path: file.stat for file in files})
            store = Store([source], storages=[(listed, root)])
            store.refresh()
            number = (len(self._by_base) + 1) % _MOST
            live = self._by_run[run] = _Live(store, number * _RANGE, mark)
            self._by_base[live.base] = store
            return live

    def values(
        self, run: str, files: list[FileRow], mark: str, tag: str, plugin: str
    ) -> ValueColumns:
        """Return where the points of a series lie; KeyError if it is there no more."""
        live = self._live(run, files, mark)
        step, wall_time, ref = live.store.values(run, tag, plugin)
        shifted = ref.copy()
        shifted["file"] += live.base
        return ValueColumns(step, wall_time, shifted)

    def _split(self, refs: NDArray[Any]) -> Iterator[tuple[Store | None, NDArray[Any], Any]]:
        """Yield stores, which of the references are theirs, and these as the stores know them."""
        bases = refs["file"] // _RANGE * _RANGE
        for base in np.unique(bases).tolist():
            places = np.flatnonzero(bases == base)
            own = refs[places]
            own["file"] -= base
            yield self._by_base.get(base), places, own

    def read_values(self, refs: NDArray[Any]) -> Iterator[Fetched]:
        """Yield values; see :meth:`Store.read_values`."""
        for store, places, own in self._split(refs):
            if store is None:
                gone = DamagedError("the run it was of is not read any more")
                yield from (Fetched(place, None, gone) for place in places.tolist())
                continue
            for found in store.read_values(own):
                yield found._replace(number=int(places[found.number]))

    def read_heads(self, refs: NDArray[Any], size: int) -> list[bytes]:
        """Return the first bytes of events; see :meth:`Store.read_heads`."""
        heads = [b""] * len(refs)
        for store, places, own in self._split(refs):
            found = [] if store is None else store.read_heads(own, size)
            for place, head in zip(places.tolist(), found, strict=False):
                heads[place] = head
        return heads

    def place(self, ref: Any) -> tuple[str, int]:
        """Return file and offset; see :meth:`Store.place`."""
        for store, _, own in self._split(np.array([ref], ref.dtype)):
            if store is not None:
                return store.place(own[0])
        return "", 0
