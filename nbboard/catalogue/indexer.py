"""Building and updating a catalogue: list, take what changed, read it in tasks, commit."""

from __future__ import annotations

import gc
import time
import uuid
from collections.abc import Iterator, Mapping
from concurrent.futures import (
    FIRST_COMPLETED,
    CancelledError,
    Executor,
    Future,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbboard.catalogue.commit import Committer
from nbboard.catalogue.compact import compact
from nbboard.catalogue.listing import Listing, families, list_sources, rooted_sources
from nbboard.catalogue.names import without_credentials
from nbboard.catalogue.part import Part, Task, read_part
from nbboard.catalogue.tables import Tables
from nbboard.errors import LogdirError, NbboardError, UsageError
from nbboard.logdir.registry import kinds
from nbboard.logdir.table import require
from nbboard.progress import Progress
from nbboard.series.gc_pause import GcPause
from nbboard.series.name_patterns import name_test
from nbboard.text import counted, natural_key

if TYPE_CHECKING:
    from nbboard.series import Source
    from nbboard.series.sources import LogdirLike

__all__ = ["Indexed", "index"]

#: Runs that one task reads, but for those that lie within one another.
RUNS = 1000
#: Threads that read where there is no client: more would only wait for the interpreter.
_THREADS = 2
#: Tasks that wait for each thread or worker.
_AHEAD = 3
#: So many parts wait for one that should come before them.
_EARLY = 16
#: So many times a task is given away again after whoever worked on it was lost.
_ATTEMPTS = 4
#: Seconds between two commits of what has been read.
_EVERY = 10.0


@dataclass(frozen=True)
class Indexed:
    """What an index found.

    Attributes
    ----------
    runs
        How many runs the logdirs have.
    read
        How many were read, because they are new or not as they were.
    removed
        How many went.
    listing, seconds
        How long listing took, and all of it.
    """

    runs: int
    read: int
    removed: int
    listing: float
    seconds: float

    def __str__(self) -> str:
        rate = self.read / max(self.seconds - self.listing, 1e-3)
        told = f"; {rate:,.0f} runs a second" if self.read else ""
        return (
            f"{counted(self.runs, 'run')}: {self.read:,} read, {self.removed:,} removed,"
            f" in {self.seconds:.1f} s ({self.listing:.1f} s listing{told})"
        )


def index(
    source: LogdirLike,
    catalogue: str,
    client: Any = None,
    *,
    options: Mapping[str, str] | None = None,
    compacted: bool = False,
    progress: bool = True,
) -> Indexed:
    """Index very many runs, so that ``nbboard.open(catalogue)`` has them at once.

    Called again it reads only runs whose files changed. It may be interrupted and goes on
    the next time; whoever reads the catalogue meanwhile sees it as it was at some commit.

    Parameters
    ----------
    source
        The logs, as :func:`nbboard.open` takes them.
    catalogue
        Where the index is kept: a folder, or a URL such as ``"s3://bucket/catalogue"``.
        Its readers see all that is indexed: one for each domain of permission.
    client
        A ``dask.distributed.Client`` whose workers read (they must reach both places), or
        an executor of :mod:`concurrent.futures`; threads of this process by default.
    options
        Settings of the catalogue's object store, such as ``{"AWS_ENDPOINT_URL": ...}``; used,
        never stored. What is missing comes from the environment.
    compacted
        Whether to compact the catalogue afterwards, and to delete what nobody needs.
    progress
        Whether a bar may appear.

    Returns
    -------
    Indexed
        How many runs there are, and what was done.

    Raises
    ------
    LogdirError
        If a logdir cannot be listed, or the catalogue holds another one.
    MissingExtraError
        If ``nbboard[catalogue]`` is not installed.
    NbboardError
        If runs could not be read because workers were lost; what was read is kept.
    """
    for package in ("deltalake", "duckdb", "pyarrow"):
        require(package, "catalogue")
    start = time.monotonic()
    tables = Tables(str(catalogue), dict(options or {}))
    sources = rooted_sources(source)
    _insist_on_apart(sources, tables.root)
    now = time.time()
    # Millions of small objects are made that last until the end.
    with GcPause(), ThreadPoolExecutor(1) as beside:
        # What there is, and what is known, are told by different places.
        looking = beside.submit(list_sources, sources, name_test(_beside()))
        committer = Committer(tables, sources)
        listing = looking.result()
        listed = time.monotonic() - start
        changed, gone = committer.plan(listing, now)
    done = 0
    if changed or gone or committer.facts_changed:
        tasks = list(_tasks(tables, sources, listing, changed))
        total = sum(len(task.states) for task in tasks)
        # ... and the collector, which frees what each task made, need not look at them.
        gc.freeze()
        try:
            with Progress("indexing", "run", enabled=progress) as bar:
                for part in _read(tasks, client, committer):
                    done += part.rows.num_rows
                    bar(done, total)
                    if committer.waits(_EVERY):
                        committer.commit()
            committer.finish(gone)
        finally:
            gc.unfreeze()
    else:
        committer.note_checked(now)
    if compacted:
        compact(tables)
    seconds = time.monotonic() - start
    return Indexed(len(listing.runs), done, len(gone), listed, seconds)


def _beside() -> list[str]:
    """Return the patterns of names of the files that lie beside event files."""
    return [name for kind in kinds().values() for name in kind.beside]


def _insist_on_apart(sources: tuple[Source, ...], root: str) -> None:
    """Refuse a catalogue that is a logdir, or holds one."""
    for one in sources:
        if (without_credentials(one.root).rstrip("/") + "/").startswith(root.rstrip("/") + "/"):
            raise UsageError(f"{root} is, or holds, what is to be indexed: name another folder")


def _tasks(
    tables: Tables, sources: tuple[Source, ...], listing: Listing, changed: set[str]
) -> Iterator[Task]:
    """Yield tasks of about a thousand runs; what lies within a changed run is read again, too."""
    chosen: list[str] = []
    touched = [family for family in families(listing.runs) if not changed.isdisjoint(family)]
    # In the order that the catalogue has: what is committed one after another is in order then.
    touched.sort(key=lambda family: natural_key(family[0]))
    for family in touched:
        chosen += family
        if len(chosen) >= RUNS:
            yield _task(tables, sources, listing, chosen)
            chosen = []
    if chosen:
        yield _task(tables, sources, listing, chosen)


def _task(tables: Tables, sources: tuple[Source, ...], listing: Listing, runs: list[str]) -> Task:
    task = Task(tables, uuid.uuid4().hex, sources, [{} for _ in sources])
    for run in runs:
        listed = listing.runs[run]
        task.files[listed.source].update((file.path, file.stat) for file in listed.files)
        task.files[listed.source].update((file.path, file.stat) for file in listed.beside)
        task.states[run] = listed.state
    return task


class _Reading:
    """The tasks that are to be read, are being read, and failed.

    Parameters
    ----------
    tasks
        All of them.
    client
        What runs them; see :func:`index`.
    """

    def __init__(self, tasks: list[Task], client: Any) -> None:
        self._own = client is None
        self._executor, self._workers = _executor(client)
        self._waiting = [(task, 0) for task in reversed(tasks)]
        self._pending: dict[Future[Part], tuple[Task, int]] = {}
        self._place = {task.part: place for place, task in enumerate(tasks)}
        # Parts that are read while one before them is not, and the place of that one.
        self._early: dict[int, Part] = {}
        self._next = 0
        self.failed: list[BaseException] = []

    def parts(self) -> Iterator[Part]:
        """Yield parts as they are read, in the order of their tasks but for laggards."""
        for part in self._read_parts():
            self._early[self._place[part.part]] = part
            while self._next in self._early or len(self._early) > _EARLY:
                first = min(self._early)
                yield self._early.pop(first)
                self._next = max(self._next, first + 1)
        yield from self.early()

    def early(self) -> Iterator[Part]:
        """Yield the parts that still wait for others."""
        for place in sorted(self._early):
            yield self._early.pop(place)

    def _read_parts(self) -> Iterator[Part]:
        """Yield parts as they are read."""
        while self._waiting or self._pending:
            while self._waiting and len(self._pending) < self._workers * _AHEAD:
                task, attempt = self._waiting.pop()
                self._pending[self._executor.submit(read_part, task)] = (task, attempt)
            for future in wait(self._pending, return_when=FIRST_COMPLETED).done:
                task, attempt = self._pending.pop(future)
                error = _error_of(future)
                if error is None:
                    yield future.result()
                else:
                    self._note(task, attempt, error)

    def _note(self, task: Task, attempt: int, error: BaseException) -> None:
        """Give a task away again, unless there is no hope."""
        if isinstance(error, CancelledError):
            self._waiting.clear()  # nobody is there to work
        elif not isinstance(error, OSError) and attempt + 1 < _ATTEMPTS:
            self._waiting.append((task, attempt + 1))
            return
        self.failed.append(error)

    def close(self) -> None:
        """Stop what is not needed any more."""
        for future in self._pending:
            future.cancel()
        if self._own:
            self._executor.shutdown(wait=True, cancel_futures=True)


def _read(tasks: list[Task], client: Any, committer: Committer) -> Iterator[Part]:
    """Yield the parts of tasks as they are read, each noted with the committer."""
    reading = _Reading(tasks, client)
    try:
        for part in reading.parts():
            committer.add(part)
            yield part
    except BaseException:
        # An interrupt, most likely: what was read is kept.
        reading.close()
        for part in reading.early():
            committer.add(part)
        committer.commit()
        raise
    reading.close()
    if reading.failed:
        committer.commit()
        raise _failure(reading.failed)


def _error_of(future: Future[Part]) -> BaseException | None:
    try:
        return future.exception()
    except CancelledError as error:
        return error


def _failure(failed: list[BaseException]) -> NbboardError:
    first = failed[0]
    if isinstance(first, CancelledError):
        why = "the scheduler, or its workers, are gone"
    else:
        why = f"{type(first).__name__}: {first}".partition("\n")[0]
    message = (
        f"{counted(len(failed), 'task')} could not be read ({why}); what was read is in the"
        " catalogue, and the next index goes on from there"
    )
    error = LogdirError(message) if isinstance(first, OSError) else NbboardError(message)
    error.__cause__ = first
    return error


def _executor(client: Any) -> tuple[Executor, int]:
    """Return what runs tasks, and how many at a time."""
    if client is None:
        return ThreadPoolExecutor(_THREADS, "nbboard-index"), _THREADS
    if isinstance(client, Executor):
        return client, getattr(client, "_max_workers", _THREADS)
    if hasattr(client, "get_executor"):
        workers = sum(client.nthreads().values()) or _THREADS
        return client.get_executor(pure=False, retries=_ATTEMPTS), workers
    raise UsageError(
        f"client is a dask.distributed.Client or an executor of concurrent.futures, not {client!r}"
    )
