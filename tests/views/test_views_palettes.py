"""The colours of runs, which the page and figures must have alike."""

from __future__ import annotations

import re
from pathlib import Path

from nbboard.views.palettes import PALETTES, assign_slots, run_color

SOURCE = Path(__file__).parents[2] / "labextension" / "src" / "draw" / "palette.ts"


def test_the_page_has_the_same_colours() -> None:
    """Every palette of a figure stands in the browser's source, colour by colour."""
    source = SOURCE.read_text()

    for name, colors in PALETTES.items():
        (there,) = re.findall(rf"^  {name}: \((.*?)\)", source, re.DOTALL | re.MULTILINE)
        assert list(colors) == re.findall(r"#[0-9a-f]{6}", there)


def test_twenty_eight_runs_have_a_colour_each() -> None:
    """Only the twenty-ninth has that of the first; a later run changes no earlier one's."""
    slots = assign_slots([f"run{n}" for n in range(29)], {})

    colors = [run_color(run, slots, "tensorboard", {}) for run in slots]

    assert len(set(colors)) == 28
    assert colors[28] == colors[0]
    assert assign_slots(["new", "run0"], slots) == {**slots, "new": 29}
