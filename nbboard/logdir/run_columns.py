"""What a log says of each of its runs, as columns: when, how much, with what, and with which result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.logdir.registry import kind_of_plugin, kinds
from nbboard.logdir.runs_table import FIXED, MemoryRunsTable
from nbboard.logdir.writers import writer_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.logdir.log import LogDir
    from nbboard.series.points import ScalarTable

__all__ = [
    "RunColumns",
    "Summary",
    "merged_hparam",
    "runs_table_of",
    "summarize",
    "summary_columns",
]


class Summary(NamedTuple):
    """What became of each of several scalar series; float64 arrays.

    Attributes
    ----------
    last
        The value that was logged last.
    best, mean
        Of the values that are finite; NaN without any.
    """

    last: NDArray[np.float64]
    best: NDArray[np.float64]
    mean: NDArray[np.float64]


class RunColumns(NamedTuple):
    """What a log says of each of its runs.

    Attributes
    ----------
    fixed
        The columns that there always are.
    files
        The paths of the event files of each, in reading order.
    hparams
        By run: hyperparameters by name, those of its trial, and the parameters that stand in
        files and texts beside it.
    scalars
        All points of scalars.
    summary
        What became of each series of them.
    """

    fixed: dict[str, NDArray[Any]]
    files: Sequence[tuple[str, ...]]
    hparams: Mapping[str, Mapping[str, Any]]
    scalars: ScalarTable
    summary: Summary

    @classmethod
    def of(cls, log: LogDir) -> RunColumns:
        """Collect them from a log that is read."""
        runs = log.runs
        row = {run: i for i, run in enumerate(runs)}
        points = [0] * len(runs)
        kinds_of: list[set[str]] = [set() for _ in runs]
        tags: list[set[str]] = [set() for _ in runs]
        plugins = {plugin: kind_of_plugin(plugin).name for plugin in log.store.plugins()}
        for plugin, kind in plugins.items():
            for key in log.store.series(plugin):
                i = row[key.run]
                points[i] += key.count
                kinds_of[i].add(kind)
                tags[i].add(key.tag)
        damaged = np.zeros(len(runs), np.int64)
        of_file: dict[str, int] = {}
        paths: list[str] = []
        writers: list[str] = []
        store = log.store
        states = store.states()
        for i, (files, _, _) in enumerate(states):
            of_file.update(dict.fromkeys(files, i))
            names = [path.replace("\\", "/").rsplit("/", 1)[-1] for path in files]
            paths.append(files[0][: -len(names[0]) - 1] if files else "")
            writers.append(writer_of(names, tags[i]))
        for problem in log.problems:
            if problem.file in of_file:
                damaged[of_file[problem.file]] += 1
        listed = _Listed()
        fixed = {
            "run": _objects(runs),
            "path": _objects(paths),
            "writer": _objects(writers),
            "kinds": _objects(listed[frozenset(found)] for found in kinds_of),
            "first": _times(state.first_wall_time for state in states),
            "last": _times(state.last_wall_time for state in states),
            "points": np.array(points, np.int64),
            "damaged": damaged,
        }
        table = store.scalar_table()
        summary = summarize(table, log.hparams.lower_is_better)
        return cls(fixed, [state.files for state in states], _given(log), table, summary)


class _Listed(dict[frozenset[str], str]):
    """Sets of kinds as text, in the order of kinds; very many runs have the same."""

    def __missing__(self, found: frozenset[str]) -> str:
        known = list(kinds())
        ranked = sorted(
            found, key=lambda one: (known.index(one) if one in known else len(known), one)
        )
        text = self[found] = ", ".join(ranked)
        return text


def _given(log: LogDir) -> Mapping[str, Mapping[str, Any]]:
    """Return what each run was given, from all sources; but for the versions of packages."""
    if not log.params.says_more:
        found: Mapping[str, Mapping[str, Any]] = {}
        if "hparams" in log.kinds:
            found = log.hparams.of_runs()
        return found
    return {
        run: {n: one.value for n, one in given.items() if not n.startswith("package.")}
        for run, given in log.params.by_run().items()
    }


def runs_table_of(log: LogDir) -> MemoryRunsTable:
    """Return the table of the runs of a log that is in memory."""
    found = RunColumns.of(log)
    columns: dict[str, NDArray[Any]] = dict(found.fixed)
    types = dict(FIXED)
    row = {run: i for i, run in enumerate(log.runs)}
    given: dict[str, list[Any]] = {}
    for run, hparams in found.hparams.items():
        if run in row:
            for name, value in hparams.items():
                if value is not None:
                    given.setdefault(name, [None] * len(row))[row[run]] = value
    for name, values in given.items():
        types[f"hp.{name}"], columns[f"hp.{name}"] = merged_hparam(values)
    for name, metric in summary_columns(found, row, types):
        columns[name] = metric
        types[name] = "float64"
    return MemoryRunsTable(columns, types, log.hparams.lower_is_better)


def summary_columns(
    found: RunColumns, row: Mapping[str, int], taken: Iterable[str]
) -> list[tuple[str, NDArray[np.float64]]]:
    """Return the columns of metrics by name: the last values, then the best, then the means."""
    by_tag: dict[str, list[int]] = {}
    keys = found.scalars.keys
    for i, key in enumerate(keys):
        by_tag.setdefault(key.tag, []).append(i)
    rows = np.fromiter((row[key.run] for key in keys), np.int64, len(keys))
    columns = []
    for field, values in zip(Summary._fields, found.summary, strict=True):
        for tag, places in by_tag.items():
            column = np.full(len(row), np.nan)
            column[rows[places]] = values[places]
            columns.append((metric_name(field, tag, taken), column))
    return columns


def metric_name(field: str, tag: str, taken: Iterable[str]) -> str:
    """Return what the column of a metric's last, best or mean value is called."""
    return tag if field == "last" and tag not in taken else f"{field}.{tag}"


