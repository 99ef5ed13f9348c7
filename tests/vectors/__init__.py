"""Cases that both languages must agree on: JSON read by pytest and by the TypeScript tests."""

from __future__ import annotations

import json
from pathlib import Path

__all__ = ["load"]


def load(name):
    """Return the cases of one formula or format."""
    return json.loads((Path(__file__).parent / f"{name}.json").read_text(encoding="utf-8"))
