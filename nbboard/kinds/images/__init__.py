"""Images: encoded as logged, decoded on demand and only within limits.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nbboard.kinds.images.kind import KIND
from nbboard.lazy import lazily

if TYPE_CHECKING:
    from nbboard.kinds.images.image import MAX_BYTES, MAX_FRAMES, MAX_PIXELS, Image

__all__ = ["KIND", "MAX_BYTES", "MAX_FRAMES", "MAX_PIXELS", "Image"]

__getattr__ = lazily(
    __name__, {"MAX_BYTES": "image", "MAX_FRAMES": "image", "MAX_PIXELS": "image", "Image": "image"}
)
