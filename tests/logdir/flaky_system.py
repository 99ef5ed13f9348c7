"""System calls that fail on demand, and the memory that a piece of code took at its peak."""

from __future__ import annotations

import errno
import os
import sys
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from nbboard.series.store import Source, Store
from nbboard.storage import LocalStorage, System

_CLEAR = Path("/proc/self/clear_refs")


class FlakySystem(System):
    """System calls of which one fails now and then, or reads come short.

    Attributes
    ----------
    fail_at : dict
        Number of a call, from 1, to the error it ends with.
    denied : set of str
        Paths that may not be opened.
    failed : int
        How many calls failed so far.
    """

    def __init__(self):
        self.calls = 0
        self.fail_at = {}
        self.denied = set()
        self.short = None
        self.failed = 0

    def _maybe(self, path=None):
        self.calls += 1
        number = self.fail_at.get(self.calls)
        if path in self.denied:
            number = errno.EACCES
        if number is not None:
            self.failed += 1
            raise OSError(number, os.strerror(number))

    def scandir(self, path):
        self._maybe()
        return os.scandir(path)

    def stat(self, path):
        self._maybe()
        return os.stat(path)  # noqa: PTH116 - the call itself is what is wrapped

    def open(self, path, flags):
        self._maybe(path)
        return os.open(path, flags)

    def fstat(self, descriptor):
        self._maybe()
        return os.fstat(descriptor)

    def close(self, descriptor):
        os.close(descriptor)
        self._maybe()

    def read_into(self, descriptor, view, offset):
        self._maybe()
        if self.short is not None:
            view = view[: max(1, self.short.randrange(len(view) + 1))]
        return System.read_into(descriptor, view, offset)


def flaky_store(root):
    """Return a store on a flaky file system, and the system."""
    system = FlakySystem()
    return Store([Source("", str(root))], storages=[(LocalStorage(system), str(root))]), system


class Peak:
    """What :func:`peak_memory` measured.

    Attributes
    ----------
    grown : int
        Bytes at the peak beyond those at the start.
    """

    grown = 0


@contextmanager
def peak_memory() -> Iterator[Peak]:
    """Measure how far memory rises inside the block, even if the process once was larger.

    Where the kernel can be told to forget the highest mark (Linux) it is the resident set, else
    what Python allocated.
    """
    peak = Peak()
    if sys.platform == "linux" and os.access(_CLEAR, os.W_OK):
        _CLEAR.write_text("5")
        before = _high_water()
        yield peak
        peak.grown = _high_water() - before
        return
    tracemalloc.start()
    try:
        yield peak
        peak.grown = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def _high_water() -> int:
    """Return the highest resident set since it was forgotten, in bytes."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) << 10
    raise AssertionError("the kernel tells no VmHWM")
