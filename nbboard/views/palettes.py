"""Colours of runs: the same on screen, in figures, in every view and every kernel."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

__all__ = ["PALETTES", "assign_slots", "run_color"]

#: Colours by name of palette; the browser has the same ones (labextension/src/draw/palette.ts).
#: ``tensorboard`` is that of TensorBoard's Time Series page in light mode,
#: ``colorblind`` is Okabe and Ito's without its yellow, which is too faint for a line.
PALETTES: Mapping[str, Sequence[str]] = {
    "tensorboard": (
        "#425066",
        "#12b5cb",
        "#e52592",
        "#f9ab00",
        "#9334e6",
        "#7cb342",
        "#e8710a",
    ),
    "colorblind": (
        "#0072b2",
        "#e69f00",
        "#009e73",
        "#d55e00",
        "#cc79a7",
        "#56b4e9",
        "#000000",
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
