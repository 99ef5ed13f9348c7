"""Embeddings that were read, kept while they are used."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from nbboard.kinds.projector.embedding import EmbeddedPoints

__all__ = ["Shelf"]

#: Bytes of vectors that are kept; the one used last is, whatever its size.
_KEPT = 768 << 20


class Shelf:
    """What was read last, by the state of its files; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._kept: OrderedDict[Hashable, EmbeddedPoints] = OrderedDict()

    def get(self, state: Any, read: Callable[[], EmbeddedPoints]) -> EmbeddedPoints:
        """Return what was read of files in this state, or read them now."""
        with self._lock:
            found = self._kept.get(state)
            if found is None:
                found = self._kept[state] = read()
            self._kept.move_to_end(state)
            while len(self._kept) > 1 and self._size() > _KEPT:
                self._kept.popitem(last=False)
            return found

    def _size(self) -> int:
        return sum(points.vectors.nbytes for points in self._kept.values())
