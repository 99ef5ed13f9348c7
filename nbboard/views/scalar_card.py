"""One card of the scalars view, drawn by matplotlib: what plot.ts draws in the browser."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.logdir.dates import dates_of
from nbboard.text import counted
from nbboard.views.paper import FAINT, FONT, SMALL, folded, plain, style_axes
from nbboard.views.scalar_axes import nice_domain, visible_extent
from nbboard.views.scalar_charts import curves_of_chart
from nbboard.views.scalar_curves import Curve, curves_of
from nbboard.views.scalar_groups import band_opacity

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["NamedLine", "draw_card"]

UNITS = ((86400.0, "d"), (3600.0, "h"), (60.0, "min"), (1.0, "s"))
#: About where lines begin to cover each other.
MANY = 12
FADED = "#b9bdc2"
FADED_BAND = 0.05
INK = "#333333"
#: Days since the epoch: the first and the last that a date axis may show.
FIRST_DAY, LAST_DAY = -719162.0, 2932896.0
#: So many runs are named where points are left out.
MOST_NAMED = 3


class NamedLine(NamedTuple):
    """What stands in the legend: a line, and of how many runs it is; empty for one of a run."""

    line: Any
    runs: str


def draw_card(axes: Axes, tag: str, state: dict[str, Any], handles: dict[str, NamedLine]) -> None:
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
        One :class:`NamedLine` for each name in the legend; new ones are added.
    """
    chart = state["charts"].get(tag)
    curves = curves_of(tag, state) if chart is None else curves_of_chart(chart, state)
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
        if state["x"] == "wall":
            # The margin may not leave the years that there are.
            low, high = axes.get_xlim()
            axes.set_xlim(max(low, FIRST_DAY), min(high, LAST_DAY))
    if zoom.get("y"):
        axes.set_ylim(*zoom["y"])
    else:
        _limit_y(axes, curves, x_range, scale, state)
    _tick(axes, state)
    _say_left_out(axes, [*curves, *others], chart.note if chart else "")


def _say_left_out(axes: Axes, curves: Sequence[Curve], wrong: str = "") -> None:
    """Say under the title how many points are not seen, why, whose they are, and what is wrong."""
    runs: dict[str, Counter[str]] = {}
    for curve in curves:
        for (why, run), number in curve.left_out.items():
            runs.setdefault(why, Counter())[run] += number
    words = [_told(why, of_run, len(curves)) for why, of_run in runs.items()]
    words += [wrong] if wrong else []
    if not words:
        return
    text = folded("; ".join(words), 64)
    note: dict[str, Any] = {"fontsize": SMALL - 1, "color": FAINT, "va": "bottom"}
    axes.annotate(
        text,
        (0, 1),
        xytext=(0, 2),
        xycoords="axes fraction",
        textcoords="offset points",
        parse_math=False,
        **note,
    )
    axes.set_title(
        axes.get_title(loc="left"),
        loc="left",
        pad=6 + 10 * (text.count("\n") + 1),
        fontsize=FONT,
        parse_math=False,
    )


def _told(why: str, of_run: Mapping[str, int], curves: int) -> str:
    said = f"{counted(sum(of_run.values()), 'point')} {why}"
    if len(of_run) == curves:
        return said
    names = ", ".join(list(of_run)[:MOST_NAMED])
    rest = len(of_run) - MOST_NAMED
    return f"{said} ({names}{f' and {rest:,} more' if rest > 0 else ''})"


def _draw_lines(
    axes: Axes,
    curves: Sequence[Curve],
    state: dict[str, Any],
    unit: float,
    *,
    handles: dict[str, NamedLine],
    dashed: bool = False,
) -> None:
    thin = len(curves) > MANY
    dashes: Any = (0, (5, 3)) if dashed else "-"
    opacity = band_opacity(sum(one.low is not None and not one.faded for one in curves))
    # What is not in the brush lies below.
    for curve in sorted(curves, key=lambda one: not one.faded):
        color = FADED if curve.faded else curve.color
        x = _as_x(curve.x, state["x"], unit)
        if curve.low is not None and curve.high is not None:
            shade = FADED_BAND if curve.faded else opacity
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
            linestyle=(0, curve.dash) if curve.dash else dashes,
            marker="D" if single else None,
            markersize=4,
        )
        if not curve.faded:
            _mark_odd(axes, curve, state, unit)
        handles.setdefault(curve.name, NamedLine(line, curve.count))


def _plot(axes: Axes, x: np.ndarray, y: np.ndarray, breaks: np.ndarray, **style: Any) -> Any:
    """Draw a line, with a gap where x goes back."""
    if not len(breaks):
        return axes.plot(x, y, **style)[0]
    from nbboard.views.broken_line import BrokenLine

    axes.xaxis.update_units(x)  # type: ignore[no-untyped-call]
    line = axes.add_line(BrokenLine(x, y, breaks, **style))
    axes.autoscale_view()
    return line


def _mark_odd(axes: Axes, curve: Curve, state: dict[str, Any], unit: float) -> None:
    """Put a triangle on the axis where values cease to be finite, on top for +infinity."""
    above = curve.raw[curve.odd] == np.inf
    firsts = curve.odd[(np.diff(curve.odd, prepend=-2) > 1) | np.diff(above, prepend=False)]
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
    """Return places on the axis as matplotlib has them: dates for wall time, NaT for none."""
    if kind != "wall":
        return np.asarray(x / unit)
    seconds = dates_of(x).seconds
    none = np.isnan(seconds)
    found = (np.where(none, 0.0, seconds) * 1e6).astype("datetime64[us]")
    found[none] = np.datetime64("NaT")
    return found


def _tick(axes: Axes, state: dict[str, Any]) -> None:
    """Put ticks on the x axis that suit what is on it."""
    if state["x"] == "step" and state["x_scale"] == "linear":
        from matplotlib.ticker import EngFormatter, MaxNLocator

        axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
        axes.xaxis.set_major_formatter(EngFormatter(sep=""))
    if state["x"] == "wall":
        from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

        # Of two ticks on a finer unit may begin: between the most of one and the least of the
        # next there must be no gap.
        locator: Any = AutoDateLocator(minticks=2, maxticks=5)  # type: ignore[no-untyped-call]
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
        spans = (float(np.nanmax(c.x)) for c in curves if np.isfinite(c.x).any())
        longest = max(spans, default=0.0)
        for seconds, name in UNITS:
            if longest >= 2 * seconds or seconds == 1:
                return seconds, f"time since start ({name})"
    names = {"step": "step", "wall": "wall time (UTC)", "order": "points, in the order written"}
    return 1.0, names.get(kind, kind)
