"""A live page after runs were deleted and trained again: it shows what a fresh reading shows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tensorboardX import SummaryWriter

from tests.browser.notebook_page import wait_until
from tests.browser.scalars_page import ScalarsPage

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

#: What is trained again: how many points there were, tag, points, first value.
AGAIN = {
    "as many, other values": ("loss", 50, 100.0),
    "as many, the same values": ("loss", 50, 0.0),
    "fewer": ("loss", 20, 100.0),
    "more": ("loss", 80, 100.0),
    "another tag": ("accuracy", 50, 5.0),
}


def train(folder: Path, tag: str, points: int, first: float) -> None:
    """Write a run whose values count up from the first."""
    writer = SummaryWriter(str(folder))
    for step in range(points):
        writer.add_scalar(tag, first + step, step)
    writer.close()


def shown(view: ScalarsPage) -> dict[str, list[dict[str, str]]]:
    """Return what the cards say: the table for screen readers of each."""
    return {tag: view.reader_table(tag) for tag in view.tags}


@pytest.fixture(scope="module")
def page(lab: JupyterServer, browser, tmp_path_factory) -> NotebookPage:
    """One notebook for all ways in which a run is trained again."""
    from tests.browser.notebook_page import NotebookPage

    context = browser.new_context(viewport={"width": 1300, "height": 900})
    path = lab.write("retrained.ipynb", ["import nbboard"])
    page = NotebookPage(context.new_page(), lab, path)
    page.run_all()
    yield page
    context.close()
    lab.end_sessions()


@pytest.mark.parametrize("busy", [False, True], ids=["idle", "busy"])
@pytest.mark.parametrize("again", AGAIN)
def test_a_run_that_is_deleted_and_trained_again_is_replaced(
    page: NotebookPage, tmp_path: Path, again: str, *, busy: bool
) -> None:
    """Never spliced, never kept: the page equals a fresh open, also while a cell runs."""
    logs = tmp_path / "logs"
    train(logs / "a", "loss", 50, 0.0)
    train(logs / "b", "loss", 50, 10.0)
    cell = page.add_cell(f"log = nbboard.open({str(logs)!r})\nview = log.scalars.view()\nview")
    view = ScalarsPage(page, cell)
    view.chart("loss")
    running = page.run_busy_cell() if busy else None

    shutil.rmtree(logs / "a")
    train(logs / "a", *AGAIN[again])
    tag, points, first = AGAIN[again]
    last = f"{first + points - 1:g}"
    expected = {"loss", tag}
    wait_until(lambda: set(view.tags) == expected, f"the cards {expected}")
    wait_until(
        lambda: last in {row["last value"] for row in view.reader_table(tag) if row["run"] == "a"},
        f"the last value {last}",
    )
    if tag != "loss":
        wait_until(lambda: len(view.reader_table("loss")) == 1, "the old curve is gone")
    live = shown(view)
    info = {tag: view.card(tag).locator(".nbb-card-info").inner_text() for tag in view.tags}

    if running is not None:
        page.end_busy_cell(running)
    fresh = page.add_cell(f"nbboard.open({str(logs)!r}).scalars")
    other = ScalarsPage(page, fresh)
    other.chart(tag)
    wait_until(lambda: shown(other) == live, f"a fresh reading shows {live}, not {shown(other)}")
    for name, text in info.items():
        expect(other.card(name).locator(".nbb-card-info")).to_have_text(text)
    page.execute("view.close()")
    assert page.errors == []


def test_a_tag_that_is_gone_loses_its_card_and_a_run_its_row(
    page: NotebookPage, tmp_path: Path
) -> None:
    """Deleted while it was on screen, with its colour and box."""
    logs = tmp_path / "logs"
    train(logs / "a", "loss", 20, 0.0)
    train(logs / "b", "accuracy", 20, 10.0)
    cell = page.add_cell(f"log = nbboard.open({str(logs)!r})\nview = log.scalars.view()\nview")
    view = ScalarsPage(page, cell)
    view.expect_tags(["accuracy", "loss"])

    shutil.rmtree(logs / "b")

    view.expect_tags(["loss"])
    expect(view.run_box("b")).to_have_count(0)
    page.execute("view.close()")
    assert page.errors == []
