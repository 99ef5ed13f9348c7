"""The tables of a catalogue: Parquet files under Delta logs, in a folder or an object store.

- ``runs``: one row a run, with hyperparameters and metrics as columns. It alone says what
  there is: a row's ``part`` names the files of the other tables in which the run's data lie.
- ``series``, ``scalars``, ``files``: one file a part, written once by whoever read the runs.
- ``notes``: what people wrote about runs; there once somebody has, and never touched by an index.

A commit of ``runs`` is the moment at which anything changes: parts are there before it, and
what no row points to is not there for a reader. Commits exclude each other: of two at once
the second is refused, looks again at what there is, and goes on.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nbboard.catalogue.encode import encoded
from nbboard.catalogue.facts import Facts, Written
from nbboard.catalogue.schema import schemas
from nbboard.errors import LogdirError
from nbboard.logdir.table import require

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = [
    "CHECKED",
    "PARTS",
    "TABLES",
    "ConflictError",
    "Tables",
    "names_of",
]

#: The tables of parts, in the order in which they are committed.
PARTS = ("scalars", "series", "files")
TABLES = ("runs", *PARTS)
#: Every commit of ``runs`` says that it depends on this: so no two happen at once.
_EXCLUSIVE = "nbboard-index"
#: The file that says when it was last looked, though nothing was new.
CHECKED = "_checked.parquet"
#: What nbboard calls its files: compacted by others they are called otherwise.
_OWN = re.compile(r"[0-9a-f]{32}\.parquet|part-[0-9A-Za-z-]+(\.c000)?(\.[a-z0-9]+)?\.parquet")
#: Points in one group of rows of ``scalars``: what is read for one series at the least.
POINTS = 16_384
#: Rows of ``runs`` in one group.
ROWS = 8192


class ConflictError(Exception):
    """Somebody else has committed meanwhile."""


@dataclass
class Tables:
    """The tables of one catalogue.

    Parameters
    ----------
    root
        The folder, or a URL that Delta tables can be in.
    options
        Settings of the object store, such as its endpoint; credentials among them are used,
        never stored. What is missing is taken from the environment.
    """

    root: str
    options: Mapping[str, str] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if self.is_local:
            self.root = str(Path(self.root).expanduser().absolute())
        else:
            self.root = self.root.rstrip("/")
        self._filesystems: dict[str, Any] = {}

    @property
    def is_local(self) -> bool:
        """Whether it is a folder."""
        return "://" not in self.root

    # -- files -----------------------------------------------------------------

    def address(self, table: str) -> str:
        """Return where a table is."""
        return f"{self.root}/{table}"

    def filesystem(self, table: str) -> Any:
        """Return the pyarrow file system whose root is a table's folder."""
        found = self._filesystems.get(table)
        if found is None:
            fs = require("pyarrow.fs", "catalogue")
            if not self.is_local:
                handler = require("deltalake.fs", "catalogue").DeltaStorageHandler
                found = fs.PyFileSystem(handler(self.address(table), dict(self.options)))
            else:
                Path(self.address(table)).mkdir(parents=True, exist_ok=True)
                found = fs.SubTreeFileSystem(self.address(table), fs.LocalFileSystem())
            self._filesystems[table] = found
        return found

    def write(self, table: str, name: str, data: pa.Table, *, group: int = 100_000) -> Written:
        """Write a Parquet file into a table's folder; nobody sees it before it is committed."""
        parquet = require("pyarrow.parquet", "catalogue")
        # A client of an object store takes what is written in pieces, but no bytes at once.
        with self.filesystem(table).open_output_stream(name) as stream:
            parquet.write_table(
                data,
                stream,
                row_group_size=group,
                # Ranges and Arrow's own schema would be a tenth of a small part.
                write_statistics=table == "runs",
                store_schema=False,
                **encoded(data),
            )
            return Written(name, stream.tell(), data.num_rows)

    def write_runs(self, name: str, rows: pa.Table) -> Written:
        """Write rows of ``runs``, which are in natural order, in groups that are read for a few."""
        written = self.write("runs", name, rows, group=ROWS)
        low, high = (rows["natural"][i].as_py() for i in (0, rows.num_rows - 1))
        return written._replace(low=low, high=high)

    def write_part(self, table: str, part: str, data: pa.Table) -> Written:
        """Write a part's file of a table; of points in groups small enough to read for one series."""
        group = POINTS if table == "scalars" else 100_000
        return self.write(table, f"{part}.parquet", data, group=group)

    def read(self, table: str, name: str, columns: Sequence[str] | None = None) -> pa.Table:
        """Read a file of a table.

        Raises
        ------
        LogdirError
            If it is gone: the catalogue was compacted since.
        """
        parquet = require("pyarrow.parquet", "catalogue")
        with self.open(table, name) as file:
            return parquet.read_table(file, columns=columns)

    def open(self, table: str, name: str) -> Any:
        """Open a file of a table for reading.

        Raises
        ------
        LogdirError
            If it is gone: the catalogue was compacted since.
        """
        if name != CHECKED:
            _insist_on_own(name)
        with self.telling_gone():
            return self.filesystem(table).open_input_file(name)

    @contextmanager
    def telling_gone(self) -> Iterator[None]:
        """Say what to do, should a file that is read be gone."""
        duckdb = require("duckdb", "catalogue")
        try:
            yield
        except (FileNotFoundError, duckdb.Error) as error:
            if isinstance(error, duckdb.Error) and "not found" not in str(error):
                raise
            raise LogdirError(
                f"files of {self.root} are gone: the catalogue was compacted since it was"
                " opened; log.refresh() takes what is there now"
            ) from error

    # -- Delta -----------------------------------------------------------------

    def open_or_create(self) -> Any:
        """Return the table ``runs``; the tables are made if they are not there."""
        delta = require("deltalake", "catalogue")
        try:
            return self._table("runs")
        except delta.exceptions.TableNotFoundError:
            pass
        found = schemas()
        with ThreadPoolExecutor(len(PARTS)) as pool:
            list(pool.map(lambda table: self._create(table, found[table]), PARTS))
        # The last is what tells a catalogue.
        self._create("runs", found["runs"])
        return self.runs()

    def _create(self, table: str, schema: pa.Schema) -> None:
        delta = require("deltalake", "catalogue")
        if self.is_local:
            Path(self.address(table)).mkdir(parents=True, exist_ok=True)
        # Another indexer may make it just now.
        with suppress(delta.exceptions.DeltaError):
            delta.DeltaTable.create(
                self.address(table),
                schema,
                mode="ignore",
                storage_options=dict(self.options) or None,
            )

    def _table(self, table: str) -> Any:
        delta = require("deltalake", "catalogue")
        return delta.DeltaTable(self.address(table), storage_options=dict(self.options) or None)

    def runs(self) -> Any:
        """Return the Delta table ``runs`` as it is now.

        Raises
        ------
        LogdirError
            If it cannot be read.
        """
        delta = require("deltalake", "catalogue")
        try:
            return self._table("runs")
        except (delta.exceptions.DeltaError, OSError) as error:
            why = str(error).partition("\n")[0]
            raise LogdirError(f"{self.root} cannot be opened as a catalogue: {why}") from error

    def commit_parts(self, written: Mapping[str, Sequence[Written]]) -> None:
        """Add files to the tables of parts; no row of ``runs`` points to them yet."""

        def add(table: str) -> None:
            files = [one for one in written[table] if one.rows]
            if files:
                retried(lambda: self._append(self._table(table), files))

        with ThreadPoolExecutor(len(PARTS)) as pool:
            list(pool.map(add, written))

    def _append(self, table: Any, files: Sequence[Written]) -> None:
        table.create_write_transaction(
            [_add_action(one) for one in files], "append", table.schema()
        )

    def notes(self) -> Any:
        """Return the Delta table ``notes`` as it is now; None where nobody has written any."""
        delta = require("deltalake", "catalogue")
        try:
            return self._table("notes")
        except delta.exceptions.TableNotFoundError:
            return None

    def add_notes(self, written: Written) -> None:
        """Add a file to the table ``notes``, which is made if it is not there."""
        if self.notes() is None:
            self._create("notes", schemas()["notes"])
        retried(lambda: self._append(self._table("notes"), [written]))

    def replace_notes(self, table: Any, written: Written, names: Collection[str]) -> None:
        """Put one file of ``notes`` in the place of several.

        Raises
        ------
        ConflictError
            If somebody else has.
        """
        self._change(table, [written], names)

    def commit_runs(
        self, table: Any, add: Sequence[Written], remove: Collection[str], facts: Facts
    ) -> Facts:
        """Commit a change of ``runs``.

        Parameters
        ----------
        table
            The table as it was when the change was worked out.
        add, remove
            The files that come, and the names of those that go.
        facts
            What the commit says of the whole catalogue.

        Returns
        -------
        Facts
            As they were committed, with the ranges of the files.

        Raises
        ------
        ConflictError
            If it is not as it was any more.
        """
        delta = require("deltalake", "catalogue")
        going = set(remove)
        kept = [one for one in facts.ranges if one[0] not in going]
        new = [(one.name, (one.low, one.high)) for one in add if one.rows]
        facts = replace(facts, ranges=(*kept, *new))
        properties = delta.CommitProperties(
            app_transactions=[delta.Transaction(_EXCLUSIVE, table.version() + 1)],
            custom_metadata={"nbboard": facts.to_json()},
        )
        self._change(table, add, remove, properties)
        return facts

    def _change(
        self, table: Any, add: Sequence[Written], remove: Collection[str], properties: Any = None
    ) -> None:
        """Commit files that come and files that go."""
        delta = require("deltalake", "catalogue")
        actions = require("deltalake.transaction", "catalogue")
        now = int(time.time() * 1000)
        changes: list[Any] = [_add_action(one) for one in add if one.rows]
        changes += [
            actions.RemoveAction(name, True, now, partition_values={})  # noqa: FBT003 - its order
            for name in remove
        ]
        try:
            table.create_write_transaction(
                changes, "append", table.schema(), commit_properties=properties
            )
        except delta.exceptions.CommitFailedError as error:
            raise ConflictError(str(error)) from error

    def add_columns(self, columns: Mapping[str, str]) -> Any:
        """Return the table ``runs`` with columns of these names and types in its schema.

        Raises
        ------
        ConflictError
            If somebody else changes it just now.
        """
        delta = require("deltalake", "catalogue")
        table = self.runs()
        known = {one.name for one in table.schema().fields}
        new = [
            delta.Field(name, delta.schema.PrimitiveType(kind), nullable=True)
            for name, kind in columns.items()
            if name not in known
        ]
        if new:
            try:
                table.alter.add_columns(new)
            except delta.exceptions.DeltaError as error:
                raise ConflictError(str(error)) from error
        return table

    def facts(self, table: Any) -> Facts:
        """Return what the last commit of the table ``runs`` says."""
        for limit in (1, 50, None):
            for entry in table.history(limit):
                if "nbboard" in entry:
                    return Facts.from_json(entry["nbboard"])
        return Facts()

    def drop_parts(self, needed: Collection[str], hours: float) -> None:
        """Take parts away that are none of some, but for those of the last hours."""
        actions = require("deltalake.transaction", "catalogue")
        now = int(time.time() * 1000)
        for name in PARTS:
            table = self._table(name)
            there = table.get_add_actions(flatten=True)
            times = there.column("modification_time").to_pylist()
            gone = [
                actions.RemoveAction(path, True, now, partition_values={})  # noqa: FBT003 - its order
                for path, made in zip(there.column("path").to_pylist(), times, strict=True)
                if path.removesuffix(".parquet") not in needed and made <= now - hours * 3.6e6
            ]
            if gone:
                table.create_write_transaction(gone, "append", table.schema())

    def vacuum(self, hours: float) -> int:
        """Delete files that no commit of the last hours needs; return how many."""
        count = 0
        for table in (*(self._table(name) for name in TABLES), self.notes()):
            if table is None:
                continue
            found = table.vacuum(
                retention_hours=int(hours),
                dry_run=False,
                enforce_retention_duration=False,
                full=True,
            )
            count += len(found)
        return count


def retried(call: Callable[[], None], times: int = 8) -> None:
    """Call again while somebody else commits to the same table."""
    delta = require("deltalake", "catalogue")
    for attempt in range(times - 1):
        with suppress(delta.exceptions.CommitFailedError):
            call()
            return
        time.sleep(0.02 * 2**attempt)
    call()


def names_of(table: Any) -> list[str]:
    """Return the names of the files that a Delta table consists of.

    Raises
    ------
    LogdirError
        If one is not in the table's own folder: nbboard has not written it.
    """
    actions = table.get_add_actions(flatten=True)
    return [_insist_on_own(str(name)) for name in actions.column("path").to_pylist()]


def _insist_on_own(name: str) -> str:
    """Refuse names of files that nbboard does not give, such as those of other folders."""
    if not _OWN.fullmatch(name):
        raise LogdirError(f"{name!r} is no file of a catalogue that nbboard made")
    return name


def _add_action(one: Written) -> Any:
    actions = require("deltalake.transaction", "catalogue")
    stats: dict[str, Any] = {"numRecords": one.rows}
    return actions.AddAction(
        one.name, one.size, {}, int(time.time() * 1000), data_change=True, stats=json.dumps(stats)
    )
