"""Scores of PR curves: the formulas, tied to the page's and to scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest

from nbboard.kinds.pr_curves.scores import place_of, rates_of, scores_of
from tests.vectors import load


def numbers(values):
    """Return numbers of a file, where NaN is a text."""
    return np.array([float(value) for value in values])


@pytest.mark.parametrize("case", load("pr_rates"), ids=lambda case: case["name"])
def test_rates(case):
    """Rates at a threshold, and which threshold is nearest, are those of the page."""
    rates = rates_of(np.array([numbers(row) for row in case["counts"]]))

    for name in ("precision", "recall", "fall_out", "f1"):
        np.testing.assert_allclose(getattr(rates, name), numbers(case[name]), rtol=1e-12)
    count = len(case["counts"][0])
    assert [[t, place_of(t, count)] for t, _ in case["places"]] == case["places"]


def binned(labels, scores, weights, count):
    """Return the counts at evenly spaced thresholds, as the writers count."""
    bins = np.floor(scores * (count - 1)).astype(int)
    at = np.arange(count)[:, None]
    called = bins >= at
    positive, negative = labels * weights, (1 - labels) * weights
    return np.array(
        [(called * positive).sum(1), (called * negative).sum(1),
         (~called * negative).sum(1), (~called * positive).sum(1)]
    )  # fmt: skip


def test_the_areas_are_those_of_scikit_learn():
    """Average precision and ROC AUC of scores as coarse as the thresholds, weighted or not."""
    metrics = pytest.importorskip("sklearn.metrics")
    rng = np.random.default_rng(1)
    for weighted in (False, True):
        labels = rng.integers(0, 2, 500)
        scores = np.clip(0.5 * rng.random(500) + 0.4 * labels, 0, 1)
        weights = rng.random(500) / 100 if weighted else np.ones(500)
        found = scores_of(binned(labels, scores, weights, 127))
        coarse = np.floor(scores * 126)

        wanted = metrics.average_precision_score(labels, coarse, sample_weight=weights)
        assert found.average_precision == pytest.approx(wanted, rel=1e-9)
        wanted = metrics.roc_auc_score(labels, coarse, sample_weight=weights)
        assert found.roc_auc == pytest.approx(wanted, rel=1e-9)
        assert found.prevalence == pytest.approx(np.average(labels, weights=weights))
        best = max(
            metrics.f1_score(labels, coarse >= k, sample_weight=weights, zero_division=0)
            for k in range(127)
        )
        assert found.best_f1 == pytest.approx(best)


def test_the_order_of_thresholds_does_not_matter():
    """A raw curve may run the other way: its areas are the same."""
    counts = np.array([[4.0, 3, 1], [6, 2, 0], [0, 4, 6], [0, 1, 3]])

    one, other = scores_of(counts), scores_of(counts[:, ::-1])

    assert one.average_precision == other.average_precision
    assert one.roc_auc == other.roc_auc


@pytest.mark.parametrize(
    ("counts", "known"),
    [
        (np.zeros((4, 3)), set()),
        (np.full((4, 2), np.nan), set()),
        (np.array([[0.0, 0], [5, 2], [0, 3], [0, 0]]), {"prevalence", "best_f1", "best_threshold"}),
        (np.array([[3.0], [4], [0], [0]]), {"average_precision", "roc_auc", "best_f1",
                                           "best_threshold", "prevalence"}),
        (np.zeros((4, 0)), set()),
    ],
)  # fmt: skip
def test_what_a_curve_does_not_say_is_nan(counts, known):
    """No positives, no counts at all, one threshold, none."""
    found = {name for name, value in vars(scores_of(counts)).items() if not np.isnan(value)}

    assert found == known


def test_a_column_that_is_not_finite_is_left_out():
    """The others still have an area."""
    counts = np.array([[4.0, np.nan, 3, 1], [6, 1, 2, 0], [0, 5, 4, 6], [0, 0, 1, 3]])

    assert scores_of(counts).roc_auc == scores_of(np.delete(counts, 1, axis=1)).roc_auc
