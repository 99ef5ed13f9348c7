"""The scores of PR curves at all steps, on their way to the page."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.pr_curves.kind import SCORES
from nbboard.views.shared.points import push_order, read_points

if TYPE_CHECKING:
    from nbboard.views.shared.points import Catalogue, Entry

__all__ = ["MOST_POINTS", "ScoreStream", "scores_of_points"]

#: Of more points than this those that lie evenly have their scores computed; the page counts them.
MOST_POINTS = 20_000
#: Points of one piece.
PIECE_POINTS = 128


class ScoreStream:
    """Which points' scores a page has, and which it gets next.

    Parameters
    ----------
    catalogue
        Which points there are.
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._sent: set[tuple[int, int]] = set()

    def piece(self) -> dict[str, Any] | None:
        """Return the scores of some more points, as :func:`scores_of_points`; None if no more."""
        room = min(PIECE_POINTS, MOST_POINTS - len(self._sent))
        points = list(islice(self._unsent(), max(0, room)))
        if not points:
            return None
        self._sent.update((entry.id, int(entry.place[at])) for entry, at in points)
        return scores_of_points(points)

    def within(self, seconds: float) -> dict[str, Any]:
        """Return the scores of as many points as there is time for."""
        end = time.monotonic() + seconds
        pieces = []
        while time.monotonic() < end and (piece := self.piece()) is not None:
            pieces.append(piece)
        pieces = pieces or [scores_of_points([])]
        return {name: np.concatenate([piece[name] for piece in pieces]) for name in pieces[0]}

    def _unsent(self) -> Iterator[tuple[Entry, int]]:
        # A restart's or a new training's points have new names, so the old ones may be forgotten.
        by_id = self._catalogue.by_id
        self._sent = {point for point in self._sent if point[0] in by_id}
        entries = list(self._catalogue.entries.values())
        for index, place in push_order([len(entry.order) for entry in entries]):
            entry = entries[index]
            position = int(entry.order[place])
            if (entry.id, int(entry.place[position])) not in self._sent:
                yield entry, position


def scores_of_points(points: Iterable[tuple[Entry, int]]) -> dict[str, np.ndarray]:
    """Return the scores of points as columns.

    Returns
    -------
    dict
        ``id`` and ``place``, uint32, the names of the points; float64 for each of
        :data:`~nbboard.kinds.pr_curves.kind.SCORES`, NaN where a point cannot be read.
    """
    names: list[tuple[int, int]] = []
    rows: list[list[float]] = []
    for entry, position, items in read_points(points):
        names.append((entry.id, int(entry.place[position])))
        if isinstance(items, Exception) or not items:
            rows.append([np.nan] * len(SCORES))
        else:
            rows.append([getattr(items[0].scores, name) for name in SCORES])
    columns = np.array(rows, np.float64).reshape(-1, len(SCORES)).T
    ids, places = np.array(names, np.uint32).reshape(-1, 2).T
    return {"id": ids, "place": places, **dict(zip(SCORES, columns, strict=True))}
