"""TensorBoard's ``DataProvider`` over nbboard's reader.

Names of methods, parameters and what they return are those of
``tensorboard.data.provider``.
"""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

import numpy as np
from tensorboard import errors
from tensorboard.data import provider as base

from nbboard.provider.describe import BLOBS, SCALAR, TENSOR
from nbboard.provider.sampling import evenly, extremes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbboard.provider.index import Series
    from nbboard.provider.log import Log
    from nbboard.provider.values import Points

__all__ = ["LogDataProvider", "UnfitArgumentError"]


class UnfitArgumentError(TypeError):
    """A plugin asked in a way that the interface does not allow."""


class LogDataProvider(base.DataProvider):
    """Answers TensorBoard's plugins.

    Parameters
    ----------
    log
        Returns the log; may wait until it is there.
    location
        What TensorBoard shows as the place of the data.
    """

    def __init__(self, log: Callable[[], Log], location: str) -> None:
        self._log = log
        self._location = location

    def __str__(self) -> str:
        return f"LogDataProvider({self._location!r})"

    # -- what there is ----------------------------------------------------

    def experiment_metadata(self, ctx: Any = None, *, experiment_id: str) -> Any:
        """Return where the data is."""
        _check(experiment_id)
        return base.ExperimentMetadata(data_location=self._location)

    def list_plugins(self, ctx: Any = None, *, experiment_id: str) -> list[str]:
        """Return the names of the plugins that have data."""
        _check(experiment_id)
        return self._log().index.plugins()

    def list_runs(self, ctx: Any = None, *, experiment_id: str) -> list[Any]:
        """Return the runs, those without a series, too."""
        _check(experiment_id)
        log = self._log()
        made = []
        for name, run in log.index.runs().items():
            try:
                start = log.store.first_wall_time(run)
            except KeyError:  # it went meanwhile
                continue
            made.append(base.Run(run_id=name, run_name=name, start_time=start))
        return made

    def list_scalars(
        self, ctx: Any = None, *, experiment_id: str, plugin_name: str, run_tag_filter: Any = None
    ) -> dict[str, dict[str, Any]]:
        """Return the scalar series of a plugin, by run and tag."""
        _check(experiment_id)
        return self._list(SCALAR, base.ScalarTimeSeries, plugin_name, run_tag_filter)

    def list_tensors(
        self, ctx: Any = None, *, experiment_id: str, plugin_name: str, run_tag_filter: Any = None
    ) -> dict[str, dict[str, Any]]:
        """Return the tensor series of a plugin, by run and tag."""
        _check(experiment_id)
        return self._list(TENSOR, base.TensorTimeSeries, plugin_name, run_tag_filter)

    def list_blob_sequences(
        self, ctx: Any = None, *, experiment_id: str, plugin_name: str, run_tag_filter: Any = None
    ) -> dict[str, dict[str, Any]]:
        """Return the blob sequences of a plugin, by run and tag."""
        _check(experiment_id)
        log = self._log()

        def made(points: Points, **known: Any) -> Any:
            counts = log.values.counts(points.value, plugin_name)
            return base.BlobSequenceTimeSeries(max_length=max(counts, default=0), **known)

        return self._list(BLOBS, made, plugin_name, run_tag_filter, log)

    # -- what it holds ----------------------------------------------------

    def read_scalars(
        self,
        ctx: Any = None,
        *,
        experiment_id: str,
        plugin_name: str,
        downsample: int | None = None,
        run_tag_filter: Any = None,
    ) -> dict[str, dict[str, list[Any]]]:
        """Return points of scalar series: peaks are among them, and the last one."""
        _check(experiment_id)
        count = _checked_count(downsample)
        log = self._log()
        found: dict[str, dict[str, list[Any]]] = {}
        for run, tag, _, points in _chosen(log, SCALAR, plugin_name, run_tag_filter):
            if plugin_name == "scalars":
                some = points.at(extremes(_drawn_together(log, run, tag, points), count))
            else:
                some = _numbers(log, points.at(evenly(len(points.step), count)))
            found.setdefault(run, {})[tag] = _data(base.ScalarDatum, some)
        return found

    def read_last_scalars(
        self, ctx: Any = None, *, experiment_id: str, plugin_name: str, run_tag_filter: Any = None
    ) -> dict[str, dict[str, Any]]:
        """Return the last point of scalar series."""
        _check(experiment_id)
        log = self._log()
        found: dict[str, dict[str, Any]] = {}
        for run, tag, _, points in _chosen(log, SCALAR, plugin_name, run_tag_filter):
            last = points.at(evenly(len(points.step), 1))
            if plugin_name != "scalars":
                last = _numbers(log, last)
            for datum in _data(base.ScalarDatum, last):
                found.setdefault(run, {})[tag] = datum
        return found

    def read_tensors(
        self,
        ctx: Any = None,
        *,
        experiment_id: str,
        plugin_name: str,
        downsample: int | None = None,
        run_tag_filter: Any = None,
    ) -> dict[str, dict[str, list[Any]]]:
        """Return points of tensor series; what cannot be read is left out."""
        _check(experiment_id)
        log = self._log()
        found: dict[str, dict[str, list[Any]]] = {}
        for run, tag, some in _spread(log, TENSOR, plugin_name, run_tag_filter, downsample):
            tensors = log.values.tensors(some.value)
            data = zip(some.step.tolist(), some.wall_time.tolist(), tensors, strict=True)
            found.setdefault(run, {})[tag] = [
                base.TensorDatum(*datum) for datum in data if datum[2] is not None
            ]
        return found

    def read_blob_sequences(
        self,
        ctx: Any = None,
        *,
        experiment_id: str,
        plugin_name: str,
        downsample: int | None = None,
        run_tag_filter: Any = None,
    ) -> dict[str, dict[str, list[Any]]]:
        """Return points of blob sequences, with the keys by which :meth:`read_blob` reads them."""
        _check(experiment_id)
        log = self._log()
        found: dict[str, dict[str, list[Any]]] = {}
        for run, tag, some in _spread(log, BLOBS, plugin_name, run_tag_filter, downsample):
            counts = log.values.counts(some.value, plugin_name)
            data = []
            for step, wall_time, ref, blobs in zip(
                some.step.tolist(), some.wall_time.tolist(), some.value, counts, strict=True
            ):
                if not blobs:  # it cannot be read: pages count on a first one
                    continue
                keys = (_key(plugin_name, run, tag, ref, blob) for blob in range(blobs))
                values = tuple(map(base.BlobReference, keys))
                data.append(base.BlobSequenceDatum(step, wall_time, values))
            found.setdefault(run, {})[tag] = data
        return found

    def read_blob(self, ctx: Any = None, *, blob_key: str) -> bytes:
        """Return one blob.

        Raises
        ------
        tensorboard.errors.NotFoundError
            There is no such blob, or none any more.
        """
        plugin, run, tag, file, offset, index, blob = _read_key(blob_key)
        log = self._log()
        series = log.index.find(plugin, run, tag)
        points = None
        if series is not None and series.description.data_class == BLOBS:
            points = log.values.points(series)
        if points is not None:
            # Only what the log is known to hold, wherever a key may point.
            refs = points.value
            is_it = (refs["file"] == file) & (refs["offset"] == offset) & (refs["index"] == index)
            for blobs in log.values.blobs(refs[is_it][:1], plugin):
                if blobs is not None and 0 <= blob < len(blobs):
                    return blobs[blob]
        raise errors.NotFoundError(f"no such blob: {blob_key}")

    # -- both -------------------------------------------------------------

    def _list(
        self,
        data_class: int,
        make: Callable[..., Any],
        plugin: str,
        run_tag_filter: Any,
        log: Log | None = None,
    ) -> dict[str, dict[str, Any]]:
        found: dict[str, dict[str, Any]] = {}
        for run, tag, series, points in _chosen(
            log or self._log(), data_class, plugin, run_tag_filter
        ):
            known = series.description
            more = {"points": points} if data_class == BLOBS else {}
            found.setdefault(run, {})[tag] = make(
                max_step=int(points.step.max()),
                max_wall_time=float(points.wall_time.max()),
                plugin_content=known.content,
                description=known.description,
                display_name=known.display_name,
                **more,
            )
        return found


