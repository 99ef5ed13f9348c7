"""Images: encoded as logged, decoded on demand and only within limits.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from nbboard.kinds.images.kind import KIND

__all__ = ["KIND"]
