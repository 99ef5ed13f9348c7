"""A catalogue as it was at one commit: what its readers ask."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, suppress
from functools import cached_property
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeVar

import numpy as np

from nbboard.catalogue.names import from_column, from_text, to_text
from nbboard.catalogue.points import Points, PointsFile
from nbboard.catalogue.rows import RunRows
from nbboard.catalogue.tables import CHECKED, Tables, names_of
from nbboard.errors import LogdirError, Problem
from nbboard.logdir.table import require
from nbboard.storage import FileStat

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pyarrow as pa

    from nbboard.catalogue.facts import Facts

__all__ = ["FileRow", "SeriesRow", "Snapshot"]

#: Parts whose series, files or points are kept at hand.
_KEPT = 64
#: Runs that are looked up one by one before all of them are put into a dictionary.
_FEW = 64

T = TypeVar("T")


class SeriesRow(NamedTuple):
    """One series: its names, its points, where those lie in the part, and its metadata."""

    tag: str
    plugin: str
    points: int
    start: int
    dtype: str
    metadata: bytes | None


class FileRow(NamedTuple):
    """One file: the run, its name, path and state, and what was damaged in it."""

    run: str
    name: str
    path: str
    stat: FileStat
    problems: tuple[Problem, ...]


class Snapshot:
    """What one commit of a catalogue says; nothing is read before it is asked for.

    Parameters
    ----------
    tables
        The catalogue.

    Attributes
    ----------
    version
        Of the commit.
    facts
        What it says of the whole catalogue.
    """

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._table = tables.runs()
        self.version: int = self._table.version()
        self.facts: Facts = tables.facts(self._table)
        self._lock = threading.RLock()
        self._places: dict[str, int] | None = None
        self._asked = 0
        self._series = _Kept[dict[str, list[SeriesRow]]]()
        self._files = _Kept[dict[str, list[FileRow]]]()
        self._points = _Kept[PointsFile]()

    @property
    def as_of(self) -> float:
        """When it was last looked whether it is complete: seconds since the epoch."""
        try:
            checked = float(self._tables.read("runs", CHECKED)["checked"][0].as_py())
        except LogdirError:
            checked = 0.0
        return max(checked, self.facts.as_of)

    def is_current(self) -> bool:
        """Whether there was no commit since."""
        return bool(self._tables.runs().version() == self.version)

    # -- runs ------------------------------------------------------------------

    @cached_property
    def dataset(self) -> Any:
        """The table ``runs`` as a pyarrow dataset, of files that are its own."""
        names_of(self._table)
        return self._table.to_pyarrow_dataset()

    @cached_property
    def run_rows(self) -> RunRows:
        """The rows of ``runs`` in natural order."""
        return RunRows(self._tables, names_of(self._table), dict(self.facts.ranges))

    def rows(self, columns: list[str], condition: Any = None) -> pa.Table:
        """Return columns of ``runs``, of the rows that fulfil a condition of pyarrow."""
        with self.telling_gone():
            return self.dataset.to_table(columns=columns, filter=condition)

    def telling_gone(self) -> AbstractContextManager[None]:
        """Say what to do, should a file that is read be gone."""
        return self._tables.telling_gone()

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """The columns of ``runs``."""
        return tuple(field.name for field in self._table.schema().fields)

    def __len__(self) -> int:
        """How many runs there are."""
        return sum(self._table.get_add_actions(flatten=True).column("num_records").to_pylist())

    @property
    def files(self) -> frozenset[str]:
        """The names of the files of ``runs``."""
        return frozenset(names_of(self._table))

    def names_in(self, file: str) -> list[tuple[str, str]]:
        """Return run and part of each row of a file of ``runs``."""
        rows = self._tables.read("runs", file, ["run", "part"])
        return [
            (from_text(run), part)
            for run, part in zip(rows["run"].to_pylist(), rows["part"].to_pylist(), strict=True)
        ]

    def all_names(self) -> list[tuple[str, str]]:
        """Return run and part of each row, if they were read; else nothing was seen of them."""
        known = self.__dict__.get("ordered")
        if known is None:
            return []
        runs = map(from_text, known["run"].to_pylist())
        return list(zip(runs, known["part"].to_pylist(), strict=True))

    @cached_property
    def ordered(self) -> pa.Table:
        """Run, part, first and last of each run, in natural order."""
        with self.telling_gone():
            return self.run_rows.table(["run", "part", "first", "last"], None)

    def place(self, run: str) -> int:
        """Return the place of a run in :attr:`ordered`.

        Raises
        ------
        KeyError
            There is no such run.
        """
        names = self.ordered["run"]
        with self._lock:
            self._asked += 1
            if self._places is None and (self._asked > _FEW or len(names) < 10_000):
                self._places = {from_text(run): i for i, run in enumerate(names.to_pylist())}
            if self._places is not None:
                return self._places[run]
        compute = require("pyarrow.compute", "catalogue")
        found = compute.index(names, to_text(run)).as_py()
        if found < 0:
            raise KeyError(run)
        return int(found)

    def places(self, runs: Iterable[str]) -> list[int]:
        """Return the places of those of some runs that there are."""
        found = []
        for run in runs:
            with suppress(KeyError):
                found.append(self.place(run))
        return found

    def part_of(self, run: str) -> str:
        """Return the part in which a run's data lie; KeyError if there is no such run."""
        return str(self.ordered["part"][self.place(run)].as_py())

    def wall_time(self, run: str, which: str) -> float | None:
        """Return the ``"first"`` or ``"last"`` wall time of a run; KeyError if there is none."""
        value = self.ordered[which][self.place(run)].as_py()
        return None if value is None or np.isnan(value) else float(value)

    @cached_property
    def plugins(self) -> dict[str, int]:
        """Of which plugins there are series, and how many."""
        names = [name for name in self.columns if name.startswith("count/")]
        if not names:
            return {}
        compute = require("pyarrow.compute", "catalogue")
        rows = self.rows(names)
        sums = {from_column(name)[1]: compute.sum(rows[name]).as_py() or 0 for name in names}
        return {plugin: count for plugin, count in sums.items() if count}

    @cached_property
    def points(self) -> int:
        """How many points there are."""
        compute = require("pyarrow.compute", "catalogue")
        rows = self.rows(["points"])
        return int(compute.sum(rows["points"]).as_py() or 0)

    # -- parts -----------------------------------------------------------------

    def series_of(self, run: str) -> list[SeriesRow]:
        """Return the series of a run; KeyError if there is no such run."""
        part = self.part_of(run)
        return self._series.get(part, lambda: self._read_series(part)).get(run, [])

    def _read_series(self, part: str) -> dict[str, list[SeriesRow]]:
        rows = self._tables.read("series", f"{part}.parquet")
        names = ("run", "tag", "plugin", "points", "start", "dtype", "metadata")
        found: dict[str, list[SeriesRow]] = {}
        for run, tag, plugin, *rest in zip(*(rows[n].to_pylist() for n in names), strict=True):
            row = SeriesRow(from_text(tag), from_text(plugin), *rest)
            found.setdefault(from_text(run), []).append(row)
        return found

    def series_where(
        self,
        plugin: str,
        tag_test: Callable[[str], bool] | None,
        run_test: Callable[[str], bool] | None,
        runs: Iterable[str] | None = None,
    ) -> Iterator[tuple[str, str, int, str]]:
        """Yield run, tag, points and part of the series of a plugin, in natural order.

        Only the parts of the runs that pass are read, and of them only what is needed; with
        names of `runs` no others are looked at.
        """
        compute = require("pyarrow.compute", "catalogue")
        chosen = list(self._places_of(run_test, runs))
        ordered = self.ordered.take([place for place, _ in chosen])
        names = dict(chosen)
        parts = dict(zip(names, ordered["part"].to_pylist(), strict=True))
        by_part: dict[str, list[int]] = {}
        for place, part in parts.items():
            by_part.setdefault(part, []).append(place)
        found: dict[int, list[tuple[str, int]]] = {}
        for part, places in by_part.items():
            file = f"{part}.parquet"
            rows = self._tables.read("series", file, ["run", "tag", "plugin", "points"])
            rows = rows.filter(compute.equal(rows["plugin"], to_text(plugin)))
            if tag_test is not None:
                tags = [t for t in rows["tag"].unique().to_pylist() if tag_test(from_text(t))]
                arrow = require("pyarrow", "catalogue")
                wanted = arrow.array(tags, arrow.string())
                rows = rows.filter(compute.is_in(rows["tag"], wanted))
            wanted_runs = {names[i]: i for i in places}
            columns = (rows[name].to_pylist() for name in ("run", "tag", "points"))
            for run, tag, points in zip(*columns, strict=True):
                if (at := wanted_runs.get(from_text(run))) is not None:
                    found.setdefault(at, []).append((from_text(tag), points))
        for i, run in chosen:
            for tag, points in found.get(i, ()):
                yield run, tag, points, parts[i]

    def _places_of(
        self, run_test: Callable[[str], bool] | None, runs: Iterable[str] | None
    ) -> Iterator[tuple[int, str]]:
        """Yield place and name of the runs that pass, in natural order."""
        if runs is None:
            every = map(from_text, self.ordered["run"].to_pylist())
            yield from (pair for pair in enumerate(every) if run_test is None or run_test(pair[1]))
            return
        found = {}
        for run in runs:
            with suppress(KeyError):
                found[self.place(run)] = run
        yield from ((i, found[i]) for i in sorted(found) if run_test is None or run_test(found[i]))

    def files_of(self, run: str) -> list[FileRow]:
        """Return the files of a run in reading order; KeyError if there is no such run."""
        part = self.part_of(run)
        return self._files.get(part, lambda: self._by_run(self._read_files(part))).get(run, [])

    @staticmethod
    def _by_run(rows: list[FileRow]) -> dict[str, list[FileRow]]:
        found: dict[str, list[FileRow]] = {}
        for row in rows:
            found.setdefault(row.run, []).append(row)
        return found

    def _read_files(self, part: str) -> list[FileRow]:
        rows = self._tables.read("files", f"{part}.parquet")
        names = ("run", "folder", "name", "size", "mtime_ns", "inode", "etag", "problems")
        found = []
        for run, folder, name, size, mtime, inode, etag, told in zip(
            *(rows[name].to_pylist() for name in names), strict=True
        ):
            where = from_text(folder) + from_text(name)
            stat = FileStat(size, mtime, (inode % (1 << 64),) if inode else (), etag or "")
            problems = tuple(Problem(where, *one) for one in json.loads(from_text(told or "[]")))
            found.append(FileRow(from_text(run), from_text(name), where, stat, problems))
        return found

    @cached_property
    def beside(self) -> list[FileRow]:
        """The files beside the event files."""
        return self._read_files(self.facts.beside) if self.facts.beside else []

    @cached_property
    def problems(self) -> tuple[Problem, ...]:
        """What was skipped or damaged."""
        dataset = require("pyarrow.dataset", "catalogue")
        skipped = [Problem(file, 0, why, 0) for file, why in self.facts.problems]
        rows = self.rows(["run"], dataset.field("damaged") > 0)
        damaged = [
            problem
            for run in rows["run"].to_pylist()
            for file in self.files_of(from_text(run))
            for problem in file.problems
        ]
        return (*skipped, *damaged)

    def points_of(self, part: str, spans: Iterable[tuple[int, int]]) -> list[Points]:
        """Return points of a part: those of each of several spans of rows."""
        name = f"{part}.parquet"
        return self._points.get(part, lambda: PointsFile(self._tables, name)).read(list(spans))


class _Kept(Generic[T]):
    """The last few things that were made."""

    def __init__(self) -> None:
        self._things: OrderedDict[str, T] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: str, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._things:
                self._things.move_to_end(key)
                return self._things[key]
        made = make()
        with self._lock:
            self._things[key] = made
            while len(self._things) > _KEPT:
                self._things.popitem(last=False)
        return made
