"""What is typed into the search of runs: words, and comparisons such as ``lr<0.1``.

All of them must hold. A word is looked for in the run's name and in its visible texts,
whatever the case. The page searches in the same way (``labextension/src/views/runs/search.ts``);
``tests/vectors/runs.json`` ties them.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.kinds.params.flat import value_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.views.runs.columns import RunColumn

__all__ = ["passing"]

_COMPARISON = re.compile(r"(?P<name>[^<>=!]+)(?P<sign><=|>=|!=|=|<|>)(?P<value>.+)")
_TESTS: dict[str, Callable[[Any, float], Any]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def passing(
    text: str,
    names: Sequence[str],
    columns: Mapping[str, RunColumn],
    visible: Iterable[str],
    said: Mapping[str, str],
) -> NDArray[np.bool_]:
    """Return which rows a search leaves.

    Parameters
    ----------
    text
        What was typed.
    names
        The run of each row.
    columns
        All columns by key; comparisons may name any of them, by key or label.
    visible
        The columns whose texts words are looked for in.
    said
        By run: what a person noted of it, where words are looked for, too.
    """
    kept = np.ones(len(names), bool)
    # A hyperparameter stands before a metric of the same name.
    labels = {key.lower(): column for key, column in columns.items()}
    labels |= {column.label.lower(): column for column in reversed(list(columns.values()))}
    shown = [columns[key] for key in visible if key in columns]
    for word in text.lower().split():
        found = _COMPARISON.fullmatch(word)
        column = labels.get(found["name"]) if found else None
        if found and column is not None:
            kept &= _compared(column, found["sign"], found["value"])
            continue
        hits = np.fromiter(
            (word in name.lower() or word in said.get(name, "").lower() for name in names),
            bool,
            len(names),
        )
        for one in shown:
            if one.numbers is None:
                fits = [False, *(word in _word(value) for value in one.values)]
                hits |= np.array(fits)[one.codes]
        kept &= hits
    return kept


def _compared(column: RunColumn, sign: str, value: str) -> NDArray[np.bool_]:
    """Return the rows in which a comparison holds; a missing value fulfils ``!=`` alone."""
    if column.numbers is not None:
        wanted = value_of(value)
        if isinstance(wanted, (bool, str)) or wanted is None:
            return np.full(len(column.numbers), sign == "!=")
        if sign in _TESTS:
            return np.asarray(_TESTS[sign](column.numbers, wanted), bool)
        same = np.asarray(column.numbers == wanted)
        return same if sign == "=" else ~same
    if sign in _TESTS:
        return np.zeros(len(column.codes), bool)
    fits = np.array([False, *(_word(one) == value for one in column.values)])[column.codes]
    return fits if sign == "=" else ~fits


def _word(value: Any) -> str:
    return str(value).lower()
