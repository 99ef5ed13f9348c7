"""What is computed of buckets: as in the page, and as in TensorBoard.

The TypeScript tests read the same files (labextension/tests/histograms.test.ts); what
TensorBoard says in them was answered by its own functions.
"""

from __future__ import annotations

import numpy as np
import pytest

from nbboard.views.histograms.moments import health, moments
from nbboard.views.histograms.tensorboard import percentiles, rebinned
from nbboard.views.shared.points import push_order, spread
from tests.vectors import load


def buckets(rows):
    """Return buckets as they stand in a file; what is not finite stands there as text."""
    return np.array([[float(cell) for cell in row] for row in rows], np.float64).reshape(-1, 3)


def close(values):
    """Compare with a tolerance of a few roundings; NaN equals NaN."""
    numbers = np.array([float(value) for value in values])
    return pytest.approx(numbers, rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("case", load("histogram_percentiles"), ids=lambda case: case["name"])
def test_percentiles(case):
    """The nine percentiles are TensorBoard's."""
    assert percentiles(buckets(case["buckets"])) == close(case["result"])


@pytest.mark.parametrize("case", load("histogram_bins"), ids=lambda case: case["name"])
def test_bins(case):
    """The 30 bins are TensorBoard's."""
    got = rebinned([buckets(rows) for rows in case["histograms"]])

    for bins, result in zip(got, case["result"], strict=True):
        assert bins.reshape(-1) == close(np.array(result, object).reshape(-1))


@pytest.mark.parametrize("case", load("histogram_moments"), ids=lambda case: case["name"])
def test_moments(case):
    """Mean, spread and zeros are those of the page."""
    got = vars(moments(buckets(case["buckets"])))

    assert list(got.values()) == close(case["result"][name] for name in got)


@pytest.mark.parametrize("case", load("histogram_health"), ids=lambda case: case["name"])
def test_health(case):
    """A layer is called dead, exploding or not finite where the page calls it so."""
    assert case["result"] == health([moments(buckets(rows)) for rows in case["steps"]])


@pytest.mark.parametrize("case", load("spread"), ids=lambda case: f"{case['length']}")
def test_points_that_stand_for_all(case):
    """Those of the page, few, evenly spread, with both ends."""
    assert case["places"] == spread(case["length"], case["most"]).tolist()


def test_points_that_stand_for_all_are_sent_first():
    """The last of each series, then those that stand for all, one series after the other."""
    order = list(push_order([1000, 30], 20))
    chosen = [(index, place) for index, n in ((0, 1000), (1, 30)) for place in spread(n, 20)]

    assert order[:2] == [(0, 999), (1, 29)]
    assert order[2 : len(chosen)] == [one for one in chosen if one not in order[:2]]
    assert sorted(order) == [(0, i) for i in range(1000)] + [(1, i) for i in range(30)]
