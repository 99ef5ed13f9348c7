"""Axes of the figure of trials: from a value to a place in [0, 1], as in the page."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from nbboard.views.hparams.cells import MISSING, Cell, is_missing, sort_key

__all__ = ["QUANTILES", "Axis", "make_axis", "suggested"]

#: TensorBoard's number of levels of a quantile axis.
QUANTILES = 20

#: Of up to so many distinct numbers each has its own tick.
FEW = 6


@dataclass(frozen=True)
class Axis:
    """A scale.

    Attributes
    ----------
    kind
        ``"linear"``, ``"log"``, ``"quantile"`` or ``"category"``.
    low, high
        The ends, for ``linear`` and ``log``.
    place
        From a value to [0, 1]; None for what has no place on the axis.
    ticks
        From a number of ticks to places and texts.
    """

    kind: str
    low: float
    high: float
    place: Callable[[Cell], float | None]
    ticks: Callable[[int], list[tuple[float, str]]]


def suggested(cells: Sequence[Cell]) -> str:
    """Return the kind that suits: categories for text, log for two decades or more."""
    there = [cell for cell in cells if not is_missing(cell)]
    # Nothing but None: a category of its own.
    if there and all(cell is None for cell in there):
        return "category"
    if any(isinstance(cell, str | bool) for cell in there):
        return "category"
    numbers = sorted(set(_finite(there)))
    if not numbers or numbers[0] <= 0:
        return "linear"
    # The outer tenths do not count: one number near zero does not ask for a log axis.
    low, high = numbers[int(0.1 * (len(numbers) - 1))], numbers[math.ceil(0.9 * (len(numbers) - 1))]
    return "log" if high / low >= 100 else "linear"


def make_axis(kind: str | None, cells: Sequence[Cell]) -> Axis:
    """Return the scale of a column, of the suggested kind if None."""
    suits = suggested(cells)
    wanted = suits if kind is None or suits == "category" else kind
    numbers = _finite(cells)
    positive = [value for value in numbers if value > 0]
    if wanted == "category":
        return _category(cells)
    if wanted == "quantile" and numbers:
        return _quantile(numbers)
    if wanted == "log" and positive:
        return _log(positive)
    return _linear(numbers or [0.0, 1.0])


def _finite(cells: Sequence[Cell]) -> list[float]:
    return [
        float(cell)
        for cell in cells
        if isinstance(cell, int | float) and not isinstance(cell, bool) and math.isfinite(cell)
    ]


def _number(cell: Cell) -> float | None:
    if cell is MISSING or cell is None or isinstance(cell, str | bool) or math.isnan(cell):
        return None
    return float(cell)


def _few(numbers: Sequence[float]) -> list[float] | None:
    """Return the distinct values if they are few: then each has its own tick."""
    unique = sorted(set(numbers))
    return unique if 1 < len(unique) <= FEW else None


def _linear(numbers: Sequence[float]) -> Axis:
    from matplotlib.ticker import MaxNLocator

    low, high, few = min(numbers), max(numbers), _few(numbers)
    if low == high:
        # As TensorBoard pads its charts: 0 in [-1, 1], v in [0, 2v].
        low, high = (-1.0, 1.0) if low == 0 else (min(0.0, 2 * low), max(0.0, 2 * high))
    if few is None:
        marks = MaxNLocator(5, steps=[1, 2, 5, 10]).tick_values(low, high)
        low, high = min(low, float(marks[0])), max(high, float(marks[-1]))

    def place(cell: Cell) -> float | None:
        value = _number(cell)
        return None if value is None else min(1.0, max(0.0, (value - low) / (high - low)))

    def ticks(room: int) -> list[tuple[float, str]]:
        values = few or MaxNLocator(room, steps=[1, 2, 5, 10]).tick_values(low, high)
        inside = [float(v) for v in values if low - 1e-12 <= v <= high + 1e-12]
        return [((v - low) / (high - low), _text(v)) for v in inside]

    return Axis("linear", low, high, place, ticks)


def _log(numbers: Sequence[float]) -> Axis:
    low, high, few = min(numbers), max(numbers), _few(numbers)
    if low == high:
        low, high = low / 2, high * 2
    span = math.log10(high / low)

    def place(cell: Cell) -> float | None:
        value = _number(cell)
        if value is None or value <= 0:
            return None
        return min(1.0, max(0.0, math.log10(value / low) / span)) if value < math.inf else 1.0

    def ticks(room: int) -> list[tuple[float, str]]:
        powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
        factors = (1, 2, 5) if len(powers) * 3 <= room + 3 else (1,)
        values = [float(f"{f}e{p}") for p in powers for f in factors]
        inside = few or [v for v in values if low * (1 - 1e-9) <= v <= high * (1 + 1e-9)]
        every = 1 if few else max(1, math.ceil(len(inside) / max(1, room)))
        return [(math.log10(v / low) / span, _text(v)) for v in inside[::every]]

    return Axis("log", low, high, place, ticks)


def _quantile(numbers: Sequence[float]) -> Axis:
    unique = np.unique(np.asarray(numbers))
    bounds = np.quantile(unique, np.arange(1, QUANTILES) / QUANTILES)

    def level(value: float) -> int:
        return int(np.searchsorted(bounds, value, side="right"))

    def place(cell: Cell) -> float | None:
        value = _number(cell)
        return None if value is None else level(value) / (QUANTILES - 1)

    def ticks(room: int) -> list[tuple[float, str]]:
        least: dict[int, float] = {}
        for value in unique.tolist():
            least.setdefault(level(value), value)
        marks = [(at / (QUANTILES - 1), _text(value)) for at, value in least.items()]
        return marks[:: max(1, math.ceil(len(marks) / max(2, room)))]

    return Axis("quantile", float(unique[0]), float(unique[-1]), place, ticks)


def _category(cells: Sequence[Cell]) -> Axis:
    distinct = {(type(cell) is bool, cell): None for cell in cells if not is_missing(cell)}
    unique = sorted((cell for _, cell in distinct), key=sort_key)
    places = {(type(c) is bool, c): (i + 0.5) / len(unique) for i, c in enumerate(unique)}

    def place(cell: Cell) -> float | None:
        return None if cell is MISSING else places.get((type(cell) is bool, cell))

    def ticks(room: int) -> list[tuple[float, str]]:
        marks = [
            (at, str(cell).lower() if is_bool else _text(cell))
            for (is_bool, cell), at in places.items()
        ]
        return marks[:: max(1, math.ceil(len(marks) / max(8, room)))]

    return Axis("category", 0.0, 1.0, place, ticks)


def _text(value: Cell) -> str:
    if isinstance(value, float) and math.isinf(value):
        return "\u221e" if value > 0 else "\u2212\u221e"
    return f"{value:.4g}".replace("-", "\u2212") if isinstance(value, int | float) else str(value)
