"""Which points a page gets when it asks for fewer than there are."""

from __future__ import annotations

import numpy as np
import pytest

from nbboard.provider.sampling import evenly, extremes


@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 7, 10, 99, 100, 1000])
@pytest.mark.parametrize("size", [0, 1, 5, 100])
def test_as_many_points_as_asked_for_the_last_among_them(size: int, count: int) -> None:
    """Both ways return exactly min(size, count) ascending positions that end with the last."""
    value = np.random.default_rng(0).normal(size=size)
    for found in (evenly(size, count), extremes([value], count)):
        assert min(size, count) == len(found)
        assert len(set(found.tolist())) == len(found)
        assert found.tolist() == sorted(found.tolist())
        assert not len(found) or found[-1] == size - 1


def test_peaks_are_kept() -> None:
    """One high and one low point of a million are among a thousand."""
    value = np.sin(np.arange(1_000_000) / 1000).astype(np.float32)
    value[123_456], value[765_432] = 50, -50
    found = extremes([value], 1000)

    assert {0, 123_456, 765_432, 999_999} <= set(found.tolist())
    assert len(found) == 1000


def test_what_is_no_number_is_seen() -> None:
    """A single NaN among many points is kept, and so are the extremes around it."""
    value = np.arange(100_000, dtype=np.float64)
    value[50_000], value[70_000], value[20_000] = np.nan, np.inf, -9
    found = set(extremes([value], 300).tolist())

    assert {50_000, 70_000, 20_000} <= found
    assert len(found) == 300


@pytest.mark.parametrize("value", [np.zeros(5000), np.full(5000, np.nan), np.arange(5000) % 2 == 0])
def test_flat_and_odd_series_are_filled_up(value: np.ndarray) -> None:
    """Constants, NaN throughout and booleans give as many points as were asked for."""
    assert len(extremes([value], 500)) == 500


def test_series_drawn_together_keep_the_peaks_of_each() -> None:
    """A value and its margins get the same steps, with the extremes of all three."""
    values = [np.zeros(10_000) for _ in range(3)]
    for i, value in enumerate(values):
        value[1000 * (i + 1)] = 7
    found = extremes(values, 100).tolist()

    assert {1000, 2000, 3000} <= set(found)
    assert len(found) == 100


def test_the_choice_is_the_same_every_time() -> None:
    """Nothing is drawn at random."""
    value = np.random.default_rng(1).normal(size=9999)
    assert extremes([value], 77).tolist() == extremes([value], 77).tolist()
