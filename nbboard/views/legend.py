"""The legend of a figure: where it stands, in how many columns, and what its names are."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from nbboard.errors import UsageError
from nbboard.views.paper import LINE, SMALL, folded

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["LEGENDS", "Labels", "add_legend", "labels_for"]

#: Where a legend may stand.
LEGENDS = ("right", "below", "inside", "none")

#: Other names for runs or groups: by name, or from a function of it.
Labels = Mapping[str, str] | Callable[[str], object]

#: Within the axes there is room for so many lines with short names.
_INSIDE = 5
#: More lines than this, in all columns, are counted instead of named.
_ROWS = 24
#: Inches of the stroke before a name with the space around both, and at the legend's edges.
_STROKE, _EDGES = 0.46, 0.15


def labels_for(names: Mapping[str, str], labels: Labels | None) -> dict[str, str]:
    """Return what the legend calls each line.

    Parameters
    ----------
    names
        Of runs or groups, with what they are called unless told otherwise.
    labels
        What was asked for.

    Raises
    ------
    UsageError
        If it is no mapping or function, or names what is not drawn.
    """
    found = dict(names)
    if labels is None:
        return found
    if isinstance(labels, Mapping):
        for name in labels:
            if name not in found:
                near = difflib.get_close_matches(str(name), found, n=1, cutoff=0.4)
                drawn = ", ".join(list(found)[:8])
                hint = f"did you mean {near[0]!r}?" if near else f"drawn: {drawn}"
                raise UsageError(f"labels names {name!r}, which is not drawn; {hint}")
        return found | {name: str(label) for name, label in labels.items()}
    if callable(labels):
        return {name: str(labels(name)) for name in names}
    raise UsageError(f"labels is {{run: label}} or a function of a run's name, not {labels!r}")


def add_legend(
    figure: Figure,
    axes: Axes,
    lines: Sequence[tuple[Any, str]],
    place: str | None,
    *,
    beside: bool = True,
) -> None:
    """Name the lines; a legend below makes the figure taller, none cuts a name.

    Parameters
    ----------
    figure, axes
        The figure, and the axes that the legend may stand in.
    lines
        What is drawn and its name.
    place
        One of :data:`LEGENDS`; None for the one that suits.
    beside
        Whether the figure is ours, so that there may be room made beside the axes.
    """
    if not lines or place == "none":
        return
    names = [folded(name) for _, name in lines]
    width = max(map(text_width, names)) + _STROKE
    if place is None:
        place = _suitable(figure, names, width, beside=beside)
    if place == "inside":
        _finish(axes.legend([line for line, _ in lines], names, loc="best", **_style(1)))
        return
    rows = max(int((figure.get_figheight() - 0.2) / LINE), _INSIDE) if place == "right" else _ROWS
    room = figure.get_figwidth() * (0.5 if place == "right" else 1.0) - _EDGES
    height = max(name.count("\n") + 1 for name in names)
    columns = max(int(room / width), 1)
    if place == "right":
        columns = min(columns, -(-len(names) * height // rows))
    fitting = max(rows // height, 1) * columns
    handles = [line for line, _ in lines]
    if len(names) > fitting:
        rest = len(names) - (fitting - 1)
        handles = [*handles[: fitting - 1], _nothing()]
        names = [*names[: fitting - 1], f"and {rest:,} more"]
    columns = min(columns, len(names))
    where = _where(figure, place, beside=beside)
    if place == "below" and beside:
        lines_deep = -(-len(names) // columns) * height
        figure.set_figheight(figure.get_figheight() + lines_deep * LINE)
    owner = figure if beside else axes
    _finish(owner.legend(handles, names, **where, **_style(columns)))


def _suitable(figure: Figure, names: Sequence[str], width: float, *, beside: bool) -> str:
    """Return the place that leaves most of the figure to the lines."""
    if not beside or (len(names) <= _INSIDE and width < 0.4 * figure.get_figwidth()):
        return "inside"
    deep = sum(name.count("\n") + 1 for name in names)
    fits = deep * LINE <= figure.get_figheight() - 0.2
    return "right" if fits and width <= 0.3 * figure.get_figwidth() else "below"


def _where(figure: Figure, place: str, *, beside: bool) -> dict[str, Any]:
    if not beside:
        if place == "right":
            return {"loc": "upper left", "bbox_to_anchor": (1.02, 1.0), "borderaxespad": 0.0}
        return {"loc": "upper center", "bbox_to_anchor": (0.5, -0.18)}
    if figure.get_layout_engine() is None:
        return {"loc": "upper right"}
    return {"loc": "outside right upper" if place == "right" else "outside lower center"}


def _style(columns: int) -> dict[str, Any]:
    return {"fontsize": SMALL, "frameon": False, "handlelength": 1.4, "ncols": columns}


def _finish(legend: Any) -> None:
    for text in legend.get_texts():
        text.set_parse_math(False)


def _nothing() -> Any:
    """Return what stands beside a legend's words that name no line."""
    from matplotlib.lines import Line2D

    return Line2D([], [], linestyle="none")


def text_width(text: str) -> float:
    """Return how wide a text of the legend is, in inches."""
    from matplotlib.font_manager import FontProperties
    from matplotlib.textpath import text_to_path

    font = FontProperties(size=SMALL)
    measure: Any = text_to_path.get_text_width_height_descent
    points = (float(measure(line, font, ismath=False)[0]) for line in text.split("\n"))
    return max(points) / 72
