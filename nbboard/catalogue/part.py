"""Reading some runs into a part of a catalogue: what a task of the index does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.catalogue.names import column_of, to_text, without_credentials
from nbboard.catalogue.part_series import scalars_of, series_of
from nbboard.catalogue.schema import schemas, table_of
from nbboard.kinds.params.file_names import PATTERNS
from nbboard.logdir.log import LogDir
from nbboard.logdir.run_columns import RunColumns, Summary
from nbboard.logdir.table import require
from nbboard.series.store import Store
from nbboard.storage import storage_for
from nbboard.storage.listed import ListedStorage
from nbboard.text import natural_key

if TYPE_CHECKING:
    import pyarrow as pa
    from numpy.typing import NDArray

    from nbboard.catalogue.facts import Written
    from nbboard.catalogue.tables import Tables
    from nbboard.errors import Problem
    from nbboard.series import Source
    from nbboard.storage import FileStat

#: The state of a run whose files could not all be read.
UNREAD = 0

__all__ = ["Part", "Task", "file_rows", "read_part"]


@dataclass
class Task:
    """Runs to be read together, as plain data that travels to another process.

    Attributes
    ----------
    tables
        Where the part is written.
    part
        Its name, which no other part has.
    sources
        The logdirs.
    files
        For each of them the files to read, and those of parameters, with their states.
    states
        By run: the state that its files were listed in.
    """

    tables: Tables
    part: str
    sources: tuple[Source, ...]
    files: list[dict[str, FileStat]]
    states: dict[str, int] = field(default_factory=dict)


class Part(NamedTuple):
    """What came of a task.

    Attributes
    ----------
    part
        The part's name.
    rows
        The rows for ``runs``.
    written
        By table: the file that was written.
    """

    part: str
    rows: pa.Table
    written: dict[str, Written]


def read_part(task: Task) -> Part:
    """Read the runs of a task with nbboard's own reader, and write what they hold.

    Nothing of it is seen before it is committed; called again it writes the same files.
    """
    storages = []
    sources = []
    for source, files in zip(task.sources, task.files, strict=True):
        if files:
            storage, root = storage_for(source.root)
            storages.append((ListedStorage(storage, files), root))
            sources.append(source)
    store = Store(sources, storages=storages, beside=PATTERNS)
    log = LogDir({}, None, progress=False, store=store)
    tables, part = task.tables, task.part
    found = RunColumns.of(log)
    points = found.scalars
    written = {
        "scalars": tables.write_part("scalars", part, scalars_of(store, points, part)),
        "series": tables.write_part("series", part, series_of(store, points, part)),
        "files": tables.write_part("files", part, _files(log, found, task)),
    }
    return Part(task.part, _rows(log, found, task), written)


def _rows(log: LogDir, found: RunColumns, task: Task) -> pa.Table:
    """Return the rows of the runs; a column that none of them has is not there."""
    arrow = require("pyarrow", "catalogue")
    runs = log.runs
    row = {run: i for i, run in enumerate(runs)}
    fixed = {
        **found.fixed,
        "run": [to_text(run) for run in runs],
        "natural": [to_text(natural_key(run)) for run in runs],
        "part": [task.part] * len(runs),
        "state": _states(log.store, found, task),
        "path": [to_text(without_credentials(path)) for path in found.fixed["path"]],
    }
    columns = {one.name: fixed[one.name] for one in schemas()["runs"]}
    arrays = [arrow.array(columns[one.name], one.type) for one in schemas()["runs"]]
    names = list(columns)
    for name, values in _wide(found, row).items():
        names.append(name)
        arrays.append(values)
    counts: dict[str, NDArray[np.int32]] = {}
    for plugin in log.store.plugins():
        places = [row[key.run] for key in log.store.series(plugin)]
        count = np.bincount(np.array(places, np.int64), minlength=len(runs))
        counts[column_of("count", plugin)] = count.astype(np.int32)
    return arrow.table([*arrays, *map(arrow.array, counts.values())], [*names, *counts])


def _states(store: Store, found: RunColumns, task: Task) -> list[int]:
    """Return the state that each run was read in; of one that could not be none: it is tried again."""
    unread = store.unread
    return [
        task.states[run] if unread.isdisjoint(files) else UNREAD
        for run, files in zip(store.runs, found.files, strict=True)
    ]


def _wide(found: RunColumns, row: Mapping[str, int]) -> dict[str, Any]:
    """Return hyperparameters, each in the column of its type, and metrics."""
    arrow = require("pyarrow", "catalogue")
    columns: dict[str, list[Any]] = {}
    groups = {bool: "hp_bool", str: "hp_text"}
    for run, hparams in found.hparams.items():
        if run not in row:
            continue
        for name, value in hparams.items():
            if value is None:
                continue
            column = column_of(groups.get(type(value), "hp"), name)
            kept = to_text(value) if isinstance(value, str) else value
            columns.setdefault(column, [None] * len(row))[row[run]] = kept
    types = {"hp": arrow.float64(), "hp_text": arrow.string(), "hp_bool": arrow.bool_()}
    made = {
        name: arrow.array(values, types[name.partition("/")[0]]) for name, values in columns.items()
    }
    places: dict[str, list[int]] = {}
    keys = found.scalars.keys
    for i, key in enumerate(keys):
        places.setdefault(key.tag, []).append(i)
    rows = np.fromiter((row[key.run] for key in keys), np.int64, len(keys))
    for field_, values in zip(Summary._fields, found.summary, strict=True):
        for tag, chosen in places.items():
            full = np.full(len(row), np.nan)
            full[rows[chosen]] = values[chosen]
            missing = np.ones(len(row), bool)
            missing[rows[chosen]] = False
            made[column_of(field_, tag)] = arrow.array(full, mask=missing)
    return made


def _files(log: LogDir, found: RunColumns, task: Task) -> pa.Table:
    """Return the files of the runs in reading order, with what is damaged in each."""
    stats = {path: stat for files in task.files for path, stat in files.items()}
    problems: dict[str, list[Problem]] = {}
    for problem in log.problems:
        problems.setdefault(problem.file, []).append(problem)
    listed = (
        (run, path, stats[path], problems.get(path, []))
        for run, paths in zip(log.runs, found.files, strict=True)
        for path in paths
    )
    return file_rows(listed, task.part, beside=False)


def file_rows(
    files: Iterable[tuple[str, str, FileStat, list[Problem]]], part: str, *, beside: bool
) -> pa.Table:
    """Return rows of ``files``: run, path, state and problems of each."""
    rows = [
        (
            to_text(run),
            *_split(without_credentials(path)),
            stat.size,
            stat.mtime_ns,
            _signed(stat.key[0]) if stat.key else 0,
            stat.tag,
            _told(problems) if problems else None,
        )
        for run, path, stat, problems in files
    ]
    names = ("run", "folder", "name", "size", "mtime_ns", "inode", "etag", "problems")
    columns: dict[str, Sequence[Any]] = dict(
        zip(names, zip(*rows, strict=True) if rows else [()] * len(names), strict=True)
    )
    return table_of(
        "files", {**columns, "part": [part] * len(rows), "beside": [beside] * len(rows)}
    )


def _split(path: str) -> tuple[str, str]:
    """Return folder and name of a file, which together are its path."""
    cut = max(path.rfind("/"), path.rfind("\\")) + 1
    return to_text(path[:cut]), to_text(path[cut:])


def _signed(inode: int) -> int:
    """Return an inode as 64 bits with a sign, as the table has them."""
    return inode if inode < 1 << 63 else inode - (1 << 64)


def _told(problems: list[Problem]) -> str:
    return to_text(json.dumps([[one.offset, one.reason, one.lost] for one in problems]))
