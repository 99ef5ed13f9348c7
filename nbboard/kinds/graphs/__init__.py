"""Graphs: computation graphs, run metadata with step statistics, and Keras models.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from nbboard.kinds.graphs.kind import KIND

__all__ = ["KIND"]
