"""The quickstart, run and saved, then opened where its kernel is gone: every view is there.

Its pictures are compared, pixel by pixel, with what was saved in the notebook.
"""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat
import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.notebook_page import NotebookPage, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from playwright.sync_api import Locator, Page

    from tests.browser.jupyter import JupyterServer

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"
VIEW = "application/vnd.nbboard.view+json"
TROUBLE = ("Error displaying widget", "Loading widget", "Traceback", "could not be")


@pytest.fixture(scope="module")
def saved(
    browser: Any,
    wheel_lab: JupyterServer,
    demo_logs: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The quickstart, run in JupyterLab and saved."""
    notebook = nbformat.read(QUICKSTART, as_version=4)
    # The training while a view looks on is a test elsewhere.
    notebook.cells = [cell for cell in notebook.cells if "train_one(" not in cell.source]
    # The training has a test of its own; where logs are, it is not repeated.
    shutil.copytree(demo_logs, wheel_lab.root / "saved" / "logs")
    wheel_lab.write("saved/quickstart.ipynb", notebook)
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    open_ = NotebookPage(page, wheel_lab, "saved/quickstart.ipynb")
    open_.run_all(seconds=240)
    page.wait_for_timeout(1000)
    assert open_.error_outputs() == []
    file = open_.save()
    page.close()
    wheel_lab.end_sessions()
    kept = tmp_path_factory.mktemp("saved") / "quickstart.ipynb"
    kept.write_bytes(file.read_bytes())
    return kept


def bundles(file: Path) -> list[dict[str, Any]]:
    """Return the mime bundles of nbboard's outputs, from the top."""
    notebook = nbformat.read(file, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data for output in outputs if VIEW in output.get("data", {})]


def encoded(file: Path) -> list[str]:
    """Return the pictures that were saved with nbboard's outputs, in base64."""
    return [
        "".join(bundle["image/png"].split()) for bundle in bundles(file) if "image/png" in bundle
    ]


def cell_of(file: Path, source: str) -> int:
    """Return the index of the cell that begins with that line."""
    cells = nbformat.read(file, as_version=4).cells
    return next(index for index, cell in enumerate(cells) if cell.source.split("\n")[0] == source)


def same(shown: Locator, saved_as: str) -> bool:
    """Whether what is on screen is a saved picture, but for the scaling of the page."""
    shown.scroll_into_view_if_needed()
    picture = Image.open(io.BytesIO(base64.b64decode(saved_as))).convert("RGB")
    on_screen = Image.open(io.BytesIO(shown.screenshot())).convert("RGB")
    scaled = picture.resize(on_screen.size, Image.Resampling.BILINEAR)
    difference = np.abs(np.asarray(on_screen, float) - np.asarray(scaled, float))
    return bool(difference.mean() < 8)  # of 255


def check(page: Page, file: Path) -> None:
    """Compare every saved picture with what the page shows of it, and look for trouble."""
    for index, picture in enumerate(encoded(file)):
        image = page.locator(f"img[src$='{picture[-60:]}']")
        expect(image.first).to_be_visible(timeout=60_000)
        assert same(image.first, picture), index
    text = page.locator("body").inner_text()
    assert [word for word in TROUBLE if word in text] == []


def test_saved_notebook_holds_pictures_and_no_secret(saved):
    """Each view has its picture; no widget state is saved, which GitHub would refuse to draw."""
    assert len(encoded(saved)) == len(bundles(saved)) - 1  # TensorBoard has a sentence
    assert "widgets" not in nbformat.read(saved, as_version=4).metadata
    kinds = {bundle[VIEW]["kind"] for bundle in bundles(saved)}
    assert {"tensorboard", "scalars", "images", "hparams", "board"} <= kinds
    assert "/proxy/" not in saved.read_text()


def test_jupyterlab_without_a_kernel_shows_the_pictures(saved, kernelless_lab, new_page):
    """On a server without kernels, every view shows its picture and what to do."""
    (kernelless_lab.root / "saved.ipynb").write_bytes(saved.read_bytes())
    page = new_page(viewport=(1400, 1000))
    page.goto(f"{kernelless_lab.url}lab/tree/saved.ipynb?token={kernelless_lab.token}&reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    # JupyterLab asks for a kernel.
    page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()

    check(page, saved)

    expect(page.locator(".jp-Notebook")).to_contain_text("run the cell to make it live")
    expect(page.locator(".jp-Notebook")).to_contain_text("TensorBoard was shown here")
    page.locator(".nbboard-Saved img").first.scroll_into_view_if_needed()
    take(page, "lab-saved")


def test_jupyterlab_with_a_new_kernel_shows_pictures_until_the_cells_run(
    saved, wheel_lab, open_notebook: Callable[..., NotebookPage]
):
    """A kernel that knows nothing of the views leaves the pictures; running makes them live."""
    wheel_lab.write("saved/again.ipynb", saved)
    page = open_notebook(wheel_lab, "saved/again.ipynb")
    board = cell_of(saved, "log")
    expect(page.output(board).locator(".nbboard-Saved img")).to_be_visible(timeout=60_000)
    assert not any(word in page.output_text(board) for word in TROUBLE)

    page.run_cell(cell_of(saved, "import nbboard"))
    page.run_cell(board)
    expect(page.output(board).locator("canvas").first).to_be_visible(timeout=60_000)
    expect(page.output(board).locator(".nbboard-Saved")).to_have_count(0)

    page.save()
    page.reload()
    expect(page.output(board).locator("canvas").first).to_be_visible(timeout=60_000)
    expect(page.output(board).locator(".nbboard-Saved")).to_have_count(0)


def test_notebook7_shows_the_pictures(saved, wheel_notebook7, open_notebook):
    """Notebook 7 shows the same pictures."""
    wheel_notebook7.write("saved.ipynb", saved)
    page = open_notebook(wheel_notebook7, "saved.ipynb")

    for cell, source in enumerate(nbformat.read(saved, as_version=4).cells):
        for output in source.get("outputs", []):
            if VIEW in output.get("data", {}) and "image/png" in output.data:
                image = page.output(cell).locator(".nbboard-Saved img")
                expect(image).to_be_visible(timeout=60_000)
                assert same(image, "".join(output.data["image/png"].split())), cell
                assert not any(word in page.output_text(cell) for word in TROUBLE)
    page.screenshot("notebook7-saved")


def test_nbconvert_shows_the_pictures(saved, new_page):
    """A page made by nbconvert has the pictures and a sentence for TensorBoard."""
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(saved)]
    subprocess.run(command, check=True, capture_output=True)
    page = new_page(viewport=(1400, 1000))
    page.goto(saved.with_suffix(".html").as_uri())

    check(page, saved)

    expect(page.locator("body")).to_contain_text("TensorBoard was shown here")
