"""What stands in the messages of every view, and how bytes travel in them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbboard.logdir import LogDir

__all__ = ["split", "status_of"]


def status_of(logdir: LogDir) -> dict[str, Any]:
    """Return when the kernel looked last, where, and what was wrong."""
    problems = logdir.problems
    return {
        "time": time.time(),
        "paths": [str(path) for path in logdir.paths],
        "problems": [str(problem) for problem in problems[:100]],
        "n_problems": len(problems),
        "n_damaged": sum(problem.lost > 0 for problem in problems),
    }


def split(content: Any) -> tuple[Any, list[bytes | memoryview]]:
    """Take the bytes out of nested lists and mappings, leaving ``{"$buffer": i}``."""
    buffers: list[bytes | memoryview] = []

    def plain(value: Any) -> Any:
        if isinstance(value, bytes | bytearray | memoryview):
            buffers.append(value if not isinstance(value, bytearray) else bytes(value))
            return {"$buffer": len(buffers) - 1}
        if isinstance(value, dict):
            return {key: plain(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [plain(item) for item in value]
        return value

    return plain(content), buffers
