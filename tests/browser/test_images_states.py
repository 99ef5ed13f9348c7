"""The images view while a cell runs, while a log grows, and over logs that mean harm."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import BUSY, NotebookPage, training
from tests.browser.test_images import card, expect_color
from tests.views.image_logs import HOSTILE, bombs, flat, gif, write_images

RED, GREEN = (200, 0, 0), (0, 160, 0)

# JupyterLab 4.6 with ipykernel 7 answers a page while a cell runs; hosts without subshells do not.
WITHOUT_SUBSHELLS = """() => {
  const { kernel } = jupyterapp.shell.currentWidget.sessionContext.session;
  kernel.commsOverSubshells = "disabled"; }"""

# Goes to and fro between two loaded steps; the time until the other picture is painted.
MOVES = """async root => {
  const slider = root.querySelector('input[aria-label="Step"]');
  const image = root.querySelector(".nbb-card img");
  const times = [];
  for (let i = 0; i < 20; i++) {
    const before = image.src;
    const start = performance.now();
    slider.value = i % 2 ? slider.max : 0;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
    while (image.src === before || !image.complete) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[10]; }"""


@pytest.fixture(scope="module")
def page(lab, browser):
    """One notebook for all tests of this file."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC")
    page = NotebookPage(
        context.new_page(), lab, lab.write("states.ipynb", ["import nbboard, time"])
    )
    page.hide_sidebars()
    page.run_all()
    page.page.evaluate(WITHOUT_SUBSHELLS)
    yield page
    page.close()


def show(page, folder, options=""):
    """Display a view of a folder in a new cell; return its output."""
    code = f"log = nbboard.open({folder!r}, progress=False)\nv = log.images.view({options})\nv"
    cell = page.add_cell(code)
    assert page.error_outputs() == []
    output = page.output(cell)
    output.locator(".nbb-card").first.wait_for(timeout=30_000)
    return output


def test_the_slider_moves_while_a_cell_runs(lab, page):
    """What is loaded is shown at once, what is not says so, and comes when the cell ends."""
    large = 400_000
    colors = {step: (2 * step, 100, 200 - step) for step in range(0, 100, 2)}
    pictures = {step: [flat(color) + b"\0" * large] for step, color in colors.items()}
    write_images(lab.root / "busy", "a", "x", pictures)
    output = show(page, "busy", "preload=0")
    note = output.locator(".nbb-loaded")
    expect(note).to_contain_text("of 50 loaded")
    page.page.wait_for_timeout(700)
    page.add_cell(BUSY, run=False)
    page.run_cell(-1, wait=False)
    expect(page.cell(-1).locator(".jp-InputPrompt")).to_have_text("[*]:")
    slider = output.get_by_role("slider", name="Step", exact=True)
    slider.press("Home")
    expect_color(card(output, "a, x").locator(".nbb-cell"), colors[0])
    slider.press("End")
    expect_color(card(output, "a, x").locator(".nbb-cell"), colors[98])
    taken = output.evaluate(MOVES)
    print(f"a busy kernel: {taken:.0f} ms from a move of the slider to the picture (median of 20)")
    slider.press("Home")
    slider.press("ArrowRight")
    # The first came with the view, the second did not: the first stands in for it, faint.
    expect(output.locator(".nbb-early")).to_have_text("step 2 not loaded: kernel busy")
    expect(output.locator(".nbb-step")).to_have_text("step 0")
    expect(output.locator(".nbb-status")).to_contain_text("kernel busy")
    assert page.cell(-1).locator(".jp-InputPrompt").inner_text() == "[*]:"
    page.screenshot("images-busy", of=output)

    page.interrupt_kernel()
    page.wait_until_idle()
    expect_color(card(output, "a, x").locator(".nbb-cell"), colors[2])
    expect(output.locator(".nbb-early")).to_have_count(0)
    page.execute("v.close()")


def test_images_are_sent_ahead_while_a_cell_runs(lab, page):
    """From a thread the kernel sends what the first message left out."""
    pictures = {step: [flat((step, 0, 0)) + b"\0" * 300_000] for step in range(40)}
    write_images(lab.root / "ahead", "a", "x", pictures)
    shown = "v = nbboard.open('ahead', progress=False).images.view(); display(v)"
    cell = page.add_cell(training(shown), run=False)
    page.run_cell(cell, wait=False)
    output = page.output(cell)
    output.locator(".nbb-card img").first.wait_for(timeout=60_000)
    expect(output.locator(".nbb-loaded")).to_have_count(0, timeout=60_000)
    assert page.cell(cell).locator(".jp-InputPrompt").inner_text() == "[*]:"
    page.interrupt_kernel()
    page.wait_until_idle()
    page.execute("v.close()")


