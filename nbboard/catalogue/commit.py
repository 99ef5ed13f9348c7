"""Commits of an index: rows of runs replaced in one step, whoever else is at it."""

from __future__ import annotations

import hashlib
import time
import uuid
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbboard.catalogue.names import from_text, without_credentials
from nbboard.catalogue.part import Part, file_rows
from nbboard.catalogue.schema import delta_types, schemas
from nbboard.catalogue.tables import CHECKED, PARTS, ConflictError, Tables, names_of
from nbboard.errors import LogdirError, NbboardError
from nbboard.logdir.table import require

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from nbboard.catalogue.facts import Facts
    from nbboard.catalogue.listing import Listing
    from nbboard.series import Source

__all__ = ["Committer", "read_states"]

#: Rows in a file of ``runs`` at the most; files with fewer than a half are merged when many.
ROWS = 32_768
_SMALL = ROWS // 2
_MANY = 8
#: Attempts to commit before giving up; each means that another indexer has got on.
_ATTEMPTS = 40
#: No version of a table: whatever it is, it is not what is known.
_UNKNOWN = -1


class Committer:
    """Collects what was read, and commits it.

    Parameters
    ----------
    tables
        The catalogue.
    sources
        The logdirs that are indexed.
    """

    def __init__(self, tables: Tables, sources: tuple[Source, ...]) -> None:
        self._tables = tables
        self._table = tables.open_or_create()
        self._known = read_states(tables, self._table)
        self._facts = tables.facts(self._table)
        named = tuple((one.name, without_credentials(one.root)) for one in sources)
        if self._facts.sources and self._facts.sources != named:
            there = ", ".join(root for _, root in self._facts.sources)
            raise LogdirError(
                f"{tables.root} is the catalogue of {there}: give other logs another folder"
            )
        self._new = replace(self._facts, sources=named)
        self._parts: list[Part] = []
        self._since = time.monotonic()
        self._planned: dict[str, tuple[int, str]] = {}
        # The version that our last commit made, until the table is looked at again.
        self._expected: int | None = None

    @property
    def facts_changed(self) -> bool:
        """Whether what is said of the whole catalogue has changed."""
        return replace(self._new, as_of=self._facts.as_of) != self._facts

    def plan(self, listing: Listing, now: float) -> tuple[set[str], set[str]]:
        """Return the runs that are new or not as they were, and those that are gone."""
        known = self._known
        self._planned = dict(known)
        changed = {
            run
            for run, listed in listing.runs.items()
            if (there := known.get(run)) is None or there[0] != listed.state
        }
        gone = {run for run in known.keys() - listing.runs.keys() if not listing.may_hide(run)}
        told = tuple((without_credentials(p.file), p.reason) for p in listing.problems[:1000])
        self._new = replace(self._new, as_of=now, problems=told)
        self._plan_beside(listing)
        return changed, gone

    def _plan_beside(self, listing: Listing) -> None:
        """Write the list of files beside the event files, if it is not as it was."""
        ordered = sorted(listing.beside)
        text = repr([(run, file.name, file.stat) for run, file in ordered])
        data = text.encode("utf-8", "surrogatepass")
        state = hashlib.blake2b(data, digest_size=8).hexdigest() if ordered else ""
        if state == self._facts.beside_state:
            return
        part = uuid.uuid4().hex if ordered else ""
        if ordered:
            rows: Any = ((run, file.path, file.stat, []) for run, file in ordered)
            table = file_rows(rows, part, beside=True)
            written = self._tables.write("files", f"{part}.parquet", table)
            self._tables.commit_parts({"files": [written]})
        self._new = replace(self._new, beside=part, beside_state=state)

    def add(self, part: Part) -> None:
        """Take what a task has read."""
        self._parts.append(part)

    def waits(self, seconds: float) -> bool:
        """Whether the last commit is so long ago."""
        return time.monotonic() - self._since > seconds

    def commit(self) -> None:
        """Commit what has been read so far; as of then the catalogue is not complete."""
        if self._parts:
            self._commit(set(), replace(self._new, as_of=self._facts.as_of))

    def finish(self, gone: set[str]) -> None:
        """Commit what is left, the runs that are gone, and as of when it is complete."""
        self._commit(gone, self._new)

    def note_checked(self, now: float) -> None:
        """Note that there was nothing new."""
        arrow = require("pyarrow", "catalogue")
        self._tables.write("runs", CHECKED, arrow.table({"checked": [now]}))

    def _commit(self, gone: set[str], facts: Facts) -> None:
        parts, self._parts = self._parts, []
        self._since = time.monotonic()
        self._tables.commit_parts(
            {table: [part.written[table] for part in parts] for table in PARTS}
        )
        rows = _together([part.rows for part in parts])
        for attempt in range(_ATTEMPTS):
            self._look_again()
            if self._replaced(rows, gone, facts):
                return
            time.sleep(min(0.01 * 2**attempt, 1.0))
            self._expected = _UNKNOWN
        raise NbboardError(
            f"{self._tables.root} is changed by others all the time: index again later"
        )

    def _look_again(self) -> None:
        """Take the table as it is now; what is known of runs holds if only we have committed."""
        if self._expected is None:
            return
        self._table = self._tables.runs()
        if self._table.version() != self._expected:
            self._reload()
        self._expected = None

    def _reload(self) -> None:
        """Read what others have committed."""
        self._known = read_states(self._tables, self._table)
        ranges = self._tables.facts(self._table).ranges
        self._facts = replace(self._facts, ranges=ranges)

    def _replaced(self, rows: pa.Table | None, gone: set[str], facts: Facts) -> bool:
        """Whether rows could be replaced: nobody else has committed meanwhile."""
        try:
            self._replace(rows, gone, facts)
        except ConflictError:
            return False
        return True

    def _is_ours(self, run: str) -> bool:
        """Whether nobody else has changed a run since it was planned to be read or removed.

        Whose look at it was the later one nobody knows: what is there stays, and the next
        index mends it should it have been the earlier one.
        """
        now, planned = self._known.get(run), self._planned.get(run)
        return (now and now[0]) == (planned and planned[0])

    def _replace(self, rows: pa.Table | None, gone: set[str], facts: Facts) -> None:
        """Replace the rows of runs, in one commit."""
        arrow = require("pyarrow", "catalogue")
        tables = self._tables
        names: list[str] = []
        if rows is not None:
            new = delta_types(rows.column_names)
            if not new.keys() <= {one.name for one in self._table.schema().fields}:
                before = self._table.version()
                self._table = tables.add_columns(new)
                if self._table.version() != before + 1:
                    self._reload()
            names = [from_text(run) for run in rows["run"].to_pylist()]
            ours = [self._is_ours(run) for run in names]
            rows = rows.filter(arrow.array(ours, arrow.bool_()))
        known = self._known
        leaving = {run for run in (*names, *gone) if run in known and self._is_ours(run)}
        touched = {known[run][1] for run in leaving} | _to_merge(self._table)
        old = _together([tables.read("runs", name) for name in sorted(touched)])
        if old is not None and leaving:
            stays = [from_text(run) not in leaving for run in old["run"].to_pylist()]
            old = old.filter(arrow.array(stays, arrow.bool_()))
        everything = _together([one for one in (old, rows) if one is not None])
        if everything is not None:
            everything = everything.sort_by("natural")
        written = []
        placed: dict[str, tuple[int, str]] = {}
        for rest in _pieces(everything):
            piece = _dense(rest)
            name = f"{uuid.uuid4().hex}.parquet"
            written.append(tables.write_runs(name, piece))
            placed.update(_states_of(piece, name))
        self._facts = tables.commit_runs(
            self._table, written, touched, replace(facts, ranges=self._facts.ranges)
        )
        self._expected = self._table.version() + 1
        for run in leaving:
            del known[run]
        known.update(placed)


