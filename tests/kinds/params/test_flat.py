"""Nested settings become flat names with plain values."""

from __future__ import annotations

import math

import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.params.flat import MOST_DEPTH, MOST_NAMES, flatten, value_of


def test_mappings_become_names_with_dots():
    """A list of plain values is one value; a list of mappings is numbered."""
    found = flatten(
        {
            "lr": 0.1,
            "model": {"depth": 3, "sizes": [1, 2]},
            "layers": [{"units": 4}, "pool"],
            5: None,
        }
    )

    assert found == {
        "lr": 0.1,
        "model.depth": 3,
        "model.sizes": "[1, 2]",
        "layers.0.units": 4,
        "layers.1": "pool",
        "5": None,
    }


def test_values_that_nobody_could_use_are_text():
    """Whole numbers of many digits, bytes and long texts are bounded texts."""
    found = flatten({"big": 10**30, "long": "x" * 5_000, "empty": {}, "bytes": b"a"})

    assert found["big"] == hex(10**30)
    assert found["long"].endswith("... 4,000 more characters")
    assert found["empty"] == "{}"
    assert found["bytes"] == "b'a'"


def test_settings_beyond_bounds_are_refused():
    """Too many names, too deep, or no mapping at all."""
    deep: dict = {}
    for _ in range(MOST_DEPTH + 2):
        deep = {"a": deep or 1}
    for what, why in (
        ({str(i): i for i in range(MOST_NAMES + 1)}, "more than 2,000"),
        (deep, "deeper than 32"),
        ([1, 2], "not a list"),
    ):
        with pytest.raises(UndecodableError, match=why):
            flatten(what)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1),
        ("-1e-3", -0.001),
        ("True", True),
        ("None", None),
        ("'a'", "a"),
        ("1_000", "1_000"),
        ("adam", "adam"),
        ("9" * 40, 1e40),
        ("inf", math.inf),
    ],
)
def test_texts_stand_for_values(text, value):
    """What was printed by Python reads back as what it was."""
    assert value_of(text) == value


def test_nan_is_a_number():
    """The word is one, too."""
    assert math.isnan(value_of("nan"))
