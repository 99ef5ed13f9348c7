"""What a saved report holds."""

from __future__ import annotations

import base64
import gzip
import re
from pathlib import Path

__all__ = ["unpacked"]


def unpacked(file: Path) -> str:
    """Return what a report packs: its state and its modules, as JSON."""
    (packed,) = re.findall(r'id="saved">([^<]*)<', file.read_text("utf-8"))
    return gzip.decompress(base64.b64decode(packed)).decode()
