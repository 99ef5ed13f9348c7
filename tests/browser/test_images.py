"""Every control of the images view, in JupyterLab and Notebook 7: what is drawn, and the traits."""

from __future__ import annotations

import ast
import io
import re
import time

import pytest
from PIL import Image
from playwright.sync_api import Error, expect

from tests.browser.notebook_page import APPS, NotebookPage
from tests.views.image_logs import encode, flat, gif, write_images

SCALED, ABSOLUTE = "|A − B| ×5.00", "|A − B| ×1"  # noqa: RUF001
SIZE = "24×16"  # noqa: RUF001

COLORS = {0: (200, 0, 0), 10: (0, 160, 0), 20: (0, 0, 220), 30: (120, 120, 40)}


@pytest.fixture(scope="module", params=APPS)
def server(request):
    """JupyterLab, then Notebook 7."""
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module")
def page(server, browser):
    """One notebook for all tests of this file: starting one takes longer than most of them."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC")
    written = server.write("images.ipynb", ["import nbboard"])
    page = NotebookPage(context.new_page(), server, written)
    page.hide_sidebars()
    page.run_all()
    yield page
    page.close()


@pytest.fixture
def logs(server, request):
    """A folder of logs for one test: runs a and b, whose flat colours tell the step."""
    root = server.root / request.node.originalname
    write_images(root, "a", "x", {step: [flat(color)] for step, color in COLORS.items()})
    write_images(root, "b", "x", {5: [flat((90, 0, 90))], 20: [flat((0, 51, 220))]})
    return root


@pytest.fixture
def show(page, request):
    """Return a function that displays a view of the test's logs in a new cell: its output."""
    cells = []

    def display(options=""):
        code = f"log = nbboard.open({request.node.originalname!r}, progress=False)\n"
        cells.append(page.add_cell(f"{code}v = log.images.view({options})\nv"))
        assert page.error_outputs() == []
        output = page.output(cells[-1])
        output.locator(".nbb-card").first.wait_for(timeout=30_000)
        return output

    yield display
    for cell in cells:
        page.execute("v.close()")
        page.page.evaluate(
            "i => jupyterapp.shell.currentWidget.content.widgets[i].model.clearExecution()", cell
        )


def card(output, name):
    """Return the card whose name begins so."""
    return output.get_by_role("figure", name=re.compile(f"^{re.escape(name)}"))


def color_at(locator, x=0.5, y=0.5):
    """Return the colour on screen at a place of an element, given in fractions of its size."""
    picture = Image.open(io.BytesIO(locator.screenshot(animations="disabled"))).convert("RGB")
    return picture.getpixel((int(picture.width * x), int(picture.height * y)))


def expect_color(locator, color, x=0.5, y=0.5, off=2):
    """Wait until that colour, within a rounding, is on screen."""
    seen = None
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            seen = color_at(locator, x, y)
        except Error:  # drawn anew in that moment
            continue
        if all(abs(one - other) <= off for one, other in zip(seen, color, strict=True)):
            return
        locator.page.wait_for_timeout(100)
    assert seen == color


def expect_trait(page, expression, value):
    """Wait until Python sees a value."""
    end = time.monotonic() + 20
    while (seen := ast.literal_eval(page.execute(f"print(repr({expression}))"))) != value:
        assert time.monotonic() < end, f"{expression} is {seen!r}, not {value!r}"
        page.page.wait_for_timeout(100)


def test_the_step_slider(logs, page, show):
    """One slider over the steps that exist moves every card; labels are those of the log."""
    output = show()
    slider = output.get_by_role("slider", name="Step", exact=True)
    a, b = card(output, "a, x"), card(output, "b, x")
    picture = ".nbb-cell"
    expect_color(a.locator(picture), COLORS[30])
    expect(slider).to_have_attribute("aria-valuetext", "step 30, 5 of 5")
    expect_trait(page, "v.step", None)

    slider.press("ArrowLeft")
    expect_color(a.locator(picture), COLORS[20])
    expect_color(b.locator(picture), (0, 51, 220))
    expect_trait(page, "v.step", 20)

    slider.press("Home")
    expect_color(a.locator(picture), COLORS[0])
    expect(b).to_contain_text("First image at step 5")

    output.get_by_role("button", name="Next step").click()
    expect_color(b.locator(picture), (90, 0, 90))
    # Run a has no step 5: it shows 0 and says so.
    expect(a.locator(".nbb-step")).to_have_text("step 0")
    expect(a.locator(".nbb-step")).to_have_attribute("title", "Nearest at or below step 5")

    box = output.get_by_role("textbox", name="Step number")
    box.fill("12")
    box.press("Enter")
    expect_trait(page, "v.step", 10)
    expect_color(a.locator(picture), COLORS[10])
    expect_trait(page, "v.data.step.tolist()", [10, 5])

    output.get_by_role("button", name="Previous step").click()
    expect_trait(page, "v.step", 5)
    output.get_by_role("button", name="Follow the latest step").click()
    expect_trait(page, "v.step", None)
    expect_color(a.locator(picture), COLORS[30])

    page.execute("v.step = 20")
    expect_color(a.locator(picture), COLORS[20])
    assert page.errors == []
    assert page.foreign == []


