"""What people wrote about runs: tags and notes, kept in a table that no index touches.

Each change is a row of its own, and of a run the latest counts. So people write at the same
time without waiting for each other, and nobody's words about one run cost those about another.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from nbboard.catalogue.names import from_text, to_text
from nbboard.catalogue.schema import table_of
from nbboard.catalogue.tables import ConflictError, names_of
from nbboard.logdir.table import require

if TYPE_CHECKING:
    import pyarrow as pa

    from nbboard.catalogue.tables import Tables

__all__ = ["Noted", "Notes"]

#: Seconds for which what others wrote need not be looked at again.
_FRESH = 5.0
#: With so many files they are put together when the catalogue is compacted.
_MANY = 8


class Noted(NamedTuple):
    """What was written about a run.

    Attributes
    ----------
    tags
        Words that were put to it.
    note
        A text; empty for none.
    """

    tags: tuple[str, ...] = ()
    note: str = ""


class Notes:
    """The tags and notes of a catalogue.

    Parameters
    ----------
    tables
        The catalogue.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._known: Mapping[str, Noted] = {}
        self._version: int | None = None
        self._looked = -_FRESH

    def all(self) -> Mapping[str, Noted]:
        """Return what is written, by run; runs of which nothing is are left out.

        The same mapping, as long as nobody has written anything.
        """
        if time.monotonic() < self._looked + _FRESH:
            return self._known
        self._looked = time.monotonic()
        table = self._tables.notes()
        if table is not None and table.version() != self._version:
            names = names_of(table)
            found = _latest(self._rows(names)) if names else {}
            self._known = {run: one for run, (_, one) in found.items() if one != Noted()}
            self._version = table.version()
        return self._known

    def write(self, changed: Mapping[str, tuple[Sequence[str], str]]) -> None:
        """Write tags and note of some runs, in place of what was."""
        now = time.time()
        rows = {run: (now, Noted(tuple(tags), note)) for run, (tags, note) in changed.items()}
        if rows:
            name = f"{uuid.uuid4().hex}.parquet"
            self._tables.add_notes(self._tables.write("notes", name, _table(rows)))
            self._looked = -_FRESH

    def merge(self) -> None:
        """Put the files together, if they are many; what was said before goes."""
        table = self._tables.notes()
        names = names_of(table) if table is not None else []
        if len(names) < _MANY:
            return
        written = self._tables.write(
            "notes", f"{uuid.uuid4().hex}.parquet", _table(_latest(self._rows(names)))
        )
        try:
            self._tables.replace_notes(table, written, names)
        except ConflictError:
            return  # somebody else has done it

    def _rows(self, names: Iterable[str]) -> pa.Table:
        arrow = require("pyarrow", "catalogue")
        return arrow.concat_tables([self._tables.read("notes", name) for name in names])


def _latest(rows: pa.Table) -> dict[str, tuple[float, Noted]]:
    """Return by run what was said last, and when."""
    found: dict[str, tuple[float, Noted]] = {}
    columns = (rows[name].to_pylist() for name in ("run", "at", "tags", "note"))
    for text, at, tags, note in zip(*columns, strict=True):
        run = from_text(text)
        if run not in found or found[run][0] <= at:
            found[run] = (at, Noted(tuple(json.loads(from_text(tags))), from_text(note)))
    return found


def _table(rows: Mapping[str, tuple[float, Noted]]) -> pa.Table:
    columns: dict[str, Any] = {
        "run": [to_text(run) for run in rows],
        "at": [at for at, _ in rows.values()],
        "tags": [to_text(json.dumps(one.tags, ensure_ascii=False)) for _, one in rows.values()],
        "note": [to_text(one.note) for _, one in rows.values()],
    }
    return table_of("notes", columns)
