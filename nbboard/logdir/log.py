"""A logdir: everything its event files hold, by run, kind and tag."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator, Sequence
from types import TracebackType
from typing import TYPE_CHECKING, Any, NoReturn

from nbboard.errors import LogdirError
from nbboard.logdir.collections import Values
from nbboard.logdir.displayed import Displayed
from nbboard.logdir.follow import Follower, Watcher
from nbboard.logdir.journal import Journal
from nbboard.logdir.names import names_near
from nbboard.logdir.one_run import Run
from nbboard.logdir.registry import kind_named, kind_of_plugin, kinds
from nbboard.paths import packed_below
from nbboard.progress import Progress
from nbboard.series.interrupts import Interrupts
from nbboard.series.sources import LogdirLike, sources_of
from nbboard.series.store import Changes, SeriesKey, Store
from nbboard.text import counted, natural_key, points_text, printable

if TYPE_CHECKING:
    import pandas as pd
    from typing_extensions import Self

    from nbboard.errors import Problem
    from nbboard.kinds.audio import Audio
    from nbboard.kinds.custom_scalars.layout import Layout
    from nbboard.kinds.graphs.graph import Graph
    from nbboard.kinds.histograms import Histogram
    from nbboard.kinds.hparams.collection import HParams
    from nbboard.kinds.images.image import Image
    from nbboard.kinds.mesh import MeshPart
    from nbboard.kinds.params.collection import Params
    from nbboard.kinds.pr_curves.curve import PRCurve
    from nbboard.kinds.profile.collection import Profiles
    from nbboard.kinds.projector.collection import Projector
    from nbboard.kinds.tensors import Tensor
    from nbboard.kinds.text import Text
    from nbboard.logdir.collections import Scalars
    from nbboard.logdir.names import Filter, Names
    from nbboard.logdir.restarts import Restarts
    from nbboard.logdir.runs_table import RunsTable

__all__ = ["LogDir"]

#: What other modules use; Tab shows the rest.
_NOT_FOR_PEOPLE = frozenset(
    {
        "changed_runs",
        "keys_where",
        "forget_problems",
        "is_lazy",
        "keys_of",
        "last_wall_time",
        "note_problem",
        "notes",
        "opened",
        "problems_noted",
        "store",
        "version",
        "why_empty",
    }
)


class LogDir(Displayed):
    """One or several folders of event files, read; made by :func:`nbboard.open`.

    Everything may be used from any thread. Each kind is an attribute that holds its
    collection: ``log.scalars``, ``log.images``, ... (``dir(log)`` lists them).

    Attributes
    ----------
    paths
        The folders, as given.
    restarts
        Which points the series have unless told otherwise; see :func:`nbboard.open`.
    store
        The columns and offsets below; not for everyday use.
    version
        Counts the refreshes that found changes.
    """

    if TYPE_CHECKING:
        scalars: Scalars
        hparams: HParams
        profile: Profiles
        projector: Projector
        params: Params
        images: Values[Image]
        audio: Values[Audio]
        text: Values[Text]
        histograms: Values[Histogram]
        tensors: Values[Tensor]
        graphs: Values[Graph]
        pr_curves: Values[PRCurve]
        custom_scalars: Values[Layout]
        mesh: Values[MeshPart]

    _view_name = "board"
    #: Whether what is said of runs is read when it is asked for: there may be a million.
    is_lazy = False
    #: Where tags and notes are kept that people write; None where that is the notebook's matter.
    notes: Any = None

    def __init__(
        self,
        logdir: LogdirLike,
        restarts: Restarts | None,
        *,
        progress: bool = True,
        store: Store | None = None,
    ) -> None:
        if store is None:
            beside = [name for kind in kinds().values() for name in kind.beside]
            store = Store(sources_of(logdir), beside=beside)
        sources = store.sources
        self.paths = tuple(source.root for source in sources)
        self.restarts: Restarts = restarts or "keep"
        self._asked_restarts = restarts
        self.store = store
        self.version = 0
        self._names = tuple(source.name for source in sources)
        self._lock = threading.Lock()
        #: How often :attr:`problems` became others without a refresh having found that.
        self.problems_noted = 0
        self._undecodable: dict[Problem, str] = {}
        self._journal = Journal()
        self._collections: dict[str, Any] = {}
        # Of kinds with several plugins: the series of each, and all of them in order.
        self._merged: dict[str, tuple[tuple[object, ...], tuple[SeriesKey, ...]]] = {}
        self._runs_table: tuple[int, RunsTable | None] = (-1, None)
        self._watcher = Watcher(self)
        self.refresh(progress=progress)

    @property
    def opened(self) -> str | dict[str, str]:
        """What :func:`nbboard.open` was given, as far as code can say it."""
        if self._names == ("",):
            return str(self.paths[0])
        return dict(zip(self._names, map(str, self.paths), strict=True))

    @property
    def name(self) -> str:
        """The folders in one line, for messages."""
        return ", ".join(
            f"{path!r} as {name!r}" if name else repr(path)
            for name, path in zip(self._names, self.paths, strict=True)
        )

    @property
    def runs(self) -> tuple[str, ...]:
        """The names of the runs in natural order; ``"."`` is the root itself."""
        return tuple(self.store.runs)

    @property
    def as_of(self) -> dt.datetime | None:
        """When a catalogue's logs were looked at; None for logs that are read themselves."""
        return None

    @property
    def kinds(self) -> dict[str, int]:
        """How many series there are of each kind, including plugins nbboard does not know."""
        counts: dict[str, int] = {}
        for plugin, count in self.store.plugins().items():
            name = kind_of_plugin(plugin).name
            counts[name] = counts.get(name, 0) + count
        known = list(kinds())
        for name, kind in kinds().items():
            # Its collection, and what that imports, only where there may be something in it.
            there = kind.beside and self.store.files_beside(kind.beside)
            if there and (count := kind.count(self) if kind.count else len(self.collection(name))):
                counts[name] = count
        return dict(sorted(counts.items(), key=lambda item: _rank(item[0], known)))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was damaged, skipped or could not be decoded, in the order it was met."""
        with self._lock:
            return (*self.store.problems, *self._undecodable)

    def note_problem(self, problem: Problem, run: str) -> None:
        """Add to :attr:`problems` what turned out only when a value of a run was read.

        It is forgotten when the run's files are read anew; where they have been meanwhile,
        which leaves the problem without a file, it is none any more.
        """
        with self._lock:
            if problem.file and problem not in self._undecodable:
                self._undecodable[problem] = run
                self.problems_noted += 1

    def forget_problems(self, file: str) -> None:
        """Forget what was noted of a file that is read again."""
        with self._lock:
            kept = {p: r for p, r in self._undecodable.items() if p.file != file}
            self.problems_noted += len(kept) < len(self._undecodable)
            self._undecodable = kept

    def refresh(self, *, progress: bool = True) -> Changes:
        """Read what has been appended since the last time, and only that.

        An interrupt (Ctrl-C) ends it early: what was read until then is there, and the
        next refresh goes on from it.

        Parameters
        ----------
        progress
            Whether a bar may appear when it takes long.

        Returns
        -------
        Changes
            New and vanished runs, new points by series, problems; false if nothing
            changed.
        """
        with Progress("reading logs", "B", enabled=progress) as bar, Interrupts() as interrupts:
            try:
                changes = self.store.refresh(bar, interrupts.asked)
            except BaseException:
                with self._lock:
                    self.version += 1  # the store has forgotten what it held
                    self._journal.forget(self.version)
                raise
            if changes:
                gone = {*changes.reset, *changes.runs_removed}
                with self._lock:
                    self._journal.note(self.version + 1, changes)
                    self.version += 1
                    kept = {p: r for p, r in self._undecodable.items() if r not in gone}
                    self._undecodable = kept
                self._watcher.publish(changes)
        return changes

    def changed_runs(self, version: int) -> frozenset[str] | None:
        """Return the runs that came, went, grew or were read anew since a :attr:`version`.

        None if that was too long ago to be known: then any of them may have.
        """
        with self._lock:
            return self._journal.since(version)

    def follow(self, callback: Callable[[Changes], object], interval: float = 1.0) -> Follower:
        """Read what is appended on a thread, and call back when something changed.

        Parameters
        ----------
        callback
            Called with :class:`Changes` on the watcher thread, one call at a time; also
            for what a :meth:`refresh` of yours found. What it raises is logged as a
            warning and kept as the ``error`` of what this returns.
        interval
            Seconds between two looks.

        Returns
        -------
        Follower
            Its ``stop()`` ends it; it is a context manager too.

        Raises
        ------
        UsageError
            If `callback` cannot be called, or `interval` is not a number above 0.
        """
        return self._watcher.add(callback, interval)

    def close(self) -> None:
        """Stop following. What was read stays usable."""
        self._watcher.close()

    def collection(self, name: str) -> Any:
        """Return the collection of a kind or of a plugin nbboard does not know.

        Parameters
        ----------
        name
            ``"scalars"``, ``"images"``, ..., or the name of a plugin as in :attr:`kinds`.
        """
        collection = self._collections.get(name)
        if collection is None:
            kind = kind_named(name)
            collection = (kind.collection or Values)(self, kind, self._asked_restarts)
            collection = self._collections.setdefault(name, collection)
        return collection

    def last_wall_time(self, run: str) -> float | None:
        """Return when `run` was last written to: seconds since the epoch.

        None if never, or if there is no such run (any more).
        """
        try:
            return self.store.last_wall_time(run)
        except KeyError:
            return None

    def why_empty(self) -> str:
        """Say why there is no run: nothing was logged yet, or it cannot be read as it is."""
        said = f"no event files yet below {self.name}"
        hints = [hint for path in self.paths if (hint := packed_below(path))]
        return "; ".join([said, *(problem.reason for problem in self.problems[:1]), *hints])

    def keys_of(self, kind: str) -> tuple[SeriesKey, ...]:
        """Return the series of a kind, by run and tag in natural order.

        While nothing changes it is the same tuple every time.
        """
        plugins = [p for p in self.store.plugins() if kind_of_plugin(p).name == kind]
        if len(plugins) < 2:
            return self.store.series(plugins[0]) if plugins else ()
        found = tuple(self.store.series(plugin) for plugin in plugins)
        merged = self._merged.get(kind)
        if merged is None or any(a is not b for a, b in zip(merged[0], found, strict=False)):
            order = {run: rank for rank, run in enumerate(self.store.runs)}
            keys = sorted(
                (key for keys in found for key in keys),
                key=lambda key: (order.get(key.run, 0), natural_key(key.tag)),
            )
            merged = self._merged[kind] = (found, tuple(keys))
        return merged[1]

    def keys_where(self, kind: str, filters: Sequence[Filter]) -> tuple[SeriesKey, ...] | None:  # noqa: ARG002 - a catalogue's
        """Return the series of a kind that pass filters, where that costs less than all do."""
        return None

    def frame(self, metrics: Names | None = None, best: str = "last") -> pd.DataFrame:
        """Return one row a run: its hyperparameters, then its metrics.

        Parameters
        ----------
        metrics
            Which scalar tags, as :meth:`Collection.select` takes them; None for all.
        best
            Which value of a metric: ``"last"``, ``"min"`` or ``"max"``; NaN where a run has
            none that is a number.

        Returns
        -------
        pandas.DataFrame
            Indexed by ``run``. A metric that is called like a hyperparameter is named
            ``metric/...``.

        Raises
        ------
        UsageError
            If `best` is none of these.
        MissingExtraError
            If pandas is not installed.
        """
        from nbboard.logdir.frame import frame_of

        return frame_of(self, metrics, best)

    @property
    def runs_table(self) -> RunsTable:
        """One row a run: hyperparameters and metrics, filtered and sorted where they lie.

        >>> log.runs_table.where("hp.lr < 0.1").top("val/accuracy", 20).to_pandas()

        It is as of the last refresh; ask again after the next one.
        """
        with self._lock:
            version, table = self._runs_table
        if table is None or version != self.version:
            version = self.version
            table = self._make_runs_table()
            with self._lock:
                self._runs_table = (version, table)
        return table

    def runs_view(self, **options: Any) -> Any:
        """Return an interactive table of the runs (a widget): search, sort, group, pick out.

        Parameters
        ----------
        **options
            For example ``search="adam lr<0.1", sort=["-val/accuracy"]``; see
            ``help(log.collection("runs").view)`` for all.

        Raises
        ------
        UsageError
            If there is no such option, or it names no column.
        """
        return self.collection("runs").view(**options)

    def _make_runs_table(self) -> RunsTable:
        from nbboard.logdir.run_columns import runs_table_of

        return runs_table_of(self)

    def __getitem__(self, run: str) -> Run:
        """Return a run: everything of it, by kind or tag."""
        if run not in self.runs:
            there = self.runs
            near = names_near(run, there, "run") if there else self.why_empty()
            raise LogdirError(f"there is no run {run!r}; {near}")
        return Run(self, run)

    def __contains__(self, run: object) -> bool:
        """Whether there is a run of this name."""
        return run in self.runs

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names of the runs, as over those of a dict."""
        return iter(self.runs)

    def __len__(self) -> int:
        """How many runs there are."""
        return len(self.runs)

    def __bool__(self) -> bool:
        return True

    def __getattr__(self, name: str) -> Any:
        if not name.startswith("_") and (name in kinds() or name in self.store.plugins()):
            return self.collection(name)
        message = f"a LogDir has no {name!r}; its kinds: {', '.join(kinds())}"
        raise AttributeError(message, name=name, obj=self)  # so that Python suggests a name

    def __dir__(self) -> list[str]:
        logged = (kind for kind in self.kinds if kind.isidentifier())
        return sorted({*super().__dir__(), *kinds(), *logged} - _NOT_FOR_PEOPLE)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def __reduce__(self) -> NoReturn:
        raise TypeError(
            "a LogDir cannot be pickled or copied: open its paths again,"
            " or pass on what .to_pandas() gives"
        )

    def __repr__(self) -> str:
        lines = [f"nbboard.open({self.name}): {counted(len(self.runs), 'run')}"]
        for name, count in self.kinds.items():
            if kind_named(name).beside:
                lines.append(f"  {name:<14} {count:>6,} beside the event files")
                continue
            points = points_text(sum(key.count for key in self.keys_of(name)))
            lines.append(f"  {printable(name):<14} {count:>6,} series  {points}")
        problems = self.problems
        if problems:
            lost = sum(problem.lost for problem in problems)
            found = counted(len(problems), "problem")
            lines.append(f"  {found}, {lost:,} bytes lost: see .problems")
            lines += [f"    {printable(str(problem))}" for problem in problems[:3]]
        return "\n".join(lines)


def _rank(name: str, known: list[str]) -> tuple[int, str]:
    return (known.index(name) if name in known else len(known), name)
