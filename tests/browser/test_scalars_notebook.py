"""The notebook that shows the scalars view, executed as a reader would."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "scalars.ipynb"


def test_the_scalars_notebook_runs(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], demo_logs: Path
) -> None:
    """Every cell runs, both views are drawn, and the files it writes are there."""
    folder = lab.root / "shown"
    shutil.copytree(demo_logs, folder / "logs", dirs_exist_ok=True)
    target = lab.write("shown/scalars.ipynb", NOTEBOOK)
    page = open_notebook(lab, target)

    page.run_all()

    assert page.error_outputs() == []
    for cell in (1, 3):
        page.output(cell).locator(".nbb-card canvas[data-drawn]").first.wait_for()
    assert (folder / "report.html").stat().st_size > 100_000
    assert (folder / "loss.pdf").read_bytes().startswith(b"%PDF")
    assert page.errors == []
    assert page.foreign == []
