"""Layouts of custom scalar charts: which tags stand together in one chart.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbboard.kinds.custom_scalars.kind import KIND
from nbboard.lazy import lazily

if TYPE_CHECKING:
    from nbboard.kinds.custom_scalars.layout import Category, Chart, Layout, Margin

__all__ = ["KIND", "Category", "Chart", "Layout", "Margin"]

__getattr__ = lazily(
    __name__, {"Category": "layout", "Chart": "layout", "Layout": "layout", "Margin": "layout"}
)
