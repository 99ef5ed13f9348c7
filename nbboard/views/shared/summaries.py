"""What a series says of itself in a few numbers a point, before its items are at the page."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.shared.points import spread

if TYPE_CHECKING:
    from nbboard.views.shared.points import Entry, Read

__all__ = ["Summaries", "Summarize"]

#: The numbers that each of some items is summed up in, by name.
Summarize = Callable[[Sequence[Any]], Sequence[Mapping[str, float]]]

#: One message is made for so many seconds: others wait for the feed meanwhile.
SECONDS = 0.2


class Summaries:
    """The summaries of all series, and which of them the page has.

    Parameters
    ----------
    most
        So many points of a series, spread over all of them; 0 for none.
    summarize
        What is told of items: of the first that was logged as each point.
    read
        Reads points.
    """

    def __init__(self, most: int, summarize: Summarize, read: Read) -> None:
        self._most = most
        self._summarize = summarize
        self._read = read
        #: By number of the series: what was read, by place; and what the page was told of.
        self._rows: dict[int, dict[int, Mapping[str, float]]] = {}
        self._sent: dict[int, Entry] = {}

    def news(self, entries: Mapping[int, Entry], seconds: float = SECONDS) -> list[dict[str, Any]]:
        """Return series of which the page was told something else, or nothing.

        As many as can be read in so many seconds, one at least; none if there are no more.
        """
        for number in self._rows.keys() - entries.keys():
            del self._rows[number]
            self._sent.pop(number, None)
        found: list[dict[str, Any]] = []
        end = time.monotonic() + seconds
        for entry in entries.values() if self._most else ():
            # One that grew is another entry.
            if self._sent.get(entry.id) is entry or not len(entry.order):
                continue
            found.append(self._of(entry))
            self._sent[entry.id] = entry
            if time.monotonic() > end:
                break
        return found

    def forget_page(self) -> None:
        """Take it that the page has none of them: it is new, or was loaded again."""
        self._sent.clear()

    def all(self, entries: Iterable[Entry]) -> list[dict[str, Any]]:
        """Return those of all series, whatever the page has."""
        return [self._of(entry) for entry in entries if self._most and len(entry.order)]

    def _of(self, entry: Entry) -> dict[str, Any]:
        """Return a series' number, the steps of its points, and an array for each name."""
        known = self._rows.get(entry.id, {})
        positions = [int(entry.order[at]) for at in spread(len(entry.order), self._most)]
        rows = {position: known.get(int(entry.place[position])) for position in positions}
        missing = [(entry, position) for position, row in rows.items() if row is None]
        read = [
            (position, items[0])
            for _, position, items in self._read(missing)
            if not isinstance(items, Exception) and items
        ]
        told = self._summarize([item for _, item in read])
        rows.update(zip((position for position, _ in read), told, strict=True))
        # What is damaged, or not there, has no summary.
        there = {position: row for position, row in rows.items() if row is not None}
        self._rows[entry.id] = {int(entry.place[at]): row for at, row in there.items()}
        step = np.array([entry.step[position] for position in there], np.int64)
        return {"id": entry.id, "step": step, "columns": _columns(list(there.values()))}


def _columns(rows: Sequence[Mapping[str, float]]) -> dict[str, np.ndarray]:
    names = list(rows[0]) if rows else []
    return {name: np.array([row[name] for row in rows], np.float64) for name in names}
