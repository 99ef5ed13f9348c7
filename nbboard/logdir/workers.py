"""Threads that read, and a meter of how far they are."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from typing_extensions import Self

__all__ = ["Meter", "Workers"]


class Workers:
    """Threads, if there is enough to do for them; a context manager that ends them.

    Parameters
    ----------
    count
        How many threads at the most.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._pool: ThreadPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)

    def map(self, call: Callable[[Any], Any], jobs: Iterable[Any]) -> Iterator[Any]:
        """Yield the results, with at most two finished ones per thread waiting."""
        jobs = iter(jobs)
        first = next(jobs, None)
        if first is None:
            return
        second = next(jobs, None)
        if second is None or self._count < 2:
            yield call(first)
            if second is not None:
                yield call(second)
            for job in jobs:
                yield call(job)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(self._count, "nbboard-reader")
        pending = deque(self._pool.submit(call, job) for job in (first, second))
        for job in jobs:
            pending.append(self._pool.submit(call, job))
            if len(pending) >= 2 * self._count:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()


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
