"""YAML is read without making objects, and bombs without filling the memory."""

from __future__ import annotations

import os

import pytest

from nbboard.errors import UndecodableError
from nbboard.kinds.params.yaml_text import parse_yaml


def test_tags_of_python_are_text():
    """Classes, functions and calls are named, never imported or called."""
    found = parse_yaml(
        "act: !!python/name:torch.nn.ReLU ''\n"
        "size: !!python/tuple [1, 8]\n"
        "out: !!python/object/apply:pathlib.PosixPath [runs, exp]\n"
        "run: !!python/object/apply:os.system ['touch /tmp/nbboard-was-here']\n"
        "args: !!python/object:argparse.Namespace {lr: 0.1}\n"
        "seed: !custom 5\n"
    )

    assert found == {
        "act": "torch.nn.ReLU",
        "size": [1, 8],
        "out": "runs/exp",
        "run": "os.system(touch /tmp/nbboard-was-here)",
        "args": {"lr": 0.1},
        "seed": "5",
    }
    assert not os.path.exists("/tmp/nbboard-was-here")  # noqa: PTH110


def test_ordered_dicts_are_mappings():
    """As Stable-Baselines3's zoo dumps them."""
    text = (
        "!!python/object/apply:collections.OrderedDict\n- - - gamma\n    - 0.99\n"
        "  - - n_envs\n    - 8\n"
    )

    assert parse_yaml(text) == {"gamma": 0.99, "n_envs": 8}


def test_numbers_are_what_their_writers_mean():
    """An exponent without a point is a number; dates and 1:30 are text."""
    found = parse_yaml("a: 1e-3\nb: 1e5\nc: 2024-01-01\nd: 1:30\ne: '1e-3'\nf: ~\ng: 0x10\nh: yes")

    assert found == {
        "a": 0.001,
        "b": 1e5,
        "c": "2024-01-01",
        "d": "1:30",
        "e": "1e-3",
        "f": None,
        "g": 16,
        "h": True,
    }


def test_aliases_and_merges_hold():
    """What stands behind an anchor is meant again where it is named."""
    found = parse_yaml("base: &b {lr: 1, wd: 2}\nrun:\n  <<: *b\n  lr: 3\nsame: *b\n")

    assert found["run"] == {"lr": 3, "wd": 2}
    assert found["same"] == {"lr": 1, "wd": 2}


def _laughs(levels: int) -> str:
    above = [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, levels)]
    return "\n".join(["a0: &a0 [x, x, x, x, x, x, x, x, x, x]", *above])


def _merges(levels: int) -> str:
    above = [f"a{i}: &a{i}\n  <<: [*a{i - 1}, *a{i - 1}]\n  k{i}: 1" for i in range(1, levels)]
    return "\n".join(["a0: &a0 {x: 1, y: 2}", *above])


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (_laughs(12), "comes to more than"),
        (_merges(40), "comes to more than"),
        ("[" * 100_000, "nested deeper|flow level"),
        ("- " * 100_000, "nested deeper"),
        ("a: &a [*a]", "alias 'a' of nothing"),
        ("a: [1, 2", "cannot be parsed"),
        ("\tx: 1", "cannot be parsed"),
        ("a: \x00", "cannot be parsed"),
        ("a: " + "9" * 10_000, "cannot be parsed"),
    ],
)
def test_what_is_damaged_or_a_bomb_is_refused(text, why):
    """The error says why; nothing is allocated for it."""
    with pytest.raises(UndecodableError, match=why):
        parse_yaml(text)


def test_an_empty_document_is_nothing():
    """As Lightning leaves it where a run has no hyperparameters."""
    assert parse_yaml("") is None
    assert parse_yaml("{}\n") == {}
