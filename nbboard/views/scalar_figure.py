"""The scalars view as a matplotlib figure: for papers, and for where there is no kernel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import UsageError
from nbboard.views.legend import LEGENDS, add_legend, labels_for
from nbboard.views.paper import FAINT, SMALL, folded, inches, new_figure, quietly
from nbboard.views.run_list import RunList, untouched_run_list
from nbboard.views.scalar_card import NamedLine, draw_card
from nbboard.views.scalar_charts import tag_slots

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["FIGURE_OPTIONS", "draw_scalars"]

#: What a figure takes beside the view's options, with what holds where it is not given.
FIGURE_OPTIONS: Mapping[str, Any] = {
    "labels": None,
    "legend": None,
    "width": None,
    "ax": None,
    "columns": 3,
    "max_cards": 24,
    "max_lines": 200,
    #: Points of a series that a figure of a few hundred pixels can show.
    "points": 1200,
}
#: What only the view itself says: its run list, the runs on screen, that it is in a hurry.
_INSIDE = {"run_list": None, "runs": None, "quick": False}


def draw_scalars(view: Any, source: Any, options: dict[str, Any]) -> Figure:
    """Return the figure; see :meth:`nbboard.views.scalars.ScalarsView.draw`."""
    with quietly():
        return _drawn(_state(view, source, options))


def _drawn(state: dict[str, Any]) -> Figure:
    tags = state["tags"][: state["max_cards"]]
    figure, grid = _given_axes(state, tags) if state["ax"] is not None else _own_axes(state, tags)
    lines: dict[str, NamedLine] = {}
    for axes, tag in zip(grid, tags, strict=False):
        draw_card(axes, tag, state, lines)
    for axes in grid[len(tags) :]:
        axes.set_visible(False)
    missing = _missing(state, len(tags))
    if missing and state["ax"] is None:
        figure.suptitle(missing, fontsize=SMALL, color=FAINT, x=0.01, ha="left")
    if not tags:
        _say_why(grid[0], state["asked"])
    labels = labels_for(state["run_list"].labels_among(list(lines)), state["labels"])
    named = [(one.line, labels[name] + _of_runs(one)) for name, one in lines.items()]
    add_legend(figure, grid[0], named, state["legend"], beside=state["ax"] is None)
    return figure


def _of_runs(line: NamedLine) -> str:
    return f" (n = {line.runs})" if line.runs else ""


def _own_axes(state: dict[str, Any], tags: Sequence[str]) -> tuple[Figure, Sequence[Axes]]:
    """Return a new figure with axes for each tag."""
    columns = min(state["columns"], max(len(tags), 1))
    rows = max(1, -(-len(tags) // columns))
    asked = None if state["width"] is None else inches(state["width"])
    width = asked or (5.2 if columns == 1 else 3.3 * columns)
    height = max(2.9 if columns == 1 else 2.3, 2.2 * rows)
    if asked and columns == 1:
        height = max(2.1, 0.56 * width)
    figure = new_figure(width, height, "none" if state["quick"] else "constrained")
    grid: Any = figure.subplots(rows, columns, squeeze=False).flatten()
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
    return figure, grid


def _given_axes(state: dict[str, Any], tags: Sequence[str]) -> tuple[Figure, Sequence[Axes]]:
    """Return the axes to draw into, one a tag, and their figure."""
    from matplotlib.axes import Axes

    grid = list(np.atleast_1d(np.asarray(state["ax"], object)).flatten())
    if not all(isinstance(axes, Axes) for axes in grid):
        raise UsageError(f"ax is axes of matplotlib, or several of them, not {state['ax']!r}")
    if len(tags) > len(grid):
        shown = ", ".join(map(repr, tags[:4])) + (", ..." if len(tags) > 4 else "")
        raise UsageError(
            f"{len(tags):,} tags ({shown}) do not fit into {len(grid):,} axes:"
            " .select(tags=...) narrows them, or give ax= one for each"
        )
    if state["width"] is not None:
        raise UsageError("ax= draws into a figure that has its width: leave out width=")
    figure: Any = grid[0].figure
    return figure, grid[: max(len(tags), 1)]


def _say_why(axes: Axes, source: Any) -> None:
    axes.set_visible(True)
    axes.set_axis_off()
    why = folded(source.why_empty(), 60)
    axes.text(0.5, 0.5, why, ha="center", va="center", fontsize=9, parse_math=False)


def _missing(state: dict[str, Any], cards: int) -> str:
    """Say what of it all is not drawn."""
    parts = [(cards, len(state["tags"]), "tags"), (state["max_lines"], len(state["runs"]), "runs")]
    return ", ".join(f"{some:,} of {all_:,} {noun}" for some, all_, noun in parts if some < all_)


def _state(view: Any, source: Any, options: dict[str, Any]) -> dict[str, Any]:
    """Return all options, those not given with their defaults, and what is shown."""
    traits = view.class_traits(option=True)
    options = view.checked(source, options, [*FIGURE_OPTIONS, *_INSIDE])
    state: dict[str, Any] = {name: trait.default() for name, trait in traits.items()}
    # On paper nothing is cut off unless somebody asks for it.
    state |= {"ignore_outliers": False, "restarts": source.restarts_on_screen}
    state |= {**FIGURE_OPTIONS, **_INSIDE, **options}
    for name in ("columns", "max_cards", "max_lines", "points"):
        number = state[name]
        if isinstance(number, bool) or not isinstance(number, int) or number < 1:
            raise UsageError(f"{name} is a whole number from 1 on, not {number!r}")
    if state["legend"] not in {None, *LEGENDS}:
        places = ", ".join(map(repr, LEGENDS))
        raise UsageError(f"legend is one of {places}, not {state['legend']!r}")
    scalars = view.scalars_of(source)
    # What was clicked in a view is the view's: only its own figure() shows it.
    run_list = state["run_list"]
    if run_list is None:
        run_list = untouched_run_list(source.log, source.runs, options)
    else:
        changes = {of: options[name] for name, of in RunList.OPTIONS.items() if name in options}
        run_list = run_list.copy(**changes) if changes else run_list
    state["run_list"] = run_list
    state["runs"] = run_list.shown(scalars.runs if state["runs"] is None else state["runs"])
    state["asked"] = source
    state["source"] = scalars.select(restarts=state["restarts"])
    charts = view.charts_of(source, state)
    state["charts"] = charts or {}
    state["tag_slots"] = tag_slots(state["charts"].values())
    names = scalars.tags if charts is None else list(charts)
    matching = view.matching_tags(state["tag_filter"], names)
    pinned = [tag for tag in state["pinned"] if tag in matching]
    state["tags"] = pinned + [tag for tag in matching if tag not in pinned]
    return state
