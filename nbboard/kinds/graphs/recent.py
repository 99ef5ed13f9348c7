"""The graphs that were parsed last: a view asks for the same one again for every detail."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from nbboard.kinds.graphs.operations import Operations

__all__ = ["Recent"]

#: Bytes of logged graphs whose operations are kept, which take a few times as many; a graph of
#: 100,000 nodes has 14 MB.
_KEPT = 32 << 20


class Recent:
    """Operations by the bytes that they were logged as; safe to use from several threads."""

    def __init__(self, most: int = _KEPT) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, bytes], Operations] = OrderedDict()

    def get(self, form: str, data: bytes, parse: Callable[[], Operations]) -> Operations:
        """Return what was parsed of the same bytes, or parse them; larger ones are not kept."""
        if len(data) > self._most:
            return parse()
        key = form, data
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
                return found
        found = parse()
        with self._lock:
            self._kept[key] = found
            while sum(len(each) for _, each in self._kept) > self._most:
                self._kept.popitem(last=False)
        return found
