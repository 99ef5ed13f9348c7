"""What follows from the counts of a precision-recall curve: rates at each threshold, and scores.

All of it is computed from the counts, in float64, never from precision and recall as logged,
which writers round and floor. Counts may be weighted, thus no whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

__all__ = ["Rates", "Scores", "place_of", "rates_of", "scores_of"]

Array = np.ndarray[Any, Any]

_NAN = float("nan")


@dataclass(frozen=True)
class Rates:
    """Rates at each threshold, NaN where there is nothing to divide by.

    Attributes
    ----------
    precision
        float64 of shape ``(n,)``: true positives among what was called positive.
    recall
        True positives among all positives: the rate of true positives of a ROC curve.
    fall_out
        False positives among all negatives: the rate of false positives of a ROC curve.
    f1
        The harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN).
    """

    precision: Array
    recall: Array
    fall_out: Array
    f1: Array


@dataclass(frozen=True)
class Scores:
    """One number for a whole curve, each NaN where the curve does not say it.

    Attributes
    ----------
    average_precision
        The area under the curve as steps, Σ (Rₖ - Rₖ₋₁) Pₖ over the thresholds from the highest
        to the lowest: as ``sklearn.metrics.average_precision_score``, of scores as coarse as the
        thresholds. NaN without positives.
    roc_auc
        The area under the ROC curve by trapezoids, its ends (0, 0) and (1, 1) included: as
        ``sklearn.metrics.roc_auc_score``. NaN without positives or without negatives.
    best_f1
        The highest F1 score.
    best_threshold
        The lowest threshold that has it.
    prevalence
        The share of positives: the precision of calling everything positive.
    """

    average_precision: float = _NAN
    roc_auc: float = _NAN
    best_f1: float = _NAN
    best_threshold: float = _NAN
    prevalence: float = _NAN


def place_of(threshold: float, count: int) -> int:
    """Return which of `count` evenly spaced thresholds from 0 to 1 is nearest; of two the higher."""
    return int(np.floor(min(max(threshold, 0.0), 1.0) * (count - 1) + 0.5))


def rates_of(counts: Array) -> Rates:
    """Return the rates at each threshold.

    Parameters
    ----------
    counts
        Shape ``(4, n)`` or more rows: true positives, false positives, true negatives, false
        negatives.
    """
    tp, fp, tn, fn = np.asarray(counts[:4], np.float64)
    with np.errstate(all="ignore"):
        return Rates(
            precision=_ratio(tp, tp + fp),
            recall=_ratio(tp, tp + fn),
            fall_out=_ratio(fp, fp + tn),
            f1=_ratio(2 * tp, 2 * tp + fp + fn),
        )


def scores_of(counts: Array) -> Scores:
    """Return the scores of a curve.

    Parameters
    ----------
    counts
        As for :func:`rates_of`, one column a threshold, evenly spaced from 0 to 1. Columns that
        are not finite are left out; the order of the others does not matter to the areas, which
        go from few called positive to many.
    """
    counts = np.asarray(counts[:4], np.float64)
    finite = np.isfinite(counts).all(axis=0)
    if not finite.any():
        return Scores()
    rates = rates_of(np.where(finite, counts, np.nan))
    tp, fp = counts[:2, finite]
    order = np.lexsort((tp, tp + fp))
    first = counts[:, int(np.argmax(finite))]
    best = _best(rates.f1)
    return Scores(
        average_precision=_average_precision(
            rates.precision[finite][order], rates.recall[finite][order]
        ),
        roc_auc=_area(rates.fall_out[finite][order], rates.recall[finite][order]),
        best_f1=_NAN if best is None else float(rates.f1[best]),
        best_threshold=_NAN
        if best is None
        else float(np.linspace(0.0, 1.0, counts.shape[1])[best]),
        prevalence=float(_ratio(first[0] + first[3], first.sum())),
    )


def _average_precision(precision: Array, recall: Array) -> float:
    if np.isnan(recall).any():
        return _NAN
    # Where nothing is called positive there is no precision, and no recall to gain.
    gained = np.diff(recall, prepend=0.0)
    return float(np.sum(np.where(gained == 0, 0.0, gained * np.nan_to_num(precision))))


def _area(x: Array, y: Array) -> float:
    if np.isnan(x).any() or np.isnan(y).any():
        return _NAN
    x, y = np.concatenate([[0.0], x, [1.0]]), np.concatenate([[0.0], y, [1.0]])
    return float(np.sum(np.diff(x) * (y[1:] + y[:-1])) / 2)


def _best(f1: Array) -> int | None:
    return None if np.isnan(f1).all() else int(np.nanargmax(f1))


def _ratio(part: Array, whole: Array) -> Array:
    """Divide; NaN where the whole is nothing."""
    whole = np.asarray(whole, np.float64)
    with np.errstate(all="ignore"):
        result: Array = np.where(whole == 0, np.nan, part / whole)
    return result
