"""What decoding many records of one layout comes to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = ["Match"]


@dataclass(slots=True)
class Match:
    """Decoded rows; each array has one item (``value``: one column a slot) a matched row.

    Attributes
    ----------
    matched
        Whether each row of the block was decoded.
    label
        Number of the model; None if all rows have the same.
    """

    matched: NDArray[np.bool_] | None
    label: NDArray[np.int64] | None
    step: NDArray[np.int64]
    wall_time: NDArray[np.float64]
    values: list[NDArray[Any]]
