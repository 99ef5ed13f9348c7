"""The pictures that the demo logs: confusion matrix, mistakes, filters, inputs.

Every function returns uint8 of shape (height, width, 3). Figures are drawn on the Agg canvas,
never through pyplot: the training may run in any thread.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from nbboard.demo.digits import Digits
    from nbboard.demo.network import Array

__all__ = ["ConfusionMatrix", "HardestDigits", "Picture", "filters", "inputs"]

Picture = npt.NDArray[np.uint8]


class ConfusionMatrix:
    """How often each digit was taken for which."""

    def __init__(self) -> None:
        import matplotlib as mpl

        figure, axes = _figure(4.2, 4.2, (0.12, 0.11, 0.86, 0.82))
        axes.set(xlim=(-0.5, 9.5), ylim=(9.5, -0.5), xticks=range(10), yticks=range(10))
        axes.set(xlabel="predicted digit", ylabel="true digit")
        axes.tick_params(length=0)
        axes.spines[:].set_visible(False)
        self._sheet = _Sheet(figure, axes)
        self._colours = mpl.colormaps["Blues"]

    def draw(self, labels: npt.NDArray[np.int64], predicted: npt.NDArray[np.int64]) -> Picture:
        """Draw the matrix; rows are shaded by the share of that digit."""
        counts = np.bincount(labels * 10 + predicted, minlength=100).reshape(10, 10)
        shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
        title = f"{np.trace(counts)} of {len(labels)} right"
        texts = [_Text(4.5, -0.9, title, "black", 10)]
        for row, column in zip(*counts.nonzero(), strict=True):
            colour = "white" if shares[row, column] > 0.5 else "#333333"
            texts.append(_Text(column, row, str(counts[row, column]), colour, 8))
        return self._sheet.draw(self._colours(shares)[:, :, :3], texts)


class HardestDigits:
    """The digits with the highest loss, what they were taken for and how surely."""

    columns, rows = 6, 3

    def __init__(self) -> None:
        height, width = self.rows * 12, self.columns * 12
        figure, axes = _figure(4.8, 2.7, (0, 0, 1, 0.9))
        axes.set(xlim=(-0.5, width - 0.5), ylim=(height - 0.5, -0.5))
        axes.set_axis_off()
        axes.set_title("hardest digits: true → predicted", fontsize=10)
        self._sheet = _Sheet(figure, axes)
        self._paper = np.ones((height, width, 3))

    def draw(self, digits: Digits, probabilities: Array) -> Picture:
        """Draw them; red where the prediction is wrong, green where it is right."""
        right = probabilities[np.arange(len(digits.labels)), digits.labels]
        worst = np.argsort(right, kind="stable")
        texts = []
        for (top, left), index in zip(self._places(), worst, strict=False):
            ink = digits.pictures[index]
            self._paper[top : top + 8, left : left + 8] = (1 - ink)[:, :, None]
            said, true = int(probabilities[index].argmax()), int(digits.labels[index])
            colour = "#b3261e" if said != true else "#1b6e3c"
            text = f"{true} → {said}  {probabilities[index, said]:.0%}"
            texts.append(_Text(left + 3.5, top - 1.6, text, colour, 7.5))
        return self._sheet.draw(self._paper, texts)

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


class _Text(NamedTuple):
    """A centred text on a sheet: where in the axes, and its size in points."""

    x: float
    y: float
    text: str
    colour: str
    size: float


class _Sheet:
    """A figure of which only the cells and some texts change from one epoch to the next.

    Matplotlib draws once what stays. What changes is put on by Pillow, in Matplotlib's own font,
    which is ten times as fast; a training has hundreds of epochs.
    """

    def __init__(self, figure: Any, axes: Any) -> None:
        from PIL import Image

        figure.canvas.draw()
        self._rest = Image.fromarray(np.array(figure.canvas.buffer_rgba())[:, :, :3])
        self._transform = axes.transData
        self._dpi = figure.dpi

    def draw(self, cells: npt.NDArray[np.float64], texts: list[_Text]) -> Picture:
        """Fill the axes with *cells*, (rows, columns, 3) from 0 to 1, and write over them."""
        from PIL import Image, ImageDraw

        sheet = self._rest.copy()
        rows, columns, _ = cells.shape
        left, top = self._at(-0.5, -0.5)
        right, bottom = self._at(columns - 0.5, rows - 0.5)
        corner = (round(left), round(top))
        size = (round(right) - corner[0], round(bottom) - corner[1])
        raster = Image.fromarray(np.uint8(cells * 255)).resize(size, Image.Resampling.NEAREST)
        sheet.paste(raster, corner)
        pen = ImageDraw.Draw(sheet)
        for x, y, text, colour, points in texts:
            font = _font(points * self._dpi / 72)
            pen.text(self._at(x, y), text, fill=colour, font=font, anchor="mm")
        return np.asarray(sheet)

    def _at(self, x: float, y: float) -> tuple[float, float]:
        """Return the pixel of a place in the axes, from the top left."""
        right, up = self._transform.transform((x, y))
        return float(right), self._rest.height - float(up)


@cache
def _font(pixels: float) -> Any:
    from matplotlib.font_manager import findfont
    from PIL import ImageFont

    return ImageFont.truetype(findfont("DejaVu Sans"), pixels)
