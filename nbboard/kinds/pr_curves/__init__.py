"""Precision-recall curves.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from nbboard.kinds.pr_curves.kind import KIND

__all__ = ["KIND"]
