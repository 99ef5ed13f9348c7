"""Histograms on paper: a heat map, percentiles, a ridge, overlaid steps, runs over each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import NbboardError
from nbboard.views.histograms.columns import Column, ValueAxis, boundaries
from nbboard.views.histograms.moments import moments, usable
from nbboard.views.histograms.tensorboard import MEDIAN, percentiles, rebinned

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_columns", "draw_one", "draw_runs"]

#: Rows of a heat map.
_ROWS = 160
#: Cells of an outline, and how many times as high as the others a spike is drawn.
_CELLS = 240
_SPIKE = 3.0
_RIDGE_HEIGHT = 5.0
_COLOR = "#1f6fb4"


def draw_columns(axes: Axes, columns: Sequence[Column], options: Mapping[str, Any]) -> None:
    """Draw all steps of a series, as the view's options say."""
    shown = [column for column in columns if column.moments.count]
    if not shown:
        raise NbboardError("No value in any bucket.")
    draw = {"heat": _heat, "percentiles": _percentiles, "offset": _offset, "overlay": _overlay}
    draw[options["show"]](axes, shown, options)


def draw_one(axes: Axes, buckets: np.ndarray, options: Mapping[str, Any]) -> None:
    """Draw one histogram: the area of a bucket is its count."""
    found = moments(buckets)
    if not found.count:
        raise NbboardError("No value in any bucket.")
    if options["bins"] == "tensorboard":
        buckets = as_buckets(rebinned([buckets])[0])
    axis = ValueAxis.of([found], symlog=options["values"] == "symlog")
    _fill(axes, axis, buckets)
    _value_axis(axes, axis, "x")
    axes.set_yticks([])
    axes.set_ylim(bottom=0)


def draw_runs(
    axes: Axes, runs: Sequence[tuple[np.ndarray, str]], options: Mapping[str, Any]
) -> None:
    """Draw the histograms of several runs over each other, as densities or cumulative.

    Parameters
    ----------
    runs
        The buckets of each, and its colour.
    """
    found = [moments(buckets) for buckets, _ in runs]
    if not any(one.count for one in found):
        raise NbboardError("No value in any bucket.")
    axis = ValueAxis.of(found, symlog=options["values"] == "symlog")
    for buckets, color in runs:
        left, right, counts = usable(buckets).T
        if not len(counts):
            continue
        if options["compare"] == "cumulative":
            places = np.concatenate([left[:1], right])
            heights = np.concatenate([[0.0], np.cumsum(counts) / counts.sum()])
            axes.plot(places, heights, color=color, linewidth=1)
        else:
            x, y = _outline(axis, buckets)
            axes.plot(x, y / counts.sum(), color=color, linewidth=1)
    _value_axis(axes, axis, "x")
    axes.set_ylim(bottom=0)
    if options["compare"] == "density":
        axes.set_yticks([])


def as_buckets(bins: np.ndarray) -> np.ndarray:
    """Return bins of a left edge, a width and a count as buckets with two edges."""
    return np.column_stack([bins[:, 0], bins[:, 0] + bins[:, 1], bins[:, 2]])


def _heat(axes: Axes, columns: Sequence[Column], options: Mapping[str, Any]) -> None:
    columns, x = _placed(columns, options)
    axis = _axis(columns, options)
    rows = axis.cells(_ROWS)
    shown = _shown_buckets(columns, options)
    picture = np.column_stack([_over_cells(rows, axis, buckets) for buckets in shown])
    # Logarithms of counts, as in the page; one cell with all zeros must not pale the rest.
    usual = float(np.quantile(picture[picture > 0], 0.98))
    heat = np.ma.masked_equal(np.log1p(100 * np.minimum(picture / usual, 1.0)), 0)
    edges = axis.backward(rows)
    # As a picture also in vector files: it may have thirty thousand cells.
    axes.pcolormesh(boundaries(x), edges, heat, cmap="Blues", vmin=0, rasterized=True)
    _value_axis(axes, axis, "y")
    _step_axis(axes, options)


def _percentiles(axes: Axes, columns: Sequence[Column], options: Mapping[str, Any]) -> None:
    columns, x = _placed(columns, options)
    curves = np.array([percentiles(column.buckets) for column in columns]).T
    for inner in range(MEDIAN):
        low, high = curves[inner], curves[-1 - inner]
        axes.fill_between(x, low, high, color=_COLOR, alpha=0.16, linewidth=0)
    axes.plot(x, curves[MEDIAN], color=_COLOR, linewidth=1, marker="o" if len(x) == 1 else "")
    _value_axis(axes, _axis(columns, options), "y")
    _step_axis(axes, options)


def _offset(axes: Axes, columns: Sequence[Column], options: Mapping[str, Any]) -> None:
    axis = _axis(columns, options)
    outlines = _outlines(columns, axis, options)
    tallest = max(float(y.max()) for _, y in outlines) or 1.0
    for number, (x, y) in enumerate(outlines):
        base = len(outlines) - 1 - number
        shade = 0.35 + 0.65 * number / max(len(outlines) - 1, 1)
        top = base + y / tallest * _RIDGE_HEIGHT
        axes.fill_between(x, base, top, color=_tint(shade), linewidth=0, zorder=number)
        axes.plot(x, top, color="white", linewidth=0.4, zorder=number)
    _value_axis(axes, axis, "x")
    ends = sorted({0, len(columns) - 1})
    axes.set_yticks([len(columns) - 1 - end for end in ends])
    axes.set_yticklabels([f"{columns[end].step:,}" for end in ends])