def merged_hparam(values: Sequence[Any]) -> tuple[str, NDArray[Any]]:
    """Return the type and the column of a hyperparameter, None where a run has none.

    Numbers stay numbers, and so do texts, and true and false; where runs have different
    types all are texts.
    """
    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and kinds:
        return "float64", np.array([np.nan if v is None else v for v in values], np.float64)
    if kinds == {bool}:
        return "bool", _objects(values)
    return "text", _objects(None if value is None else hparam_text(value) for value in values)


def hparam_text(value: Any) -> str:
    """Return a hyperparameter as text, where others of its name are text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else repr(value)


def summarize(table: ScalarTable, lower_is_better: Callable[[str], bool]) -> Summary:
    """Return the last value, the best and the mean of each series of a table."""
    count = len(table.keys)
    sizes = np.bincount(table.series_code, minlength=count)
    last, best, mean = (np.full(count, np.nan) for _ in range(3))
    there = np.flatnonzero(sizes)
    if not len(there):
        return Summary(last, best, mean)
    value = table.value.astype(np.float64)
    last[there] = value[np.cumsum(sizes)[there] - 1]
    finite = np.isfinite(value)
    kept, code = value[finite], table.series_code[finite]
    sizes = np.bincount(code, minlength=count)
    there = np.flatnonzero(sizes)
    if not len(there):
        return Summary(last, best, mean)
    starts = (np.cumsum(sizes) - sizes)[there]
    lower = {tag: lower_is_better(tag) for tag in {key.tag for key in table.keys}}
    low = np.array([lower[table.keys[i].tag] for i in there.tolist()])
    best[there] = np.where(
        low, np.minimum.reduceat(kept, starts), np.maximum.reduceat(kept, starts)
    )
    # Divided first: a sum of numbers near the largest there is would be infinite.
    mean[there] = np.add.reduceat(kept / sizes[code], starts)
    return Summary(last, best, mean)


def _objects(values: Iterable[Any]) -> NDArray[Any]:
    found = list(values)
    array = np.empty(len(found), object)
    array[:] = found
    return array


def _times(values: Iterable[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)
