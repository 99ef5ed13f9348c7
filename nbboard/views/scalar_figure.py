"""The scalars view as a matplotlib figure: for papers, and for where there is no kernel."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.options import refuse_unknown
from nbboard.views.paper import legend_outside, new_figure, style_axes
from nbboard.views.run_list import RunList, run_list_of
from nbboard.views.sampling import Sample, sample_series
from nbboard.views.scalar_axes import nice_domain, visible_extent
from nbboard.views.scalar_groups import combine
from nbboard.views.smoothing import smooth

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["draw_scalars"]

#: Points of a series that a figure of a few hundred pixels can show.
POINTS = 1200
OWN = ("columns", "width", "max_cards", "max_lines", "points", "quick", "runs", "run_list")
UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))


@dataclass
class _Curve:
    name: str
    color: str
    x: np.ndarray
    raw: np.ndarray
    smooth: np.ndarray
    low: np.ndarray | None = None
    high: np.ndarray | None = None
    runs: list[str] = field(default_factory=list)


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
        _draw_card(axes, tag, _curves(source, tag, state), state, handles)
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


def _curves(source: Any, tag: str, state: dict[str, Any]) -> list[_Curve]:
    run_list: RunList = state["run_list"]
    found = []
    for run in state["runs"][: None if run_list.group_by else state["max_lines"]]:
        if (run, tag) in source:
            curve = _curve(state, run, tag, run_list.color(run))
            if len(curve.x):
                found.append(curve)
    if not run_list.group_by:
        return found
    by_run = {curve.name: curve for curve in found}
    return [
        _group(name, [by_run[run] for run in runs], state)
        for name, runs in run_list.groups(by_run).items()
    ]


def _curve(state: dict[str, Any], run: str, tag: str, color: str) -> _Curve:
    series = state["source"][run, tag]
    part = sample_series(series, state["points"])
    x = _x_of(state, run, series, part)
    count = np.diff(part.index.astype(np.int64), prepend=-1)
    smoothed = smooth(
        part.value,
        weight=state["smoothing"],
        method=state["smoothing_method"],
        x=x,
        mean=part.mean,
        count=count,
        total=part.total,
    )
    return _Curve(run, color, x, part.value.astype(np.float64), smoothed, runs=[run])


def _x_of(state: dict[str, Any], run: str, series: Any, part: Sample) -> np.ndarray:
    kind = state["x"]
    if kind == "step":
        return np.asarray(part.step, np.float64)
    if kind == "wall":
        return part.wall_time
    if kind == "relative":
        start = np.asarray(series.wall_time[:1]).sum()
        return np.asarray(part.wall_time - start)
    if (run, kind) not in state["source"]:
        return np.asarray(np.full(len(part.step), np.nan))
    other = state["source"][run, kind]
    step = other.step.astype(np.float64)
    value = other.value.astype(np.float64)
    at = part.step.astype(np.float64)
    return np.asarray(np.interp(at, step, value, left=np.nan, right=np.nan))


def _group(name: str, members: list[_Curve], state: dict[str, Any]) -> _Curve:
    if len(members) == 1 and members[0].name == name:
        return members[0]
    band = combine([(c.x, c.smooth) for c in members], state["center"], state["band"])
    label = f"{name} (n = {len(members)})"
    runs = [c.name for c in members]
    color = members[0].color
    return _Curve(label, color, band.x, band.center, band.center, band.low, band.high, runs)


def _draw_card(
    axes: Axes, tag: str, curves: list[_Curve], state: dict[str, Any], handles: dict[str, Any]
) -> None:
    unit, label = _x_unit(curves, state["x"])
    moment = state["x"] == "wall"
    thin = len(curves) > 12  # about where lines begin to cover each other
    for curve in curves:
        x = curve.x.astype("datetime64[s]") if moment else curve.x / unit
        if curve.low is not None and curve.high is not None:
            axes.fill_between(x, curve.low, curve.high, color=curve.color, alpha=0.2, linewidth=0)
        elif state["smoothing"] > 0 and not thin:
            axes.plot(x, curve.raw, color=curve.color, alpha=0.25, linewidth=0.6)
        marker = "D" if np.isfinite(curve.smooth).sum() == 1 else None
        (line,) = axes.plot(
            x,
            curve.smooth,
            color=curve.color,
            linewidth=0.8 if thin else 1.3,
            marker=marker,
            markersize=4,
        )
        handles.setdefault(curve.name, line)
    style_axes(axes, title=tag, xlabel=label)
    axes.set_xscale(state["x_scale"])
    axes.set_yscale(state["y_scale"])
    if state["x_range"] and not moment:
        axes.set_xlim(state["x_range"][0] / unit, state["x_range"][1] / unit)
    else:
        axes.margins(x=0.01)
    _limit_y(axes, curves, state)
    if state["x"] == "step" and state["x_scale"] == "linear":
        from matplotlib.ticker import EngFormatter, MaxNLocator

        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    if moment:
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator: Any = AutoDateLocator(maxticks=5)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(
            ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
        )


def _limit_y(axes: Axes, curves: list[_Curve], state: dict[str, Any]) -> None:
    parts = [part for c in curves for part in (c.smooth, c.low, c.high) if part is not None]
    if state["x_range"] and state["x"] != "wall":
        low, high = state["x_range"]
        parts = [c.smooth[(c.x >= low) & (c.x <= high)] for c in curves]
    values = np.concatenate(parts) if parts else np.empty(0)
    if state["y_scale"] == "log":
        values = values[values > 0]
    extent = visible_extent(values, ignore_outliers=state["ignore_outliers"])
    if extent is not None:
        axes.set_ylim(*nice_domain(*extent, state["y_scale"]))


def _x_unit(curves: list[_Curve], kind: str) -> tuple[float, str]:
    """Return what x is divided by, and the label of the axis."""
    if kind == "relative":
        longest = max((float(np.nanmax(c.x)) for c in curves if len(c.x)), default=0.0)
        for seconds, name in UNITS:
            if longest >= 2 * seconds or seconds == 1:
                return seconds, f"time since start ({name})"
    return 1.0, {"step": "step", "wall": "wall time"}.get(kind, kind)
