"""Scikit-learn's handwritten digits, split for training and validation."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from nbboard.errors import MissingExtraError

__all__ = ["Digits", "load"]


class Digits(NamedTuple):
    """Pictures of digits and what they show.

    Attributes
    ----------
    pixels : numpy.ndarray
        float32 of shape (n, 64): 8 by 8 grey values from 0 (paper) to 1 (ink), row by row.
    labels : numpy.ndarray
        int64 of shape (n,), from 0 to 9.
    """

    pixels: npt.NDArray[np.float32]
    labels: npt.NDArray[np.int64]

    @property
    def pictures(self) -> npt.NDArray[np.float32]:
        """The pixels as pictures, of shape (n, 8, 8)."""
        return self.pixels.reshape(-1, 8, 8)


@cache
def load() -> tuple[Digits, Digits]:
    """Return 1,437 digits to train on and 360 to validate with, always the same.

    Raises
    ------
    MissingExtraError
        scikit-learn, which brings the digits, is not installed.
    """
    try:
        from sklearn.datasets import load_digits
    except ImportError as missing:
        raise MissingExtraError("scikit-learn", "demo") from missing
    raw, labels = load_digits(return_X_y=True)
    pixels = (raw / 16).astype(np.float32)
    order = np.random.default_rng(0).permutation(len(labels))
    held_out = len(labels) // 5 + 1
    training, validation = order[held_out:], order[:held_out]
    labels = labels.astype(np.int64)
    return (
        Digits(pixels[training], labels[training]),
        Digits(pixels[validation], labels[validation]),
    )
