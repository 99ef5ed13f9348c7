"""A catalogue opened like a logdir."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from nbboard.catalogue.notes import Noted, Notes
from nbboard.catalogue.query import CatalogueRunsTable
from nbboard.catalogue.store import CatalogueStore
from nbboard.errors import LogdirError
from nbboard.kinds.hparams.goals import lower_is_better
from nbboard.logdir.log import LogDir
from nbboard.logdir.names import names_near
from nbboard.logdir.registry import kind_named
from nbboard.text import counted, points_text, printable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from nbboard.catalogue.tables import Tables
    from nbboard.logdir.names import Filter
    from nbboard.logdir.restarts import Restarts
    from nbboard.logdir.runs_table import RunsTable
    from nbboard.series.store import SeriesKey

__all__ = ["CatalogueLog"]

#: Of more runs a cell does not show a board by itself.
_BOARD = 10_000


class CatalogueLog(LogDir):
    """The runs of a catalogue: a LogDir whose content is read when it is asked for.

    Scalars, hyperparameters and counts come from the catalogue, as of :attr:`as_of`; images
    and all other values from the event files, where these lie.
    """

    store: CatalogueStore
    is_lazy = True
    notes: Notes

    def __init__(self, tables: Tables, restarts: Restarts | None) -> None:
        self._root = tables.root
        #: What people wrote about runs.
        self.notes = Notes(tables)
        self._noted_in_table: Mapping[str, Noted] = {}
        super().__init__({}, restarts, progress=False, store=CatalogueStore(tables))

    @property
    def opened(self) -> str:
        """The catalogue."""
        return self._root

    @property
    def name(self) -> str:
        """The catalogue, for messages."""
        return repr(self._root)

    @property
    def as_of(self) -> dt.datetime:
        """When the logs were listed for the last complete index, in UTC."""
        return dt.datetime.fromtimestamp(self.store.snapshot.as_of, dt.timezone.utc)

    @property
    def runs(self) -> Any:
        """The names of the runs in natural order: a lazy sequence."""
        return self.store.runs

    @property
    def noted(self) -> Mapping[str, Noted]:
        """What people wrote about runs, by run: ``.tags`` and ``.note`` of each, as of now."""
        return self.notes.all()

    def tag(self, run: str, *tags: str) -> None:
        """Put words to a run, for everybody who opens the catalogue; none takes them away.

        Parameters
        ----------
        run
            Its name.
        *tags
            The words that it has from now on, in place of those it had.

        Raises
        ------
        LogdirError
            If there is no such run, or the catalogue cannot be written to.
        """
        words = (word.strip() for word in tags)
        self._insist(run)
        self.notes.write(tags={run: tuple(dict.fromkeys(word for word in words if word))})

    def note(self, run: str, text: str) -> None:
        """Write about a run, for everybody who opens the catalogue; an empty text is none.

        Raises
        ------
        LogdirError
            If there is no such run, or the catalogue cannot be written to.
        """
        self._insist(run)
        self.notes.write(notes={run: text.strip()})

    def _insist(self, run: str) -> None:
        if run not in self.runs:
            raise LogdirError(f"there is no run {run!r}; {names_near(run, self.runs, 'run')}")

    @property
    def runs_table(self) -> RunsTable:
        """One row a run; see :attr:`LogDir.runs_table`. ``tags`` and ``note`` are columns, too."""
        noted = self.noted
        if noted is not self._noted_in_table:
            with self._lock:
                self._noted_in_table, self._runs_table = noted, (-1, None)
        return super().runs_table

    def _make_runs_table(self) -> RunsTable:
        return CatalogueRunsTable(self.store.snapshot, lower_is_better, self._noted_in_table)

    def keys_where(self, kind: str, filters: Sequence[Filter]) -> tuple[SeriesKey, ...] | None:
        """Return the series of a kind that pass filters; of others nothing is read."""
        found: list[SeriesKey] = []
        plugins = [plugin for plugin in self.store.plugins() if _is_of(plugin, kind)]
        if len(plugins) > 1:
            return None  # they would have to be put in order together
        tags = [one.test for one in filters if one.field == "tag"]
        runs = [one.test for one in filters if one.field == "run"]
        exact = [one.names for one in filters if one.field == "run" and one.names is not None]
        tag_test = (lambda name: all(test(name) for test in tags)) if tags else None
        run_test = (lambda name: all(test(name) for test in runs)) if runs else None
        for plugin in plugins:
            found += self.store.series_where(plugin, tag_test, run_test, *exact[:1])
        return tuple(found)

    def _ipython_display_(self) -> None:
        if len(self.runs) > _BOARD:
            raise NotImplementedError  # a board reads the names of all series: its text will do
        super()._ipython_display_()

    def __repr__(self) -> str:
        snapshot = self.store.snapshot
        amount = f"{counted(len(self.runs), 'run')}, {points_text(snapshot.points)}"
        lines = [f"nbboard.open({self.name}): {amount}, as of {self.as_of:%Y-%m-%d %H:%M:%S} UTC"]
        for name, count in self.kinds.items():
            noun = "beside the event files" if kind_named(name).beside else "series"
            lines.append(f"  {printable(name):<14} {count:>6,} {noun}")
        if len(self.runs) > _BOARD:
            lines.append("  .runs_table finds runs; .scalars.select(runs=[...]) shows them")
        return "\n".join(lines)


def _is_of(plugin: str, kind: str) -> bool:
    from nbboard.logdir.registry import kind_of_plugin

    return kind_of_plugin(plugin).name == kind
