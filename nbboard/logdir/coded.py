"""What a table in long form is: columns by name, those of repeating names as codes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Union

import numpy as np

__all__ = ["Coded", "Column", "Table"]


@dataclass(frozen=True, eq=False)
class Coded:
    """A column of repeating strings.

    Attributes
    ----------
    codes
        int32: for each row, the index of its name.
    names
        The distinct names.
    """

    codes: np.ndarray
    names: Sequence[str]

    def __len__(self) -> int:
        return len(self.codes)


Column = Union[np.ndarray, Coded, "list[Any]"]

#: Columns of equal length by name.
Table = dict[str, Column]