def test_comparisons(logs, page, show):
    """Side by side, wipe and difference of two runs or steps, with the scale written."""
    output = show()
    compare = output.get_by_label("Compare")
    compare.select_option("side by side")
    expect(output.get_by_role("figure")).to_have_count(2)
    output.get_by_role("slider", name="Step", exact=True).press("ArrowLeft")
    expect_trait(page, "v.compare", "side by side")
    expect_color(card(output, "A: a").locator(".nbb-cell"), COLORS[20])
    expect_color(card(output, "B: b").locator(".nbb-cell"), (0, 51, 220))

    compare.select_option("difference")
    result = output.get_by_role("img", name=re.compile("^Difference"))
    expect(output.get_by_role("status").filter(has_text="|A")).to_have_text(SCALED)
    expect_color(result, (0, 255, 0))
    output.get_by_label("Scaled").uncheck()
    expect(output.get_by_role("status").filter(has_text="|A")).to_have_text(ABSOLUTE)
    expect_color(result, (0, 51, 0))
    expect(result).to_have_attribute("aria-label", re.compile("largest 51 of 255"))

    # The same run at two steps.
    output.get_by_label("Run B").select_option("a")
    output.get_by_role("slider", name="Step of B").press("Home")
    expect_trait(page, "(v.a, v.b, v.b_step)", ("a", "a", 0))
    expect_color(result, (200, 0, 220))
    output.get_by_role("button", name="B at the same step").click()
    expect(output.get_by_role("status").filter(has_text="no diff")).to_have_text("no difference")
    output.get_by_label("Run B").select_option("b")

    compare.select_option("wipe")
    over = output.get_by_role("figure", name="wipe, x").locator(".nbb-cell")
    expect_color(over, COLORS[20], x=0.2)
    expect_color(over, (0, 51, 220), x=0.8)
    handle = output.get_by_role("slider", name="Wipe")
    handle.press("End")
    expect_color(over, COLORS[20], x=0.8)
    handle.press("Home")
    expect_color(over, (0, 51, 220), x=0.2)
    place, frame = handle.bounding_box(), over.bounding_box()
    page.page.mouse.move(place["x"] + 10, place["y"] + 40)
    page.page.mouse.down()
    page.page.mouse.move(frame["x"] + frame["width"] / 2, frame["y"] + 40, steps=4)
    page.page.mouse.up()
    expect_color(over, COLORS[20], x=0.4)
    expect_trait(page, "0.4 < v.wipe < 0.6", True)  # noqa: FBT003

    output.get_by_role("button", name="Swap A and B").click()
    expect_color(over, (0, 51, 220), x=0.2)
    expect_trait(page, "v.data[['run', 'step']].values.tolist()", [["b", 20], ["a", 20]])
    assert page.errors == []


