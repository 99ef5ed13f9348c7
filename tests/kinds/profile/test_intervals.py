"""Sets of time, checked against counting every moment."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nbboard.kinds.profile.intervals import common, covered, length, subtract, union

spans = st.lists(st.tuples(st.integers(0, 40), st.integers(-2, 9)), max_size=12)


def as_set(pairs: list[tuple[int, int]]) -> set[int]:
    """The moments in some spans of start and length."""
    return {moment for start, size in pairs for moment in range(start, start + size)}


def ranges(pairs: list[tuple[int, int]]) -> np.ndarray:
    """Their union as ranges."""
    starts = np.array([start for start, _ in pairs], np.int64)
    return union(starts, starts + np.array([size for _, size in pairs], np.int64))


def moments(found: np.ndarray) -> set[int]:
    """The moments in ranges."""
    return {moment for begin, end in found.tolist() for moment in range(begin, end)}


@given(spans, spans)
def test_ranges_are_sets_of_moments(one, other):
    """Union, intersection, difference and length are those of the sets."""
    a, b = ranges(one), ranges(other)

    assert moments(a) == as_set(one)
    assert np.all(a[1:, 0] > a[:-1, 1])
    assert length(a) == len(as_set(one))
    assert moments(common(a, b)) == as_set(one) & as_set(other)
    assert moments(subtract(a, b)) == as_set(one) - as_set(other)


@given(spans, st.lists(st.tuples(st.integers(-3, 45), st.integers(0, 50)), min_size=1, max_size=5))
def test_windows_may_overlap(one, windows):
    """What of a window is covered does not depend on the others."""
    starts = np.array([start for start, _ in windows], np.int64)
    ends = starts + np.array([size for _, size in windows], np.int64)
    found = covered(ranges(one), starts, ends)

    assert found.tolist() == [
        len(as_set(one) & set(range(start, start + size))) for start, size in windows
    ]