def read_states(tables: Tables, table: Any) -> dict[str, tuple[int, str]]:
    """Return by run the state that it was read in, and the file of ``runs`` that has its row."""
    found: dict[str, tuple[int, str]] = {}
    for name in names_of(table):
        found.update(_states_of(tables.read("runs", name, ["run", "state"]), name))
    return found


def _states_of(rows: pa.Table, name: str) -> Iterator[tuple[str, tuple[int, str]]]:
    runs, states = rows["run"].to_pylist(), rows["state"].to_pylist()
    return ((from_text(run), (state, name)) for run, state in zip(runs, states, strict=True))


def _to_merge(table: Any) -> set[str]:
    """Return the small files, if they are so many that they should become one."""
    actions = table.get_add_actions(flatten=True)
    names, rows = actions.column("path").to_pylist(), actions.column("num_records").to_pylist()
    small = {name for name, size in zip(names, rows, strict=True) if size < _SMALL}
    return small if len(small) >= _MANY else set()


def _together(tables: list[pa.Table]) -> pa.Table | None:
    arrow = require("pyarrow", "catalogue")
    filled = [table for table in tables if table.num_rows]
    if not filled:
        return None
    return arrow.concat_tables(filled, promote_options="default")


def _pieces(table: pa.Table | None) -> Iterator[pa.Table]:
    """Yield a table in pieces that become files."""
    if table is not None:
        for start in range(0, table.num_rows, ROWS):
            yield table.slice(start, ROWS)


def _dense(table: pa.Table) -> pa.Table:
    """Return a table without columns of which it has nothing, but for those there always are."""
    always = set(schemas()["runs"].names)
    return table.select(
        [
            name
            for name in table.column_names
            if name in always or table[name].null_count < table.num_rows
        ]
    )
