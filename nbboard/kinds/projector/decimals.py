"""Numbers in decimal notation, many at once: a text of vectors is millions of them.

``np.loadtxt`` makes a call for each. Here the digits of all are read eight at a time, as one
64-bit word: the ways of D. Lemire, "Number parsing at a gigabyte per second" (2021), section 4.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Words = NDArray[np.uint64]

__all__ = ["NUMBERS", "parse_decimals"]

#: So many numbers at a time stay within a processor's cache.
NUMBERS = 1 << 16

_TAB, _LINE, _PLUS, _MINUS, _POINT, _ZERO = b"\t\n+-.0"
#: Digits before the point, and behind it, of numbers that are read here.
_WHOLE, _FRACTION = 8, 24
_PAD = b"0" * 32
_TENS = 10.0 ** np.arange(_FRACTION + 1)
#: By how many, the last bytes of a word: those that come last in memory are the highest.
_LAST = np.array([(1 << 64) - (1 << 8 * (8 - count)) for count in range(9)], np.uint64)
_EIGHT = np.uint64(10**8)
#: Where a float64 lies between two float32, as the bits that the shorter one does not have.
_BITS, _BETWEEN = 0x1FFFFFFF, 0x10000000
#: What was computed is off by no more than so many units in the last place.
_OFF = 16


def parse_decimals(lines: Sequence[bytes], width: int) -> NDArray[np.float32] | None:
    """Return the numbers of lines, (lines, width), rounded to the nearest.

    Parameters
    ----------
    lines
        Numbers with tabs between, without line breaks; as many as are some thousand numbers.
    width
        How many there are in each line.

    Returns
    -------
    numpy.ndarray or None
        None if a line has more or fewer, or something that is no number.
    """
    data = b"\n".join([_PAD, *lines, b""])
    raw = np.frombuffer(data, np.uint8)
    begin = len(_PAD) + 1
    # Signs, points and separators are below the digits; other letters are found below.
    marks = np.flatnonzero(raw[begin:] < _ZERO) + begin
    mark = raw[marks]
    ending = np.flatnonzero((mark == _TAB) | (mark == _LINE))
    stop = marks[ending]
    ends_line = mark[ending] == _LINE
    if len(stop) != len(lines) * width or not ends_line[width - 1 :: width].all():
        return None
    if np.count_nonzero(ends_line) != len(lines):
        return None
    start = np.concatenate(([begin], stop[:-1] + 1))
    sign = raw[start]
    negative = sign == _MINUS
    first = start + (negative | (sign == _PLUS))
    before = np.maximum(ending - 1, 0)
    point = marks[before]
    has_point = (mark[before] == _POINT) & (point >= first)
    point = np.where(has_point, point, stop)
    whole, fraction = point - first, np.where(has_point, stop - point - 1, 0)
    size, odd = _values(data, point, stop, whole, fraction)
    values = np.where(negative, -size, size)
    try:
        for at in np.flatnonzero(odd).tolist():
            values[at] = float(data[start[at] : stop[at]])
    except ValueError:
        return None
    with np.errstate(over="ignore"):
        return values.astype(np.float32).reshape(len(lines), width)


def _values(
    data: bytes, point: Ints, stop: Ints, whole: Ints, fraction: Ints
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return numbers without their signs, and which of them have to be read otherwise.

    Those have other letters, or more digits, or lie so near the middle between two float32
    that it is not sure which is the nearest.
    """
    words: NDArray[Any] = np.ndarray((len(data) - 7,), "<u8", data, 0, (1,))
    odd = (whole < 1) | (whole > _WHOLE) | (fraction > _FRACTION)
    number, wrong = _digits(words, point, whole)
    last, also = _digits(words, stop, fraction)
    wrong |= also
    more, also = _digits(words, stop - 8, fraction - 8)
    wrong |= also
    below = (more * _EIGHT + last).astype(np.float64)
    if fraction.max(initial=0) > 16:
        most, also = _digits(words, stop - 16, fraction - 16)
        wrong |= also
        below += most.astype(np.float64) * 1e16
    below /= _TENS[np.minimum(fraction, _FRACTION)]
    below += number
    odd |= wrong != 0
    odd |= np.abs((below.view(np.int64) & _BITS) - _BETWEEN) < _OFF
    return below, odd


def _digits(words: Words, stop: Ints, count: Ints) -> tuple[Words, Words]:
    """Return the numbers that the last digits before some places are, eight of them at most.

    The second is not 0 where one of them is no digit.
    """
    word = words[stop - 8]
    word ^= np.uint64(0x3030303030303030)
    word &= _LAST[np.clip(count, 0, 8)]
    wrong = word + np.uint64(0x7676767676767676)
    wrong |= word
    wrong &= np.uint64(0x8080808080808080)
    # Pairs of digits, then pairs of those, then of those.
    word *= np.uint64(10 * 256 + 1)
    word >>= np.uint64(8)
    word &= np.uint64(0x00FF00FF00FF00FF)
    word *= np.uint64(100 * 65536 + 1)
    word >>= np.uint64(16)
    word &= np.uint64(0x0000FFFF0000FFFF)
    word *= np.uint64(10_000 * (1 << 32) + 1)
    word >>= np.uint64(32)
    return word, wrong
