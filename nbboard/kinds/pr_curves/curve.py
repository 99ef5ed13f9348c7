"""One precision-recall curve: counts at thresholds, and what follows from them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from nbboard.kinds.pr_curves.scores import Rates, Scores, place_of, rates_of, scores_of
from nbboard.logdir.sketch import png_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["PRCurve"]


@dataclass(frozen=True, repr=False, eq=False)
class PRCurve:
    """The precision-recall curve logged at one step.

    Attributes
    ----------
    data
        Shape ``(6, n)``, in the logged dtype, one column a threshold: true positives,
        false positives, true negatives, false negatives, precision, recall.
    """

    data: np.ndarray

    @property
    def thresholds(self) -> np.ndarray:
        """The thresholds, evenly spaced from 0 to 1 (TensorBoard's pr_curve summary)."""
        return np.linspace(0.0, 1.0, self.data.shape[1])

    @property
    def true_positives(self) -> np.ndarray:
        """Positives at or above each threshold."""
        return self._row(0)

    @property
    def false_positives(self) -> np.ndarray:
        """Negatives at or above each threshold."""
        return self._row(1)

    @property
    def true_negatives(self) -> np.ndarray:
        """Negatives below each threshold."""
        return self._row(2)

    @property
    def false_negatives(self) -> np.ndarray:
        """Positives below each threshold."""
        return self._row(3)

    @property
    def precision(self) -> np.ndarray:
        """True positives among what was called positive."""
        return self._row(4)

    @property
    def recall(self) -> np.ndarray:
        """True positives among all positives."""
        return self._row(5)

    @cached_property
    def rates(self) -> Rates:
        """Precision, recall, fall-out and F1 at each threshold, from the counts."""
        return rates_of(self.data)

    @cached_property
    def scores(self) -> Scores:
        """Average precision, area under the ROC curve, best F1 and its threshold, prevalence."""
        return scores_of(self.data)

    def place(self, threshold: float) -> int:
        """Return the column whose threshold is nearest; of two the higher one."""
        return place_of(threshold, self.data.shape[1])

    def _row(self, index: int) -> np.ndarray:
        row: np.ndarray = self.data[index]
        return row

    def _repr_png_(self) -> bytes | None:
        def draw(axes: Axes) -> None:
            axes.plot(self.recall, self.precision)
            axes.set(xlabel="recall", ylabel="precision", xlim=(0, 1.02), ylim=(0, 1.02))
            axes.set_aspect("equal")

        return png_of(draw, 2.8, 2.6)

    def __repr__(self) -> str:
        return f"PRCurve({self.data.shape[1]} thresholds)"
