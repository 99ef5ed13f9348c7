"""Names of files that fit patterns, tested against what Python's own matching says."""

from __future__ import annotations

import fnmatch

import pytest

from nbboard.logdir.registry import kinds
from nbboard.series.name_patterns import name_test

PATTERNS = ("config.json", "*.pb", "trace-?.json", "*[!x].yml", "a*")
NAMES = (
    "config.json", "Config.json", "my-config.json", "x.pb", ".pb", "x.PB", "trace-1.json",
    "trace-12.json", "b.yml", "x.yml", "abc", "ba", "", "new\nline.pb",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_fits_as_a_shell_would_have_it(name):
    """A name fits one of several patterns exactly where Python's ``fnmatch`` says so."""
    expected = any(fnmatch.fnmatchcase(name, pattern) for pattern in PATTERNS)

    assert name_test(PATTERNS)(name) == expected


def test_without_patterns_nothing_fits():
    """A store that looks for nothing beside event files finds nothing there."""
    assert not any(name_test(())(name) for name in NAMES)


def test_patterns_of_all_kinds_need_no_regular_expression():
    """What nbboard's own kinds look for is names and endings, which are told apart at once."""
    patterns = [pattern for kind in kinds().values() for pattern in kind.beside]

    assert [p for p in patterns if not set("*?[").isdisjoint(p.removeprefix("*"))] == []