def _overlay(axes: Axes, columns: Sequence[Column], options: Mapping[str, Any]) -> None:
    axis = _axis(columns, options)
    for number, (x, y) in enumerate(_outlines(columns, axis, options)):
        shade = 0.35 + 0.65 * number / max(len(columns) - 1, 1)
        axes.plot(x, y, color=_tint(shade), linewidth=0.7)
    _value_axis(axes, axis, "x")
    axes.set_yticks([])
    axes.set_ylim(bottom=0)


def _placed(
    columns: Sequence[Column], options: Mapping[str, Any]
) -> tuple[list[Column], list[float]]:
    """Return columns in the order of their place on the axis of steps, and those places."""
    start = columns[0].wall_time
    places: dict[str, Callable[[Column], float]] = {
        "step": lambda column: float(column.step),
        "relative": lambda column: column.wall_time - start,
        "wall": lambda column: column.wall_time,
    }
    place = places[options["x"]]
    ordered = sorted(columns, key=place)
    return ordered, [place(column) for column in ordered]


def _axis(columns: Sequence[Column], options: Mapping[str, Any]) -> ValueAxis:
    found = [column.moments for column in columns]
    return ValueAxis.of(found, symlog=options["values"] == "symlog")


def _shown_buckets(columns: Sequence[Column], options: Mapping[str, Any]) -> list[np.ndarray]:
    buckets = [column.buckets for column in columns]
    if options["bins"] == "logged":
        return buckets
    return [as_buckets(bins) for bins in rebinned(buckets)]


def _outlines(
    columns: Sequence[Column], axis: ValueAxis, options: Mapping[str, Any]
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Return the lines of an offset or overlay chart: values, and heights."""
    if options["bins"] == "tensorboard":
        # Drawn from middle to middle, as there.
        return [
            (bins[:, 0] + bins[:, 1] / 2, bins[:, 2])
            for bins in rebinned([column.buckets for column in columns])
        ]
    return [_outline(axis, column.buckets) for column in columns]


def _over_cells(edges: np.ndarray, axis: ValueAxis, buckets: np.ndarray) -> np.ndarray:
    """Return the counts of buckets in cells of the axis, shared out by overlap.

    Parameters
    ----------
    edges
        Where cells meet, as places on the axis; ascending.
    """
    left, right, counts = usable(buckets).T
    start, end = axis.forward(left), axis.forward(right)
    # What has no width lies in one cell.
    width = np.maximum(end - start, (edges[-1] - edges[0]) * 1e-9)
    below = ((edges[:, None] - start) / width).clip(0, 1)
    below[0], below[-1] = 0, 1
    cells: np.ndarray = np.diff(below, axis=0) @ counts
    return cells


def _outline(axis: ValueAxis, buckets: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the outline of bars whose area on the axis is their count; lone spikes are cut off."""
    edges = axis.cells(_CELLS)
    heights = _over_cells(edges, axis, buckets)
    usual = float(np.quantile(heights[heights > 0], 0.98)) if heights.any() else 0.0
    return axis.backward(np.repeat(edges, 2)[1:-1]), np.repeat(heights.clip(0, _SPIKE * usual), 2)


def _fill(axes: Axes, axis: ValueAxis, buckets: np.ndarray) -> None:
    x, y = _outline(axis, buckets)
    axes.fill_between(x, 0, y, color=_COLOR, alpha=0.75, linewidth=0)


def _value_axis(axes: Axes, axis: ValueAxis, name: str) -> None:
    from matplotlib.ticker import FixedLocator, FuncFormatter, MaxNLocator

    side = axes.xaxis if name == "x" else axes.yaxis
    if axis.linear_to is None:
        side.set_major_locator(MaxNLocator(5))
    else:
        scale: Any = axes.set_xscale if name == "x" else axes.set_yscale
        scale("function", functions=(axis.forward, axis.backward))
        ticks = axis.ticks(5)
        side.set_major_locator(FixedLocator(ticks) if ticks else MaxNLocator(5))
        side.set_minor_locator(FixedLocator([]))
    side.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.3g}"))
    (axes.set_xlim if name == "x" else axes.set_ylim)(axis.low, axis.high)
    axes.tick_params(labelsize=6, width=0.5, length=2)
    for spine in axes.spines.values():
        spine.set_linewidth(0.5)


def _step_axis(axes: Axes, options: Mapping[str, Any]) -> None:
    from datetime import datetime, timezone

    from matplotlib.ticker import FuncFormatter, MaxNLocator

    axes.xaxis.set_major_locator(MaxNLocator(3))
    words: dict[str, Callable[[float], str]] = {
        "step": lambda value: f"{value:,g}",
        "relative": lambda value: f"{value:,.3g} s",
        "wall": lambda value: f"{datetime.fromtimestamp(value, timezone.utc):%d %b %H:%M}",
    }
    word = words[options["x"]]

    def said(value: float, _: object) -> str:
        try:
            return word(value)
        except (ValueError, OverflowError, OSError):  # the clock of a writer may stand anywhere
            return f"{value:.3g}"

    axes.xaxis.set_major_formatter(FuncFormatter(said))


def _tint(shade: float) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(_COLOR)
    return (1 - shade * (1 - red), 1 - shade * (1 - green), 1 - shade * (1 - blue))
