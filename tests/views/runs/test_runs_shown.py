"""Searching, sorting and grouping runs: Python does what the page does.

The TypeScript tests read the same cases (labextension/tests/runs_vectors.test.ts).
"""

from __future__ import annotations

import numpy as np
import pytest

from nbboard.views.run_list import RunList
from nbboard.views.runs.columns import RunColumn
from nbboard.views.runs.search import passing
from nbboard.views.runs.shown import Shown
from tests.vectors import load

CASES = load("runs")


def column(case):
    """Return a column as the vectors have it."""
    nothing = np.zeros(0, np.int32)
    if "numbers" in case:
        numbers = np.array([np.nan if n is None else n for n in case["numbers"]], np.float64)
        codes = np.zeros(0, np.uint32)
        return RunColumn(
            case["key"],
            case["label"],
            "number",
            "hparam",
            numbers,
            (),
            codes,
            nothing,
            differs=True,
        )
    places: dict = {}
    codes = [0 if t is None else places.setdefault(t, len(places) + 1) for t in case["texts"]]
    return RunColumn(
        case["key"],
        case["label"],
        "text",
        "hparam",
        None,
        tuple(places),
        np.array(codes, np.uint32),
        nothing,
        differs=True,
    )


COLUMNS = {case["key"]: column(case) for case in CASES["columns"]}


@pytest.mark.parametrize("case", CASES["search"], ids=lambda case: case["text"] or "nothing")
def test_search(case):
    """Words and comparisons leave the same rows as in the page."""
    kept = passing(case["text"], CASES["names"], COLUMNS, CASES["visible"], CASES["said"])

    assert np.flatnonzero(kept).tolist() == case["rows"]


@pytest.mark.parametrize("case", [*CASES["sort"], *CASES["group"]], ids=str)
def test_order(case):
    """Rows are sorted and grouped as in the page, what is missing last, pinned ones first."""
    options = {
        "columns": None,
        "differ": True,
        "search": "",
        "sort": case["sort"],
        "group": case.get("group", ""),
        "pinned": case.get("pinned", []),
    }

    assert Shown(CASES["names"], COLUMNS, options, RunList(None)).rows == case["rows"]
