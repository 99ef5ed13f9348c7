"""The custom scalars view in JupyterLab: the cards of a layout, and what hostile ones do not do."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect
from tensorboardX import SummaryWriter

from tests.browser.notebook_page import NotebookPage, wait_until

MARKUP = "<img src=x onerror=alert(1)>"
LAYOUT = {
    "losses": {
        "all": ["Multiline", ["loss/.*"]],
        "band": ["Margin", ["mid", "low", "high"]],
    },
    MARKUP: {
        "bad": ["Multiline", ["("]],
        "hostile": ["Multiline", ["(a+)+$", MARKUP]],
    },
}


@pytest.fixture(scope="module")
def page(lab, browser):
    """One notebook with one view for all tests of this file."""
    for run, shift in (("a", 0), ("b", 3)):
        writer = SummaryWriter(str(lab.root / "custom" / run))
        writer.add_custom_scalars(LAYOUT)
        for step in range(20):
            for number, tag in enumerate(("loss/train", "loss/val", "mid")):
                writer.add_scalar(tag, step + number + shift, step)
            writer.add_scalar("high", step + 4 + shift, step)
            if step != 7:
                writer.add_scalar("low", step + shift, step)
        writer.add_scalar("a" * 500, 1, 0)
        writer.close()
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC")
    code = (
        "import nbboard\nlog = nbboard.open('custom', progress=False)\n"
        "v = log.custom_scalars.view(smoothing=0)\nv"
    )
    page = NotebookPage(context.new_page(), lab, lab.write("custom.ipynb", [code]))
    page.hide_sidebars()
    page.run_all()
    page.output(0).locator(".nbb-card").first.wait_for(timeout=30_000)
    yield page
    page.close()


@pytest.fixture
def output(page):
    """The output of the view."""
    return page.output(0)


def card(output, name):
    """Return a card by its name."""
    return output.get_by_role("region", name=name, exact=True)


def test_the_charts_are_those_of_the_layout(page, output):
    """Titles, tags, gaps of bands, and what is wrong; markup is text."""
    losses = card(output, "losses/all")
    expect(losses.locator(".nbb-legend li")).to_have_text(["train", "val"])
    band = card(output, "losses/band")
    expect(band.locator(".nbb-card-info")).to_contain_text("2 steps without a band")
    bad = card(output, f"{MARKUP}/bad")
    expect(bad.locator(".nbb-card-info")).to_contain_text("is not a regular expression")
    expect(bad).to_contain_text("No tag matches")
    expect(output.locator(".nbb-group-button").filter(has_text=MARKUP)).to_be_visible()
    expect(output.locator("img[src=x]")).to_have_count(0)
    caption = losses.locator("caption")
    expect(caption).to_have_text("Values of losses/all")
    rows = losses.locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="b, loss/val").locator("td").nth(1)).to_have_text("23")
    page.screenshot("custom-scalars", of=output)


def test_the_tooltip_tells_tags_and_bands(page, output):
    """A row a run and tag; a band from its lower to its upper tag, or none."""
    chart = card(output, "losses/all").locator(".nbb-chart")
    chart.hover(position={"x": 150, "y": 60})
    expect(output.locator(".nbb-tip .nbb-cell-name").filter(has_text="·")).to_have_count(4)
    card(output, "losses/band").locator(".nbb-chart").hover(position={"x": 150, "y": 60})
    expect(output.locator(".nbb-tip tbody tr").first).to_contain_text(re.compile(r"\d \S \d|none"))
    page.page.mouse.move(0, 0)


def test_colours_tell_tags_where_one_run_is_shown(page, output):
    """Else dashes do; it follows the run list."""
    strokes = card(output, "losses/all").locator(".nbb-legend li")
    dashed = strokes.nth(1).locator("path[stroke-dasharray]")
    expect(dashed).to_have_count(1)
    output.get_by_role("checkbox", name="b", exact=True).first.uncheck()
    expect(dashed).to_have_count(0)
    colors = {
        strokes.nth(i).evaluate("e => e.style.getPropertyValue('--nbb-stroke')") for i in (0, 1)
    }
    assert len(colors) == 2
    output.get_by_role("checkbox", name="b", exact=True).first.check()
    expect(dashed).to_have_count(1)


def test_cards_are_filtered_folded_pinned_zoomed_and_exported(page, output):
    """As those of scalars are: it is the same card."""
    box = output.get_by_role("textbox", name="Filter charts")
    box.fill("band")
    expect(output.locator(".nbb-card")).to_have_count(1)
    box.fill("")
    expect(output.locator(".nbb-card")).to_have_count(4)
    head = output.get_by_role("button", name=re.compile("^losses"))
    head.click()
    expect(card(output, "losses/all")).to_have_count(0)
    head.click()
    losses = card(output, "losses/all")
    losses.hover()
    losses.get_by_role("button", name="Pin losses/all").click()
    wait_until(lambda: "losses/all" in page.execute("print(v.pinned)"), "the pinned chart")
    expect(card(output, "losses/all")).to_have_count(2)
    page.execute("v.pinned = []")
    losses.get_by_role("button", name="Log scale of losses/all").click()
    wait_until(lambda: "'log'" in page.execute("print(v.y_scales)"), "the scale")
    losses.hover()
    losses.get_by_role("button", name="More of losses/all").click()
    with page.page.expect_download() as download:
        output.get_by_role("button", name="Download CSV").click()
    lines = download.value.path().read_text().splitlines()
    assert len(lines) == 1 + 2 * 2 * 20
    assert {line.split(",")[1] for line in lines[1:]} == {"loss/train", "loss/val"}


def test_a_layout_from_python_replaces_the_logged_one(page, output):
    """And None of it needs the page to try an expression."""
    page.execute("v.charts = nbboard.layout({'mine': {'both': ['loss/.*', 'mid']}})")
    expect(card(output, "mine/both").locator(".nbb-legend li")).to_have_count(3)
    expect(output.locator(".nbb-card")).to_have_count(1)
    page.execute("v.charts = {}")
    expect(output.locator(".nbb-card")).to_have_count(4)
    assert page.errors == []
