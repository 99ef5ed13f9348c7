"""Smoothing and outliers, side by side with TensorBoard's own page on the same log."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tensorboardX import SummaryWriter

import nbboard
import nbboard.server
from nbboard.views.scalar_axes import nice_domain, visible_extent
from nbboard.views.smoothing import smooth
from tests.browser.scalars_page import ScalarsPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

# Beside what others show and log: among the longer checks, of make installed.
pytestmark = pytest.mark.installed


def number(text: str) -> float:
    """Read a number as either page writes it."""
    return float(text.strip().replace("\u2212", "-").replace(",", ""))


def test_the_numbers_are_those_of_tensorboards_page(
    lab: JupyterServer,
    open_notebook: Callable[..., NotebookPage],
    new_page: Callable[..., Page],
    tmp_path: Path,
) -> None:
    """The same smoothed value in both tooltips, and the same ticks where outliers are cut."""
    rng = np.random.default_rng(5)
    values = np.cumsum(rng.normal(size=200)).astype(np.float32)
    values[[3, 60, 120]] = [400, -300, 250]
    writer = SummaryWriter(str(tmp_path / "logs" / "run"))
    for i, value in enumerate(values):
        writer.add_scalar("walk", float(value), i, walltime=1e9 + i)
    writer.close()
    # A page of its own for TensorBoard, without nbboard's frame around it.
    started = nbboard.server.start(str(tmp_path / "logs"))
    server = started.server
    try:
        page = new_page(viewport=(1300, 900))
        page.goto(f"{server.url.rstrip('/')}/#timeseries")
        theirs = read_tensorboard(page)
    finally:
        server.stop()

    notebook = open_notebook(
        lab,
        [
            f"import nbboard\nlog = nbboard.open({str(tmp_path / 'logs')!r})",
            "view = log.scalars.view()\nview",
        ],
    )
    notebook.run_all()
    view = ScalarsPage(notebook, 1)
    chart = view.chart("walk")
    chart.focus()
    chart.press("Home")
    for _ in range(theirs["step"]):
        chart.press("ArrowRight")
    (row,) = view.tooltip

    assert int(row["step"]) == theirs["step"]
    assert number(row["value"]) == pytest.approx(theirs["value"], rel=2e-3)
    assert number(row["smoothed"]) == pytest.approx(theirs["smoothed"], rel=2e-3)
    assert smooth(values, weight=0.6)[theirs["step"]] == pytest.approx(theirs["smoothed"], rel=2e-3)
    extent = visible_extent(smooth(values, weight=0.6), ignore_outliers=True)
    assert extent is not None
    low, high = nice_domain(*extent)
    ticks = theirs["ticks"]
    assert low <= min(ticks)
    assert max(ticks) <= high
    # Their ticks are at most one distance away from the ends of the domain.
    distance = ticks[1] - ticks[0]
    assert min(ticks) - low < distance
    assert high - max(ticks) < distance


def read_tensorboard(page: Page) -> dict[str, object]:
    """Return what the tooltip in the middle of its chart says, and the ticks of its y axis."""
    card = page.locator("scalar-card").first
    card.wait_for(timeout=60_000)
    page.locator("scalar-card line-chart .series-view").first.wait_for(timeout=60_000)
    page.wait_for_timeout(2500)
    box = page.locator("scalar-card line-chart .series-view").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.45, box["y"] + box["height"] / 2)
    page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] / 2)
    row = page.locator(".tooltip-row, tr.tooltip-row").first
    row.wait_for(timeout=20_000)
    head = page.locator("table.tooltip thead th, .tooltip th").all_inner_texts()
    cells = row.locator("td").all_inner_texts()
    found = dict(zip([text.strip().lower() for text in head], cells, strict=False))
    ticks = page.locator("scalar-card line-chart .y-axis text").all_text_contents()
    plain = [text for text in ticks if re.fullmatch(r"\s*[\u2212-]?[\d.,e+]+\s*", text)]
    return {
        "step": int(number(found["step"])),
        "value": number(found["value"]),
        "smoothed": number(found["smoothed"]),
        "ticks": sorted(number(text) for text in plain),
    }
