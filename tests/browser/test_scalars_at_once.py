"""A view is on screen before its picture for later readers is drawn, and is not drawn again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

# The picture waits until the page has seen the view.
SLOW = """import nbboard, pathlib, time
from nbboard.views.scalars import ScalarsView
log = nbboard.open({logs!r}, progress=False)
def picture(self, real=ScalarsView.picture):
    deadline = time.time() + 60
    while not pathlib.Path("seen").exists() and time.time() < deadline:
        time.sleep(0.02)
    return real(self)
ScalarsView.picture = picture"""

# What a reader would see flash: everything that is put into the output or taken out of it.
WATCH = """index => {
  const cell = document.querySelectorAll('.jp-Notebook .jp-Cell')[index];
  const note = text => { window.flashed = [...(window.flashed ?? []), text]; };
  new MutationObserver(records => {
    for (const record of records) {
      for (const node of record.removedNodes)
        if (node.querySelector?.('.nbb-root')) note('taken out');
      for (const node of record.addedNodes)
        if (node.matches?.('figure, img') || node.querySelector?.('figure, img')) note('picture');
    }
  }).observe(cell, {subtree: true, childList: true}); }"""


@pytest.mark.installed
@pytest.mark.parametrize("shown", ["log.scalars", "log"])
@pytest.mark.parametrize("app", ["lab", "notebook7"])
def test_the_view_does_not_wait_for_its_picture(
    app: str,
    shown: str,
    demo_logs: Path,
    request: pytest.FixtureRequest,
    open_notebook: Callable[..., NotebookPage],
) -> None:
    """Curves are drawn while the cell still runs; when the picture comes, nothing moves."""
    server: JupyterServer = request.getfixturevalue(f"wheel_{app}")
    name = f"{app}-{len(shown)}/at-once.ipynb"
    page = open_notebook(server, [SLOW.format(logs=str(demo_logs)), shown], name=name)
    page.run_cell(0)

    page.run_cell(1, wait=False)
    root = page.output(1).locator(".nbb-root").first
    expect(root.locator("canvas[data-drawn]").first).to_be_visible(timeout=60_000)
    expect(page.cell(1).locator(".jp-InputPrompt").first).to_have_text("[*]:")
    assert "image/png" not in page.outputs(1)[0]["data"]
    assert "Run the cell" not in page.output_text(1)
    page.page.evaluate(WATCH, 1)
    root.evaluate("element => { element.dataset.mark = 'the same' }")

    (server.root / name).with_name("seen").touch()
    page.wait_until_idle()

    (output,) = page.outputs(1)
    assert output["data"]["image/png"].startswith("iVBOR")
    expect(root).to_have_attribute("data-mark", "the same")
    expect(page.output(1).locator(".nbboard-Saved")).to_have_count(0)
    flashed: Any = page.page.evaluate("() => window.flashed ?? []")
    assert flashed == []
    assert page.error_outputs() == []


CLEARED = """from IPython.display import clear_output
for smoothing in (0.1, 0.5, 0.9):
    clear_output(wait=True)
    display(log.scalars.view(smoothing=smoothing))"""

FUNCTION = """def show(tags):
    display(log.scalars.select(tags=tags))
show("loss")
show("accuracy")"""

LAYOUT = """import ipywidgets
inside = ipywidgets.Output()
display(inside)
with inside:
    display(log.scalars)"""


def test_views_stand_where_they_were_displayed(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], demo_logs: Path
) -> None:
    """In a function, in a loop that clears its output, in an Output widget: once, and live."""
    start = f"import nbboard\nlog = nbboard.open({str(demo_logs)!r}, progress=False)"
    page = open_notebook(lab, [start, CLEARED, FUNCTION, LAYOUT])

    page.run_all()

    for cell, views in ((1, 1), (2, 2), (3, 1)):
        roots = page.output(cell).locator(".nbb-root")
        expect(roots).to_have_count(views)
        for i in range(views):
            expect(roots.nth(i).locator("canvas[data-drawn]").first).to_be_visible()
        expect(page.output(cell).locator("img")).to_have_count(0)
    expect(page.output(1).get_by_label("Smoothing", exact=True).first).to_have_value("0.9")
    for cell, count in ((1, 1), (2, 2)):
        saved = [output for output in page.outputs(cell) if "data" in output]
        assert ["image/png" in output["data"] for output in saved] == [True] * count
    assert page.error_outputs() == []
    assert page.errors == []
