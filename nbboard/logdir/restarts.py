"""Which points remain when a job was restarted and its steps went back."""

from __future__ import annotations

from typing import Literal

import numpy as np

from nbboard.errors import UsageError

__all__ = ["Restarts", "check_restarts", "kept_by_latest"]

#: ``"keep"`` keeps every point in written order; ``"latest"`` lets each point drop the
#: earlier ones of its series whose step is not below its own.
Restarts = Literal["keep", "latest"]


def check_restarts(restarts: str) -> Restarts:
    """Return `restarts` if it is one of the two rules.

    Raises
    ------
    UsageError
        If it is not.
    """
    if restarts == "keep":
        return "keep"
    if restarts == "latest":
        return "latest"
    raise UsageError(f"restarts is 'keep' or 'latest', not {restarts!r}")


def kept_by_latest(step: np.ndarray) -> np.ndarray | None:
    """Return which points the rule ``"latest"`` keeps, as TensorBoard's data server does.

    A point is dropped if any later point has a step not above its own.

    Parameters
    ----------
    step
        int64, in written order.

    Returns
    -------
    numpy.ndarray or None
        bool, the shape of `step`; None means all, the common case, so that columns
        need no copy.
    """
    if len(step) < 2 or bool(np.all(step[1:] > step[:-1])):
        return None
    least_after = np.minimum.accumulate(step[:0:-1])[::-1]
    kept = np.ones(len(step), bool)
    kept[:-1] = step[:-1] < least_after
    return kept
