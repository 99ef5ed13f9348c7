"""What people wrote about runs: tags and notes, kept in a table that no index touches.

Each change is a row of its own, with tags or a note, and of each of a run the latest counts. So
people write at the same time without waiting for each other, and nobody's words cost those that
somebody else wrote about another run, or in the other place.
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

#: By run and place (``"tags"`` or ``"note"``): when something was said, and what.
_Said = dict[tuple[str, str], tuple[float, Any]]

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
            self._known = _by_run(_latest(self._rows(names)) if names else {})
            self._version = table.version()
        return self._known

    def write(
        self,
        tags: Mapping[str, Sequence[str]] | None = None,
        notes: Mapping[str, str] | None = None,
    ) -> None:
        """Write tags of some runs, and notes of some, in place of what was."""
        now = time.time()
        said: _Said = {}
        said |= {(run, "tags"): (now, tuple(words)) for run, words in (tags or {}).items()}
        said |= {(run, "note"): (now, text) for run, text in (notes or {}).items()}
        if said:
            name = f"{uuid.uuid4().hex}.parquet"
            self._tables.add_notes(self._tables.write("notes", name, _table(said)))
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


def _latest(rows: pa.Table) -> _Said:
    """Return by run and place what was said last, and when."""
    found: _Said = {}

    def take(run: str, place: str, at: float, said: Any) -> None:
        if (run, place) not in found or found[run, place][0] <= at:
            found[run, place] = (at, said)

    columns = (rows[name].to_pylist() for name in ("run", "at", "tags", "note"))
    for text, at, tags, note in zip(*columns, strict=True):
        run = from_text(text)
        if tags is not None:
            take(run, "tags", at, tuple(json.loads(from_text(tags))))
        if note is not None:
            take(run, "note", at, from_text(note))
    return found


def _by_run(said: _Said) -> dict[str, Noted]:
    found: dict[str, Noted] = {}
    for (run, place), (_, words) in said.items():
        if words:
            found[run] = found.get(run, Noted())._replace(**{place: words})
    return found


def _table(said: _Said) -> pa.Table:
    rows = [
        (
            to_text(run),
            at,
            to_text(json.dumps(words, ensure_ascii=False)) if place == "tags" else None,
            to_text(words) if place == "note" else None,
        )
        for (run, place), (at, words) in said.items()
    ]
    columns = zip(*rows, strict=True)
    return table_of("notes", dict(zip(("run", "at", "tags", "note"), columns, strict=True)))
