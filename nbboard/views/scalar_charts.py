"""The curves of a card of several tags: told apart by colour or dashes, some with bands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from nbboard.views.palettes import PALETTES
from nbboard.views.sampling import sample_series
from nbboard.views.scalar_curves import Curve, curves_of, one_curve, smooth_pieces, x_of

if TYPE_CHECKING:
    from nbboard.kinds.custom_scalars.layout import Margin

__all__ = ["DASHES", "TagChart", "curves_of_chart", "join_band", "tag_slots"]

#: How lines of different tags are dashed, in units of their width; the page has the same ones.
DASHES: Sequence[tuple[float, ...]] = ((), (6, 3), (2, 2), (9, 3, 2, 3), (12, 4))


class TagChart(Protocol):
    """A card of several tags."""

    @property
    def tags(self) -> Sequence[str]:
        """The tags of its lines."""

    @property
    def bands(self) -> Sequence[Margin]:
        """Its lines with bands."""

    @property
    def note(self) -> str:
        """What is wrong with it; empty if nothing."""


def tag_slots(charts: Iterable[TagChart]) -> dict[str, int]:
    """Return the place in the palette of each tag, the same in all charts."""
    slots: dict[str, int] = {}
    for chart in charts:
        for tag in (*chart.tags, *(band.value for band in chart.bands)):
            slots.setdefault(tag, len(slots))
    return slots


def curves_of_chart(chart: TagChart, state: dict[str, Any]) -> list[Curve]:
    """Return the curves of a card: tag by tag, then those with bands.

    Where one run is shown colours tell tags apart, else they tell runs, and dashes tags.
    """
    slots: Mapping[str, int] = state["tag_slots"]
    palette = PALETTES[state["run_list"].palette]
    one = len(state["runs"]) == 1
    found: list[tuple[str, Curve]] = []
    for tag in chart.tags:
        if len(found) >= state["max_lines"]:
            break
        found += ((tag, curve) for curve in curves_of(tag, state))
    found += [(band.value, curve) for band in chart.bands for curve in _with_band(band, state)]
    order = list(dict.fromkeys(tag for tag, _ in found))
    curves = []
    for tag, curve in found[: state["max_lines"]]:
        dash: tuple[float, ...] = () if one else DASHES[order.index(tag) % len(DASHES)]
        color = palette[slots.get(tag, 0) % len(palette)] if one else curve.color
        name = tag if one else curve.name if len(order) == 1 else f"{curve.name} · {tag}"
        curves.append(replace(curve, name=name, color=color, dash=dash))
    return curves


def _with_band(band: Margin, state: dict[str, Any]) -> list[Curve]:
    source = state["source"]
    curves = []
    for run in state["runs"][: state["max_lines"]]:
        if (run, band.value) not in source:
            continue
        curve = one_curve(state, run, band.value, state["run_list"].color(run))
        if not len(curve.x):
            continue
        value = source[run, band.value]
        at = sample_series(value, state["points"]).index
        edges, gaps = [], np.zeros(len(value), bool)
        for tag in (band.lower, band.upper):
            edge, missing = _edge(state, source, (run, tag), value.step)
            edges.append(edge[at])
            gaps |= missing
        low, high = edges
        left_out = Counter(curve.left_out)
        left_out["without a band", run] = int(gaps.sum())
        left_out["with the lower bound above the upper", run] = int(np.sum(low > high))
        gone = np.isnan(low) | np.isnan(high)
        curves.append(
            replace(
                curve,
                low=np.where(gone, np.nan, low),
                high=np.where(gone, np.nan, high),
                left_out=+left_out,
            )
        )
    return curves


def _edge(
    state: dict[str, Any], source: Any, name: tuple[str, str], step: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return an edge of a band at each of some steps, and where there is none."""
    if name not in source:
        return np.full(len(step), np.nan), np.ones(len(step), bool)
    series = source[name]
    smoothed = smooth_pieces(
        x_of(state["x"], source, series),
        series.value,
        weight=state["smoothing"],
        method=state["smoothing_method"],
    )
    return join_band(step, series.step, smoothed)


def join_band(
    step: np.ndarray, other: np.ndarray, value: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Join an edge of a band to the steps of its line.

    Parameters
    ----------
    step
        int64 (n,), the steps of the line.
    other, value
        int64 and float64 (k,), the steps and values of the edge, in written order.

    Returns
    -------
    edge : numpy.ndarray
        float64 (n,): the value written last at the same step, NaN where there is none.
    missing : numpy.ndarray
        bool (n,), where there is none.
    """
    order = np.argsort(other, kind="stable")
    at = np.searchsorted(other[order], step, side="right") - 1
    found = order[np.maximum(at, 0)] if len(other) else np.zeros(len(step), np.intp)
    there = (at >= 0) & (other[found] == step) if len(other) else np.zeros(len(step), bool)
    edge = np.full(len(step), np.nan)
    edge[there] = value[found[there]]
    return edge, ~there
