"""What of the runs is on screen: which rows, in which order, which columns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.runs.columns import visible_unasked
from nbboard.views.runs.search import passing

if TYPE_CHECKING:
    from nbboard.views.run_list import RunList
    from nbboard.views.runs.columns import RunColumn

__all__ = ["Shown"]


class Shown:
    """The table as the options of a view leave it.

    Attributes
    ----------
    visible
        The keys of the columns, in order; the run's name stands before them.
    rows
        The numbers of the rows, in order: pinned ones first, then group by group.
    """

    def __init__(
        self,
        names: Sequence[str],
        columns: Mapping[str, RunColumn],
        options: Mapping[str, Any],
        run_list: RunList,
    ) -> None:
        self.names = names
        self.columns = columns
        asked = options["columns"]
        unasked = visible_unasked(columns, differ=options["differ"])
        self.visible = unasked if asked is None else [key for key in asked if key in columns]
        said = noted_words(run_list)
        kept = passing(options["search"], names, columns, self.visible, said)
        passes = set(run_list.passing(names))
        rows = [row for row in np.flatnonzero(kept).tolist() if names[row] in passes]
        order = self._sorted(rows, options["sort"])
        pinned = set(options["pinned"])
        first = [row for row in order if names[row] in pinned]
        others = [row for row in order if names[row] not in pinned]
        group = columns.get(options["group"])
        if group is not None:
            places = _first_places(group, others)
            others.sort(key=lambda row: places[_key(group, row)])
        self.rows = [*first, *others]

    def _sorted(self, rows: Iterable[int], sort: Sequence[str]) -> list[int]:
        order = list(rows)
        for entry in reversed(sort):
            key, descending = (entry[1:], True) if entry.startswith("-") else (entry, False)
            if key == "run":
                # Rows stand in the natural order of their names.
                order.sort(reverse=descending)
                continue
            column = self.columns.get(key)
            if column is None:
                continue
            rank = column.order()
            there = [row for row in order if rank[row] == rank[row]]
            there.sort(key=lambda row, r=rank: -r[row] if descending else r[row])  # type: ignore[misc]
            order = there + [row for row in order if rank[row] != rank[row]]
        return order


def noted_words(run_list: RunList) -> dict[str, str]:
    """Return by run what a person noted of it: tags and note, as words."""
    found = {run: " ".join(tags) for run, tags in run_list.tags.items()}
    for run, note in run_list.notes.items():
        found[run] = f"{found.get(run, '')} {note}".strip()
    return found


def _key(column: RunColumn, row: int) -> Any:
    return column.cell(row)


def _first_places(column: RunColumn, rows: Sequence[int]) -> dict[Any, int]:
    places: dict[Any, int] = {}
    for row in rows:
        places.setdefault(_key(column, row), len(places))
    return places
