"""The board: tabs for what a log has, one run list, and what becomes of it in a file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect
from tensorboardX import SummaryWriter

import nbboard
from tests.browser.jupyter import APPS
from tests.browser.notebook_page import wait_until
from tests.browser.scalars_page import ScalarsPage

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

RUN = "units=16,dropout=0.1,adam"


@pytest.fixture(params=APPS)
def jupyter(request: pytest.FixtureRequest) -> JupyterServer:
    """Both applications."""
    server: JupyterServer = request.getfixturevalue(request.param)
    return server


def test_the_board_has_tabs_and_one_run_list(
    jupyter: JupyterServer, open_notebook: Callable[..., NotebookPage], demo_logs: Path
) -> None:
    """Each tab draws its kind of the demo's logs; a run that is unchecked is so in all."""
    page = open_notebook(
        jupyter,
        [
            f"import nbboard\nlog = nbboard.open({str(demo_logs)!r})",
            "board = log.view(smoothing=0.5)\nboard",
            "view = board.views['scalars']\nview2 = log.scalars.view(tag_filter='accuracy')\nview2",
        ],
    )
    page.run_all()
    board = page.output(1).locator(".nbb-board").first
    tabs = board.get_by_role("tab")
    expect(tabs.first).to_have_attribute("aria-selected", "true")
    kinds = [text.split()[0] for text in tabs.all_inner_texts()]
    assert kinds[:3] == ["scalars", "images", "hparams"]
    scalars = ScalarsPage(page, 1)
    scalars.root = board.locator(".nbb-scalars").first
    scalars.root.wait_for()
    expect(scalars.smoothing).to_have_value("0.5")
    expect(board.get_by_role("complementary", name="Runs")).to_have_count(1)
    page.screenshot(f"board-{jupyter.app}", of=board)

    box = board.get_by_role("checkbox", name=RUN, exact=True)
    scalars.changes("accuracy/validation", box.uncheck)
    other = ScalarsPage(page, 2, "view2")
    expect(other.run_box(RUN)).not_to_be_checked()
    other.until("shown_runs", lambda runs: RUN not in runs)
    page.output(1)
    box.check()

    for kind in ("images", "hparams"):
        board.get_by_role("tab", name=re.compile(f"^{kind}")).click()
        panel = board.get_by_role("tabpanel", name=kind)
        expect(panel.locator(f".nbb-{kind}")).to_be_visible()
        expect(board.get_by_role("tabpanel", name="scalars")).to_be_hidden()
        wait_until(
            lambda kind=kind: page.execute("print(board.tab)").strip() == kind,
            "the kernel has heard of the tab",
        )
    board.get_by_role("tab", name="hparams").press("ArrowLeft")
    expect(board.get_by_role("tab", name="images")).to_be_focused()
    board.get_by_role("tab", name=re.compile("^scalars")).click()
    expect(scalars.chart("accuracy/validation")).to_be_visible()
    assert page.errors == []
    assert page.foreign == []


