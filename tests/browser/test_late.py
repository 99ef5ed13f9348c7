"""A page so busy that anywidget gives up waiting for a view's module.

anywidget refuses the messages of a model whose module took longer than two seconds. A
machine cannot be made slow to the second, so here its two seconds are over at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect
from tensorboardX import SummaryWriter

from tests.browser.notebook_page import TOO_LATE, NotebookPage
from tests.browser.scalars_page import ScalarsPage

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterServer

NO_PATIENCE = """const timeout = AbortSignal.timeout;
AbortSignal.timeout = milliseconds => {
  if (milliseconds !== 2000) return timeout.call(AbortSignal, milliseconds);
  const controller = new AbortController();
  queueMicrotask(() => controller.abort());
  return controller.signal;
}"""


@pytest.fixture
def late_notebook(
    new_page: Callable[..., Page], lab: JupyterServer
) -> Iterator[Callable[[list[str]], NotebookPage]]:
    """Open a notebook in a page in which every module comes too late."""

    def open_(cells: list[str]) -> NotebookPage:
        page = new_page()
        page.add_init_script(NO_PATIENCE)
        page.on("pageerror", lambda error: late.append(TOO_LATE in error.message))
        return NotebookPage(page, lab, lab.write("late.ipynb", cells))

    late: list[bool] = []
    yield open_
    lab.end_sessions()
    assert any(late), "no module came late: nothing was tried"


def test_new_points_appear_in_a_view_that_came_late(late_notebook, tmp_path):
    """While a cell runs and after it; what was set from Python meanwhile is taken over."""
    writer = SummaryWriter(str(tmp_path / "a"))
    for i in range(100):
        writer.add_scalar("loss", (i * 7919 % 100) / 100, i)
    writer.flush()
    page = late_notebook(
        [
            f"import nbboard\nlog = nbboard.open({str(tmp_path)!r})",
            "view = log.scalars.view()\ndisplay(view)\nview.smoothing = 0.95",
        ]
    )
    page.run_all()
    view = ScalarsPage(page, 1)
    view.chart("loss")
    expect(view.page.get_by_label("Smoothing").first).to_have_value("0.95")

    busy = page.run_busy_cell()
    for i in range(100, 120):
        writer.add_scalar("loss", 0.5, i)
    writer.close()
    expect(view.card("loss")).to_contain_text("120 points", timeout=60_000)
    page.end_busy_cell(busy)


def test_tensorboard_is_framed_by_an_output_that_came_late(late_notebook, tmp_path):
    """The frame hears where the server is."""
    with SummaryWriter(str(tmp_path / "a")) as writer:
        writer.add_scalar("loss", 0.5, 1)
    # In one cell: no process stands by then, and the frame is there long before the server.
    page = late_notebook([f"%load_ext nbboard\n%tensorboard --logdir {tmp_path}"])
    page.run_all()
    frame = page.frame(0)
    expect(frame.get_by_text("TensorBoard", exact=True).first).to_be_visible(timeout=60_000)
