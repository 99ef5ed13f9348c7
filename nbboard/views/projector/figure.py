"""An embedding on paper: its points as pixels, all else as vectors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.palettes import PALETTES
from nbboard.views.paper import FAINT, FONT, GRID, INK, SMALL, inches, new_figure, plain
from nbboard.views.projector.colors import (
    auto_column,
    categories,
    category_colors,
    is_scale,
    scale_position,
    slots_of,
)
from nbboard.views.projector.table import places_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from numpy.typing import NDArray

    from nbboard.kinds.projector.embedding import EmbeddedPoints
    from nbboard.kinds.projector.metadata import Column
    from nbboard.views.projector.clouds import Cloud

__all__ = ["draw_cloud", "draw_sentence"]

#: Inches.
WIDTH = 5.4

#: A point of no category.
_NONE = "#9aa0a6"
#: Categories that the legend names.
_NAMED = 14
_METHODS = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP"}


def draw_sentence(sentence: str, width: Any = None) -> Figure:
    """Return a figure that says why there is nothing else to see."""
    figure = new_figure(inches(WIDTH if width is None else width), 1.2, layout="none")
    style: dict[str, Any] = {"ha": "center", "va": "center", "fontsize": FONT, "wrap": True}
    figure.text(0.5, 0.5, plain(sentence)[:200], parse_math=False, **style)
    return figure


def draw_cloud(
    cloud: Cloud,
    points: EmbeddedPoints,
    options: Mapping[str, Any],
    layout: Mapping[str, Any] | None = None,
    ranges: Sequence[int] = (),
) -> Figure:
    """Draw the points of an embedding.

    Parameters
    ----------
    cloud, points
        Where they are, and what is known of them.
    options
        Those of the view, and ``width``: inches, ``"column"`` or ``"page"``.
    layout
        Where t-SNE or UMAP put them instead.
    ranges
        First and last row of each stretch that is selected; these points stand out.
    """
    width = options.get("width")
    wide = inches(WIDTH if width is None else width)
    dimensions = options["dimensions"]
    places = places_of(cloud, dimensions, layout)
    figure = new_figure(wide, wide * 0.72)
    flat = dimensions == 2
    axes: Any = figure.add_subplot(projection=None if flat else "3d")
    column = _column(points, options["color"])
    _scatter(figure, axes, places, column, options["scale"])
    _mark(axes, places, ranges)
    name = plain(f"{cloud.key.run} · {cloud.key.tag}")
    step = f" · step {cloud.step:,}" if cloud.stepped else ""
    axes.set_title(f"{name}{step}", fontsize=FONT, loc="left", parse_math=False, color=INK)
    method = "pca" if layout is None else options["method"]
    _name_axes(axes, method, cloud.variance, flat=flat)
    placed = int(np.isfinite(places).all(axis=1).sum())
    share = f"{placed:,} of {points.total:,}" if placed < points.total else f"{placed:,}"
    said = f"{share} points, {points.vectors.shape[1]:,} dimensions, {_METHODS[method]}"
    said += ", sphereized" if options["sphereize"] else ""
    figure.supxlabel(said, fontsize=SMALL, color=FAINT, x=0.02, ha="left")
    return figure


def _column(points: EmbeddedPoints, chosen: str | None) -> Column | None:
    if chosen is None:
        return None
    if not chosen:
        return auto_column(points.columns)
    return next((column for column in points.columns if column.name == chosen), None)


def _scatter(
    figure: Figure, axes: Any, places: NDArray[np.float64], column: Column | None, scale: str
) -> None:
    finite = np.isfinite(places).all(axis=1)
    shown = places[finite]
    size = float(np.clip(3000 / max(len(shown), 1), 0.4, 16))
    style: dict[str, Any] = {"s": size, "linewidths": 0, "rasterized": True, "alpha": 0.85}
    if column is None:
        axes.scatter(*shown.T, color=PALETTES["tensorboard"][1], **style)
    elif is_scale(column, scale) and column.numbers is not None:
        along, (low, high) = scale_position(column.numbers[finite])
        drawn = axes.scatter(*shown.T, c=along, cmap="viridis", vmin=0, vmax=1, **style)
        bar = figure.colorbar(drawn, ax=axes, shrink=0.7, pad=0.02)
        bar.outline.set_linewidth(0)
        bar.set_ticks([0, 1], labels=[f"{low:.4g}", f"{high:.4g}"], fontsize=SMALL)
        bar.set_label(plain(column.name)[:40], fontsize=SMALL)
    else:
        texts = column.texts[finite].tolist()
        named, others = categories(texts)
        colors = category_colors(len(named))
        slots = slots_of(texts, named)
        each = np.array([*colors, _NONE], dtype=object)[slots]
        axes.scatter(*shown.T, c=each.tolist() if len(each) else None, **style)
        _legend(axes, column, named, colors, others)


def _legend(axes: Any, column: Column, named: list[str], colors: list[str], others: int) -> None:
    from matplotlib.lines import Line2D

    dot: dict[str, Any] = {"marker": "o", "linestyle": "", "markersize": 4}
    handles = [
        Line2D([], [], color=color, label=plain(word)[:32] or "(blank)", **dot)
        for word, color in zip(named[:_NAMED], colors, strict=False)
    ]
    rest = others + max(0, len(named) - _NAMED)
    if rest:
        handles.append(Line2D([], [], color=_NONE, label=f"{rest:,} more", **dot))
    if handles:
        legend = axes.legend(
            handles=handles,
            title=plain(column.name)[:32],
            fontsize=SMALL,
            title_fontsize=SMALL,
            frameon=False,
            loc="center left",
            bbox_to_anchor=(1.0, 0.5),
            handletextpad=0.2,
        )
        for text in (*legend.get_texts(), legend.get_title()):
            text.set_parse_math(False)


def _mark(axes: Any, places: NDArray[np.float64], ranges: Sequence[int]) -> None:
    rows = [
        row
        for first, last in zip(ranges[::2], ranges[1::2], strict=False)
        for row in range(int(first), min(int(last) + 1, len(places)))
    ]
    chosen = places[rows]
    chosen = chosen[np.isfinite(chosen).all(axis=1)]
    if len(chosen):
        axes.scatter(
            *chosen.T, s=14, facecolors="none", edgecolors=INK, linewidths=0.6, rasterized=True
        )


def _name_axes(axes: Axes | Any, method: str, variance: NDArray[np.float64], *, flat: bool) -> None:
    names = ["x", "y"] if flat else ["x", "y", "z"]
    for place, name in enumerate(names):
        share = variance[place] if place < len(variance) else 0.0
        label = f"component {place + 1} ({share:.1%})" if method == "pca" else ""
        getattr(axes, f"set_{name}label")(label, fontsize=SMALL, color=INK)
        getattr(axes, f"{name}axis").set_tick_params(labelsize=SMALL, width=0.6, length=3)
    axes.grid(visible=True, color=GRID, linewidth=0.5)
    if flat:
        axes.set_axisbelow(True)
        axes.set_aspect("equal", adjustable="datalim")
        for side in axes.spines.values():
            side.set_visible(False)
