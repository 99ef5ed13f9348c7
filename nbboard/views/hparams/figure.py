"""Trials on paper: parallel coordinates, and the metric against each hyperparameter."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.hparams.scale import Axis, make_axis
from nbboard.views.paper import inches, new_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from nbboard.views.hparams.shown import Shown
    from nbboard.views.run_list import RunList

__all__ = ["draw_trials"]

_INK = "#3c4043"
_FAINT = "#5f6368"
#: Of a trial that is not brushed, and of one without a value to be coloured by.
_GREY = "#c4c7c9"
_NONE = "#8b8f94"
#: Viridis without its yellow end, which is too faint on paper.
_MAP_END = 0.88
#: More than so many axes or panels cannot be read on a page.
MAX_AXES = 12
MAX_PANELS = 5


@dataclass(frozen=True)
class _Picture:
    """What is drawn: the trials in the order of painting, and where they stand on each axis."""

    shown: Shown
    rows: Sequence[int]
    scales: Mapping[str, Axis]
    #: By key, one a trial of the table; NaN for what has no place.
    places: Mapping[str, np.ndarray]
    colors: Mapping[int, Any]


def draw_trials(
    shown: Shown,
    settings: Mapping[str, Any],
    run_list: RunList,
    *,
    width: float | str = 7.2,
    most: int | None = None,
) -> Figure:
    """Draw what is shown; see :meth:`nbboard.views.hparams.HparamsView.draw`."""
    axes = _axes(shown)
    panels = [key for key in axes if key != shown.metric][:MAX_PANELS] if shown.metric else []
    figure = new_figure(inches(width), 5.2 if panels else 3.2)
    if not shown.rows or not axes:
        what = "No trial is shown" if shown.table.trials else "No hyperparameters are logged"
        figure.text(0.5, 0.5, what, ha="center", va="center", color=_FAINT, fontsize=9)
        return figure
    by = settings["color"] or shown.metric
    keys = dict.fromkeys([*axes, *([shown.metric] if panels else []), by])
    scales = {
        key: make_axis(settings["scales"].get(key), shown.columns[key])
        for key in keys
        if key in shown.columns
    }
    rows = _order(shown, most)
    places = {key: _places(shown, key, axis, rows) for key, axis in scales.items()}
    colors, mappable = _colors(shown, rows, key=by, scales=scales, places=places, run_list=run_list)
    picture = _Picture(shown, rows, scales, places, colors)
    grid = figure.add_gridspec(2 if panels else 1, 1, height_ratios=[1.4, 1][: 2 if panels else 1])
    top = figure.add_subplot(grid[0])
    _parallel(top, picture, axes)
    if panels:
        row = grid[1].subgridspec(1, len(panels))
        first = None
        for place, key in enumerate(panels):
            panel = figure.add_subplot(row[place], sharey=first)
            first = first or panel
            _scatter(panel, picture, key)
            panel.tick_params(labelleft=place == 0)
            if place == 0:
                panel.set_ylabel(
                    _short(_label(shown, shown.metric)), fontsize=8, color=_INK, parse_math=False
                )
    if mappable is not None:
        bar = figure.colorbar(mappable, ax=top, fraction=0.03, pad=0.02, aspect=28)
        bar.outline.set_visible(False)
        bar.ax.tick_params(labelsize=7, colors=_FAINT, length=2)
        bar.set_label(_short(_label(shown, by)), fontsize=8, color=_INK)
        bar.ax.yaxis.label.set_parse_math(False)
    if len(rows) < len(shown.rows):
        note = f"{len(rows):,} of {len(shown.rows):,} trials drawn"
        figure.supxlabel(note, fontsize=7, color=_FAINT, x=0.99, ha="right")
    return figure


def _places(shown: Shown, key: str, axis: Axis, rows: Sequence[int]) -> np.ndarray:
    cells = shown.columns[key]
    found = np.full(len(cells), np.nan)
    for row in rows:
        at = axis.place(cells[row])
        if at is not None:
            found[row] = at
    return found


def _axes(shown: Shown) -> list[str]:
    """Return the axes as on screen: visible hyperparameters, then visible metrics."""
    keys = [key for key in shown.visible if shown.kind(key) != "fixed"]
    if len(keys) <= MAX_AXES:
        return keys
    others = [key for key in keys if key != shown.metric][: MAX_AXES - 1]
    return [*others, *([shown.metric] if shown.metric in keys else [])]


def _label(shown: Shown, key: str) -> str:
    column = shown.table.info.get(key)
    return key if column is None else column.label


def _short(text: str, room: int = 24) -> str:
    plain = " ".join(text.split())
    if len(plain) <= room:
        return plain
    # Names differ at their ends: the middle gives way.
    tail = (room - 1) // 2
    return f"{plain[: room - 1 - tail]}…{plain[len(plain) - tail :]}"


def _colors(
    shown: Shown,
    rows: Sequence[int],
    *,
    key: str,
    scales: Mapping[str, Axis],
    places: Mapping[str, np.ndarray],
    run_list: RunList,
) -> tuple[dict[int, Any], Any]:
    """Return the colour of each trial, and what a colour bar is made of, or None."""
    from matplotlib import colormaps
    from matplotlib.cm import ScalarMappable
    from matplotlib.colors import ListedColormap, LogNorm, Normalize

    mappable = None
    if key not in scales:
        first = shown.first_runs()
        colors = {row: run_list.color(first[row]) for row in rows if shown.brushed[row]}
    else:
        axis = scales[key]
        cmap = ListedColormap(colormaps["viridis"](np.linspace(0, _MAP_END, 256)))
        shades = cmap(np.nan_to_num(places[key]))
        shades[np.isnan(places[key])] = _rgba(_NONE)
        colors = {row: shades[row] for row in rows}
        if axis.kind in {"linear", "log"} and axis.high > axis.low:
            norm = (LogNorm if axis.kind == "log" else Normalize)(axis.low, axis.high)
            mappable = ScalarMappable(norm, cmap)
    grey = _rgba(_GREY)
    colors.update({row: grey for row in rows if not shown.brushed[row]})
    return colors, mappable


def _rgba(color: str) -> Any:
    from matplotlib.colors import to_rgba

    return to_rgba(color)


def _order(shown: Shown, most: int | None) -> list[int]:
    """Return trials as they are painted: grey ones below, the best on top.

    Of more than `most` an even part is left, brushed ones before others.
    """
    best = shown.best
    rows = sorted(shown.rows)
    if most is not None and len(rows) > most:
        bright = [row for row in rows if shown.brushed[row]]
        grey = [row for row in rows if not shown.brushed[row]]
        rows = _even(bright, most) + _even(grey, max(most // 4, most - len(bright)))
        rows = rows if best is None or best in rows else [*rows, best]
    return sorted(rows, key=lambda row: (bool(shown.brushed[row]), row == best, row))


def _even(rows: list[int], most: int) -> list[int]:
    every = max(1, -(-len(rows) // most))
    return rows[::every]


def _parallel(panel: Axes, picture: _Picture, axes: Sequence[str]) -> None:
    from matplotlib.collections import LineCollection

    # What has no place on an axis runs through a lane below it.
    lane = -0.12
    shown, scales = picture.shown, picture.scales
    best = shown.best
    heights = np.stack([picture.places[key][picture.rows] for key in axes], axis=1)
    missing = bool(np.isnan(heights).any())
    heights = np.where(np.isnan(heights), lane, heights)
    lines = np.stack([np.broadcast_to(np.arange(len(axes)), heights.shape), heights], axis=2)
    alpha = 1.0 if len(lines) < 50 else 0.6 if len(lines) < 500 else 0.25
    panel.add_collection(
        LineCollection(
            list(lines),
            colors=[picture.colors[row] for row in picture.rows],
            linewidths=[
                2.2 if row == best else 0.9 if shown.brushed[row] else 0.6 for row in picture.rows
            ],
            alpha=[1.0 if row == best else alpha for row in picture.rows],
            capstyle="round",
            rasterized=len(lines) > 3000,
        )
    )
    for x, key in enumerate(axes):
        panel.plot([x, x], [0, 1], color=_INK, linewidth=0.8, zorder=3)
        for at, text in _spaced(scales[key].ticks(5), 0.045):
            panel.plot([x - 0.015, x], [at, at], color=_INK, linewidth=0.6, zorder=3)
            panel.text(
                x - 0.025, at, _short(text, 14), ha="right", va="center", fontsize=7, color=_FAINT,
                parse_math=False, zorder=4,
                bbox={"boxstyle": "square,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.7},
            ).set_in_layout(False)  # fmt: skip
        panel.text(
            x, 1.06, _short(_label(shown, key), 16 if len(axes) > 6 else 24),
            ha="center", va="bottom", fontsize=8, color=_INK, parse_math=False,
            rotation=30 if len(axes) > 8 else 0,
        ).set_in_layout(False)  # fmt: skip
        if missing:
            panel.plot([x - 0.05, x + 0.05], [lane, lane], color=_FAINT, linewidth=0.8)
    if missing:
        panel.text(-0.08, lane, "missing", ha="right", va="center", fontsize=7, color=_FAINT)
    # Room for the texts at both ends, which stand outside of the layout: it would give up on
    # long ones. 0.06 inches a letter, of some six inches for all axes.
    letter = 0.0105 * len(axes)
    ticks = [len(_short(text, 14)) for _, text in scales[axes[0]].ticks(5)]
    names = [len(_short(_label(shown, key), 24)) / 2 for key in (axes[0], axes[-1])]
    first = max(*ticks, names[0], 8 if missing else 0, 0) if ticks else names[0]
    panel.set_xlim(-0.1 - first * letter, len(axes) - 1 + max(0.06, names[1] * letter))
    panel.set_ylim(lane - 0.06 if missing else -0.05, 1.4 if len(axes) > 8 else 1.17)
    panel.set_axis_off()


def _spaced(ticks: Sequence[tuple[float, str]], least: float) -> list[tuple[float, str]]:
    """Leave out ticks that stand closer than `least` to the one before."""
    kept: list[tuple[float, str]] = []
    for at, text in ticks:
        if not kept or at - kept[-1][0] >= least:
            kept.append((at, text))
    return kept


def _scatter(panel: Axes, picture: _Picture, key: str) -> None:
    shown, scales = picture.shown, picture.scales
    drawn = [
        row
        for row in picture.rows
        if not np.isnan(picture.places[key][row] + picture.places[shown.metric][row])
    ]
    x, y = picture.places[key], picture.places[shown.metric]
    panel.scatter(
        x[drawn], y[drawn], s=14 if len(drawn) < 200 else 4, linewidths=0,
        c=[picture.colors[row] for row in drawn], rasterized=len(drawn) > 3000,
    )  # fmt: skip
    if shown.best in drawn:
        panel.scatter(
            x[shown.best], y[shown.best], s=60, facecolors="none", edgecolors=_INK, linewidths=1.0
        )
    for k, ticker in ((key, panel.xaxis), (shown.metric, panel.yaxis)):
        marks = _spaced(scales[k].ticks(3), 0.26) if k == key else scales[k].ticks(4)
        ticker.set_ticks([at for at, _ in marks])
        ticker.set_ticklabels([_short(text, 8) for _, text in marks], parse_math=False)
    panel.set_xlabel(_short(_label(shown, key), 18), fontsize=8, color=_INK, parse_math=False)
    panel.tick_params(labelsize=7, colors=_FAINT, length=2)
    panel.set_xlim(-0.06, 1.06)
    panel.set_ylim(-0.06, 1.06)
    panel.spines[["top", "right"]].set_visible(False)
    panel.spines[["left", "bottom"]].set_linewidth(0.6)
