"""The points of series, and the values that stay in the files until a page asks for them."""

from __future__ import annotations

import contextlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.provider.reader import kept_by_latest, tensor_to_numpy
from nbboard.provider.shapes import HEAD, blobs_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from nbboard.provider.index import Series
    from nbboard.provider.reader import Restarts, SeriesKey, Store

__all__ = ["Points", "Values"]

#: Bytes of decoded values that are kept for the next question.
_KEPT_BYTES = 64 << 20
#: Numbers of blobs that are kept; each is some 100 bytes.
_KEPT_COUNTS = 500_000

Place = tuple[int, int, int]  # file, offset and place in the event: of one value, for ever


class Points(NamedTuple):
    """Points of a series, in written order; arrays of equal length.

    Attributes
    ----------
    step
        int64.
    wall_time
        float64, seconds since the epoch.
    value
        Numbers, or for what stays in the files where it lies.
    """

    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    value: NDArray[Any]

    def at(self, positions: NDArray[np.int64]) -> Points:
        """Return some of the points."""
        return Points(self.step[positions], self.wall_time[positions], self.value[positions])


class Values:
    """Reads series of a store; safe to use from several threads.

    Parameters
    ----------
    store
        The store.
    restarts
        ``"latest"`` hides points that a restarted job logged again, ``"keep"`` does not.
    """

    def __init__(self, store: Store, restarts: Restarts) -> None:
        self._store = store
        self._restarts = restarts
        self._lock = threading.Lock()
        self._decoded: OrderedDict[Place, tuple[Any, int]] = OrderedDict()
        self._size = 0
        self._counts: dict[Place, int] = {}

    def points(self, series: Series) -> Points | None:
        """Return the points of a series that are shown, None if it is gone."""
        points = self._all(series.run, series.tag, series.plugin)
        kept = None
        if points is not None and self._restarts == "latest":
            kept = kept_by_latest(points.step, points.wall_time)
        if points is None or kept is None:
            return points
        return Points(points.step[kept], points.wall_time[kept], points.value[kept])

    def hidden(self, key: SeriesKey, start: int = 0) -> int | None:
        """Count the points of a series that are not shown, as a restart logged them again.

        Parameters
        ----------
        key
            The series.
        start
            Up to where it was counted before.

        Returns
        -------
        int or None
            None if none of the points behind `start` hides another.
        """
        points = self._all(key.run, key.tag, key.plugin) if self._restarts == "latest" else None
        if points is None:
            return None
        if (
            kept_by_latest(points.step[max(start - 1, 0) :], points.wall_time[max(start - 1, 0) :])
            is None
        ):
            return None
        kept = kept_by_latest(points.step, points.wall_time)
        return None if kept is None else len(kept) - int(np.count_nonzero(kept))

    def _all(self, run: str, tag: str, plugin: str) -> Points | None:
        """Return all points of a series; see :meth:`points`."""
        try:
            if plugin == "scalars":
                return Points(*self._store.scalar(run, tag))
            return Points(*self._store.values(run, tag, plugin))
        except KeyError:
            return None

    def tensors(self, refs: NDArray[Any]) -> list[NDArray[Any] | None]:
        """Return the tensors at some places; None for one that cannot be read."""
        return self._read(refs, _tensor)

    def blobs(self, refs: NDArray[Any], plugin: str) -> list[list[bytes] | None]:
        """Return the sequences of blobs at some places; None for one that cannot be read."""
        return self._read(refs, lambda value: _blobs(value, plugin))

    def counts(self, refs: NDArray[Any], plugin: str) -> list[int]:
        """Return how many blobs there are at each place; none where they cannot be read."""
        places = _places(refs)
        with self._lock:
            found = {place: self._counts[place] for place in places if place in self._counts}
        missing = np.array([i for i, place in enumerate(places) if place not in found], np.int64)
        if len(missing):
            heads = self._store.read_heads(refs[missing], HEAD)
            unclear = []
            for i, head in zip(missing.tolist(), heads, strict=True):
                count = blobs_in(head, int(refs[i]["length"]), int(refs[i]["index"]), plugin)
                if count is None:
                    unclear.append(i)
                else:
                    found[places[i]] = count
            for i, blobs in zip(unclear, self.blobs(refs[unclear], plugin), strict=True):
                found[places[i]] = len(blobs or ())
            with self._lock:
                if len(self._counts) > _KEPT_COUNTS:
                    self._counts.clear()
                self._counts.update(found)
        return [found[place] for place in places]

    def _read(self, refs: NDArray[Any], decode: Callable[[Any], Any]) -> list[Any]:
        """Return decoded values: those that are kept, and the others read in one go."""
        places = _places(refs)
        with self._lock:
            for place in places:
                if place in self._decoded:
                    self._decoded.move_to_end(place)
            found: list[Any] = [self._decoded.get(place, (None, 0))[0] for place in places]
        missing = np.array([i for i, value in enumerate(found) if value is None], np.int64)
        for fetched in self._store.read_values(refs[missing]):
            if fetched.error is not None:
                continue
            with contextlib.suppress(UndecodableError):
                i = int(missing[fetched.number])
                found[i] = decode(fetched.value)
                self._keep(places[i], found[i])
        return found

    def _keep(self, place: Place, value: Any) -> None:
        """Keep a decoded value, and let go of those that were wanted longest ago."""
        size = value.nbytes if isinstance(value, np.ndarray) else sum(map(len, value))
        if size > _KEPT_BYTES // 4:
            return
        with self._lock:
            self._size += size - self._decoded.pop(place, (None, 0))[1]
            self._decoded[place] = value, size
            while self._size > _KEPT_BYTES:
                _, (_, least) = self._decoded.popitem(last=False)
                self._size -= least


def _places(refs: NDArray[Any]) -> list[Place]:
    columns = (refs[name].tolist() for name in ("file", "offset", "index"))
    return list(zip(*columns, strict=True))


def _tensor(value: Any) -> NDArray[Any]:
    if value.WhichOneof("value") is None:
        return np.zeros((), np.float32)  # hyperparameters have metadata only
    return tensor_to_numpy(value.tensor)


def _blobs(value: Any, plugin: str) -> list[bytes]:
    array = tensor_to_numpy(value.tensor)
    if array.dtype != object:
        raise UndecodableError("a tensor of numbers where strings belong")
    if plugin == "audio" and array.ndim > 1:
        array = array.reshape(len(array), -1)[:, 0] if array.size else array  # without the label
    return list(array.reshape(-1))
