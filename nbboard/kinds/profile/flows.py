"""Arrows between spans: what one event of a trace leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from nbboard.kinds.profile.nesting import enclosing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.profile.trace import Trace
    from nbboard.kinds.profile.trace_events import Event

__all__ = ["LAUNCHES", "Flows"]

#: Categories of arrows from launches to what they launched: correlations tell these anyway.
LAUNCHES = frozenset({"ac2g", "async", "async_cpu_to_gpu", "async_gpu"})


class Flows:
    """Collects the beginnings and ends of arrows."""

    def __init__(self) -> None:
        self._last: dict[tuple[str, str, str], tuple[int, int]] = {}
        self._pairs: list[tuple[int, int, int, int]] = []

    def add(self, event: Event, track: int, time: int) -> None:
        """Add a flow event: a beginning, a waypoint or an end."""
        key = (str(event.cat), str(event.id), str(event.name))
        begun = self._last.get(key)
        if begun is not None and event.ph != "s":
            self._pairs.append((*begun, track, time))
        if event.ph == "f":
            self._last.pop(key, None)
        else:
            self._last[key] = (track, time)

    def arrows(self, trace: Trace, rank: dict[int, int]) -> NDArray[np.int64]:
        """Return from which span to which each leads, shape (n, 2).

        Parameters
        ----------
        trace
            The spans.
        rank
            For the number of each track its place.
        """
        spans = trace.spans
        arrows = [self._by_correlation(trace)]
        if self._pairs:
            table = np.array(self._pairs, np.int64)
            ends = [
                enclosing(
                    spans.nested,
                    np.array([rank[track] for track in table[:, column].tolist()], np.int64),
                    table[:, column + 1],
                )
                for column in (0, 2)
            ]
            pairs = np.stack(ends, axis=1)
            arrows.append(pairs[(pairs >= 0).all(axis=1)])
        return np.concatenate(arrows)

    def _by_correlation(self, trace: Trace) -> NDArray[np.int64]:
        """Return arrows from launches to what they launched."""
        spans, device = trace.spans, trace.on_device()
        known = spans.correlation >= 0
        launch = np.flatnonzero(known & ~device)
        launched = np.flatnonzero(known & device)
        if not len(launch) or not len(launched):
            return np.empty((0, 2), np.int64)
        order = launch[np.argsort(spans.correlation[launch], kind="stable")]
        ids = spans.correlation[order]
        place = np.minimum(np.searchsorted(ids, spans.correlation[launched]), len(ids) - 1)
        found = ids[place] == spans.correlation[launched]
        return np.stack([order[place[found]], launched[found]], axis=1).astype(np.int64)
