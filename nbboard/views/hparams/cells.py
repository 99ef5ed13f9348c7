"""What stands in a cell of the table: a value that was logged, or that none was."""

from __future__ import annotations

import enum
import math
import re
from typing import Any, Literal

import numpy as np

__all__ = ["MISSING", "Cell", "Missing", "cell_text", "cell_type", "is_missing", "sort_key"]


class Missing(enum.Enum):
    """Told apart from None, which is a value: null was logged."""

    MISSING = "missing"

    def __repr__(self) -> str:
        return "missing"


#: Nothing was logged.
MISSING: Literal[Missing.MISSING] = Missing.MISSING

Cell = float | str | bool | None | Literal[Missing.MISSING]

_NATURAL = re.compile(r"(\d+)")


def is_missing(cell: Cell) -> bool:
    """Tell whether there is no value to compare: none was logged, or NaN."""
    return cell is MISSING or (isinstance(cell, float) and math.isnan(cell))


def cell_type(cell: Any) -> str:
    """Return ``"bool"``, ``"text"``, ``"number"`` or ``"none"``: 1, True and "1" differ."""
    if cell is None:
        return "none"
    return "bool" if isinstance(cell, bool) else "text" if isinstance(cell, str) else "number"


def sort_key(cell: Cell) -> tuple[int, Any]:
    """Return what a value is ordered by: booleans, numbers, text in natural order, None."""
    if isinstance(cell, bool):
        return 0, cell
    if isinstance(cell, str):
        parts = _NATURAL.split(cell)
        return 2, [(int(p), "") if i % 2 else (-1, p.lower()) for i, p in enumerate(parts)]
    return (3, 0) if cell is None else (1, cell)


def cell_text(cell: Cell) -> str:
    """Write a value as the page does, so that a regular expression means the same."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if cell is None or cell is MISSING:
        return "None" if cell is None else ""
    value = float(cell)
    if not math.isfinite(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or 1e-6 <= abs(value) < 1e21:
        return np.format_float_positional(value, trim="-")
    mantissa, _, exponent = repr(value).partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"
