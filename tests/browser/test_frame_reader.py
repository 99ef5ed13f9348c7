"""TensorBoard's pages over nbboard's reader: every dashboard, new points, and what is amiss."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import wait_until
from tests.provider.everything import write_everything
from tests.provider.logs import Writer

if TYPE_CHECKING:
    from playwright.sync_api import Frame

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

#: What each dashboard must show of the log, one after another and with other things between.
SHOWN = {
    "timeseries": ["accuracy", "Smoothed", "trial", "0.5"],
    "scalars": ["accuracy", "tag: | accuracy", "0.3", "5.5"],
    "images": ["picture", "new", "sample: 3 of 3", "step | 5", "old", "step | 5"],
    "audio": ["sound", "new", "sample: 2 of 2", "step | 5", "old", "step | 5"],
    "text": ["words", "new", "step 5", "<b>x</b>", "step 0"],
    "histograms": ["weights", "new", "6.5", "0.200", "old", "-0.8", "2.0", "0.150"],
    "distributions": ["weights", "new", "7", "5.5", "old", "-1.5", "2.5"],
    "pr_curves": ["curves", "step 5", "Curve", "curves is at", "step 5"],
    "custom_scalars": ["one", "all", "4.2", "Matches (1)", "margin", "6.5", "Matches (1)"],
    "mesh": ["step | 5", "triangle"],
    "graphs": ["Main Graph", "x"],
    "hparams": ["lr", "accuracy", "trial", "0.10000", "0.50000"],
    "projector": ["Points:", "9", "Dimension:", "3"],
}

# The text that is on the page, that of shadow roots, too.
TEXT = """() => { const out = [];
  const walk = node => { for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      const text = child.textContent.trim(), parent = child.parentNode;
      if (text && !["STYLE", "SCRIPT"].includes(parent.nodeName)
          && parent.getBoundingClientRect?.().width) out.push(text);
    } else { if (child.shadowRoot) walk(child.shadowRoot); walk(child); } } };
  walk(document.body); return out.join(" | "); }"""


def shows(frame: Frame, parts: list[str]) -> bool:
    """Whether the page shows some texts, in this order; the projector's lie in inner frames."""
    frames = [frame]
    for outer in frames:
        frames += outer.child_frames
    text = re.sub(r"\s+", " ", " | ".join(inner.evaluate(TEXT) for inner in frames))
    place = 0
    for part in parts:
        place = text.find(part, place)
        if place < 0:
            return False
        place += len(part)
    return True


def last_step(frame: Frame) -> int:
    """The greatest number in a row of TensorBoard's own table of values; -1 without one."""
    cells = frame.locator("tb-data-table-content-cell").all_inner_texts()
    return max((int(text) for text in cells if re.fullmatch(r"\d+", text.strip())), default=-1)


def test_every_dashboard_shows_the_logs_numbers(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """Below a base URL and in the frame, each tab of TensorBoard, without an error of a page."""
    write_everything(tmp_path)
    points = 'embeddings { tensor_name: "points" tensor_path: "points.tsv" }\n'
    (tmp_path / "new" / "projector_config.pbtxt").write_text(points)
    rows = "".join(f"{i}.0\t{i * 2}.0\t{i % 3}.5\n" for i in range(9))
    (tmp_path / "new" / "points.tsv").write_text(rows)
    cell = f"%load_ext nbboard\n%tensorboard --logdir {{{str(tmp_path)!r}}} --height 700"
    page = open_notebook(lab, [cell])
    page.run_cell(0)
    frame = page.frame_page(0)
    assert f"{lab.base_url}proxy/" in frame.url
    for dashboard, parts in SHOWN.items():
        frame.evaluate(f"location.hash = '#{dashboard}'")
        wait_until(lambda parts=parts: shows(frame, parts), f"{dashboard}: {parts}", 60)
        page.screenshot(f"frame-reader-{dashboard}")
    assert page.foreign == []
    # TensorBoard's router trips over an address that is changed by hand, whoever feeds it.
    errors = [error for error in page.errors if "reading 'flat'" not in error]
    assert [error for error in errors if "proxy/" in error] == []


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("count", [5, pytest.param(20, marks=pytest.mark.soak)])
def test_a_new_point_is_on_tensorboards_page_in_a_moment(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path, count: int
) -> None:
    """While a cell runs and a run beside is damaged, every point comes; the frame tells."""
    healthy, damaged = Writer(tmp_path / "healthy"), Writer(tmp_path / "damaged")
    for step in range(10):
        healthy.scalar("loss", step, 1 / (step + 1))
        damaged.scalar("loss", step, 2 / (step + 1))
    damaged.flip(3)
    damaged.payload(b"\xff" * 30)
    cells = [
        f"%load_ext nbboard\n%tensorboard --logdir {{{str(tmp_path)!r}}} --height 760",
        "import time; time.sleep(300)",
    ]
    page = open_notebook(lab, cells)
    page.run_all(wait=False)
    frame = page.frame_page(0)
    frame.locator("line-chart").first.wait_for()
    expect(page.output(0)).to_contain_text("2 records damaged in run damaged")
    for step in range(10, 10 + count):
        healthy.scalar("loss", step, 1 / (step + 1))
        wait_until(lambda step=step: last_step(frame) == step, f"step {step}", 60)
    page.screenshot("frame-reader-live")
    assert (
        page.page.evaluate(
            "window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.status"
        )
        == "busy"
    )


def test_without_live_a_button_loads_what_is_new(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """A frame that is not live marks that there is more; hiding a restart's points is told."""
    writer = Writer(tmp_path / "run")
    for step in range(10):
        writer.scalar("loss", step, 1.0)
    cell = f"%load_ext nbboard\n%tensorboard --logdir {{{str(tmp_path)!r}}} --height 760"
    page = open_notebook(lab, [cell])
    page.run_cell(0)
    frame = page.frame_page(0)
    wait_until(lambda: last_step(frame) == 9, "the first points")
    page.output(0).get_by_label("Live").uncheck()
    writer.scalar("loss", 4, 1.0)
    expect(page.output(0)).to_contain_text("6 points before a restart hidden in run run")
    expect(page.output(0).locator(".nbb-frame-more")).to_be_visible()
    page.page.wait_for_timeout(3000)
    assert last_step(frame) == 9
    page.screenshot("frame-reader-more")

    page.output(0).get_by_role("button", name="Reload").click()
    wait_until(lambda: last_step(frame) == 4, "what the restart left")
    expect(page.output(0).locator(".nbb-frame-more")).to_have_count(0)
