"""The quickstart, run, looked at and saved, then opened where its kernel is gone.

Its pictures are compared, pixel by pixel, with the live views that were on screen.
"""

from __future__ import annotations

import base64
import io
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

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

pytestmark = pytest.mark.installed

QUICKSTART = Path(__file__).parents[2] / "notebooks" / "quickstart.ipynb"
VIEW = "application/vnd.nbboard.view+json"
TROUBLE = ("Error displaying widget", "Loading widget", "Traceback", "could not be")
#: A picture has no controls, so the live views are photographed without theirs.
NO_CONTROLS = """
[role="toolbar"], .nbb-runs-head, .nbb-attention, .nbb-only, .nbb-run .nbb-check, input[type="range"] {
  display: none !important;
}
.nbb-card-head .nbb-button { visibility: hidden !important; }
"""


class Saved(NamedTuple):
    """The quickstart's file, and what its views looked like when it was saved.

    Parameters
    ----------
    file
        The notebook.
    live
        Screenshots of the live views without their controls, as PNG, by the indices of their cells.
    """

    file: Path
    live: dict[int, bytes]


@pytest.fixture(scope="module")
def run(
    browser: Any,
    wheel_lab: JupyterServer,
    demo_logs: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Saved:
    """The quickstart, run in JupyterLab, scrolled through once, and saved."""
    # The training of the grid has a test of its own; where logs are, it is not repeated.
    shutil.copytree(demo_logs, wheel_lab.root / "saved" / "logs", dirs_exist_ok=True)
    wheel_lab.write("saved/quickstart.ipynb", QUICKSTART)
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    open_ = NotebookPage(page, wheel_lab, "saved/quickstart.ipynb")
    open_.hide_sidebars()
    open_.run_all(seconds=240)
    assert open_.error_outputs() == []
    live = {}
    for index, cell in enumerate(nbformat.read(QUICKSTART, as_version=4).cells):
        view = open_.cell(index).locator(".nbb-root").first
        if cell.cell_type == "code" and view.count():
            live[index] = still(view)
    file = open_.save()
    assert open_.errors == []
    page.close()
    wheel_lab.end_sessions()
    kept = tmp_path_factory.mktemp("saved") / "quickstart.ipynb"
    kept.write_bytes(file.read_bytes())
    return Saved(kept, live)


@pytest.fixture
def saved(run: Saved) -> Path:
    """The file of the saved quickstart."""
    return run.file


def still(view: Locator) -> bytes:
    """Return the screenshot of a view in sight, once two in a row are the same."""
    view.scroll_into_view_if_needed()
    before = b""
    for _ in range(30):
        view.page.wait_for_timeout(700)
        now = view.screenshot(style=NO_CONTROLS)
        if now == before:
            break
        before = now
    return before


def bundles(file: Path) -> list[dict[str, Any]]:
    """Return the mime bundles of nbboard's outputs, from the top."""
    notebook = nbformat.read(file, as_version=4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data for output in outputs if VIEW in output.get("data", {})]


def by_cell(file: Path) -> dict[int, str]:
    """Return the picture of each cell with a view, in base64, by the index of the cell."""
    return {
        index: "".join(output.data["image/png"].split())
        for index, cell in enumerate(nbformat.read(file, as_version=4).cells)
        for output in cell.get("outputs", [])
        if VIEW in output.get("data", {}) and "image/png" in output.data
    }


def cell_of(file: Path, source: str) -> int:
    """Return the index of the cell that begins with that line."""
    cells = nbformat.read(file, as_version=4).cells
    return next(index for index, cell in enumerate(cells) if cell.source.split("\n")[0] == source)


def differing(one: bytes, other: bytes) -> float:
    """Return the share of pixels in one picture without a like one at that place in the other.

    A place is a pixel and its neighbours: whether a line falls on or between pixels depends on
    where in the page the view stands. A curve or a label that is missing, another colour, or a
    chart in another place is found, in either picture.
    """
    first, second = (Image.open(io.BytesIO(png)).convert("RGB") for png in (one, other))
    assert abs(first.width - second.width) <= 2
    assert abs(first.height - second.height) <= 2
    size = (min(first.width, second.width), min(first.height, second.height))
    arrays = [np.asarray(picture.crop((0, 0, *size)), np.int16) for picture in (first, second)]
    return max(_unlike(arrays[0], arrays[1]), _unlike(arrays[1], arrays[0]))


def _unlike(one: np.ndarray, other: np.ndarray) -> float:
    """Return the share of pixels of *one* that none of the nine at their place in *other* is like."""
    height, width, _ = one.shape
    around = np.pad(other, ((1, 1), (1, 1), (0, 0)), mode="edge")
    nearest = np.full((height, width), 255)
    for top in range(3):
        for left in range(3):
            there = around[top : top + height, left : left + width]
            nearest = np.minimum(nearest, np.abs(one - there).max(axis=2))
    return float((nearest > 48).mean())  # of 255


def without_note(png: bytes, live: bytes) -> tuple[bytes, bytes]:
    """Return the part of a picture that is the view, and the same part of the live one.

    Below it must be words. A view whose bar is hidden for its picture may fill the bar's room.
    """
    picture = Image.open(io.BytesIO(png)).convert("RGB")
    words = np.asarray(picture.convert("L"))[-20:]
    assert (words < 170).sum() > 200
    alive = Image.open(io.BytesIO(live)).convert("RGB")
    assert -40 < picture.height - alive.height < 60
    height = min(alive.height, picture.height - 40)
    kept = []
    for one in (picture, alive):
        stream = io.BytesIO()
        one.crop((0, 0, one.width, height)).save(stream, "PNG")
        kept.append(stream.getvalue())
    return kept[0], kept[1]


#: One curve of one chart is about five times as many of a view's pixels.
ALIKE = 0.0002


def check(page: Page, run: Saved) -> None:
    """Compare what the page shows of every view with the live view, and look for trouble."""
    pictures = {index: picture for index, picture in by_cell(run.file).items() if index in run.live}
    assert pictures.keys() == run.live.keys()
    for index, picture in pictures.items():
        image = page.locator(f"img[src$='{picture[-60:]}']").first
        expect(image).to_be_visible(timeout=60_000)
        image.scroll_into_view_if_needed()
        shown, alive = without_note(image.screenshot(), run.live[index])
        assert differing(shown, alive) < ALIKE, f"cell {index}"
    text = page.locator("body").inner_text()
    assert [word for word in TROUBLE if word in text] == []


def test_saved_notebook_holds_pictures_and_no_secret(saved):
    """Each view has its picture; no widget state is saved, which GitHub would refuse to draw."""
    assert len(by_cell(saved)) == len(bundles(saved)) - 1  # TensorBoard has a sentence
    assert "widgets" not in nbformat.read(saved, as_version=4).metadata
    kinds = {bundle[VIEW]["kind"] for bundle in bundles(saved)}
    assert {"tensorboard", "scalars", "images", "hparams", "board"} <= kinds
    assert "/proxy/" not in saved.read_text()


def test_jupyterlab_without_a_kernel_shows_what_was_live(run, kernelless_lab, new_page):
    """On a server without kernels, every view shows what it last showed, and what to do."""
    (kernelless_lab.root / "saved.ipynb").write_bytes(run.file.read_bytes())
    page = new_page(viewport=(1600, 1000))
    page.goto(f"{kernelless_lab.url}lab/tree/saved.ipynb?token={kernelless_lab.token}&reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    # JupyterLab asks for a kernel.
    page.locator(".jp-Dialog").get_by_role("button", name="No Kernel").click()

    check(page, run)

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


def test_notebook7_shows_what_was_live(run, wheel_notebook7, open_notebook):
    """Notebook 7 shows the same pictures."""
    wheel_notebook7.write("saved.ipynb", run.file)
    page = open_notebook(wheel_notebook7, "saved.ipynb", viewport=(1600, 1000))

    check(page.page, run)

    page.screenshot("notebook7-saved")


def test_nbconvert_shows_what_was_live(run, new_page):
    """A page made by nbconvert has the same pictures, and a sentence for TensorBoard."""
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(run.file)]
    subprocess.run(command, check=True, capture_output=True)
    page = new_page(viewport=(1600, 1000))
    page.goto(run.file.with_suffix(".html").as_uri())

    check(page, run)

    expect(page.locator("body")).to_contain_text("TensorBoard was shown here")
    page.locator("img").first.scroll_into_view_if_needed()
    take(page, "nbconvert-saved")


def test_saving_keeps_the_view_as_the_person_left_it(
    wheel_lab: JupyterServer, demo_logs: Path, open_notebook: Callable[..., NotebookPage]
):
    """Runs that were switched off are off in the picture; the live view does not notice the save."""
    shutil.copytree(demo_logs, wheel_lab.root / "left" / "logs", dirs_exist_ok=True)
    page = open_notebook(
        wheel_lab,
        ["import nbboard\nnbboard.open('logs').scalars.select(tags='accuracy')", "'the end'"],
        name="left/as-it-was.ipynb",
    )
    page.run_all()
    view = page.output(0).locator(".nbb-root")
    expect(view.locator("canvas").first).to_be_visible(timeout=60_000)
    before = still(view)
    first = by_cell(page.save())[0]
    assert differing(*without_note(base64.b64decode(first), before)) < ALIKE

    for name in ("units=16,dropout=0.4,adam", "units=16,dropout=0.4,sgd"):
        view.get_by_role("checkbox", name=name).uncheck()
    # What the mouse rests on, or was clicked last, looks different.
    page.page.mouse.move(0, 0)
    page.page.evaluate("document.activeElement.blur()")
    after = still(view)
    assert differing(after, before) > 5 * ALIKE
    view.evaluate("element => { element.dataset.mark = 'still the same'; }")
    second = by_cell(page.save())[0]

    assert differing(*without_note(base64.b64decode(second), after)) < ALIKE
    assert by_cell(page.save())[0] == second
    expect(page.output(0).locator(".nbb-root[data-mark]")).to_have_count(1)
    assert page.errors == []