def test_new_steps_appear_while_a_cell_trains(lab, page):
    """What is looked at stays; the newer steps are counted; following goes with them."""
    root = lab.root / "grows"
    write_images(root, "a", "x", {0: [flat(RED)], 1: [flat(GREEN)]})
    output = show(page, "grows")
    picture = card(output, "a, x").locator(".nbb-cell")
    slider = output.get_by_role("slider", name="Step", exact=True)
    slider.press("Home")
    expect_color(picture, RED)
    page.add_cell(BUSY, run=False)
    page.run_cell(-1, wait=False)

    write_images(root, "a", "x", {2: [flat((0, 0, 220))]})
    write_images(root, "new", "x", {3: [flat((9, 99, 9))]})
    follow = output.get_by_role("button", name="Follow the latest step")
    expect(follow).to_contain_text("3 newer", timeout=60_000)
    expect_color(picture, RED)
    expect(slider).to_have_attribute("aria-valuetext", "step 0, 1 of 4")
    expect(card(output, "new, x")).to_contain_text("First image at step 3")

    follow.click()
    expect_color(picture, (0, 0, 220))
    expect_color(card(output, "new, x").locator(".nbb-cell"), (9, 99, 9))
    write_images(root, "a", "x", {4: [flat((220, 220, 0))]})
    expect(slider).to_have_attribute("aria-valuetext", "step 4, 5 of 5", timeout=60_000)
    expect_color(picture, (220, 220, 0))
    assert page.cell(-1).locator(".jp-InputPrompt").inner_text() == "[*]:"
    page.interrupt_kernel()
    page.wait_until_idle()
    page.execute("v.close()")


def test_bombs_are_placeholders(lab, page):
    """Of twenty bombs none becomes an image in the page; each says why."""
    for number, data in enumerate(bombs()):
        write_images(lab.root / "bombs", "a", f"bomb {number:02}", {0: [data]})
    write_images(lab.root / "bombs", "a", "good", {0: [gif([RED, GREEN])]})
    started = time.monotonic()
    output = show(page, "bombs")
    body = output.locator(".nbb-body")
    for number in range(20):
        placeholder = card(output, f"a, bomb {number:02}")
        placeholder.scroll_into_view_if_needed()
        expect(placeholder).to_contain_text("Not shown:")
    card(output, "a, good").scroll_into_view_if_needed()
    expect(body.locator("img, canvas")).to_have_count(1)
    print(f"20 bombs on screen after {time.monotonic() - started:.1f} s")
    blobs = page.page.evaluate(
        "() => performance.getEntriesByType('resource').filter(e => /svg/.test(e.name)).length"
    )
    assert blobs == 0
    page.execute("v.close()")


def test_hostile_names_are_text(lab, page):
    """Two hundred runs, tags, titles and captions: no dialog, no request, no element."""
    root = lab.root / "hostile"
    for number, name in enumerate(HOSTILE):
        write_images(root, f"{name}/{number}", "x", {0: [flat(RED, (4, 4))]})
        write_images(
            root, "a", f"{name}{number}", {0: [flat(RED, (4, 4))]}, title=name, caption=name
        )
    dialogs = []
    page.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    before = len(page.foreign)
    output = show(page, "hostile", "card_size=48")
    for options in ("v.arrange = 'runs'", "v.arrange = 'grid'; v.tag_filter = '1$|x$'",
                    "v.arrange = 'tags'; v.tag_filter = ''; v.compare = 'wipe'"):  # fmt: skip
        page.page.wait_for_timeout(500)
        output.locator(".nbb-body").evaluate("e => { e.scrollTop = e.scrollHeight / 2; }")
        page.page.wait_for_timeout(300)
        page.execute(options)
    found = output.evaluate(
        """root => [...root.querySelectorAll("*")].map(e => e.tagName.toLowerCase()).filter(name =>
          ["script", "iframe", "a", "style", "link", "object", "embed", "template", "details",
           "math", "animate"].includes(name)).length
          - root.querySelectorAll("a[download], style[id^=nbboard]").length"""
    )
    assert found == 0
    handlers = output.evaluate(
        """root => [...root.querySelectorAll("*")].filter(e =>
          [...e.attributes].some(a => /^on/.test(a.name) || /^\\s*javascript:/i.test(a.value) &&
            ["href", "src"].includes(a.name))).length"""
    )
    assert handlers == 0
    sources = output.evaluate("root => [...root.querySelectorAll('img')].map(i => i.src)")
    assert all(source.startswith("blob:") for source in sources)
    assert page.page.evaluate("() => window.hacked") is None
    assert dialogs == []
    assert page.foreign[before:] == []
    page.execute("v.close()")


def test_an_empty_log_says_where_it_looked(lab, page):
    """No event files is told with the folder; the first image logged appears by itself."""
    (lab.root / "nothing").mkdir(exist_ok=True)
    code = "v = nbboard.open('nothing', progress=False).images.view()\nv"
    output = page.output(page.add_cell(code))
    expect(output).to_contain_text("No event files yet")
    expect(output).to_contain_text(re.compile("nothing"))
    write_images(lab.root / "nothing", "a", "x", {7: [flat(GREEN)]})
    expect_color(card(output, "a, x").locator(".nbb-cell"), GREEN)
    page.execute("v.close()")
    assert page.errors == []
