"""Which colour a point has: of a category, or along a scale; as labextension/src/views/projector/colors.ts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.text import natural_key
from nbboard.views.palettes import PALETTES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.projector.metadata import Column

__all__ = ["MOST_CATEGORIES", "auto_column", "categories", "is_scale", "slots_of"]

#: So many categories have a colour of their own.
MOST_CATEGORIES = 28
#: Numbers of more different values than this are a scale unless said otherwise.
SCALE_FROM = 20


def auto_column(columns: Sequence[Column]) -> Column | None:
    """Return the column by which points are coloured where nobody chose one."""
    for column in columns:
        distinct = len(set(column.texts.tolist()))
        if distinct > 1 and (distinct <= MOST_CATEGORIES or column.numbers is not None):
            return column
    return None


def is_scale(column: Column, scale: str) -> bool:
    """Whether a column is coloured along a scale, not by categories.

    Parameters
    ----------
    column
        The column.
    scale
        ``"auto"``, ``"categories"`` or ``"scale"``; texts are categories in any case.
    """
    if column.numbers is None or scale == "categories":
        return False
    return scale == "scale" or len(set(column.texts.tolist())) > SCALE_FROM


def categories(texts: Sequence[str]) -> tuple[list[str], int]:
    """Return the categories with a colour of their own, in natural order, and how many have none.

    Of too many the most frequent ones have.
    """
    counts = Counter(texts)
    if len(counts) <= MOST_CATEGORIES:
        return sorted(counts, key=natural_key), 0
    most = sorted(counts, key=lambda word: (-counts[word], natural_key(word)))
    chosen = most[: MOST_CATEGORIES - 1]
    return sorted(chosen, key=natural_key), len(counts) - len(chosen)


def slots_of(texts: Sequence[str], named: Sequence[str]) -> NDArray[np.intp]:
    """Return the number of each text's category; -1 for the others."""
    places = {word: place for place, word in enumerate(named)}
    return np.fromiter((places.get(text, -1) for text in texts), np.intp, len(texts))


def category_colors(count: int) -> list[str]:
    """Return the colours of categories."""
    palette = PALETTES["tensorboard"]
    return [palette[place % len(palette)] for place in range(count)]


def scale_position(numbers: NDArray[np.float64]) -> tuple[NDArray[np.float64], Any]:
    """Return where numbers are along the scale, 0 to 1, NaN for none, and its two ends."""
    finite = numbers[np.isfinite(numbers)]
    if not len(finite):
        return np.full(len(numbers), np.nan), (np.nan, np.nan)
    low, high = float(finite.min()), float(finite.max())
    # Halves: the whole of the range may be more than a number can be.
    half = high / 2 - low / 2
    found = np.where(np.isfinite(numbers), 0.0 if half == 0 else (numbers / 2 - low / 2), np.nan)
    return (found if half == 0 else found / half), (low, high)
