"""The projector in JupyterLab: every control, on what is drawn and on what Python has of it."""

from __future__ import annotations

import ast
import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.hparams_page import opened
from tests.browser.notebook_page import wait_until
from tests.views.projector_logs import write_embeddings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

READY = re.compile(r"\d+")


@pytest.fixture(scope="module")
def notebook(
    start_jupyter: Callable[..., JupyterServer], browser: Browser
) -> Iterator[NotebookPage]:
    """One notebook for the whole file."""
    lab = start_jupyter("lab")
    write_embeddings(lab.root / "logs")
    write_embeddings(lab.root / "logs", "other", steps=[5], seed=1)
    write_embeddings(lab.root / "large", steps=[0], count=1500)
    yield from opened(lab, browser, "projector", ["log = nbboard.open('logs', progress=False)"])


class Shown:
    """A view in the output of a cell of its own."""

    def __init__(self, notebook: NotebookPage, options: str, log: str = "log") -> None:
        self.notebook = notebook
        self.page = notebook.page
        code = f"view = {log}.projector.view({options}); view"
        self.out = notebook.output(notebook.add_cell(code))
        self.canvas = self.out.locator(".nbb-pj-canvas").first
        expect(self.canvas).to_have_attribute("data-drawn", READY, timeout=60_000)
        self.canvas.scroll_into_view_if_needed()

    def value(self, expression: str) -> Any:
        """What an expression is in the kernel."""
        return ast.literal_eval(self.notebook.execute(f"print(repr({expression}))"))

    def becomes(self, expression: str, expected: Any) -> None:
        """Wait until the kernel has heard."""
        wait_until(lambda: self.value(expression) == expected, f"{expression} is {expected!r}")

    def button(self, name: str) -> Locator:
        """A button by its name."""
        return self.out.get_by_role("button", name=name, exact=True)

    def select(self, name: str, value: str) -> None:
        """Choose in a list."""
        self.out.get_by_role("combobox", name=name, exact=True).select_option(value)

    def drag(self, *spots: tuple[float, float]) -> None:
        """Drag over the picture, by shares of its width and height."""
        box = self.canvas.bounding_box()
        assert box is not None
        places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in spots]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=4)
        self.page.mouse.up()

    def ink(self) -> str:
        """The pixels of the points."""
        found: str = self.canvas.evaluate("canvas => canvas.toDataURL()")
        return found


@pytest.fixture(scope="module")
def shown(notebook: NotebookPage) -> Iterator[Shown]:
    """The view that most tests drive, one after the other."""
    view = Shown(notebook, "run='run', height=480")
    yield view
    notebook.execute("view.close()")


def test_steps_go_by_slider_keys_and_film(shown):
    """Python follows; the words below say what is shown."""
    slider = shown.out.get_by_role("slider", name="Step")
    expect(slider).to_have_attribute("aria-valuetext", "step 20, 3 of 3")
    expect(shown.out.locator(".nbb-pj-facts")).to_contain_text("60 points, 6 dimensions")
    expect(shown.out.locator(".nbb-pj-facts")).to_contain_text("of neighbours kept")
    before = shown.ink()
    shown.button("Previous step").click()
    shown.becomes("view.step", 10)
    wait_until(lambda: shown.ink() != before, "another picture")

    shown.canvas.focus()
    shown.page.keyboard.press("[")
    expect(slider).to_have_attribute("aria-valuetext", "step 0, 1 of 3")
    shown.button("Play").click()
    expect(slider).to_have_attribute("aria-valuetext", "step 20, 3 of 3")
    shown.becomes("view.step", None)


