"""Repeats: trials that differ in their seeds alone become one row, with mean and spread.

The page does the same in labextension/src/views/hparams/repeats.ts; tests/vectors/hparams.json
holds the two together.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from nbboard.views.hparams.cells import MISSING, Cell, cell_type, is_missing

__all__ = ["Spread", "groups_of_repeats", "same_or_missing", "spread"]


class Spread(NamedTuple):
    """A metric of several trials.

    Attributes
    ----------
    mean
        Of the finite values; NaN if none is, missing if no trial has the metric.
    std
        The sample standard deviation of the finite values (n - 1 below the fraction);
        NaN for fewer than two.
    finite, trials
        How many values are finite, and how many trials there are.
    """

    mean: Cell
    std: float
    finite: int
    trials: int


def groups_of_repeats(
    hparams: Mapping[str, Sequence[Cell]], over: Collection[str], length: int
) -> list[list[int]]:
    """Return trials by what they have in common, in the order of each group's first.

    Parameters
    ----------
    hparams
        By key: one cell a trial.
    over
        The hyperparameters in which the trials of a group may differ.
    length
        How many trials there are.
    """
    keys = [key for key in hparams if key not in over]
    groups: dict[tuple[object, ...], list[int]] = {}
    for trial in range(length):
        identity = tuple(_identity(hparams[key][trial]) for key in keys)
        groups.setdefault(identity, []).append(trial)
    return list(groups.values())


def _identity(cell: Cell) -> object:
    # NaN is the same value everywhere; 1, True and "1" are not.
    if cell is MISSING or is_missing(cell):
        return "missing" if cell is MISSING else "nan"
    return cell_type(cell), cell


def same_or_missing(cells: Sequence[Cell]) -> Cell:
    """Return the value that all have, missing if they differ."""
    first = cells[0]
    return first if all(_identity(cell) == _identity(first) for cell in cells) else MISSING


def spread(cells: Sequence[Cell]) -> Spread:
    """Return mean and spread of a metric over trials."""
    if len(cells) == 1:
        return Spread(cells[0], math.nan, 1, 1)
    given = [float(cell) for cell in cells if isinstance(cell, int | float)]
    finite = [value for value in given if math.isfinite(value)]
    if not finite:
        return Spread(math.nan if given else MISSING, math.nan, 0, len(cells))
    mean = math.fsum(finite) / len(finite)
    std = math.nan
    if len(finite) > 1:
        squares = math.fsum((value - mean) ** 2 for value in finite)
        std = math.sqrt(squares / (len(finite) - 1))
    return Spread(mean, std, len(finite), len(cells))
