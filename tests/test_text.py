"""Words: the order of names, and names without what all of them share."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from nbboard.text import natural_key, short_names

ORDERS = json.loads((Path(__file__).parent / "vectors" / "natural_order.json").read_text())[
    "sorted"
]


@pytest.mark.parametrize("names", ORDERS, ids=" ".join)
def test_names_stand_in_natural_order(names: list[str]) -> None:
    """Whole numbers, decimals and exponents by their value; versions part by part."""
    for seed in range(5):
        mixed = random.Random(seed).sample(names, len(names))

        assert sorted(mixed, key=natural_key) == names


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (
            ["resnet18-lr0.001-bs64-adamw-s3", "resnet18-lr0.1-bs128-adamw-s1"],
            ["lr0.001 bs64 s3", "lr0.1 bs128 s1"],
        ),
        (["m/lr=0.1,bs=2/s=0", "m/lr=0.1,bs=3/s=0"], ["bs=2", "bs=3"]),
        (["lr1e-3_s1", "lr1e-4_s1"], ["lr1e-3", "lr1e-4"]),
        (["logs/train", "logs/val", "logs/test/deep"], ["train", "val", "test/deep"]),
        (["exp_seed_0", "exp_seed_1"], ["seed_0", "seed_1"]),
        (["a", "a/b"], ["a", "a/b"]),
        (["alone-in-the-world"], ["alone-in-the-world"]),
        (["a-b", "a_b"], ["a-b", "a_b"]),
        ([], []),
    ],
)
def test_what_all_names_share_is_dropped(names: list[str], short: list[str]) -> None:
    """The parts that differ are left, each name its own; a bare number keeps its word."""
    assert list(short_names(names).values()) == short


def test_short_names_are_never_alike() -> None:
    """Whatever names there are, two that differ still do."""
    chance = random.Random(4)
    for _ in range(300):
        names = {"".join(chance.choices("ab/-_.1 ", k=chance.randrange(1, 9))) for _ in range(5)}

        assert len(set(short_names(sorted(names)).values())) == len(names)
