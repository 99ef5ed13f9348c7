"""Short texts at many places of a buffer, compared all at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]

__all__ = ["alike", "distinct", "hashes", "texts_at"]

#: Texts are compared with others of about their length: the bounds of these groups. What is
#: longer is compared one by one.
_LENGTHS = (32, 128, 512)
#: So many different ones are looked for before everything is sorted.
_FEW = 12


def texts_at(data: NDArray[np.uint8], starts: Ints, sizes: Ints) -> NDArray[np.uint8]:
    """Return the bytes at each start, zeros behind them up to a multiple of eight in all rows.

    The buffer has slack behind the last of them.
    """
    longest = max(int(sizes.max()), 0)
    width = -(-longest // 8) * 8
    if not width:
        return np.zeros((len(starts), 0), np.uint8)
    window: NDArray[Any] = np.ndarray((len(data) - width + 1,), f"V{width}", data.data, 0, (1,))
    made: NDArray[np.uint8] = window[starts].view(np.uint8).reshape(-1, width)
    if int(sizes.min()) < width:
        made[np.arange(width) >= sizes[:, None]] = 0
    return made


def hashes(text: NDArray[np.uint8]) -> NDArray[np.uint64]:
    """Return a number for each row; equal for equal ones."""
    words = text.view(np.uint64)
    total = np.zeros(len(text), np.uint64)
    for i in range(words.shape[1]):
        total += words[:, i]
        total *= np.uint64(0x9E3779B97F4A7C15)
        total ^= total >> np.uint64(29)
    return total


def distinct(data: bytes, starts: Ints, sizes: Ints) -> tuple[NDArray[np.intp], list[bytes]]:
    """Return which of the different texts stands at each place, and those.

    Parameters
    ----------
    data
        The buffer, with 512 bytes of slack behind the last text.
    starts, sizes
        Where the texts lie.
    """
    raw = np.frombuffer(data, np.uint8)
    codes = np.zeros(len(starts), np.intp)
    values: list[bytes] = []
    left = np.arange(len(starts))
    for longest in _LENGTHS:
        short = sizes[left] <= longest
        members, left = left[short], left[~short]
        if not len(members):
            continue
        start, size = starts[members], sizes[members]
        text = texts_at(raw, start, size)
        mark = hashes(text) ^ size.astype(np.uint64)
        first, inverse = alike(mark)
        words = text.view(np.uint64)
        same = (words == words[first[inverse]]).all(1) & (size == size[first[inverse]])
        codes[members] = inverse + len(values)
        values += [data[start[at] : start[at] + size[at]] for at in first.tolist()]
        # Two texts of one hash: all but one of them are looked at with the long ones.
        left = np.concatenate((left, members[~same]))
    known: dict[bytes, int] = {}
    for place in left.tolist():
        text_ = data[starts[place] : starts[place] + sizes[place]]
        codes[place] = known.setdefault(text_, len(values) + len(known))
    return codes, values + list(known)


def alike(marks: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where each different number stands first, and which of them each is.

    A few that most are equal to are found without sorting. ``np.unique``, which does the same
    in another order, loads NumPy's masked arrays first.
    """
    first: list[int] = []
    code = np.zeros(len(marks), np.intp)
    left = np.arange(len(marks))
    for _ in range(_FEW):
        if not len(left):
            return np.array(first, np.intp), code
        equal = marks[left] == marks[left[0]]
        code[left[equal]] = len(first)
        first.append(int(left[0]))
        left = left[~equal]
    order = left[np.argsort(marks[left], kind="stable")]
    ordered = marks[order]
    begins = np.ones(len(order), bool)
    begins[1:] = ordered[1:] != ordered[:-1]
    code[order] = np.cumsum(begins) - 1 + len(first)
    return np.concatenate((np.array(first, np.intp), order[begins])), code
