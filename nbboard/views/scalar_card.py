"""One card of the scalars view, drawn by matplotlib: what plot.ts draws in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.paper import plain, style_axes
from nbboard.views.scalar_axes import nice_domain, visible_extent
from nbboard.views.scalar_curves import Curve, curves_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_card"]

UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
#: About where lines begin to cover each other.
MANY = 12
FADED = "#b9bdc2"
INK = "#333333"


def draw_card(axes: Axes, tag: str, state: dict[str, Any], handles: dict[str, Any]) -> None:
    """Draw a tag, and the one of its second axis, into axes.

    Parameters
    ----------
    axes
        Empty axes.
    tag
        The tag.
    state
        The options of the view, with those of the figure.
    handles
        One line for each name in the legend; new ones are added.
    """
    curves = curves_of(tag, state)
    right = state["right_axis"].get(tag)
    others = curves_of(right, state) if right else []
    zoom = state["zooms"].get(tag) or {}
    x_range = state["x_range"] if state["link_zoom"] else zoom.get("x")
    scale = state["y_scales"].get(tag, state["y_scale"])
    unit, label = _x_unit([*curves, *others], state["x"])
    style_axes(axes, title=tag, xlabel=label)
    _draw_lines(axes, curves, state, unit, handles=handles)
    axes.set_xscale(state["x_scale"])
    axes.set_yscale(scale)
    if others:
        second = axes.twinx()
        style_axes(second, ylabel=f"{plain(right or '')} (dashed)")
        second.grid(visible=False)
        second.spines["left"].set_visible(False)
        second.spines["right"].set(visible=True, linewidth=0.6, color=INK)
        _draw_lines(second, others, state, unit, handles={}, dashed=True)
        second.set_yscale(scale)
        _limit_y(second, others, x_range, scale, state)
    if x_range:
        axes.set_xlim(*_as_x(np.asarray(x_range, np.float64), state["x"], unit))
    else:
        axes.margins(x=0.01)
    if zoom.get("y"):
        axes.set_ylim(*zoom["y"])
    else:
        _limit_y(axes, curves, x_range, scale, state)
    _tick(axes, state)


def _draw_lines(
    axes: Axes,
    curves: Sequence[Curve],
    state: dict[str, Any],
    unit: float,
    *,
    handles: dict[str, Any],
    dashed: bool = False,
) -> None:
    thin = len(curves) > MANY
    dashes: Any = (0, (5, 3)) if dashed else "-"
    # What is not in the brush lies below.
    for curve in sorted(curves, key=lambda one: not one.faded):
        color = FADED if curve.faded else curve.color
        x = _as_x(curve.x, state["x"], unit)
        if curve.low is not None and curve.high is not None:
            shade = 0.06 if curve.faded else 0.2
            axes.fill_between(x, curve.low, curve.high, color=color, alpha=shade, linewidth=0)
        elif state["smoothing"] > 0 and not thin and not curve.faded:
            _plot(axes, x, curve.raw, curve.breaks, color=color, alpha=0.25, linewidth=0.6)
        single = np.isfinite(curve.smooth).sum() == 1
        line = _plot(
            axes,
            x,
            curve.smooth,
            curve.breaks,
            color=color,
            linewidth=0.8 if thin else 1.3,
            linestyle=dashes,
            marker="D" if single else None,
            markersize=4,
        )
        if not curve.faded:
            _mark_odd(axes, curve, state, unit)
        handles.setdefault(curve.name, line)


def _plot(axes: Axes, x: np.ndarray, y: np.ndarray, breaks: np.ndarray, **style: Any) -> Any:
    """Draw a line, with a gap where x goes back."""
    if len(breaks):
        x = np.insert(x, breaks, x[breaks])
        y = np.insert(y, breaks, np.nan)
    return axes.plot(x, y, **style)[0]


def _mark_odd(axes: Axes, curve: Curve, state: dict[str, Any], unit: float) -> None:
    """Put a triangle on the axis where values cease to be finite, on top for +infinity."""
    firsts = curve.odd[np.diff(curve.odd, prepend=-2) > 1]
    marks = [(float(curve.x[i]), bool(curve.raw[i] == np.inf)) for i in firsts] + curve.lost
    for marker, place, up in (("^", 0.025, False), ("v", 0.975, True)):
        at = np.array([x for x, above in marks if above == up and np.isfinite(x)])
        if len(at):
            axes.plot(
                _as_x(at, state["x"], unit),
                np.full(len(at), place),
                transform=axes.get_xaxis_transform(),
                color=curve.color,
                linestyle="none",
                marker=marker,
                markersize=4,
                markeredgewidth=0,
                zorder=3,
            )


def _as_x(x: np.ndarray, kind: str, unit: float) -> np.ndarray:
    """Return places on the axis as matplotlib has them: dates for wall time."""
    return (x * 1e6).astype("datetime64[us]") if kind == "wall" else np.asarray(x / unit)


def _tick(axes: Axes, state: dict[str, Any]) -> None:
    """Put ticks on the x axis that suit what is on it."""
    if state["x"] == "step" and state["x_scale"] == "linear":
        from matplotlib.ticker import EngFormatter, MaxNLocator

        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    if state["x"] == "wall":
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        locator: Any = AutoDateLocator(maxticks=5)  # type: ignore[no-untyped-call]
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(
            ConciseDateFormatter(locator)  # type: ignore[no-untyped-call]
        )


def _limit_y(
    axes: Axes, curves: Sequence[Curve], x_range: Any, scale: str, state: dict[str, Any]
) -> None:
    parts = []
    for curve in curves:
        inside = np.full(len(curve.x), fill_value=True)
        if x_range:
            inside = (curve.x >= x_range[0]) & (curve.x <= x_range[1])
        parts += [y[inside] for y in (curve.smooth, curve.low, curve.high) if y is not None]
    values = np.concatenate(parts) if parts else np.empty(0)
    if scale == "log":
        values = values[values > 0]
    extent = visible_extent(values, ignore_outliers=state["ignore_outliers"])
    if extent is not None:
        axes.set_ylim(*nice_domain(*extent, scale))


def _x_unit(curves: Sequence[Curve], kind: str) -> tuple[float, str]:
    """Return what x is divided by, and the label of the axis."""
    if kind == "relative":
        longest = max((float(np.nanmax(c.x)) for c in curves if len(c.x)), default=0.0)
        for seconds, name in UNITS:
            if longest >= 2 * seconds or seconds == 1:
                return seconds, f"time since start ({name})"
    names = {"step": "step", "wall": "wall time", "order": "points, in the order written"}
    return 1.0, names.get(kind, kind)