def test_a_point_is_picked_with_its_neighbours(shown):
    """By keys, and by a name in the list; the selection is a row of the table."""
    shown.canvas.focus()
    shown.page.keyboard.press("n")
    picked = shown.out.locator(".nbb-pj-picked")
    expect(picked).to_contain_text("nearest in all 6 dimensions")
    expect(picked).to_contain_text("word 0")
    expect(picked.get_by_role("listitem")).to_have_count(10)
    shown.becomes("view.selection['row'].tolist()", [0])

    other = picked.get_by_role("listitem").first.get_by_role("button")
    other.click()
    expect(picked).not_to_contain_text("word 0row")
    far = "__import__('numpy').linalg.norm"
    vectors = "log.projector['run', 'hidden'][-1].vectors"
    row = shown.value("int(view.selection['row'].iloc[0])")
    cosine = f"1 - {vectors}[0] @ {vectors}[{row}] / {far}({vectors}[0]) / {far}({vectors}[{row}])"
    assert shown.value(f"float({cosine})") < 0.2
    shown.page.screenshot(path=str(Path(__file__).parent / "screenshots/projector-picked.png"))
    shown.button("Clear the selection").first.click()
    shown.becomes("len(view.selection)", 0)


def test_box_lasso_and_legend_select(shown):
    """What is inside; a category selects all its points; Escape lets go."""
    shown.button("Select by a box").click()
    shown.drag((0.01, 0.01), (0.99, 0.99))
    shown.becomes("len(view.selection)", 60)
    shown.button("Select by a lasso").click()
    shown.drag((0.01, 0.01), (0.5, 0.01), (0.5, 0.99), (0.01, 0.99))
    wait_until(lambda: 0 < shown.value("len(view.selection)") < 60, "a part is selected")
    shown.button("Select by a lasso").click()
    shown.button("Select g1").click()
    shown.becomes("sorted(set(view.selection['group']))", ["g1"])
    shown.canvas.focus()
    shown.page.keyboard.press("Escape")
    shown.becomes("len(view.selection)", 0)


def test_points_are_found_by_words_and_conditions(shown):
    """Both are counted, can be selected, and stand in the table; a pattern for ever is ended."""
    box = shown.out.get_by_role("textbox", name="Find points")
    box.fill("word 1$|word 2$")
    expect(shown.out.locator("output", has_text="2 points")).to_be_visible()
    box.fill("size >= 28.5")
    expect(shown.out.locator("output", has_text="3 points")).to_be_visible()
    shown.button("Select what was found").click()
    shown.becomes("view.selection['name'].tolist()", ["word 57", "word 58", "word 59"])
    shown.button("Table of points").click()
    table = shown.out.get_by_role("table")
    expect(table).to_contain_text("word 58")
    expect(table.locator("tbody tr")).to_have_count(3)
    shown.button("Table of points").click()
    box.fill("(a+")
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("")
    shown.canvas.focus()
    shown.page.keyboard.press("Escape")
    expect(shown.out.locator("output", has_text="points")).to_have_count(0)


def test_the_picture_is_moved_turned_and_brought_back(shown):
    """By dragging, the wheel and keys, flat and with depth."""
    for dimensions in ("3", "2"):
        before = shown.ink()
        shown.select("Dimensions", dimensions)
        wait_until(lambda before=before: shown.ink() != before, "another picture")
        shown.page.wait_for_timeout(500)
        whole = shown.ink()
        shown.drag((0.3, 0.3), (0.5, 0.45))
        wait_until(lambda whole=whole: shown.ink() != whole, "the picture has moved")
        shown.canvas.focus()
        for key in ("ArrowLeft", "+", "-"):
            before = shown.ink()
            shown.page.keyboard.press(key)
            wait_until(lambda before=before: shown.ink() != before, f"{key} does something")
        shown.button("Show all points").click()
        shown.page.mouse.move(0, 0)
        wait_until(lambda whole=whole: shown.ink() == whole, "the picture is as it was")
    shown.becomes("view.dimensions", 2)


def test_points_are_arranged_when_that_is_asked_for(shown):
    """Nothing begins by itself; Python has the places then; it can be stopped."""
    for method, name in (("tsne", "t-SNE"), ("umap", "UMAP")):
        shown.select("Method", method)
        run = shown.button(f"Run {name}")
        expect(run).to_have_text("Run")
        pca = shown.value("view.data[['x', 'y']].iloc[0].tolist()")
        run.click()
        expect(shown.button(f"Run {name}")).to_have_text("Again", timeout=60_000)
        wait_until(
            lambda pca=pca: shown.value("view.data[['x', 'y']].iloc[0].tolist()") != pca, name
        )
    shown.select("Method", "pca")