def test_zoom_and_pan_are_linked(logs, page, show):
    """Wheel, drag, keys and double click move all pictures alike; pixels stay squares."""
    import numpy as np

    picture = np.zeros((16, 24, 3), np.uint8)
    picture[:, :12] = (255, 0, 0)
    for run in ("a", "b"):
        write_images(logs, run, "halves", {0: [encode(picture)]})
    output = show("tag_filter='halves', card_size=240")
    first, second = (card(output, f"{run}, halves").locator(".nbb-cell") for run in "ab")
    images = [one.locator("img") for one in (first, second)]
    expect(images[0]).to_have_css("image-rendering", "pixelated")
    # Each pixel is a whole number of the screen's.
    width = images[0].bounding_box()["width"]
    assert width >= 200
    assert width % 24 == 0
    frame = first.bounding_box()

    page.page.mouse.move(frame["x"] + 10, frame["y"] + 10)
    page.page.keyboard.down("Control")
    page.page.mouse.wheel(0, -480)
    page.page.keyboard.up("Control")
    expect_trait(page, "v.zoom", 4)
    for image in images:
        assert image.bounding_box()["width"] == 4 * width
    expect_color(first, (255, 0, 0), x=0.9)
    expect_color(second, (255, 0, 0), x=0.9)

    # Dragged far to the left, the right half is seen, in both.
    page.page.mouse.move(frame["x"] + 230, frame["y"] + 80)
    page.page.mouse.down()
    page.page.mouse.move(frame["x"] - 900, frame["y"] + 80, steps=5)
    page.page.mouse.up()
    expect_color(second, (0, 0, 0), x=0.5)
    edge = round(1 - frame["width"] / 2 / (4 * width), 3)
    expect_trait(page, "round(v.center[0], 3)", edge)

    first.dblclick()
    expect_trait(page, "(v.zoom, v.center)", (1, [0.5, 0.5]))
    cells = page.page.locator(".jp-Notebook .jp-Cell").count()
    card(output, "a, halves").focus()
    page.page.keyboard.press("+")
    expect_trait(page, "v.zoom", 2)
    page.page.keyboard.press("Shift+ArrowRight")
    expect_trait(page, "v.center[0] > 0.5", True)  # noqa: FBT003
    page.page.keyboard.press("Escape")
    expect_trait(page, "v.zoom", 1)

    output.get_by_role("button", name="Actual size").click()
    expect_trait(page, "v.size", "actual")
    assert images[0].bounding_box()["width"] == 24
    # JupyterLab's own keys (0 0 restarts the kernel, a adds a cell) did not see ours.
    assert page.page.locator(".jp-Dialog").count() == 0
    assert page.page.locator(".jp-Notebook .jp-Cell").count() == cells
    assert page.errors == []


def test_brightness_and_contrast(logs, page, show):
    """The CSS is TensorBoard's, contrast before brightness, and so are the pixels."""
    output = show("step=30, tag_filter='x'")
    first = card(output, "a, x").locator(".nbb-cell")
    expect_color(first, (120, 120, 40))

    output.get_by_role("slider", name="Contrast").fill("250")
    output.get_by_role("slider", name="Brightness").fill("0.6")

    expect_trait(page, "(v.contrast, v.brightness)", (250, 0.6))
    style = first.locator("img").get_attribute("style")
    assert "filter: contrast(250%) brightness(0.6)" in style
    # (120/255 - .5) * 2.5 + .5 = .4265, * .6 = .2559; 40 is clamped to 0.
    expect_color(first, (65, 65, 0))

    output.get_by_role("button", name="Reset zoom, brightness and contrast").click()
    expect_trait(page, "(v.contrast, v.brightness)", (100, 1))
    expect_color(first, (120, 120, 40))


def test_many_images_a_step_and_the_arrangements(logs, page, show):
    """Several images a step, cards by tag, by run and in a grid, sliders of their own, one large."""
    several = [flat((10, 10, 10)), flat((80, 80, 80)), gif([(255, 0, 0), (0, 255, 0)])]
    write_images(logs, "a", "many", {1: several}, title="Three of them", caption="a <b>caption</b>")
    output = show()
    section = output.get_by_role("region", name="Three of them")
    expect(section).to_contain_text("a <b>caption</b>")
    expect(section.get_by_role("figure")).to_have_count(1)
    expect(section).to_contain_text("1 of 3")
    choice = output.get_by_label("Image of the step")
    choice.select_option("2 of 3")
    expect_color(section.locator(".nbb-cell"), (80, 80, 80))
    expect_trait(page, "v.sample", 1)
    choice.select_option("all 3")
    expect(section.get_by_role("figure")).to_have_count(3)
    expect(section.get_by_role("figure").nth(2)).to_contain_text("2 frames")
    expect_trait(page, "v.sample", None)
    expect_trait(page, "int((v.data.tag == 'many').sum())", 3)

    menu = output.get_by_role("button", name="More options")
    menu.click()
    output.get_by_label("Arrange").select_option("by run")
    expect(output.get_by_role("region", name="b", exact=True)).to_be_visible()
    output.get_by_label("Arrange").select_option("grid")
    expect(output.locator(".nbb-grid-run")).to_have_count(2)
    expect(output.locator(".nbb-grid-tag")).to_have_count(2)
    output.get_by_label("Arrange").select_option("by tag")
    output.get_by_role("slider", name="Card size").fill("100")
    expect_trait(page, "(v.arrange, v.card_size)", ("tags", 100))
    output.get_by_label("One slider for all cards").uncheck()
    menu.click()
    own = output.get_by_role("slider", name="Step of a, x")
    own.press("Home")
    expect_color(card(output, "a, x").locator(".nbb-cell"), COLORS[0])
    expect_color(card(output, "b, x").locator(".nbb-cell"), (0, 51, 220))
    expect_trait(page, "v.data[v.data.tag == 'x'].step.tolist()", [0, 20])

    only = card(output, "b, x")
    only.hover()
    only.get_by_role("button", name="Full size").click()
    expect(output.get_by_role("figure")).to_have_count(1)
    link = output.get_by_role("link", name="Download image")
    assert link.get_attribute("download") == "b_x_20.png"
    page.page.keyboard.press("Escape")
    expect(card(output, "a, x")).to_be_visible()


