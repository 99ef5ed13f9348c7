"""What of a series goes to the browser."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from nbboard.views.sampling import sample_series


def series(value: np.ndarray, step: np.ndarray | None = None) -> SimpleNamespace:
    """Return what a ScalarSeries has."""
    steps = np.arange(len(value)) if step is None else step
    return SimpleNamespace(step=steps.astype(np.int64), wall_time=steps * 1.0, value=value)


def test_a_short_series_is_sent_whole() -> None:
    """A series within the budget keeps every point, and none stands for another."""
    value = np.array([3.0, np.nan, 1.0], np.float32)

    part = sample_series(series(value), 10)

    assert part.whole
    np.testing.assert_array_equal(value, part.value)
    assert part.value.dtype == np.float32


def test_extremes_and_ends_are_always_kept() -> None:
    """However few points are kept, the least, greatest, first and last are among them."""
    rng = np.random.default_rng(1)
    value = rng.normal(size=50_000)
    value[[7, 33_333]] = [-99, 99]

    part = sample_series(series(value), 100)

    assert {0, 7, 33_333, 49_999} <= set(part.index.tolist())
    assert len(part.index) <= 104
    np.testing.assert_array_equal(value[part.index], part.value)


def test_means_are_of_all_points() -> None:
    """The means of the kept points, weighed by how many they stand for, give the mean of all."""
    value = np.random.default_rng(2).normal(size=10_001)

    part = sample_series(series(value), 200)
    count = np.diff(part.index.astype(int), prepend=-1)

    assert value.mean() == pytest.approx(float((part.mean * count).sum() / count.sum()))


def test_what_is_not_finite_stays_visible() -> None:
    """A NaN and an infinity among thousands of points are kept and spoil no mean."""
    value = np.zeros(9000)
    value[[4000, 8000]] = [np.nan, np.inf]

    part = sample_series(series(value), 50)

    assert {4000, 8000} <= set(part.index.tolist())
    assert set(part.mean[np.isfinite(part.mean)]) == {0.0}


def test_a_series_of_nothing_but_nan_is_sampled() -> None:
    """All NaN is a series like another: bounded, with its ends."""
    part = sample_series(series(np.full(5000, np.nan, np.float32)), 50)

    assert {0, 4999} <= set(part.index.tolist())
    assert len(part.index) <= 160


def test_restarts_are_cut_where_they_are() -> None:
    """Points hidden by a restart are flagged exactly, at both sides of each turn."""
    step = np.concatenate([np.arange(6000), np.arange(3000, 9000)])
    value = np.random.default_rng(3).normal(size=len(step))

    again = series(value, step)
    again.wall_time = np.arange(len(step)) * 1.0
    part = sample_series(again, 100)
    assert part.off is not None

    hidden = np.arange(len(step))[3000:6000]
    assert part.hidden == 3000
    assert {2999, 3000, 5999, 6000} <= set(part.index.tolist())
    np.testing.assert_array_equal(np.isin(part.index, hidden), part.off)


def test_a_part_is_sampled_with_indices_of_the_whole() -> None:
    """A zoomed range is sampled by itself; its indices count from the series' start."""
    value = np.random.default_rng(4).normal(size=10_000)

    part = sample_series(series(value), 1000, 5000, 5200)

    np.testing.assert_array_equal(np.arange(5000, 5200), part.index)
    assert part.total == 10_000
