"""Trials on their way to the browser: a header of plain values and one block of numbers.

A first payload and a delta have the same form: the sessions that are new or changed. The
page (labextension/src/hparams/model.ts) merges them into what it has.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.extremes import extremes

if TYPE_CHECKING:
    from nbboard.kinds.hparams.messages import HParamValue
    from nbboard.logdir.series import ScalarSeries
    from nbboard.views.hparams_table import TrialTable

__all__ = ["MAX_POINTS", "curve_points", "pack_curves", "pack_trials", "pack_values_at", "thinned"]

#: Points of curves that travel with the view, all sessions and metrics together: 3.2 MB.
MAX_POINTS = 200_000

#: A curve of fewer points would say nothing: then none is sent, and the page asks for
#: the ones it shows.
MIN_POINTS = 4


def pack_trials(
    table: TrialTable, sessions: Sequence[int] | None = None, first_trial: int = 0
) -> dict[str, Any]:
    """Return what the page needs to know of some sessions.

    Parameters
    ----------
    table
        The trials.
    sessions
        Which ones; all if None.
    first_trial
        How many trials the page knows already.

    Returns
    -------
    dict
        ``header`` (see the page's ``PayloadHeader``) and ``numbers``, float64: start
        and end of each session, the statistics by kind, metric and session, the
        lengths of the curves by metric and session, then their steps and values.
    """
    seats = list(range(len(table.sessions))) if sessions is None else list(sessions)
    chosen = [table.sessions[seat] for seat in seats]
    curves = _curves(table, seats)
    header = {
        "firstTrial": first_trial,
        "trials": table.trials[first_trial:],
        "hparams": [
            {
                "key": column.key,
                "label": column.label,
                "title": column.title,
                **_coded(column.values[first_trial:]),
            }
            for column in table.hparams
        ],
        "metrics": [
            {"key": c.key, "label": c.label, "title": c.title, "lower": c.lower}
            for c in table.metrics
        ],
        "seats": seats,
        "runs": [session.run for session in chosen],
        "trialOf": [table.trial_of[seat] for seat in seats],
        "status": [session.status for session in chosen],
        # Nearly always the session's own run only, which need not be said.
        "curveRuns": {
            str(place): list(session.runs)
            for place, session in enumerate(chosen)
            if session.runs != (session.run,)
        },
        "points": sum(len(step) for step, _ in curves),
    }
    numbers = [
        np.array([session.start.start_time or np.nan for session in chosen], np.float64),
        np.array([(session.end.end_time if session.end else 0) or np.nan for session in chosen]),
        table.statistics[:, :, seats].ravel(),
        np.array([len(step) for step, _ in curves], np.float64),
        *(step for step, _ in curves),
        *(value for _, value in curves),
    ]
    block = np.concatenate([np.asarray(part, np.float64) for part in numbers])
    return {"header": header, "numbers": block.tobytes()}


def pack_values_at(table: TrialTable, step: int) -> dict[str, Any]:
    """Return every metric at a step, from all points; see :meth:`TrialTable.values_at`."""
    value, at = table.values_at(step)
    return {"step": step, "value": value.tobytes(), "at": at.tobytes()}


def pack_curves(table: TrialTable, seat: int, points: int = 2_000) -> dict[str, Any]:
    """Return the curves of one session in more points than :func:`pack_trials` sends.

    Returns
    -------
    dict
        ``lengths`` by metric, and ``numbers``: all steps, then all values.
    """
    scalars = table.scalars
    curves = [
        thinned(table.series(metric, seat, scalars), points) for metric in range(len(table.metrics))
    ]
    block = [*(step for step, _ in curves), *(value for _, value in curves)]
    numbers = np.concatenate(block) if block else np.empty(0)
    return {"lengths": [len(step) for step, _ in curves], "numbers": numbers.tobytes()}


def curve_points(counts: np.ndarray, budget: int = MAX_POINTS) -> int:
    """Return how many points each curve may have so that all together keep to a budget.

    Short curves stay whole, and what they leave is shared among the long ones.
    """
    ordered = np.sort(counts.ravel())
    if ordered.sum() <= budget:
        return int(ordered[-1]) if len(ordered) else 0
    # With the k shortest whole, the others get an equal part of the rest; the first k
    # for which that part is not above the next length is the answer.
    before = np.concatenate([[0], np.cumsum(ordered)[:-1]])
    part = (budget - before) // (len(ordered) - np.arange(len(ordered)))
    limit = int(part[np.argmax(part < ordered)])
    return limit if limit >= MIN_POINTS else 0


def thinned(series: ScalarSeries | None, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Return steps and values of a curve in at most `points` points, extremes kept.

    Returns
    -------
    step, value : numpy.ndarray
        float64; the first, the last, the least and the greatest value are among them.
    """
    if series is None or points < 1:
        return np.empty(0), np.empty(0)
    step = series.step.astype(np.float64)
    value = series.value.astype(np.float64)
    if len(step) <= points:
        return step, value
    kept = {0, len(step) - 1}
    if points >= 8:
        kept.update(extremes(value, (points - 2) // 2 * 2).tolist())
    finite = np.flatnonzero(np.isfinite(value))
    if len(finite):
        kept.update((int(finite[value[finite].argmin()]), int(finite[value[finite].argmax()])))
    places = np.array(sorted(kept))
    return step[places], value[places]


def _curves(table: TrialTable, seats: Sequence[int]) -> list[tuple[np.ndarray, np.ndarray]]:
    limit = curve_points(table.statistics[0])
    scalars = table.scalars
    return [
        thinned(table.series(metric, seat, scalars), limit)
        for metric in range(len(table.metrics))
        for seat in seats
    ]


def _coded(values: Sequence[HParamValue | None]) -> dict[str, Any]:
    """Return distinct values, and for each trial which of them it has; -1 is none."""
    # 1, 1.0 and True are equal to Python, but not to the person who logged them.
    numbers: dict[tuple[type, HParamValue], int] = {}
    codes = [
        -1 if value is None else numbers.setdefault((type(value), value), len(numbers))
        for value in values
    ]
    return {"values": [value for _, value in numbers], "codes": codes}