def test_filters_runs_and_picking(logs, page, show):
    """Tags and runs are filtered by regex and box; clicked images are view.selection."""
    write_images(logs, "a", "other", {0: [flat((1, 2, 3))]})
    output = show()
    expect(output.get_by_role("figure")).to_have_count(3)
    output.get_by_label("Filter tags").fill("OTH")
    expect(output.get_by_role("figure")).to_have_count(1)
    expect_trait(page, "v.tag_filter", "OTH")
    output.get_by_label("Filter tags").fill("nothing like it")
    expect(output).to_contain_text("No tag matches")
    output.get_by_label("Filter tags").fill("")
    output.get_by_role("checkbox", name="a", exact=True).uncheck()
    expect(output.get_by_role("figure")).to_have_count(1)
    expect_trait(page, "v.data.run.tolist()", ["b"])
    output.get_by_role("checkbox", name="a", exact=True).check()
    output.get_by_label("Filter runs").fill("^a")
    expect(output.get_by_role("figure")).to_have_count(2)
    output.get_by_label("Filter runs").fill("")

    card(output, "b, x").locator(".nbb-cell").click()
    card(output, "a, x").focus()
    page.page.keyboard.press("Enter")
    expect_trait(page, "v.selection.values.tolist()", [["b", "x", 20, 0], ["a", "x", 30, 0]])
    card(output, "b, x").locator(".nbb-cell").click()
    expect_trait(page, "v.selection.values.tolist()", [["a", "x", 30, 0]])
    assert page.errors == []


def test_a_pixel_is_read_on_every_card(logs, page, show):
    """Under the pointer the pixel's place and value are written, on all cards alike."""
    output = show("step=20")
    card(output, "a, x").locator(".nbb-cell").hover()
    expect(card(output, "a, x").locator(".nbb-reading")).to_have_text(
        re.compile(r"^x 1\d y \d: 0 0 220$")
    )
    expect(card(output, "b, x").locator(".nbb-reading")).to_have_text(re.compile("0 51 220$"))
    page.page.mouse.move(2, 2)
    expect(card(output, "a, x")).to_contain_text(SIZE)


def test_the_film(logs, page, show):
    """Play runs through the steps, round and round, until it is paused."""
    output = show("speed=5")
    slider = output.get_by_role("slider", name="Step", exact=True)
    output.get_by_role("button", name="Play").click()
    seen = set()
    for _ in range(400):
        seen.add(slider.get_attribute("aria-valuetext"))
        if len(seen) == 5:
            break
        page.page.wait_for_timeout(30)
    assert len(seen) == 5
    output.get_by_role("button", name="Pause").click()
    expect_trait(page, "v.playing", False)  # noqa: FBT003
    still = slider.get_attribute("aria-valuetext")
    page.page.wait_for_timeout(300)
    assert slider.get_attribute("aria-valuetext") == still


def test_formats_that_browsers_show(logs, page, show):
    """WebP and BMP, too, as they are: pixels, sizes, the file to download."""
    for form in ("WEBP", "BMP"):
        write_images(logs, "a", form, {0: [flat((0, 90, 180), form=form)]})
    output = show("tag_filter='WEBP|BMP'")
    for form in ("WEBP", "BMP"):
        one = card(output, f"a, {form}")
        page.page.mouse.move(2, 2)
        expect_color(one.locator(".nbb-cell"), (0, 90, 180), off=4)
        expect(one).to_contain_text(SIZE)
        one.hover()
        name = one.get_by_role("link", name="Download image").get_attribute("download")
        assert name.endswith(form.lower())
    assert page.errors == []


