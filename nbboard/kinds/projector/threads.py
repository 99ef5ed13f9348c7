"""Products of matrices on one thread, where that does not take long.

The threads of a BLAS wait for each other by turning round and round. Where other programs, or a
training in this process, keep the processors busy (or a container has fewer than it sees), that
takes longer than the work itself: the principal components of 71,000 vectors took four times the
CPU time on two threads.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

__all__ = ["one_thread"]

#: More multiplications than this, about two seconds of one thread, are left to all threads.
_MOST = 2e10
_lock = threading.Lock()


@cache
def _controller() -> Any:
    from threadpoolctl import ThreadpoolController

    return ThreadpoolController()


@contextmanager
def one_thread(multiplications: float) -> Iterator[None]:
    """Keep NumPy's products to one thread meanwhile, if there are not too many multiplications."""
    if multiplications > _MOST:
        yield
        return
    # The number of threads is the process's: what one caller sets, another must not restore.
    with _lock, _controller().limit(limits=1, user_api="blas"):
        yield
