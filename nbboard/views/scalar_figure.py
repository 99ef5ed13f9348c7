"""The scalars view as a matplotlib figure: for papers, and for where there is no kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbboard.views.paper import legend_outside, new_figure
from nbboard.views.run_list import RunList, run_list_of
from nbboard.views.scalar_card import draw_card
from nbboard.views.shared.options import refuse_unknown

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = ["draw_scalars"]

#: Points of a series that a figure of a few hundred pixels can show.
POINTS = 1200
OWN = ("columns", "width", "max_cards", "max_lines", "points", "quick", "runs", "run_list")


def draw_scalars(view: Any, source: Any, options: dict[str, Any]) -> Figure:
    """Return the figure; see :meth:`nbboard.views.scalars.ScalarsView.draw`."""
    state = _state(view, source, options)
    tags = state["tags"]
    shown = tags[: state["max_cards"]]
    columns = min(state["columns"], max(len(shown), 1))
    rows = max(1, -(-len(shown) // columns))
    width = state["width"] or (5.2 if columns == 1 else 3.3 * columns)
    height = max(2.9 if columns == 1 else 2.3, 2.2 * rows)
    figure = new_figure(width, height, "none" if state["quick"] else "constrained")
    grid = figure.subplots(rows, columns, squeeze=False).flatten()
    if state["quick"]:
        # Room for titles, labels and the legend, in inches.
        names = min(len(state["runs"]), 40)
        legend = 0.0 if names <= 5 else min(2.6, 0.4 + 0.07 * max(map(len, state["runs"][:names])))
        figure.subplots_adjust(
            left=0.55 / width,
            right=1 - (legend + 0.1) / width,
            bottom=0.5 / height,
            top=1 - 0.5 / height,
            wspace=0.28,
            hspace=0.6,
        )
    handles: dict[str, Any] = {}
    for axes, tag in zip(grid, shown, strict=False):
        draw_card(axes, tag, state, handles)
    for axes in grid[len(shown) :]:
        axes.set_visible(False)
    missing = _missing(state, len(shown))
    if missing:
        figure.suptitle(missing, fontsize=8, x=0.01, ha="left")
    if not shown:
        grid[0].set_visible(True)
        grid[0].set_axis_off()
        grid[0].text(0.5, 0.5, "No scalars yet", ha="center", va="center", fontsize=9)
    legend_outside(figure, grid[0], list(handles.values()), list(handles))
    return figure


def _missing(state: dict[str, Any], cards: int) -> str:
    """Say what of it all is not drawn."""
    parts = [(cards, len(state["tags"]), "tags"), (state["max_lines"], len(state["runs"]), "runs")]
    return ", ".join(f"{some:,} of {all_:,} {noun}" for some, all_, noun in parts if some < all_)


def _state(view: Any, source: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return all options, those not given with their defaults, and what is shown."""
    traits = view.class_traits(option=True)
    refuse_unknown(options, [*traits, *RunList.OPTIONS, *OWN], view.kind)
    state = {name: trait.default() for name, trait in traits.items()}
    state |= {
        "columns": 3,
        "width": None,
        "max_cards": 24,
        "max_lines": 200,
        "points": POINTS,
        "quick": False,
    }
    state |= options
    run_list = state.get("run_list") or run_list_of(source.log)
    for name, trait in RunList.OPTIONS.items():
        if name in options:
            # A copy, so that drawing a figure changes nothing on screen.
            run_list = run_list.copy(**{trait: options[name]})
    state["run_list"] = run_list
    state["runs"] = run_list.shown(state.get("runs") or source.runs)
    state["source"] = source.select(restarts=state["restarts"])
    matching = view.matching_tags(state["tag_filter"], source.tags)
    pinned = [tag for tag in state["pinned"] if tag in matching]
    state["tags"] = pinned + [tag for tag in matching if tag not in pinned]
    return state
