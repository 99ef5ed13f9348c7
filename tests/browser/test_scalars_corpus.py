"""The scalars view on real logs of different writers, outside this repository."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

import nbboard
from nbboard.views.smoothing import smooth
from tests.browser.scalars_page import ScalarsPage

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

# Beside what others show and log: among the longer checks, of make installed.
pytestmark = pytest.mark.installed

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))
DATA = CORPUS / "data"

if not DATA.is_dir():
    pytest.skip(f"no corpus of real logs at {CORPUS}", allow_module_level=True)

FEWEST = 10


def folders() -> list[Path]:
    """Return the logdirs that have scalars."""
    found = []
    for folder in sorted(DATA.iterdir()):
        with nbboard.open(str(folder), progress=False) as log:
            if len(log.scalars):
                found.append(folder)
    return found


def number(text: str) -> float:
    """Read a number as the page writes it."""
    words = {"NaN": float("nan"), "∞": float("inf"), "\u2212∞": float("-inf")}
    return words[text] if text in words else float(text.replace("\u2212", "-"))


def test_real_logs_are_drawn_as_they_were_read(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage]
) -> None:
    """For each logdir the first card is drawn, and its last values are those of the reader."""
    logdirs = folders()
    assert len(logdirs) >= FEWEST
    page = open_notebook(lab, ["import nbboard", "None"])
    page.run_all()
    drawn = 0
    for folder in logdirs[:14]:
        index = page.add_cell(
            f"log = nbboard.open({str(folder)!r}, progress=False)\n"
            "view = log.scalars.view(live=False)\nview"
        )
        view = ScalarsPage(page, index)
        log = nbboard.open(str(folder), progress=False)
        scalars = log.scalars.select(restarts="latest")
        first = view.tags[0]
        view.chart(first)
        rows = view.reader_table(first)
        assert rows
        for row in rows[:20]:
            series = scalars[row["run"], first]
            last = float(series.value[-1])
            shown = number(row["last value"])
            np.testing.assert_allclose(shown, last, rtol=2e-3, equal_nan=True)
            if len(series) <= 1000 and np.isfinite(last):
                expected = smooth(series.value, weight=0.6)[-1]
                np.testing.assert_allclose(
                    number(row["last smoothed value"]), expected, rtol=5e-3, atol=1e-9
                )
        assert len(view.tags) == len(scalars.tags)
        drawn += 1
        page.execute("view.close(); log.close()")
    assert drawn >= FEWEST
    assert page.errors == []
    assert page.error_outputs() == []
    assert page.foreign == []
