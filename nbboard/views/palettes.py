"""Colours of runs: the same on screen, in figures, in every view and every kernel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["PALETTES", "assign_slots", "run_color"]


def _colors(text: str) -> tuple[str, ...]:
    """Return the colours that a text names."""
    return tuple(text.split())


#: Colours by name of palette, on light ground; the browser has the same ones and their twins for
#: dark ground (labextension/src/draw/palette.ts, which says how they were chosen). The first seven of
#: ``tensorboard`` are those of TensorBoard's Time Series page in light mode; those of
#: ``colorblind`` are Okabe and Ito's without their yellow, which is too faint for a line.
PALETTES: Mapping[str, Sequence[str]] = {
    "tensorboard": _colors(
        "#425066 #12b5cb #e52592 #f9ab00 #9334e6 #7cb342 #e8710a "
        "#1170b8 #c63730 #03806f #74352f #1e8311 #61366f #ad7e04 "
        "#625409 #766ca7 #f56271 #7f8143 #c16cde #155932 #97596b "
        "#a65506 #0e8398 #c480a0 #6d86fe #b67761 #09a671 #259ddf"
    ),
    "colorblind": _colors(
        "#0072b2 #e69f00 #009e73 #d55e00 #cc79a7 #56b4e9 #000000 "
        "#525302 #7b7bfb #265a42 #935d6a #5d7c4c #cd158a #ed6877"
    ),
}


def assign_slots(runs: Iterable[str], known: Mapping[str, int]) -> dict[str, int]:
    """Give each run its place in the palette; a run keeps the one it has.

    Parameters
    ----------
    runs
        Names of runs, oldest first: a later run then never changes the colour of
        an earlier one.
    known
        Places given before.

    Returns
    -------
    dict
        Name of run to place, counted from 0 and taken modulo the palette's length.
    """
    slots = dict(known)
    following = max(slots.values(), default=-1) + 1
    for run in runs:
        if run not in slots:
            slots[run] = following
            following += 1
    return slots


def run_color(run: str, slots: Mapping[str, int], palette: str, chosen: Mapping[str, str]) -> str:
    """Return the colour of a run as ``#rrggbb``.

    Parameters
    ----------
    run
        Its name.
    slots
        What :func:`assign_slots` returned.
    palette
        A key of :data:`PALETTES`.
    chosen
        Colours that a person picked, by name of run.
    """
    if run in chosen:
        return chosen[run]
    colors = PALETTES[palette]
    return colors[slots.get(run, 0) % len(colors)]
