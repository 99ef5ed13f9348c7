"""Precision-recall curves.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbboard.kinds.pr_curves.kind import KIND, SCORES
from nbboard.lazy import lazily

if TYPE_CHECKING:
    from nbboard.kinds.pr_curves.curve import PRCurve

__all__ = ["KIND", "SCORES", "PRCurve"]

__getattr__ = lazily(__name__, {"PRCurve": "curve"})
