"""Reading some runs into a part of a catalogue: what a task of the index does."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.catalogue.names import column_of, to_text, without_credentials
from nbboard.catalogue.schema import schemas
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

    from nbboard.catalogue.tables import Tables, Written
    from nbboard.errors import Problem
    from nbboard.series import Source
    from nbboard.series.points import ScalarTable
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
        For each of them the files to read, with their states.
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
    store = Store(sources, storages=storages)
    log = LogDir({}, None, progress=False, store=store)
    tables, part = task.tables, task.part
    found = RunColumns.of(log)
    series, scalars = _series(log, found.scalars, part)
    written = {
        "scalars": tables.write_part("scalars", part, scalars),
        "series": tables.write_part("series", part, series),
        "files": tables.write_part("files", part, _files(log, task)),
    }
    return Part(task.part, _rows(log, found, task), written)


def _table(name: str, columns: Mapping[str, Any]) -> pa.Table:
    arrow = require("pyarrow", "catalogue")
    schema = schemas()[name]
    return arrow.table([arrow.array(columns[one.name], one.type) for one in schema], schema=schema)


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
        "state": [_state(log.store, task, run) for run in runs],
        "path": [to_text(without_credentials(path)) for path in found.fixed["path"]],
    }
    columns = {one.name: fixed[one.name] for one in schemas()["runs"]}
    arrays = [arrow.array(columns[one.name], one.type) for one in schemas()["runs"]]
    names = list(columns)
    for name, values in _wide(found, row).items():
        names.append(name)
        arrays.append(values)
    counts: dict[str, np.ndarray] = {}
    for plugin in log.store.plugins():
        count = counts[column_of("count", plugin)] = np.zeros(len(runs), np.int32)
        for key in log.store.series(plugin):
            count[row[key.run]] += 1
    return arrow.table([*arrays, *map(arrow.array, counts.values())], [*names, *counts])


def _state(store: Store, task: Task, run: str) -> int:
    """Return the state that a run was read in; no state if it could not be: the next index tries."""
    return task.states[run] if store.unread.isdisjoint(store.files(run)) else UNREAD


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


def _series(log: LogDir, points: ScalarTable, part: str) -> tuple[pa.Table, pa.Table]:
    """Return the series, and the points of those that are scalars."""
    store = log.store
    names: dict[str, list[Any]] = {name: [] for name in schemas()["series"].names}
    sizes = np.bincount(points.series_code, minlength=len(points.keys)).astype(np.int64)
    starts = (np.cumsum(sizes) - sizes).tolist()
    dtypes: list[np.dtype[Any]] = []
    places = [
        *points.keys,
        *(k for p in store.plugins() if p != "scalars" for k in store.series(p)),
    ]
    for i, (run, tag, plugin, *_) in enumerate(places):
        start, dtype = 0, ""
        if plugin == "scalars":
            step, _, value = store.scalar(run, tag)
            dtypes.append(value.dtype)
            start, dtype = starts[i], value.dtype.str
        else:
            step = store.values(run, tag, plugin).step
        ends = (int(step[0]), int(step[-1])) if len(step) else (None, None)
        metadata = store.metadata_bytes(run, tag, plugin)
        fields = (run, part, i, tag, plugin, len(step), start, dtype, *ends, metadata)
        for column, field_ in zip(names.values(), fields, strict=True):
            column.append(field_)
    for name in ("run", "tag", "plugin"):
        names[name] = [to_text(text) for text in names[name]]
    return _table("series", names), _scalars(store, points, part, sizes, dtypes)


def _scalars(
    store: Store,
    points: ScalarTable,
    part: str,
    sizes: NDArray[np.int64],
    dtypes: list[np.dtype[Any]],
) -> pa.Table:
    """Return the points of scalars; whole numbers as such, for floats do not hold all of them."""
    arrow = require("pyarrow", "catalogue")
    is_whole = np.array([dtype.kind in "iub" for dtype in dtypes], bool)
    integer: Any = np.zeros(len(points.step), np.int64)
    stop = np.cumsum(sizes)
    for i in np.flatnonzero(is_whole).tolist():
        key = points.keys[i]
        integer[stop[i] - sizes[i] : stop[i]] = store.scalar(key.run, key.tag).value
    columns = {
        "part": arrow.DictionaryArray.from_arrays(np.zeros(len(points.step), np.int32), [part]),
        "series": arrow.array(points.series_code),
        "step": arrow.array(points.step),
        "wall_time": arrow.array(points.wall_time),
        "value": arrow.array(points.value.astype(np.float64)),
        "integer": arrow.array(integer, mask=np.repeat(~is_whole, sizes)),
    }
    names = schemas()["scalars"].names
    return arrow.table([columns[name] for name in names], names=names)


def _files(log: LogDir, task: Task) -> pa.Table:
    """Return the files of the runs in reading order, with what is damaged in each."""
    stats = {path: stat for files in task.files for path, stat in files.items()}
    problems: dict[str, list[Problem]] = {}
    for problem in log.problems:
        problems.setdefault(problem.file, []).append(problem)
    listed = (
        (run, path, path.replace("\\", "/").rsplit("/", 1)[-1], stats[path], problems.get(path, []))
        for run in log.runs
        for path in log.store.files(run)
    )
    return file_rows(listed, task.part, beside=False)


def file_rows(
    files: Iterable[tuple[str, str, str, FileStat, list[Problem]]], part: str, *, beside: bool
) -> pa.Table:
    """Return rows of ``files``: run, path, name, state and problems of each."""
    columns: dict[str, list[Any]] = {name: [] for name in schemas()["files"].names}
    for run, path, name, stat, problems in files:
        inode = stat.key[0] if stat.key else 0
        told = [[one.offset, one.reason, one.lost] for one in problems]
        fields = (
            to_text(run),
            part,
            to_text(name),
            to_text(without_credentials(path)),
            stat.size,
            stat.mtime_ns,
            inode if inode < 1 << 63 else inode - (1 << 64),
            stat.tag,
            to_text(json.dumps(told)) if told else None,
            beside,
        )
        for column, value in zip(columns.values(), fields, strict=True):
            column.append(value)
    return _table("files", columns)
