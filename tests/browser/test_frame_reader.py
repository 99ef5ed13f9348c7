"""TensorBoard's pages over nbboard's reader: they keep up with the logs, and say what is amiss."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import expect

from tests.provider.logs import Writer

if TYPE_CHECKING:
    from playwright.sync_api import Frame

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage


def last_step(frame: Frame) -> int:
    """The greatest step that TensorBoard's own table of values shows, -1 while there is none."""
    cells = frame.locator("tb-data-table-content-row tb-data-table-content-cell").all_inner_texts()
    return max(
        (int(text.replace(",", "")) for text in cells if re.fullmatch(r"[\d,]+", text)), default=-1
    )


def test_a_new_point_is_on_tensorboards_page_in_a_moment(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """While a cell runs and a run beside it is damaged, the curve grows, and the frame tells."""
    healthy, damaged = Writer(tmp_path / "healthy"), Writer(tmp_path / "damaged")
    for step in range(10):
        healthy.scalar("loss", step, 1 / (step + 1))
        damaged.scalar("loss", step, 2 / (step + 1))
    damaged.flip(3)
    cells = [
        f"%load_ext nbboard\n%tensorboard --logdir {{{str(tmp_path)!r}}} --height 500",
        "import time; time.sleep(300)",
    ]
    page = open_notebook(lab, cells)
    page.run_all(wait=False)
    frame = page.frame_page(0)
    frame.locator("line-chart").first.wait_for()
    expect(page.output(0)).to_contain_text("1 record damaged in run damaged")
    page.screenshot("frame-reader")
    print(
        frame.content()[:1]
        and [b.get_attribute("class") for b in frame.locator(".reload-button").all()]
    )
    for step in range(10, 14):
        healthy.scalar("loss", step, 1 / (step + 1))
        page.page.wait_for_timeout(3000)
        page.screenshot(f"frame-reader-{step}")
