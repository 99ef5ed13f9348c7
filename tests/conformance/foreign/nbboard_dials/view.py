"""How a dial travels, and how it is drawn on paper."""

from __future__ import annotations

import math
from pathlib import Path

import traitlets

from nbboard.views.shared.options import option
from nbboard.views.shared.stepped import SteppedView

__all__ = ["DialsView"]


class DialsView(SteppedView):
    """Dials over steps: ``log.dials.view()``."""

    kind = "dials"
    _esm = Path(__file__).with_name("dials.js")
    noun = ("dial", "dials")

    clockwise = option(traitlets.Bool(default_value=True), "Which way the needle turns.")

    @classmethod
    def encode(cls, item):
        """Return the turns, or why there are none."""
        return {"turns": item} if math.isfinite(item) else {"refusal": f"{item} is no angle"}

    @classmethod
    def aspect(cls, _item):
        """Return that a dial is round."""
        return 1.0

    @classmethod
    def draw_cell(cls, place, item, options):
        """Draw the needle."""
        angle = 2 * math.pi * item * (1 if options["clockwise"] else -1)
        x, y = place.left + place.width / 2, place.top + place.height / 2
        length = place.width * 0.4
        place.frame()
        tip = [x + length * math.sin(angle)], [y - length * math.cos(angle)]
        place.page.plot([x, *tip[0]], [y, *tip[1]], color="#333333")
