"""The runs themselves as a table: no kind of value, but what every log has a view of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NoReturn

from nbboard.errors import UndecodableError
from nbboard.logdir.displayed import Displayed
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue
from nbboard.logdir.of_runs import OfRuns
from nbboard.text import counted

if TYPE_CHECKING:
    from nbboard.logdir import table as tables
    from nbboard.logdir.runs_table import RunsTable

__all__ = ["KIND", "Runs"]


class Runs(Displayed, OfRuns):
    """The runs of a log: ``log.collection("runs")``, with :attr:`table` as what is known of them.

    Attributes
    ----------
    log
        The logdir they are of.
    kind
        ``"runs"``.
    """

    _view_name = "runs"
    kind = "runs"

    @property
    def runs(self) -> Sequence[str]:
        """Their names, in natural order; those of a catalogue are read when they are asked for."""
        if not self._tests:
            return self.log.runs
        return tuple(run for run in self.log.runs if self._has(run))

    @property
    def table(self) -> RunsTable:
        """One row a run: see :attr:`nbboard.LogDir.runs_table`; of all runs of the log."""
        return self.log.runs_table

    def _table(self) -> tables.Table:
        table = self.table if not self._tests else self.table.among(self.runs)
        page = table.page(0, len(table))
        return {name: c.tolist() if c.dtype == object else c for name, c in page.items()}

    def __len__(self) -> int:
        return len(self.runs)

    def __iter__(self) -> Iterator[str]:
        """Iterate over their names."""
        return iter(self.runs)

    def __bool__(self) -> bool:
        return True

    def __repr__(self) -> str:
        return f"runs of {self.log.name}: {counted(len(self), 'run')}"


def _decode(_value: SummaryValue, _metadata: SummaryMetadata) -> NoReturn:
    raise UndecodableError("runs are no values")


def _columns(_item: object) -> Mapping[str, object]:
    return {}


KIND = Kind(
    name="runs",
    plugins=(),
    decode=_decode,
    columns=_columns,
    order=99,
    collection=Runs,
    of_every_log=True,
)
