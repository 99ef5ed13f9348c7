"""Compacting a catalogue: few large files instead of many small ones, and none that nobody needs."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.catalogue.commit import ROWS
from nbboard.catalogue.notes import Notes
from nbboard.catalogue.tables import PARTS, ConflictError, Tables, names_of
from nbboard.errors import NbboardError
from nbboard.logdir.table import require

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["compact"]

#: Hours for which files are kept that somebody may still be reading, or about to commit.
HOURS = 1.0
#: Parts of fewer runs than a half of these are put together to about so many.
RUNS = 1000
_ATTEMPTS = 10


def compact(tables: Tables, hours: float = HOURS) -> int:
    """Put runs in order in few files and small parts together; delete what no commit needs.

    Parameters
    ----------
    tables
        The catalogue.
    hours
        Files that went, or were never committed, are kept for so long.

    Returns
    -------
    int
        How many files were deleted.

    Raises
    ------
    NbboardError
        If others change the catalogue all the time.
    """
    for _ in range(_ATTEMPTS):
        try:
            _merge(tables)
        except ConflictError:
            continue
        table = tables.runs()
        needed = {tables.facts(table).beside}
        for name in names_of(table):
            needed.update(tables.read("runs", name, ["part"])["part"].unique().to_pylist())
        tables.drop_parts(needed, hours)
        Notes(tables).merge()
        return tables.vacuum(hours)
    raise NbboardError(f"{tables.root} is changed by others all the time: compact it later")


def _merge(tables: Tables) -> None:
    """Rewrite the rows of runs in order, with small parts put together, in one commit."""
    arrow = require("pyarrow", "catalogue")
    table = tables.runs()
    names = names_of(table)
    if not names:
        return
    rows: Any = arrow.concat_tables(
        [tables.read("runs", name) for name in names], promote_options="default"
    ).sort_by("natural")
    groups = list(_small_parts(rows))
    if len(names) == 1 and not groups:
        return
    renamed = dict(part for group in groups for part in _merge_parts(tables, rows, group).items())
    if renamed:
        parts = [renamed.get(part, part) for part in rows["part"].to_pylist()]
        at = rows.column_names.index("part")
        rows = rows.set_column(at, "part", arrow.array(parts, arrow.string()))
    written = [
        tables.write_runs(f"{uuid.uuid4().hex}.parquet", rows.slice(start, ROWS))
        for start in range(0, rows.num_rows, ROWS)
    ]
    tables.commit_runs(table, written, names, tables.facts(table))


def _small_parts(rows: pa.Table) -> Iterator[list[str]]:
    """Yield parts that should become one: each has few runs whose data still lie in it."""
    counts = {one["values"]: one["counts"] for one in rows["part"].value_counts().to_pylist()}
    group: list[str] = []
    total = 0
    for part, count in counts.items():
        if count * 2 >= RUNS:
            continue
        group.append(part)
        total += count
        if total >= RUNS:
            yield group
            group, total = [], 0
    if len(group) > 1:
        yield group


def _merge_parts(tables: Tables, rows: pa.Table, group: list[str]) -> dict[str, str]:
    """Write parts as one, without what is of no use any more; return by part what it became."""
    arrow = require("pyarrow", "catalogue")
    compute: Any = require("pyarrow.compute", "catalogue")
    merged = uuid.uuid4().hex
    live = {part: rows.filter(compute.equal(rows["part"], part))["run"] for part in group}
    found: dict[str, list[pa.Table]] = {name: [] for name in PARTS}
    points = count = 0
    for part in group:
        runs = live[part].combine_chunks()
        files, series, scalars = (
            tables.read(name, f"{part}.parquet") for name in ("files", "series", "scalars")
        )
        files = files.filter(compute.is_in(files["run"], runs))
        series = series.filter(compute.is_in(series["run"], runs))
        is_scalar = compute.equal(series["plugin"], "scalars").to_numpy()
        sizes = np.where(is_scalar, series["points"].to_numpy(), 0)
        starts = series["start"].to_numpy()
        spans = [np.arange(a, a + n) for a, n in zip(starts, sizes, strict=True) if n]
        scalars = scalars.take(np.concatenate([*spans, np.empty(0, np.int64)]))
        # Series are numbered, and their points follow each other, through the merged part.
        numbers = np.arange(count, count + series.num_rows, dtype=np.int32)
        begins = np.where(is_scalar, points + np.cumsum(sizes) - sizes, 0)
        found["files"].append(_with(files, part=[merged] * files.num_rows))
        found["series"].append(
            _with(series, part=[merged] * series.num_rows, series=numbers, start=begins)
        )
        found["scalars"].append(
            _with(scalars, part=[merged] * scalars.num_rows, series=np.repeat(numbers, sizes))
        )
        points += scalars.num_rows
        count += series.num_rows
    tables.commit_parts(
        {
            name: [tables.write_part(name, merged, arrow.concat_tables(found[name]))]
            for name in PARTS
        }
    )
    return dict.fromkeys(group, merged)


def _with(table: pa.Table, **columns: Any) -> pa.Table:
    """Return a table with other values in some of its columns."""
    arrow = require("pyarrow", "catalogue")
    for name, values in columns.items():
        at = table.column_names.index(name)
        table = table.set_column(at, name, arrow.array(values, table.schema.field(name).type))
    return table
