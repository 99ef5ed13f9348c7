"""Which points remain when a job was restarted and its steps went back."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np

from nbboard.errors import UsageError

__all__ = ["Restarts", "check_restarts", "kept_by_latest"]

#: ``"keep"`` keeps every point in written order; ``"latest"`` lets a point at which the steps
#: go back drop the earlier ones of its series that are not below it; ``"purge"`` lets a job
#: that says where it begins (``SessionLog.START``) drop what was logged from there on before.
Restarts = Literal["keep", "latest", "purge"]


def check_restarts(restarts: object) -> Restarts:
    """Return `restarts` if it is one of the rules.

    Raises
    ------
    UsageError
        If it is not.
    """
    rules: tuple[Restarts, ...] = get_args(Restarts)
    for rule in rules:
        if restarts == rule:
            return rule
    *first, last = map(repr, rules)
    raise UsageError(f"restarts is {', '.join(first)} or {last}, not {restarts!r}")


def kept_by_latest(step: np.ndarray, wall_time: np.ndarray) -> np.ndarray | None:
    """Return which points the rule ``"latest"`` keeps.

    Where steps go back and time goes on, a job was restarted: its first point drops every
    earlier one whose step is not below its own. Several points at one step are several
    points: a log without steps, two logs of an epoch, more than one image a step. Where time
    goes back with the steps, another writer wrote into the same folder meanwhile, and both
    are kept.

    Parameters
    ----------
    step
        int64, in written order.
    wall_time
        float64, the shape of `step`.

    Returns
    -------
    numpy.ndarray or None
        bool, the shape of `step`; None means all, the common case, so that columns
        need no copy.

    Notes
    -----
    TensorBoard's data server drops points of equal steps, too
    (``tensorboard/data/server/run.rs``).
    """
    back = step[1:] < step[:-1]
    if not back.any():
        return None
    # NaN is no time at all: then the steps alone tell.
    restarted = np.flatnonzero(back & ~(wall_time[1:] < wall_time[:-1])) + 1
    if not len(restarted):
        return None
    # For each piece between restarts: the least step at which any later piece begins.
    least = np.minimum.accumulate(step[restarted][::-1])[::-1]
    lengths = np.diff(restarted, prepend=0)
    kept = np.ones(len(step), bool)
    kept[: restarted[-1]] = step[: restarted[-1]] < np.repeat(least, lengths)
    return kept
