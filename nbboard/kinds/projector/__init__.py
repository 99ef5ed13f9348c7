"""Embeddings for the projector: configurations in files beside the event files.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from nbboard.kinds.projector.kind import KIND

__all__ = ["KIND"]
