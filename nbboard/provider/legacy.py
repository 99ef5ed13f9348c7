"""A small read-only multiplexer for plugins that are older than data providers.

TensorBoard's own plugins have no need of it; Fairness Indicators asks for runs, tensors
and assets by this interface. Names and answers are those of
``tensorboard.backend.event_processing.plugin_event_multiplexer``.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

from nbboard.provider.describe import SCALAR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from nbboard.provider.index import Series
    from nbboard.provider.log import Log

__all__ = ["Multiplexer", "TensorEvent"]


class TensorEvent(NamedTuple):
    """One value of a series.

    Attributes
    ----------
    wall_time
        Seconds since the epoch.
    step
        Its step.
    tensor_proto
        A ``TensorProto``.
    """

    wall_time: float
    step: int
    tensor_proto: Any


class Multiplexer:
    """Answers the questions that plugins ask of an ``EventMultiplexer``.

    Parameters
    ----------
    log
        Returns the log; may wait until it is there.
    """

    def __init__(self, log: Callable[[], Log]) -> None:
        self._log = log

    def Runs(self) -> dict[str, dict[str, list[str]]]:  # noqa: N802 - the interface's name
        """Return the runs, each with the tags of its tensors."""
        log = self._log()
        return {
            name: {"tensors": [tag for tag, _ in _tensors(log, run)]}
            for name, run in log.index.runs().items()
        }

    def ActivePlugins(self) -> list[str]:  # noqa: N802 - as above
        """Return the names of the plugins that have data."""
        return self._log().index.plugins()

    def FirstEventTimestamp(self, run: str) -> float:  # noqa: N802 - as above
        """Return the wall time of a run's first event.

        Raises
        ------
        KeyError
            There is no such run.
        ValueError
            It has no event.
        """
        log = self._log()
        time = log.store.first_wall_time(log.index.runs()[run])
        if time is None:
            raise ValueError(f"run {run!r} has no event")
        return time

    def PluginRunToTagToContent(  # noqa: N802 - as above
        self, plugin_name: str
    ) -> dict[str, dict[str, bytes]]:
        """Return what a plugin keeps in the metadata of its series, by run and tag."""
        return {
            run: {tag: series.description.content for tag, series in table.items()}
            for run, table in self._log().index.select(plugin_name, None, None)
        }

    def Tensors(self, run: str, tag: str) -> list[TensorEvent]:  # noqa: N802 - as above
        """Return all values of a series that is not of scalars.

        Raises
        ------
        KeyError
            There is no such series.
        """
        log = self._log()
        series = dict(_tensors(log, log.index.runs()[run]))[tag]
        points = log.values.points(series)
        if points is None:
            raise KeyError(tag)
        found = {fetched.number: fetched for fetched in log.store.read_values(points.value)}
        whole = [i for i in sorted(found) if found[i].error is None]
        return [
            TensorEvent(float(points.wall_time[i]), int(points.step[i]), found[i].value.tensor)
            for i in whole
        ]

    def PluginAssets(self, plugin_name: str) -> dict[str, list[str]]:  # noqa: N802 - as above
        """Return by run the names of the files that a plugin keeps beside its logs."""
        from tensorboard.backend.event_processing import plugin_asset_util

        return {
            run: plugin_asset_util.ListAssets(folder, plugin_name)
            for run, folder in self._folders()
        }

    def RetrievePluginAsset(  # noqa: N802 - as above
        self, run: str, plugin_name: str, asset_name: str
    ) -> bytes:
        """Return the content of such a file.

        Raises
        ------
        KeyError
            There is no such run or file.
        """
        from tensorboard.backend.event_processing import plugin_asset_util

        # Only what is listed: a name may lead anywhere.
        folder = dict(self._folders())[run]
        if asset_name not in plugin_asset_util.ListAssets(folder, plugin_name):
            raise KeyError(f"no asset {asset_name!r} of {plugin_name} in run {run!r}")
        asset: bytes = plugin_asset_util.RetrieveAsset(folder, plugin_name, asset_name)
        return asset

    def _folders(self) -> Iterator[tuple[str, str]]:
        """Yield the runs with the folders that their first files lie in."""
        log = self._log()
        for name, run in log.index.runs().items():
            for file in log.store.files(run)[:1]:
                yield name, os.path.dirname(file)  # noqa: PTH120 - it may be a URL


def _tensors(log: Log, run: str) -> Iterator[tuple[str, Series]]:
    """Yield the series of a run whose values are tensors in its files."""
    for tag, series in log.index.of(run):
        if series.description.data_class != SCALAR:
            yield tag, series
