"""The scalars view while the kernel runs a cell: everything answers, and new points appear."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect
from tensorboardX import SummaryWriter

from tests.browser.notebook_page import wait_until
from tests.browser.scalars_page import ScalarsPage

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage


def test_the_view_lives_while_a_cell_runs(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """Smoothing, zoom, hover, filters and boxes are drawn during a busy cell; so is new data."""
    writer = SummaryWriter(str(tmp_path / "a"))
    other = SummaryWriter(str(tmp_path / "b"))
    for i in range(100):
        for k, out in enumerate((writer, other)):
            out.add_scalar("loss", (i * 7919 % 100) / 100 + k, i)
            out.add_scalar("acc", i / 100, i)
    writer.flush()
    other.close()
    page = open_notebook(
        lab,
        [
            f"import nbboard\nlog = nbboard.open({str(tmp_path)!r})",
            "view = log.scalars.view()\nview",
        ],
    )
    page.run_cell(0)
    page.run_cell(1)
    view = ScalarsPage(page, 1)
    view.chart("loss")
    page.page.wait_for_timeout(2500)
    busy = page.run_busy_cell()
    view.chart("loss")

    view.changes("loss", lambda: view.slide(0.95))
    view.changes("loss", lambda: view.run_box("b").uncheck())
    view.changes("loss", lambda: view.run_box("b").check())
    view.hover("loss", 0.5)
    assert {row["run"] for row in view.tooltip} == {"a", "b"}
    view.changes("loss", lambda: view.drag("loss", (0.4, 0.6)))
    zoomed = view.picture("loss")
    for i in range(100, 120):
        writer.add_scalar("loss", 0.5, i)
        writer.add_scalar("acc", 3.0, i)
    # tensorboardX writes from a thread of its own: flush what is in the file by then.
    page.page.wait_for_timeout(300)
    writer.flush()
    start = time.monotonic()
    expect(view.card("acc")).to_contain_text("220 points", timeout=60_000)
    print(f"points appeared after {time.monotonic() - start:.1f} s, a cell running")
    view.shows("loss", zoomed)
    view.page.mouse.dblclick(*view.place("loss", 0.5))
    view.box("Filter tags").fill("acc")
    view.expect_tags(["acc"])
    view.box("Filter runs").fill("a")
    expect(view.run_box("b")).to_have_count(0)

    page.end_busy_cell(busy)
    view.expect_trait("smoothing", 0.95)
    view.expect_trait("tag_filter", "acc")
    view.expect_trait("shown_runs", ["a"])
    writer.close()
    assert page.errors == []
    assert page.error_outputs() == []


def test_a_zoom_is_refined_when_the_kernel_is_free(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """A zoom into a long series is drawn at once, coarsely, and finely as soon as can be."""
    writer = SummaryWriter(str(tmp_path / "a"))
    for i in range(20_000):
        writer.add_scalar("loss", (i * 7919 % 1000) / 1000, i, walltime=1e9 + i)
    writer.close()
    page = open_notebook(
        lab,
        [
            f"import nbboard\nlog = nbboard.open({str(tmp_path)!r})",
            "view = log.scalars.view(smoothing=0.0)\nview",
        ],
    )
    page.run_all()
    view = ScalarsPage(page, 1)
    info = view.card("loss").locator(".nbb-card-info")
    expect(info).to_contain_text("of 20,000 points")
    before = view.picture("loss")

    view.drag("loss", (0.5, 0.52))
    low, high = view.until("x_range", bool)
    steps: set[int] = set()

    def every_point_is_there() -> bool:
        """Go over five points; the view may not have them all yet."""
        steps.clear()
        chart = view.chart("loss")
        chart.focus()
        chart.press("Home")
        for _ in range(5):
            steps.add(int(view.tooltip[0]["step"].replace("\u2009", "")))
            chart.press("ArrowRight")
        return max(steps) - min(steps) == 4

    wait_until(every_point_is_there, "every single point is there")
    assert low <= min(steps) <= high
    assert view.picture("loss") != before
    assert page.errors == []