def _check(experiment_id: object) -> None:
    if not isinstance(experiment_id, str):
        raise UnfitArgumentError(f"experiment_id is a string, not {experiment_id!r}")


def _checked_count(downsample: object) -> int:
    if not isinstance(downsample, int):
        raise UnfitArgumentError(f"downsample is a number of points, not {downsample!r}")
    return downsample


def _chosen(
    log: Log, data_class: int, plugin: str, run_tag_filter: Any
) -> Iterator[tuple[str, str, Series, Points]]:
    """Yield runs, tags and points of the series that were asked for; only what has points."""
    runs = tags = None
    if run_tag_filter is not None:
        runs, tags = run_tag_filter.runs, run_tag_filter.tags
    for run, table in log.index.select(plugin, runs, tags):
        for tag, series in table.items():
            if series.description.data_class != data_class:
                continue
            points = log.values.points(series)
            if points is not None and len(points.step):
                yield run, tag, series, points


def _spread(
    log: Log, data_class: int, plugin: str, run_tag_filter: Any, downsample: int | None
) -> Iterator[tuple[str, str, Points]]:
    """Yield runs, tags and as many of the points as were asked for, evenly spread."""
    count = _checked_count(downsample)
    for run, tag, _, points in _chosen(log, data_class, plugin, run_tag_filter):
        yield run, tag, points.at(evenly(len(points.step), count))


