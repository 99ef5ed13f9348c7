"""Formulas that both languages have: Python gives what stands in tests/vectors/*.json.

The TypeScript tests read the same files (labextension/tests/vectors.test.ts). A number that
is not finite stands there as text.
"""

from __future__ import annotations

import math

import numpy as np
import pytest

from nbboard.text import natural_key
from nbboard.views.palettes import PALETTES
from nbboard.views.scalar_axes import nice_domain, visible_extent
from nbboard.views.scalar_groups import band_opacity, combine
from nbboard.views.smoothing import smooth
from tests.vectors import load


def number(value):
    """Return a number as it stands in a file."""
    return float(value) if isinstance(value, str) else value


def numbers(values):
    """Return several of them as an array."""
    return np.array([number(value) for value in values], np.float64)


def close(values):
    """Compare with a tolerance of a few roundings; NaN equals NaN."""
    return pytest.approx(numbers(values), rel=1e-9, abs=1e-12, nan_ok=True)


@pytest.mark.parametrize("case", load("smoothing"), ids=lambda case: case["name"])
def test_smoothing(case):
    """A curve is smoothed as in the page."""
    curve = {name: numbers(case[name]) for name in ("value", "x", "mean", "count")}

    got = smooth(**curve, weight=case["weight"], method=case["method"], total=case["total"])

    assert got == close(case["smoothed"])


@pytest.mark.parametrize("case", load("domains"), ids=lambda case: case["name"])
def test_domains(case):
    """An axis spans what it spans in the page."""
    extent = visible_extent(numbers(case["values"]), ignore_outliers=case["ignore_outliers"])

    if case["extent"] is None:
        assert extent is None
    else:
        assert extent == close(case["extent"])
        assert nice_domain(*extent, case["scale"]) == close(case["domain"])


@pytest.mark.parametrize("case", load("groups"), ids=lambda case: case["name"])
def test_groups(case):
    """Runs of a group have the same line and the same band as in the page."""
    curves = [(numbers(curve["x"]), numbers(curve["y"])) for curve in case["curves"]]

    band = combine(curves, case["center"], case["band"])

    for name in ("x", "center", "low", "high"):
        assert getattr(band, name) == close(case["result"][name])


def test_the_opacity_of_bands():
    """The more bands lie over each other, the less each hides, as in the page."""
    for case in load("band_opacity"):
        assert band_opacity(case["bands"]) == pytest.approx(case["opacity"])


def test_palettes():
    """Runs have the same colours in figures as on light ground in the page."""
    assert {name: list(colors) for name, colors in PALETTES.items()} == load("palettes")


@pytest.mark.parametrize("case", load("natural"), ids=lambda case: case["name"])
def test_natural_order(case):
    """Names stand in the same order in tables as in the page."""
    names = case["names"][::-1]

    assert sorted(names, key=natural_key) == case["names"]


def test_every_number_of_the_files_is_one():
    """What stands as text is NaN or an infinity."""
    assert math.isnan(number("NaN"))
    assert number("-Infinity") == -math.inf
