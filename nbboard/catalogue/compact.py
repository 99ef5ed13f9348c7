"""Compacting a catalogue: few large files instead of many small ones, and none that is not needed."""

from __future__ import annotations

import uuid
from typing import Any

from nbboard.catalogue.commit import ROWS
from nbboard.catalogue.tables import ConflictError, Tables, names_of
from nbboard.errors import NbboardError
from nbboard.logdir.table import require

__all__ = ["compact"]

#: Hours for which files are kept that somebody may still be reading.
HOURS = 1.0
_ATTEMPTS = 10


def compact(tables: Tables, hours: float = HOURS) -> int:
    """Put the rows of ``runs`` in order in few files; delete what no commit needs.

    Parameters
    ----------
    tables
        The catalogue.
    hours
        Files that went, or were never committed, are kept for so long: somebody may be
        reading, or about to commit them.

    Returns
    -------
    int
        How many files were deleted.
    """
    for _ in range(_ATTEMPTS):
        try:
            _merge_runs(tables)
            _drop_parts(tables, hours)
        except ConflictError:
            continue
        return tables.vacuum(hours)
    raise NbboardError(f"{tables.root} is changed by others all the time: compact it later")


def _merge_runs(tables: Tables) -> None:
    arrow = require("pyarrow", "catalogue")
    table = tables.runs()
    names = names_of(table)
    if len(names) < 2:
        return
    rows: Any = arrow.concat_tables(
        [tables.read("runs", name) for name in names], promote_options="default"
    )
    rows = rows.sort_by("natural")
    written = [
        tables.write("runs", f"{uuid.uuid4().hex}.parquet", rows.slice(start, ROWS))
        for start in range(0, rows.num_rows, ROWS)
    ]
    tables.commit_runs(table, written, names, tables.facts(table))


def _drop_parts(tables: Tables, hours: float) -> None:
    """Take away the parts that no run's data lie in any more."""
    table = tables.runs()
    needed = {tables.facts(table).beside}
    for name in names_of(table):
        needed.update(tables.read("runs", name, ["part"])["part"].unique().to_pylist())
    tables.drop_parts(needed, hours)
