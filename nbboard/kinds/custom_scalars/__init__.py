"""Layouts of custom scalar charts: which tags stand together in one chart.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from nbboard.kinds.custom_scalars.kind import KIND

__all__ = ["KIND"]
