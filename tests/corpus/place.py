"""Where the corpus of real logs is looked for: it is not part of this repository."""

from __future__ import annotations

import os
from pathlib import Path

__all__ = ["CORPUS"]

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
