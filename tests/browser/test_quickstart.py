"""The quickstart, as a newcomer runs it: every cell, in a real JupyterLab and Notebook 7."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.jupyter import APPS

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"


@pytest.mark.timeout(600)
@pytest.mark.parametrize("app", APPS)
def test_every_cell_of_the_quickstart_runs_and_tensorboard_shows(app, request, open_notebook):
    """The frame holds TensorBoard's own text and a run's name, and comes through the proxy."""
    server = request.getfixturevalue(app)
    if app == "notebook7":  # JupyterLab trains for real; once is enough
        logs = request.getfixturevalue("demo_logs")
        shutil.copytree(logs, server.root / "logs", dirs_exist_ok=True)
    page = open_notebook(server, QUICKSTART)

    page.run_all(seconds=300)

    assert page.error_outputs() == []
    cell = _cell_of(page, "%tensorboard --logdir")
    frame = page.frame(cell)
    expect(frame.get_by_text("TensorBoard", exact=True).first).to_be_visible(timeout=60_000)
    expect(frame.get_by_text("units=64,dropout=0.1,sgd").first).to_be_visible(timeout=60_000)
    page.screenshot(f"quickstart-{app}")
    assert re.match(rf"{re.escape(server.url)}proxy/\d+/[^/]+/", page.frame_page(cell).url)
    for start in ("log.scalars.select(tags=", "log.images", "log.hparams\n", "log\n"):
        view = page.output(_cell_of(page, start))
        expect(view.locator("canvas:visible, svg:visible").first).to_be_visible(timeout=60_000)
        page.screenshot(f"quickstart-{app}-{start.strip().partition('(')[0]}")
    assert (server.root / "report.html").stat().st_size > 10_000
    assert page.errors == []
    assert page.foreign == []


def _cell_of(page, start):
    """Return the index of the cell that starts so."""
    sources = page.page.evaluate(
        "() => window.jupyterapp.shell.currentWidget.content.widgets"
        ".map(cell => cell.model.sharedModel.source + '\\n')"
    )
    return next(index for index, source in enumerate(sources) if source.startswith(start))