def test_images_from_before_a_restart(logs, page, show):
    """Hidden and counted; shown on request, in the page, the data and the figure."""
    write_images(logs, "c", "again", [(s, [flat((s, 0, 0))]) for s in (0, 10, 20, 30, 10)])
    output = show("tag_filter='again'")
    slider = output.get_by_role("slider", name="Step", exact=True)
    expect(slider).to_have_attribute("aria-valuetext", "step 10, 2 of 2")
    expect(card(output, "c, again")).to_contain_text("3 images hidden by a restart")
    menu = output.get_by_role("button", name="More options")
    menu.click()
    output.get_by_label("Restarts", exact=True).select_option("keep")
    menu.click()
    expect_trait(page, "v.restarts", "keep")
    expect(slider).to_have_attribute("aria-valuetext", "step 30, 4 of 4")
    expect_color(card(output, "c, again").locator(".nbb-cell"), (30, 0, 0))
    expect_trait(page, "v.data.step.tolist()", [30])
    page.execute("v.restarts = 'latest'")
    expect(slider).to_have_attribute("aria-valuetext", "step 10, 2 of 2")
    assert page.errors == []


def test_keys_and_the_menu(logs, page, show):
    """Space plays, brackets go through images of a step; film speed; picks are forgotten."""
    several = [flat((10, 10, 10)), flat((80, 80, 80)), flat((160, 160, 160))]
    write_images(logs, "a", "many", {0: several, 1: several})
    output = show("tag_filter='many'")
    picture = card(output, "a, many").locator(".nbb-cell")
    picture.click()
    expect_trait(page, "len(v.selection)", 1)
    expect(card(output, "a, many")).to_have_attribute("data-picked", "")
    for key, sample, level in (("]", 1, 80), ("]", 2, 160), ("]", 0, 10), ("[", 2, 160)):
        page.page.keyboard.press(key)
        expect_color(picture, (level, level, level), x=0.2, y=0.2)
        expect_trait(page, "v.sample", sample)

    output.get_by_role("button", name="More options").click()
    output.get_by_label("Film speed").select_option("10 steps a second")
    expect_trait(page, "v.speed", 10)
    output.get_by_role("button", name="Forget picked images").click()
    expect_trait(page, "len(v.selection)", 0)
    expect(card(output, "a, many")).not_to_have_attribute("data-picked", "")
    page.page.keyboard.press("Escape")

    card(output, "a, many").focus()
    page.page.keyboard.press("Space")
    expect_trait(page, "v.playing", True)  # noqa: FBT003
    expect(output.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    page.page.keyboard.press("Space")
    expect_trait(page, "v.playing", False)  # noqa: FBT003
    page.page.keyboard.press("Home")
    expect_trait(page, "v.step", 0)
    page.page.keyboard.press("End")
    expect_trait(page, "v.step", 1)
    page.page.keyboard.press("/")
    expect(output.get_by_label("Filter tags")).to_be_focused()
    assert page.errors == []


def test_a_download_is_the_image_as_logged(logs, page, show, tmp_path):
    """The file saved from a card has the bytes of the log."""
    output = show("step=10, tag_filter='x'")
    card(output, "a, x").hover()
    with page.page.expect_download() as info:
        card(output, "a, x").get_by_role("link", name="Download image").click()
    info.value.save_as(tmp_path / "image")
    assert info.value.suggested_filename == "a_x_10.png"
    assert (tmp_path / "image").read_bytes() == flat(COLORS[10])


def test_light_and_dark_follow_without_a_reload(logs, page, show):
    """The ground is the host's; pictures are as they were."""
    output = show()
    body = output.locator(".nbb-body")
    expect_color(card(output, "a, x").locator(".nbb-cell"), COLORS[30])
    assert min(color_at(body, 0.98, 0.1)) > 200
    page.set_theme("dark")
    output.locator(".nbb-root[data-theme=dark]").wait_for()
    page.page.wait_for_timeout(700)
    assert max(color_at(body, 0.98, 0.1)) < 60
    expect_color(card(output, "a, x").locator(".nbb-cell"), COLORS[30])
    page.set_theme("light")