def _drawn_together(log: Log, run: str, tag: str, points: Points) -> list[Any]:
    """Return the values of a series, and of those that must be sampled at the same steps."""
    together = [points.value]
    for other in log.margins.group(tag, log.version):
        series = None if other == tag else log.index.find("scalars", run, other)
        more = None if series is None else log.values.points(series)
        if more is not None and np.array_equal(more.step, points.step):
            together.append(more.value)
    return together


def _numbers(log: Log, points: Points) -> Points:
    """Read the numbers of another plugin's scalars; what is no single number is left out."""
    tensors = log.values.tensors(points.value)
    numbers = {
        i: float(tensor.reshape(-1)[0])
        for i, tensor in enumerate(tensors)
        if tensor is not None and tensor.size == 1 and tensor.dtype != object
    }
    chosen = points.at(np.array(list(numbers), np.int64))
    return chosen._replace(value=np.array(list(numbers.values())))


def _data(make: Callable[..., Any], points: Points) -> list[Any]:
    columns = (points.step.tolist(), points.wall_time.tolist(), points.value.tolist())
    return list(map(make, *columns))


def _key(plugin: str, run: str, tag: str, ref: Any, blob: int) -> str:
    """Return a key for a blob that is good in an address."""
    place = (int(ref["file"]), int(ref["offset"]), int(ref["index"]))
    text = json.dumps((plugin, run, tag, *place, blob), separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_key(key: str) -> tuple[str, str, str, int, int, int, int]:
    """Take a blob's key apart.

    Raises
    ------
    tensorboard.errors.NotFoundError
        It is none.
    """
    missing = errors.NotFoundError(f"no such blob: {key}")
    try:
        plugin, run, tag, *place = json.loads(base64.urlsafe_b64decode(f"{key}=="))
        file, offset, index, blob = place
    except (ValueError, TypeError, binascii.Error):
        raise missing from None
    named = all(isinstance(name, str) for name in (plugin, run, tag))
    if not named or not all(type(number) is int for number in place):
        raise missing
    return plugin, run, tag, file, offset, index, blob
