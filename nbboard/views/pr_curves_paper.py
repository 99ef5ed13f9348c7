"""PR curves on paper: precision over recall, ROC, F1 over the threshold, scores over steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.paper import style_axes
from nbboard.views.shared.grid import shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nbboard.kinds.pr_curves.curve import PRCurve

__all__ = ["Line", "draw_curves", "draw_scores", "line_of"]

#: More lines than this need no legend: their colours would not be told apart.
_MOST_NAMED = 8
_LONGEST = 28
_FAINT = "#bdc1c6"
_ISO = (0.2, 0.4, 0.6, 0.8)
#: What the axes of each face mean.
LABELS = {
    "pr": ("recall", "precision"),
    "roc": ("false positive rate", "true positive rate"),
    "f1": ("threshold", "F1"),
}
SCORE_NAMES = {
    "average_precision": "average precision",
    "roc_auc": "ROC AUC",
    "best_f1": "best F1",
}


@dataclass(frozen=True)
class Line:
    """One curve of a chart: its name, its colour, and itself."""

    name: str
    color: str
    curve: PRCurve


def line_of(name: str, color: str, curve: PRCurve) -> Line:
    """Return a line of a chart."""
    return Line(name, color, curve)


def drawn(curve: PRCurve) -> slice:
    """Return which thresholds have a precision, as TensorBoard cuts them, but by exact counts.

    Thresholds at the end of which nothing is called positive are left out; a curve without
    any counts is whole.
    """
    with np.errstate(all="ignore"):
        called = np.flatnonzero(curve.true_positives + curve.false_positives)
    return slice(0, int(called[-1]) + 1 if len(called) else curve.data.shape[1])


def draw_curves(axes: Axes, lines: Sequence[Line], options: Mapping[str, Any]) -> None:
    """Draw curves over each other, in the face that the options name."""
    face = options["face"] if options["face"] in LABELS else "pr"
    xlabel, ylabel = LABELS[face]
    style_axes(axes, xlabel=xlabel, ylabel=ylabel)
    axes.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02))
    axes.set_xticks(np.linspace(0, 1, 6))
    axes.set_yticks(np.linspace(0, 1, 6))
    if face == "pr" and options["iso_f1"]:
        _iso_lines(axes)
    if face == "roc" and options["prevalence"]:
        axes.plot([0, 1], [0, 1], color=_FAINT, linewidth=0.6, linestyle=(0, (4, 3)))
    for line in lines:
        x, y = _points(line.curve, face)
        axes.plot(x, y, color=line.color, linewidth=1.1, label=shortened(line.name, _LONGEST))
        if face == "pr" and options["prevalence"]:
            chance = line.curve.scores.prevalence
            axes.axhline(chance, color=line.color, linewidth=0.5, linestyle=(0, (1, 2)), alpha=0.6)
        place = line.curve.place(options["threshold"])
        if place < len(x):
            axes.plot(x[place], y[place], "o", color=line.color, markersize=2.8)
    _legend(axes, len(lines), [line.name for line in lines])


def draw_scores(
    axes: Axes, scores: Sequence[tuple[str, str, np.ndarray, np.ndarray]], score: str
) -> None:
    """Draw scores over steps: name, colour, steps and values of each line."""
    style_axes(axes, xlabel="step", ylabel=SCORE_NAMES[score])
    for name, color, step, value in scores:
        axes.plot(step, value, color=color, linewidth=1.1, label=shortened(name, _LONGEST))
    _legend(axes, len(scores), [name for name, *_ in scores])


def _points(curve: PRCurve, face: str) -> tuple[np.ndarray, np.ndarray]:
    rates = curve.rates
    if face == "roc":
        return rates.fall_out, rates.recall
    if face == "f1":
        return curve.thresholds, rates.f1
    part = drawn(curve)
    return curve.recall[part], curve.precision[part]


def _iso_lines(axes: Axes) -> None:
    """Draw where F1 is the same: P = F R / (2 R - F)."""
    for f1 in _ISO:
        recall = np.linspace(f1 / (2 - f1), 1, 60)
        precision = f1 * recall / (2 * recall - f1)
        axes.plot(recall, precision, color=_FAINT, linewidth=0.4, zorder=1)
        axes.text(1.0, precision[-1] + 0.01, f"F1 {f1:g}", fontsize=5, color="#757575", ha="right")


def _legend(axes: Axes, count: int, names: Sequence[str]) -> None:
    if 1 <= count <= _MOST_NAMED and any(names):
        axes.legend(fontsize=6, frameon=False, loc="best", handlelength=1.2)
