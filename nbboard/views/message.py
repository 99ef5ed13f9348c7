"""What stands in the messages of every view."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbboard.logdir import LogDir

__all__ = ["status_of"]


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
