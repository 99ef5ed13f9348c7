"""Words: the order of names."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from nbboard.text import natural_key

ORDERS = json.loads((Path(__file__).parent / "vectors" / "natural_order.json").read_text())[
    "sorted"
]


@pytest.mark.parametrize("names", ORDERS, ids=" ".join)
def test_names_stand_in_natural_order(names: list[str]) -> None:
    """Whole numbers, decimals and exponents by their value; versions part by part."""
    for seed in range(5):
        mixed = random.Random(seed).sample(names, len(names))

        assert sorted(mixed, key=natural_key) == names
