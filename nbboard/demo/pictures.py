"""The pictures that the demo logs: confusion matrix, mistakes, filters, inputs.

Every function returns uint8 of shape (height, width, 3). Figures are drawn on the Agg canvas,
never through pyplot: the training may run in any thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from nbboard.demo.digits import Digits
    from nbboard.demo.network import Array

__all__ = ["ConfusionMatrix", "HardestDigits", "Picture", "filters", "inputs"]

Picture = npt.NDArray[np.uint8]


class ConfusionMatrix:
    """How often each digit was taken for which.

    The figure is made once and drawn anew for each epoch, which is much faster.
    """

    def __init__(self) -> None:
        self._figure, axes = _figure(4.2, 4.2, (0.12, 0.11, 0.86, 0.82))
        axes.set_xticks(range(10))
        axes.set_yticks(range(10))
        axes.set_xlabel("predicted digit")
        axes.set_ylabel("true digit")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        self._axes = axes
        self._image = axes.imshow(np.zeros((10, 10)), cmap="Blues", vmin=0, vmax=1, aspect="auto")
        self._texts = [
            axes.text(cell % 10, cell // 10, "", ha="center", va="center", fontsize=8)
            for cell in range(100)
        ]

    def draw(self, labels: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64]) -> Picture:
        """Draw the matrix; rows are shaded by the share of that digit."""
        counts = np.bincount(labels * 10 + predicted, minlength=100).reshape(10, 10)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        self._image.set_data(shares)
        self._axes.set_title(f"{np.trace(counts)} of {len(labels)} right", fontsize=10)
        for text, count, share in zip(self._texts, counts.flat, shares.flat, strict=True):
            text.set_text(str(count))
            text.set_visible(count > 0)
            text.set_color("white" if share > 0.5 else "#333333")
        return _pixels(self._figure)


class HardestDigits:
    """The digits with the highest loss, what they were taken for and how surely."""

    columns, rows = 6, 3

    def __init__(self) -> None:
        self._canvas = np.zeros((self.rows * 12, self.columns * 12))
        self._figure, axes = _figure(4.8, 2.7, (0, 0, 1, 0.9))
        axes.set_axis_off()
        axes.set_title("hardest digits: true → predicted", fontsize=10)
        self._image = axes.imshow(
            self._canvas, cmap="gray_r", vmin=0, vmax=1, interpolation="nearest", aspect="auto"
        )
        self._texts = [
            axes.text(left + 3.5, top - 1.6, "", ha="center", va="center", fontsize=7.5)
            for top, left in self._places()
        ]

    def draw(self, digits: Digits, probabilities: Array) -> Picture:
        """Draw them; red where the prediction is wrong, green where it is right."""
        right = probabilities[np.arange(len(digits.labels)), digits.labels]
        worst = np.argsort(right, kind="stable")
        for text, (top, left), index in zip(self._texts, self._places(), worst, strict=False):
            self._canvas[top : top + 8, left : left + 8] = digits.pictures[index]
            said, true = int(probabilities[index].argmax()), int(digits.labels[index])
            text.set_text(f"{true} → {said}  {probabilities[index, said]:.0%}")
            text.set_color("#b3261e" if said != true else "#1b6e3c")
        self._image.set_data(self._canvas)
        return _pixels(self._figure)

    def _places(self) -> list[tuple[int, int]]:
        """Return the top left corner of each digit."""
        return [(12 * row + 3, 12 * column + 2) for row in range(self.rows) for column in range(6)]


def filters(weights: Array, scale: int = 4) -> Picture:
    """Draw what each neuron of the first layer looks for: blue against, red for ink at a pixel."""
    import matplotlib as mpl

    units = weights.shape[1]
    columns = int(np.ceil(np.sqrt(units)))
    rows = -(-units // columns)
    reach = float(np.abs(weights).max()) or 1.0
    sheet = np.ones((rows * 9 + 1, columns * 9 + 1, 3))
    colours = mpl.colormaps["RdBu_r"](weights.T.reshape(units, 8, 8) / reach / 2 + 0.5)
    for unit in range(units):
        row, column = divmod(unit, columns)
        sheet[row * 9 + 1 : row * 9 + 9, column * 9 + 1 : column * 9 + 9] = colours[unit, :, :, :3]
    return np.kron(np.uint8(sheet * 255), np.ones((scale, scale, 1), np.uint8))


def inputs(digits: Digits, scale: int = 8) -> list[Picture]:
    """Return the first eight digits, one picture each, black on white."""
    return [
        np.kron(np.uint8(255 - 255 * picture), np.ones((scale, scale), np.uint8))[
            :, :, None
        ].repeat(3, axis=2)
        for picture in digits.pictures[:8]
    ]


def _figure(width: float, height: float, box: tuple[float, float, float, float]) -> tuple[Any, Any]:
    """Return a figure and its axes in *box*: a fixed layout is much faster than a computed one."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), dpi=100)
    FigureCanvasAgg(figure)
    return figure, figure.add_axes(box)


def _pixels(figure: Any) -> Picture:
    figure.canvas.draw()
    return np.array(figure.canvas.buffer_rgba())[:, :, :3]
