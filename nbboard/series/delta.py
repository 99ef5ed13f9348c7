"""Deltas: what a refresh found, series by series."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from nbboard.series.points import Growth, SeriesKey

if TYPE_CHECKING:
    from nbboard.errors import Problem
    from nbboard.series.columns import Column
    from nbboard.series.run import Run

__all__ = ["Changes", "Delta"]

_Names = tuple[str, str, str]


@dataclass(frozen=True, repr=False, eq=False)
class Changes:
    """What a refresh found.

    Attributes
    ----------
    runs_added, runs_removed
        Names of runs.
    reset
        Runs of which something was read before that is no longer there: a
        file was replaced, truncated or deleted.
    problems
        Those that were not known before.
    beside
        Paths of files of interest beside the event files that came, went or changed.
    grew
        Series to which points were appended, and nothing else happened.
    gone
        Series that are no more, as they were.
    reread
        Series whose earlier points were replaced, taken away or moved: nothing that is
        known of them holds any more.
    """

    runs_added: tuple[str, ...] = ()
    runs_removed: tuple[str, ...] = ()
    reset: tuple[str, ...] = ()
    problems: tuple[Problem, ...] = ()
    beside: tuple[str, ...] = ()
    grew: tuple[Growth, ...] = ()
    gone: tuple[SeriesKey, ...] = ()
    reread: tuple[SeriesKey, ...] = ()
    # Of a large log that is opened there are very many, and nobody asks.
    _new: tuple[tuple[Column, int, int], ...] = ()

    @cached_property
    def came(self) -> tuple[SeriesKey, ...]:
        """New series."""
        return tuple(
            SeriesKey(column.run.name, column.tag.name, column.tag.plugin, count, generation)
            for column, count, generation in self._new
        )

    @cached_property
    def series(self) -> dict[tuple[str, str], int]:
        """How many points (run, tag) gained; of what was read anew, how many there are."""
        gained: dict[tuple[str, str], int] = {}
        for key, start in self.grew:
            gained[key.run, key.tag] = gained.get((key.run, key.tag), 0) + key.count - start
        for key in (*self.came, *self.reread):
            gained[key.run, key.tag] = gained.get((key.run, key.tag), 0) + key.count
        return gained

    def __repr__(self) -> str:
        counts = {
            "new run/new runs": len(self.runs_added),
            "removed run/removed runs": len(self.runs_removed),
            "run read anew/runs read anew": len(self.reset),
            "new point/new points": sum(self.series.values()),
            "new problem/new problems": len(self.problems),
        }
        said = [f"{n:,} {forms.split('/')[n != 1]}" for forms, n in counts.items() if n]
        return f"<changes: {', '.join(said) or 'none'}>"

    def __bool__(self) -> bool:
        return bool(
            self.runs_added
            or self.runs_removed
            or self.reset
            or self.problems
            or self.beside
            or self.grew
            or self._new
            or self.gone
            or self.reread
        )


class Delta:
    """Notes what happens to series between two refreshes."""

    def __init__(self) -> None:
        self._new_runs: dict[Run, None] = {}
        # As it was before; None for a new series.
        self._before: dict[Column, SeriesKey | None] = {}
        self._gone: dict[_Names, SeriesKey] = {}

    def note_new_run(self, run: Run) -> None:
        """Note a new run: all its series will be new."""
        self._new_runs[run] = None

    def note_new(self, column: Column) -> None:
        """Note a new series."""
        if column.run not in self._new_runs:
            self._before[column] = None

    def note(self, column: Column) -> None:
        """Note a series that is about to change."""
        if column not in self._before and column.run not in self._new_runs:
            self._before[column] = column.series_key()

    def note_gone(self, column: Column) -> None:
        """Note a series that goes."""
        known = self._before.pop(column, column.series_key())
        if known is not None and column.run not in self._new_runs:
            self._gone[known[:3]] = known

    def note_gone_run(self, run: Run) -> None:
        """Note a run that goes with all its series."""
        for column in run.columns.values():
            self.note_gone(column)
        self._new_runs.pop(run, None)

    def changes(
        self,
        runs_added: tuple[str, ...],
        runs_removed: tuple[str, ...],
        reset: tuple[str, ...],
        problems: tuple[Problem, ...],
        beside: tuple[str, ...],
    ) -> Changes:
        """Return what happened since this was made, with what is known of runs and problems."""
        grew: list[Growth] = []
        reread: list[SeriesKey] = []
        new: list[tuple[Column, int, int]] = []
        gone = dict(self._gone)
        columns = (column for run in self._new_runs for column in run.columns.values())
        if gone:
            for column in columns:
                self._note_as_new(column, gone, new, reread)
        else:
            new = [(column, column.count, column.generation) for column in columns]
        for column, before in self._before.items():
            if before is None:
                self._note_as_new(column, gone, new, reread)
            elif before.generation != column.generation:
                reread.append(column.series_key())
            elif column.count > before.count:
                grew.append(Growth(column.series_key(), before.count))
        return Changes(
            runs_added,
            runs_removed,
            reset,
            problems,
            beside,
            tuple(grew),
            tuple(gone.values()),
            tuple(reread),
            tuple(new),
        )

    @staticmethod
    def _note_as_new(
        column: Column,
        gone: dict[_Names, SeriesKey],
        new: list[tuple[Column, int, int]],
        reread: list[SeriesKey],
    ) -> None:
        """Note a new series; one of the same name that has gone was read anew."""
        names = (column.run.name, column.tag.name, column.tag.plugin)
        if names in gone:
            del gone[names]
            reread.append(column.series_key())
        else:
            new.append((column, column.count, column.generation))
