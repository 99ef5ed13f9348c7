"""Columns of varints that all have the same number of bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = ["decode_varints"]


def decode_varints(raw: NDArray[Any], size: int) -> NDArray[np.int64]:
    """Decode varints of ``size`` bytes; what stands behind them does not matter.

    Parameters
    ----------
    raw
        The bytes, as uint32 (up to four of them) or uint64; overwritten.
    """
    kind = raw.dtype.type
    step = raw & kind(0x7F)
    for i in range(1, size):
        raw >>= kind(1)
        step |= raw & kind(0x7F << 7 * i)
    result: NDArray[np.int64] = step.astype(np.int64) if step.itemsize < 8 else step.view(np.int64)
    return result
