"""Animations in the images view, in JupyterLab: one clock, frames, changes, sheets, comparisons."""

from __future__ import annotations

import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.notebook_page import NotebookPage
from tests.browser.test_images import card, expect_color, expect_trait
from tests.views.image_logs import flat, gif, write_images

RED, GREEN, BLUE, WHITE = (255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255)
PICTURE = "canvas.nbb-raster"


@pytest.fixture(scope="module")
def page(lab, browser):
    """One notebook in which one view of animations is shown for all tests of this file."""
    root = lab.root / "films"
    write_images(root, "a", "film", {0: [gif([RED, GREEN, BLUE])], 5: [gif([BLUE, BLUE])]})
    write_images(root, "b", "film", {0: [gif([GREEN, RED, WHITE])]})
    write_images(root, "a", "still", {0: [flat((9, 9, 9))]})
    write_images(root, "b", "webp", {0: [webp([RED, GREEN, BLUE])]})
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, timezone_id="UTC")
    new = context.new_page()
    page = NotebookPage(new, lab, lab.write("films.ipynb", ["import nbboard"]))
    page.hide_sidebars()
    page.run_all()
    yield page
    page.close()


@pytest.fixture(scope="module")
def output(page):
    """The view's output."""
    code = "log = nbboard.open('films', progress=False)\nv = log.images.view(height=0, step=0)\nv"
    output = page.output(page.add_cell(code))
    assert page.error_outputs() == []
    output.locator(PICTURE).first.wait_for(timeout=30_000)
    return output


@pytest.fixture(autouse=True)
def still(page, output):
    """Begin each test at the first frame, standing still, without a comparison."""
    page.execute("v.animate = False; v.frame = 0; v.film = 'frame'; v.compare = 'off'")
    page.execute("v.film_speed = 1.0; v.step = 0; v.tag_filter = ''")
    expect(output.get_by_role("button", name="Play animations")).to_be_visible()
    yield
    assert page.errors == []


def webp(colors):
    """Return an animated WebP with a frame of each colour."""
    first, *rest = [Image.new("RGB", (24, 16), color) for color in colors]
    file = io.BytesIO()
    first.save(file, "WEBP", save_all=True, append_images=rest, duration=100, lossless=True)
    return file.getvalue()


def frame_of(output, name):
    """Return which frame a card shows."""
    return card(output, name).locator(PICTURE).get_attribute("data-frame")


def test_one_slider_moves_all_animations(page, output):
    """Frames are the same in all runs and formats; keys and Python move them, too."""
    slider = output.get_by_role("slider", name="Frame")
    slider.fill("1")
    for name, color in (("a, film", GREEN), ("b, film", RED), ("b, webp", GREEN)):
        expect_color(card(output, name).locator(PICTURE), color)
    expect_trait(page, "v.frame", 1)
    card(output, "a, film").focus()
    page.page.keyboard.press(".")
    expect_color(card(output, "b, film").locator(PICTURE), WHITE)
    page.page.keyboard.press(",")
    page.page.keyboard.press(",")
    expect_color(card(output, "a, film").locator(PICTURE), RED)
    expect_trait(page, "v.frame", 0)  # or the key would be the later of the two
    page.execute("v.frame = 2")
    expect_color(card(output, "a, film").locator(PICTURE), BLUE)
    expect(output.locator(".nbb-frame-count")).to_have_text("3 of 3")


def test_runs_play_in_lockstep(page, output):
    """At every moment all cards show the same frame, and pausing keeps it."""
    speed = output.get_by_role("combobox", name="Animation speed")
    speed.select_option("10")
    expect_trait(page, "v.film_speed", 10.0)
    output.get_by_role("button", name="Play animations").click()
    expect_trait(page, "v.animate", True)  # noqa: FBT003
    cards = output.locator(".nbb-cards").first
    seen = cards.evaluate(
        """async cards => {
          const seen = [];
          for (let look = 0; look < 60; look++) {
            await new Promise(requestAnimationFrame);
            const all = [...cards.querySelectorAll("canvas.nbb-raster")];
            seen.push(all.map(one => one.dataset.frame).join());
          }
          return seen; }"""
    )
    assert {"0,0", "1,1", "2,2"} == set(seen)
    output.get_by_role("button", name="Pause animations").click()
    expect_trait(page, "v.animate", False)  # noqa: FBT003
    assert frame_of(output, "a, film") == frame_of(output, "b, film")
    expect_trait(page, "v.frame", int(frame_of(output, "a, film")))


def test_changes_and_contact_sheets(page, output):
    """What differs from the frame before, and all frames together; still images stay as they are."""
    page.execute("v.frame = 1")
    mode = output.get_by_role("combobox", name="Animations as")
    mode.select_option("changes")
    film = card(output, "a, film").locator(PICTURE)
    expect_color(film, (255, 255, 0), y=0.2)
    expect(film).to_have_attribute("aria-label", "a, film, step 0, frame 2 − 1: ×1")  # noqa: RUF001
    mode.select_option("sheet")
    expect_trait(page, "v.film", "sheet")
    expect(film).to_have_attribute("aria-label", "a, film, step 0, 3 frames, 2 × 2")  # noqa: RUF001
    for place, color in (((0.25, 0.25), RED), ((0.7, 0.25), GREEN), ((0.25, 0.6), BLUE)):
        expect_color(film, color, *place)
    expect_color(card(output, "a, still").locator(".nbb-cell"), (9, 9, 9))
    page.screenshot("films-sheet", of=output)


def test_runs_are_compared_at_one_frame(page, output):
    """The difference and the wipe are those of the frame that is shown."""
    output.get_by_label("Filter tags").fill("film")
    output.get_by_role("combobox", name="Compare", exact=True).select_option("difference")
    over = output.get_by_role("figure", name="difference, film").locator("canvas.nbb-raster")
    expect_color(over, (255, 255, 0))
    output.get_by_role("slider", name="Frame").fill("2")
    expect_color(over, (255, 255, 0))
    expect(output).to_contain_text("frame 3 of 3")
    output.get_by_role("combobox", name="Compare", exact=True).select_option("wipe")
    wiped = output.get_by_role("figure", name="wipe, film").locator(".nbb-cell")
    expect_color(wiped, BLUE, x=0.2)
    expect_color(wiped, WHITE, x=0.7)
    page.screenshot("films-wipe", of=output)


def test_a_browser_without_a_decoder_shows_every_frame_of_a_gif(page, output):
    """As over plain http://: GIFs are taken apart here; WebP only plays as a whole."""
    page.page.evaluate("window.ImageDecoder && delete window.ImageDecoder")
    assert not page.page.evaluate("'ImageDecoder' in window")
    cell = page.add_cell("w = log.images.view(step=0, frame=2, animate=False, height=0)\nw")
    fresh = page.output(cell)
    fresh.locator(PICTURE).first.wait_for()
    expect_color(card(fresh, "a, film").locator(PICTURE), BLUE)
    expect(card(fresh, "b, webp").locator("img.nbb-raster")).to_be_visible()
    page.execute("w.close()")
    del output


def test_the_row_of_frames_is_there_where_something_moves(page, output):
    """It comes and goes with animations, and counts those of the step."""
    page.execute("v.step = 5")
    expect(output.locator(".nbb-frame-count")).to_have_text("1 of 3")
    output.get_by_label("Filter tags").fill("still")
    expect(output.get_by_role("slider", name="Frame")).to_have_count(0)
    output.get_by_label("Filter tags").fill("")
    expect(output.get_by_role("slider", name="Frame")).to_have_count(1)