def test_the_menu_has_the_rest(shown):
    """Colours, marks, contours, spheres, neighbours, a second embedding, a file of coordinates."""
    shown.select("Colour", "size")
    expect(shown.out.locator(".nbb-pj-scale")).to_contain_text("29.5")
    before = shown.ink()
    shown.button("Settings").click()
    for label, value, trait in (
        ("Points as", "pictures", "marks"),
        ("Name", "name", "label"),
        ("Numbers as", "categories", "scale"),
        ("Neighbours by", "euclidean", "metric"),
    ):
        shown.select(label, value)
        shown.becomes(f"view.{trait}", value)
    for label in ("Contours of density", "Sphereize, as TensorBoard"):
        shown.out.get_by_role("checkbox", name=label).check()
    shown.out.get_by_role("checkbox", name="Turn each step onto the one before").uncheck()
    shown.out.get_by_role("spinbutton", name="Neighbours listed").fill("4")
    shown.page.keyboard.press("Tab")
    shown.becomes(
        "(view.contours, view.sphereize, view.align, view.neighbors)", (True, True, False, 4)
    )
    wait_until(lambda: shown.ink() != before, "another picture")
    with shown.page.expect_download() as saved:
        shown.out.get_by_role("button", name="Save coordinates as CSV").click()
    rows = list(csv.reader(io.StringIO(Path(saved.value.path()).read_text("utf-8"))))
    assert rows[0] == ["row", "group", "name", "size", "x", "y"]
    assert len(rows) == 61
    places = shown.value("view.data[['x', 'y']].iloc[7].tolist()")
    assert [float(cell) for cell in rows[8][-2:]] == pytest.approx(places, rel=1e-4)

    shown.select("Beside it", "0")
    shown.becomes("view.beside", ["other", "hidden"])
    shown.page.keyboard.press("Escape")
    expect(shown.out.locator(".nbb-pj-canvas")).to_have_count(2)
    shown.out.locator(".nbb-pj-canvas").nth(1).focus()
    shown.page.keyboard.press("n")
    shown.becomes("view.selection['row'].tolist()", [0])
    shown.notebook.screenshot("projector-two", of=shown.out)
    shown.select("Embedding", "0")
    shown.becomes("view.run", "other")


def test_all_of_it_works_while_a_cell_runs(notebook):
    """Steps, colours and neighbours are in the page already."""
    shown = Shown(notebook, "run='run', height=400")
    notebook.page.wait_for_timeout(2500)  # until the other steps have been sent ahead
    index = notebook.run_busy_cell()
    try:
        before = shown.ink()
        shown.button("Previous step").click()
        slider = shown.out.get_by_role("slider", name="Step")
        expect(slider).to_have_attribute("aria-valuetext", "step 10, 2 of 3")
        wait_until(lambda: shown.ink() != before, "another picture")
        shown.canvas.focus()
        shown.page.keyboard.press("n")
        expect(shown.out.locator(".nbb-pj-picked").get_by_role("listitem")).to_have_count(10)
    finally:
        notebook.end_busy_cell(index)
    shown.becomes("view.step", 10)


def test_arranging_is_shown_as_it_goes_and_can_be_stopped(notebook):
    """The number of iterations grows; what there is then stays."""
    shown = Shown(notebook, "method='tsne', height=300", "nbboard.open('large', progress=False)")
    shown.button("Run t-SNE").click()
    expect(shown.out.locator(".nbb-pj-run output")).to_have_text(re.compile(r"^[1-9]\d* of 750$"))
    shown.button("Stop t-SNE").click()
    expect(shown.button("Run t-SNE")).to_have_text("Again")
    stopped = "(view._kept or {}).get('iteration', 0)"  # the page says so a moment later
    wait_until(lambda: 0 < shown.value(stopped) < 750, "it was stopped")
