"""Numbers of a text are read many at once, each as Python reads it."""

import random

import numpy as np
import pytest

from nbboard.kinds.projector.decimals import parse_decimals

ODD = [
    "0",
    "-0",
    "+1",
    "1.",
    ".5",
    "-.25",
    "1e3",
    "-2.5E-07",
    "1e-50",
    "1e39",
    "-1e400",
    "nan",
    "inf",
    "-Infinity",
    "123456789",
    "00012.5",
    "1_000",
    "99999999",
    "0.000000000000000000000001",
    "0.1234567890123456789012345",
    "12345678.123456789012345678",
    "3.4028235e38",
    "1.00000017881393432617187499",
    "16777217",
    "33554435.0",
    "0.30000001192092896",
]


def read(texts, width=1):
    """Return the numbers of lines of so many."""
    lines = ["\t".join(texts[at : at + width]).encode() for at in range(0, len(texts), width)]
    return parse_decimals(lines, width)


def expected(texts):
    """Return the numbers as Python reads them."""
    with np.errstate(over="ignore"):
        return np.array([float(text) for text in texts]).astype(np.float32)


def test_numbers_of_all_forms_are_those_of_python():
    """Bit for bit, minus zero included."""
    draw = random.Random(0)
    texts = [*ODD, *(f"{text}\r" for text in ODD)]
    texts += [
        repr(float(np.float32(draw.gauss(0, 10 ** draw.randint(-9, 9))))) for _ in range(4000)
    ]
    texts += [f"{draw.uniform(-1, 1):.{draw.randint(0, 30)}f}" for _ in range(4000)]
    found = read(texts).reshape(-1)

    assert found.dtype == np.float32
    np.testing.assert_array_equal(found.view(np.uint32), expected(texts).view(np.uint32))


def test_numbers_between_two_float32_go_to_the_nearest():
    """In the middle to the even one, as Python and NumPy do it; beside it to its side."""
    draw = np.random.default_rng(1)
    low = draw.uniform(1, 2, 500).astype(np.float32)
    middle = (low.astype(np.float64) + np.nextafter(low, np.float32(3)).astype(np.float64)) / 2
    texts = [f"{each + shift:.30g}"[:26] for each in middle for shift in (-4e-16, 0, 4e-16)]

    np.testing.assert_array_equal(read(texts).reshape(-1), expected(texts))


@pytest.mark.parametrize(
    "lines",
    [["1\t2", "3"], ["1\t2\t3", "4"], ["1\t", "2\t3"], ["1\tx", "2\t3"], ["1-2\t3", "1\t2"]],
)
def test_lines_that_are_no_such_vectors_are_none(lines):
    """Too few, too many, nothing, a word, a sign within a number."""
    assert parse_decimals([line.encode() for line in lines], 2) is None


def test_lines_of_several_numbers_keep_their_places():
    """Row by row."""
    texts = [str(number / 8) for number in range(60)]

    np.testing.assert_array_equal(read(texts, 12), expected(texts).reshape(5, 12))
