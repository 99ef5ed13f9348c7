"""Threads that read, and a meter of how far they are."""

from __future__ import annotations

import itertools
import sys
import time
from collections import deque
from typing import TYPE_CHECKING, Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable
    from concurrent.futures import Future, ThreadPoolExecutor

    from typing_extensions import Self

__all__ = ["Meter", "Workers"]


#: Jobs that take so many times the processor time they use are waiting for a disk or a network.
_WAITING = 3.0
#: Seconds of waiting that are not worth a thread.
_SHORT = 0.02


_counter = itertools.count()


class Workers:
    """Threads, where they help; a context manager that ends them.

    Decoding is many short steps, and threads that hand the interpreter to each
    other at every one of them are slower than a single one. So jobs are done
    here and now until it turns out that they mostly wait for the storage.

    Parameters
    ----------
    count
        How many threads at the most.
    """

    def __init__(self, count: int) -> None:
        # A Python in the browser has no threads.
        self._count = 1 if sys.platform == "emscripten" else count
        self._pool: ThreadPoolExecutor | None = None
        self._waited = 0.0
        self._worked = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, call: Callable[[Any], Any], jobs: Iterable[Any]) -> Generator[Any, None, None]:
        """Yield the results, with at most two finished ones per thread waiting."""
        pending: deque[Future[Any]] = deque()
        try:
            for job in jobs:
                if self._is_alone():
                    yield self._timed(call, job)
                    continue
                pending.append(self._submit(call, job))
                if len(pending) >= 2 * self._count:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            # Whoever stops early may take away at once what the jobs need.
            _await([future for future in pending if not future.cancel()])

    def ahead(
        self, call: Callable[[Any], Any], jobs: Iterable[Any], is_long: Callable[[Any], bool]
    ) -> Generator[Any, None, None]:
        """Yield the results; a long job is done by a thread while the last result is used.

        For jobs that leave the interpreter to others; one is ahead at the most.
        """
        pending: Future[Any] | None = None
        try:
            for job in jobs:
                if self._count < 2 or not is_long(job):
                    if pending is not None:
                        yield pending.result()
                        pending = None
                    yield call(job)
                    continue
                last, pending = pending, self._submit(call, job)
                if last is not None:
                    yield last.result()
            if pending is not None:
                yield pending.result()
        finally:
            if pending is not None:
                _await([pending])

    def _submit(self, call: Callable[[Any], Any], job: Any) -> Future[Any]:
        if self._pool is None:
            # Imported when a thread is worth it: most logs are read without.
            from concurrent.futures import ThreadPoolExecutor

            self._pool = ThreadPoolExecutor(self._count, "nbboard-reader")
        return self._pool.submit(call, job)

    def _is_alone(self) -> bool:
        """Whether jobs are done by the thread that asks for them, each when it is wanted."""
        waited, worked = self._waited, self._worked
        return self._count < 2 or waited <= _SHORT or waited + worked <= _WAITING * worked

    def _timed(self, call: Callable[[Any], Any], job: Any) -> Any:
        rests, start, work = _rests(), time.perf_counter(), time.thread_time()
        try:
            return call(job)
        finally:
            worked = time.thread_time() - work
            self._worked += worked
            # A processor that is busy with something else makes everybody wait, too.
            if _rests() != rests:
                self._waited += max(time.perf_counter() - start - worked, 0.0)


def _await(jobs: list[Future[Any]]) -> None:
    """Wait until jobs have ended, whatever they come to."""
    if jobs:
        from concurrent.futures import wait

        wait(jobs)


def _rests() -> int:
    """Return how often this thread has given up the processor by itself.

    Where nobody knows, always another number: every wait counts.
    """
    if resource is None or not hasattr(resource, "RUSAGE_THREAD"):
        return next(_counter)
    return resource.getrusage(resource.RUSAGE_THREAD).ru_nvcsw


class Meter:
    """Adds up the bytes read, for a progress bar.

    Parameters
    ----------
    progress
        Called with the bytes read and the bytes to read; None for nobody.

    Attributes
    ----------
    done
        The bytes read.
    files
        Of how many whole files they are.
    """

    def __init__(self, progress: Callable[[int, int], None] | None) -> None:
        self._progress = progress
        self.done = 0
        self.files = 0
        self._total = 0

    def expect(self, size: int) -> None:
        """Expect so many more bytes."""
        self._total += size

    def add(self, size: int, files: int = 0) -> None:
        """Count bytes that were read, and the files they are the whole of."""
        self.done += size
        self.files += files
        self._total = max(self._total, self.done)
        if self._progress is not None:
            self._progress(self.done, self._total)