def test_a_board_of_an_empty_folder_fills_by_itself(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """It says what was looked for and where; the first event file makes a tab."""
    logs = tmp_path / "logs"
    logs.mkdir(exist_ok=True)
    page = open_notebook(
        lab,
        [f"import nbboard\nlog = nbboard.open({str(logs)!r})\nlog"],
    )
    page.run_cell(0)
    board = page.output(0).locator(".nbb-board").first
    expect(board).to_contain_text("No event files yet")
    expect(board).to_contain_text(str(logs))
    page.page.wait_for_timeout(2500)

    busy = page.run_busy_cell()
    writer = SummaryWriter(str(logs / "first"))
    for i in range(10):
        writer.add_scalar("loss", i, i)
    writer.close()
    expect(board.get_by_role("tab", name="scalars")).to_be_visible()
    expect(board.locator(".nbb-card canvas[data-drawn]").first).to_be_attached()
    page.end_busy_cell(busy)

    # A run that begins anew in the same place, and one that goes.
    again = SummaryWriter(str(logs / "second"))
    again.add_scalar("loss", 1.0, 0)
    again.close()
    expect(board.get_by_role("checkbox", name="second", exact=True)).to_be_visible()
    shutil.rmtree(logs / "second")
    expect(board.get_by_role("checkbox", name="second", exact=True)).to_have_count(0)
    assert page.errors == []


def test_a_report_works_as_a_file(
    new_page: Callable[..., Page], demo_logs: Path, tmp_path: Path
) -> None:
    """One file, offline: smoothing, zoom, filters and tabs work without a kernel."""
    report = nbboard.open(str(demo_logs)).view().save(tmp_path / "report.html")
    page = new_page()
    requests: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(report.as_uri())
    chart = page.get_by_role("img", name="Chart of loss/train", exact=True)
    canvas = chart.locator("canvas[data-drawn]").first
    canvas.wait_for()
    pictures = [canvas.evaluate("c => c.toDataURL()")]

    def seen_anew() -> None:
        wait_until(lambda: canvas.evaluate("c => c.toDataURL()") != pictures[-1], "another picture")
        page.wait_for_timeout(250)
        pictures.append(canvas.evaluate("c => c.toDataURL()"))

    page.get_by_role("slider", name="Smoothing").fill("0.95")
    seen_anew()
    page.get_by_role("checkbox", name=RUN, exact=True).uncheck()
    seen_anew()
    box = chart.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 50)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.7 * box["width"], box["y"] + 50)
    page.mouse.up()
    page.mouse.move(2, 2)
    seen_anew()
    page.get_by_role("textbox", name="Filter tags").fill("accuracy")
    expect(page.locator(".nbb-card")).to_have_count(2)
    page.get_by_role("tab", name="hparams").click()
    expect(page.get_by_role("tabpanel", name="hparams").locator("table").first).to_be_visible()

    assert errors == []
    assert {url.split(":")[0] for url in requests} <= {"file", "blob", "data"}


def test_the_board_fits_a_narrow_window(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], demo_logs: Path
) -> None:
    """At the width of a side panel nothing sticks out; the run list opens from a chip."""
    page = open_notebook(
        lab,
        [f"import nbboard\nnbboard.open({str(demo_logs)!r})"],
        viewport=(520, 900),
    )
    page.run_all()
    board = page.output(0).locator(".nbb-board").first
    board.locator(".nbb-card canvas[data-drawn]").first.wait_for()
    page.screenshot("board-narrow")
    wide = board.evaluate("e => [e.scrollWidth, e.clientWidth]")
    assert wide[0] <= wide[1]
    expect(board.get_by_role("checkbox", name=RUN, exact=True)).to_be_hidden()
    board.get_by_role("button", name="Runs", exact=True).click()
    expect(board.get_by_role("checkbox", name=RUN, exact=True)).to_be_visible()
    assert page.errors == []


def test_a_board_whose_kernel_is_gone_says_so_and_goes_on(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], demo_logs: Path
) -> None:
    """After a restart nothing claims to be live; what is loaded works; the cell revives it."""
    page = open_notebook(lab, [f"import nbboard\nnbboard.open({str(demo_logs)!r})"])
    page.run_all()
    board = page.output(0).locator(".nbb-board").first
    expect(board.get_by_role("button", name="Live", exact=True)).to_be_visible()

    page.restart_kernel()
    expect(board).to_contain_text("kernel gone: showing what is loaded")
    expect(board.get_by_role("button", name="Live", exact=True)).to_have_count(0)
    page.screenshot("board-kernel-gone")
    board.get_by_role("textbox", name="Filter tags").fill("accuracy")
    expect(board.locator(".nbb-card")).to_have_count(2)

    page.run_cell(0)
    board = page.output(0).locator(".nbb-board").first
    expect(board.get_by_role("button", name="Live", exact=True)).to_be_visible()
    expect(board).not_to_contain_text("kernel gone")
