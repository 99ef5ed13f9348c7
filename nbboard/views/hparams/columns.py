"""Trials on their way to the page, as columns.

All of them, and what an update changed, have the same form: the rows that are gone, those
that came, and what is said of those that are new or changed. The page
(labextension/src/views/hparams/trials.ts) merges them into what it has.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.extremes import extremes
from nbboard.views.hparams.cells import MISSING, Cell, cell_type
from nbboard.views.hparams.rows import RowChange
from nbboard.views.hparams.statistics import VALUES

if TYPE_CHECKING:
    from nbboard.views.hparams.table import TableChange, TrialTable

__all__ = ["MAX_POINTS", "curve_points", "pack_curves", "pack_trials", "pack_values_at", "thinned"]

#: Points of curves that travel with the view, all sessions and metrics together: 3.2 MB.
MAX_POINTS = 200_000

#: A curve of fewer points would say nothing: then none is sent, and the page asks for
#: the ones it shows.
MIN_POINTS = 4

STATUSES = ("unknown", "success", "failure", "running")
#: What a cell of a hyperparameter is; the page has the same order.
CELL_TYPES = ("number", "text", "bool", "none", "missing")

#: Beyond this float64 does not have every integer.
_EXACT = 2**53


def pack_trials(
    table: TrialTable, number: Callable[[str], int], change: TableChange | None = None
) -> dict[str, Any]:
    """Return what the page needs to know of trials.

    Parameters
    ----------
    table
        The trials.
    number
        Gives a run the number by which the page knows it.
    change
        What the last update changed; None to send everything.

    Returns
    -------
    dict
        See ``TrialsContent`` in the page.
    """
    trials, sessions = change or (_all(len(table.trials)), _all(len(table.sessions)))
    sent = trials.sent.tolist()
    rows = [table.sessions[at] for at in sessions.sent.tolist()]
    curves = _curves(table, sessions.sent)
    statistics = table.statistics
    return {
        "trials": {
            "version": table.version,
            "base": 0 if change is None else table.version - 1,
            "trials": {**_places(trials), "named": _named(table, trials)},
            "sessions": {
                **_places(sessions),
                "runs": np.array([number(row.run) for row in rows], np.uint32),
                "trial": table.trial_of[sessions.sent],
                "status": np.array([STATUSES.index(row.status) for row in rows], np.uint8),
                "start": np.array([row.start.start_time or np.nan for row in rows]),
                "end": np.array([(row.end.end_time if row.end else 0) or np.nan for row in rows]),
                # Nearly always the session's own run only, which need not be said.
                "curveRuns": {
                    str(place): [number(run) for run in row.runs]
                    for place, row in enumerate(rows)
                    if row.runs != (row.run,)
                },
            },
            "hparams": [
                {
                    "name": column.name,
                    "key": column.key,
                    "label": column.label,
                    "title": column.title,
                    "seed": column.is_seed,
                    **_coded([table.row(at).hparams.get(column.name, MISSING) for at in sent]),
                }
                for column in table.hparams
            ],
            "metrics": [
                {
                    "name": column.metric.name,
                    "key": column.key,
                    "label": column.label,
                    "title": column.title,
                    "lower": column.lower,
                    "ofTraining": column.of_training,
                }
                for column in table.metrics
            ],
            "judge": table.judge,
            "count": narrow(statistics.count[:, sessions.sent].ravel()),
            "step": narrow(statistics.step[:, :, sessions.sent].ravel()),
            "value": {
                name: narrow(statistics.value[row][:, sessions.sent].ravel())
                for row, name in enumerate(VALUES)
            },
            "curves": _packed(curves),
        }
    }


def pack_values_at(table: TrialTable, step: int) -> dict[str, Any]:
    """Return every metric at a step, from all points; see :meth:`TrialTable.values_at`."""
    there, at, value = table.values_at(step)
    return {
        "version": table.version,
        "step": str(step),
        "there": there.ravel(),
        "at": narrow(at.ravel()),
        "value": value.ravel(),
    }


def pack_curves(table: TrialTable, session: int, points: int = 2_000) -> dict[str, Any]:
    """Return the curves of one session in more points than :func:`pack_trials` sends."""
    curves = [
        thinned(*table.points(metric, session), points) for metric in range(len(table.metrics))
    ]
    return {"curves": _packed(curves)}


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


def thinned(step: np.ndarray, value: np.ndarray, points: int) -> tuple[np.ndarray, np.ndarray]:
    """Return steps and values of a curve in at most `points` points, extremes kept.

    Returns
    -------
    step, value : numpy.ndarray
        int64, float64; the first, the last, the least and the greatest value are among them.
    """
    if points < 1:
        return step[:0], value[:0]
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


Curve = tuple[np.ndarray, np.ndarray]


def _all(count: int) -> RowChange:
    every = np.arange(count, dtype=np.int32)
    return RowChange(every[:0], every, every)


def _places(change: RowChange) -> dict[str, np.ndarray]:
    return {"gone": change.gone, "came": change.came, "sent": change.sent}


def _named(table: TrialTable, change: RowChange) -> dict[str, str]:
    """Return the names of trials, by place in what is sent, that are not that of their run."""
    rows = [table.row(at) for at in change.sent.tolist()]
    return {str(place): row.label for place, row in enumerate(rows) if row.label != row.run}


def _curves(table: TrialTable, sessions: np.ndarray) -> list[Curve]:
    limit = curve_points(table.statistics.count)
    if not limit:
        nothing = np.empty(0, np.int64), np.empty(0)
        return [nothing] * (len(table.metrics) * len(sessions))
    return [
        thinned(*table.points(metric, session), limit)
        for metric in range(len(table.metrics))
        for session in sessions.tolist()
    ]


def _packed(curves: Sequence[Curve]) -> dict[str, np.ndarray]:
    step = np.concatenate([np.empty(0, np.int64), *(step for step, _ in curves)])
    return {
        "lengths": np.array([len(step) for step, _ in curves], np.uint32),
        "step": narrow(step),
        "value": narrow(np.concatenate([np.empty(0), *(value for _, value in curves)])),
    }


def narrow(numbers: np.ndarray) -> np.ndarray:
    """Return numbers in the smallest type that has each of them exactly.

    Parameters
    ----------
    numbers
        int64, which becomes int32 or float64 if it can, or float64, which becomes float32 if
        it can: metrics nearly always were logged as that.
    """
    if numbers.dtype == np.float64:
        with np.errstate(over="ignore"):
            half = numbers.astype(np.float32)
        return half if np.array_equal(half, numbers, equal_nan=True) else numbers
    low, high = (numbers.min(), numbers.max()) if len(numbers) else (0, 0)
    if low >= -(2**31) and high < 2**31:
        return numbers.astype(np.int32)
    return numbers.astype(np.float64) if low >= -_EXACT and high <= _EXACT else numbers


def _coded(cells: Sequence[Cell]) -> dict[str, Any]:
    """Return the different values of cells, and which of them each cell has.

    Values are numbers, with their types where any is no number, and texts. Where nearly all
    differ there are no codes: each cell has its own.
    """
    codes: dict[tuple[str, Cell], int] = {}
    places = [codes.setdefault((_type(cell), cell), len(codes)) for cell in cells]
    if len(codes) * 2 > len(cells):
        return _values(cells)
    code = np.array(places, np.min_scalar_type(len(codes)))
    return {**_values([cell for _, cell in codes]), "codes": code}


def _type(cell: Cell) -> str:
    return "missing" if cell is MISSING else cell_type(cell)


def _values(cells: Sequence[Cell]) -> dict[str, Any]:
    texts: dict[str, int] = {}
    types = np.array([CELL_TYPES.index(_type(cell)) for cell in cells], np.uint8)
    numbers = np.zeros(len(cells))
    for at, cell in enumerate(cells):
        if isinstance(cell, str):
            numbers[at] = texts.setdefault(cell, len(texts))
        elif cell is not None and cell is not MISSING:
            numbers[at] = float(cell)
    return {"numbers": numbers, "texts": list(texts), **({"types": types} if types.any() else {})}
