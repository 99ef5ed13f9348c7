"""The formulas of curves and axes, against their definitions."""

from __future__ import annotations

import math

import numpy as np
import pytest

from nbboard.views.scalar_axes import nice_domain, visible_extent
from nbboard.views.scalar_groups import combine, student
from nbboard.views.smoothing import METHODS, smooth


def definition(values: list[float], weight: float) -> list[float]:
    """Return TensorBoard's debiased exponential average, as plainly as it can be written."""
    last, count, out = 0.0, 0, []
    for value in values:
        if math.isfinite(value):
            last = last * weight + (1 - weight) * value
            count += 1
            out.append(last / (1 - weight**count))
        else:
            out.append(value)
    return out


@pytest.mark.parametrize("weight", [0.1, 0.6, 0.9, 0.999])
def test_the_exponential_average_is_tensorboards(weight: float) -> None:
    """Up to 1,000 points are averaged one by one, debiased."""
    values = np.random.default_rng(0).normal(size=777).tolist()

    np.testing.assert_allclose(definition(values, weight), smooth(np.array(values), weight=weight))


def test_what_is_not_finite_passes_through() -> None:
    """A NaN stays in its place and changes nothing after it."""
    values = [1.0, math.nan, 3.0, math.inf, 2.0]

    np.testing.assert_allclose(definition(values, 0.6), smooth(np.array(values), weight=0.6))


@pytest.mark.parametrize("method", METHODS)
def test_nothing_is_invented(method: str) -> None:
    """No weight, a constant, one point and no point: every method leaves them alone."""
    for values in ([0.1] * 5, [4.0], []):
        out = smooth(np.array(values), weight=0.9, method=method)
        np.testing.assert_array_equal(values, out)
    assert smooth(np.array([3.0, 1.0]), weight=0, method=method).tolist() == [3.0, 1.0]


@pytest.mark.parametrize("method", ["ema", "twema", "gaussian", "mean"])
def test_sampling_does_not_change_the_curve(method: str) -> None:
    """A sampled long series is as smooth as the whole one."""
    n, size = 20_000, 20
    x = np.arange(n, dtype=float)
    value = np.cos(x / 3000) + 0.1 * np.sin(x * 1.3)
    whole = smooth(value, weight=0.9, method=method, x=x)
    ends = np.arange(size - 1, n, size)

    sampled = smooth(
        value[ends],
        weight=0.9,
        method=method,
        x=x[ends],
        mean=value.reshape(-1, size).mean(axis=1),
        count=np.full(len(ends), size),
        total=n,
    )

    np.testing.assert_allclose(whole[ends], sampled, atol=0.02)


def test_outliers_are_cut_by_tensorboards_rule() -> None:
    """The 5th to the 95th percentile, by position, of more than two finite values."""
    values = np.append(np.arange(100.0), [1e9, np.nan])
    ordered = sorted(values[:-1])

    assert visible_extent(values, ignore_outliers=True) == (ordered[5], ordered[95])
    assert visible_extent(values, ignore_outliers=False) == (0, 1e9)
    assert visible_extent(np.array([2.0, 1.0]), ignore_outliers=True) == (1, 2)
    assert visible_extent(np.array([np.nan]), ignore_outliers=True) is None


def test_the_domain_is_tensorboards() -> None:
    """5 % more at both ends and round; around a single value; by factors if logarithmic."""
    assert nice_domain(0, 0) == (-1, 1)
    assert nice_domain(3, 3) == (0, 6)
    assert nice_domain(-3, -3) == (-6, 0)
    assert nice_domain(0, 1) == pytest.approx((-0.1, 1.1))
    assert nice_domain(0, 100) == (-10, 110)
    assert nice_domain(0.01, 10, "log") == (0.005, 20)


def test_seeds_are_aligned_by_step() -> None:
    """Between its points a run is interpolated, beyond its ends it does not count."""
    curves = [
        (np.array([0.0, 10, 20]), np.array([0.0, 10, 20])),
        (np.array([0.0, 20]), np.array([2.0, 22])),
        (np.array([20.0]), np.array([np.nan])),
    ]

    band = combine(curves, "mean", "minmax")

    assert band.x.tolist() == [0, 10, 20]
    assert band.center.tolist() == [1, 11, 21]
    assert band.low.tolist() == [0, 10, 20]
    assert band.high.tolist() == [2, 12, 22]


def test_bands_are_what_their_names_say() -> None:
    """Standard deviation, standard error and 95 % interval of four seeds."""
    values = np.array([1.0, 2, 4, 9])
    curves = [(np.zeros(1), np.array([v])) for v in values]
    std = values.std(ddof=1)

    for name, reach in {"std": std, "se": std / 2, "ci95": student(3) * std / 2}.items():
        band = combine(curves, "mean", name)
        assert float(band.high[0]) == pytest.approx(4 + reach)
        assert float(band.low[0]) == pytest.approx(4 - reach)
