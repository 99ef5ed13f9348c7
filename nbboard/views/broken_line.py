"""A line of matplotlib that begins anew at some of its points, without points of its own."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.lines import Line2D
from matplotlib.path import Path

__all__ = ["BrokenLine"]


class BrokenLine(Line2D):
    """A line in pieces; its data are exactly the points that it was given.

    Parameters
    ----------
    x, y
        The points.
    breaks
        Where pieces begin.
    **style
        As of a Line2D.
    """

    def __init__(self, x: Any, y: Any, breaks: np.ndarray, **style: Any) -> None:
        super().__init__(x, y, **style)
        self._breaks = breaks

    def recache(self, always: bool = False) -> None:
        """Make the path anew, with a gap before each piece."""
        super().recache(always)
        whole: Any = self._path
        codes = np.full(len(whole.vertices), Path.LINETO, Path.code_type)
        codes[:1] = Path.MOVETO
        codes[self._breaks] = Path.MOVETO
        self._path: Any = Path(whole.vertices, codes)
