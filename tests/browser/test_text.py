"""The text view in JupyterLab: styles, changes, the search, and texts that would do something."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import NotebookPage, wait_until
from tests.views.image_logs import HOSTILE
from tests.views.text_logs import write_texts

PROSE = "# Sample {0}\n\nsome **bold** words of step {0}\n\n|a|b|\n|-|-|\n|1|{0}|"


@pytest.fixture(scope="module")
def page(lab, browser):
    """One notebook for all tests of this file."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC")
    page = NotebookPage(context.new_page(), lab, lab.write("text.ipynb", ["import nbboard"]))
    page.hide_sidebars()
    page.run_all()
    yield page
    page.close()


@pytest.fixture
def show(page, request):
    """Return a function that displays a view of the test's logs: its output."""
    name = request.node.originalname

    def display(options=""):
        code = f"log = nbboard.open({name!r}, progress=False)\n"
        cell = page.add_cell(f"{code}v = log.text.view({options})\nv")
        assert page.error_outputs() == []
        output = page.output(cell)
        output.locator(".nbb-card").first.wait_for(timeout=30_000)
        return output

    yield display
    page.execute("v.close()")


@pytest.fixture
def logs(lab, request):
    """The folder of the test's logs."""
    return lab.root / request.node.originalname


def test_markdown_trees_and_tables_are_shown_as_what_they_are(page, logs, show):
    """Markdown is laid out, JSON and logs are trees, arrays are tables; R shows the characters."""
    write_texts(logs, "a", "prose", {0: PROSE.format(0)})
    write_texts(logs, "a", "json", {0: json.dumps({"lr": 2**60 + 1, "net": {"name": "x"}})})
    write_texts(logs, "a", "log", {0: "2026-01-01 10:00 INFO a\n  b\n2026-01-01 10:01 ERROR c"})
    write_texts(logs, "a", "table", {0: [["**h**", "i"], ["1", "2"]]})
    output = show()

    def card(tag):
        return output.get_by_role("figure", name=f"a, {tag}")

    expect(card("prose").locator("h1")).to_have_text("Sample 0")
    expect(card("prose").locator("td").first).to_have_text("1")
    expect(card("json").locator("details").first).to_contain_text(str(2**60 + 1))
    expect(card("log").locator("[data-level=error]")).to_contain_text("ERROR c")
    expect(card("table").locator("strong")).to_have_text("h")
    page.screenshot("text", of=output)

    card("prose").focus()
    page.page.keyboard.press("r")
    expect(card("prose").locator(".nbb-raw")).to_contain_text("some **bold** words")
    wait_until(lambda: page.execute("print(v.show_as)").strip() == "raw", "the trait")
    assert page.errors == []


def test_what_changed_is_marked_in_its_place(page, logs, show):
    """Against the step before, a pinned step, and another run."""
    for run, shift in (("a", 0), ("b", 5)):
        write_texts(logs, run, "x", {step: f"step {step} says {step + shift}" for step in range(3)})
    output = show("diff='previous'")
    a = output.get_by_role("figure", name="a, x")

    expect(a.locator("del")).to_have_text(["1", "1"])
    expect(a.locator("ins")).to_have_text(["2", "2"])
    expect(a).to_contain_text("from step 1")

    output.get_by_role("combobox", name="Compare with").select_option("step")
    expect(a.locator("del")).to_have_text(["0", "0"])
    output.get_by_role("combobox", name="Compare with").select_option("run")
    b = output.get_by_role("figure", name="b, x")
    expect(b.locator("del")).to_have_text("2")
    expect(b.locator("ins")).to_have_text("7")
    expect(b).to_contain_text("from a, step 2")
    page.screenshot("text-diff", of=output)
    assert page.errors == []


def test_words_are_found_in_texts_that_the_page_never_had(page, logs, show):
    """The kernel looks through all steps; a result goes to its step."""
    texts = {step: f"text of {step} " + "filling " * 2000 for step in range(300)}
    write_texts(logs, "a", "x", {**texts, 17: "here is the Needle"})
    output = show("preload=0")

    output.get_by_role("textbox", name="Search texts").fill("needle")
    result = output.locator(".nbb-result")
    expect(result).to_have_count(1)
    expect(result.locator("mark")).to_have_text("Needle")
    page.screenshot("text-search", of=output)
    result.click()

    expect(output.get_by_role("figure")).to_contain_text("here is the Needle")
    wait_until(lambda: page.execute("print(v.step)").strip() == "17", "the trait")
    assert page.errors == []


def test_texts_that_would_do_something_are_text(page, logs, show):
    """Two hundred hostile texts run nothing, ask for nothing and load nothing."""
    write_texts(logs, "a", "x", dict(enumerate(HOSTILE)))
    dialogs = []
    page.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    before = list(page.foreign)
    output = show("playing=True, speed=60")

    wait_until(
        lambda: output.locator(".nbb-loaded").count() == 0 and output.locator(".nbb-prose").count(),
        "all texts are here",
    )
    for step in range(0, len(HOSTILE), 7):
        page.execute(f"v.playing = False; v.step = {step}")
    allowed = output.locator(".nbb-prose :is(script, iframe, style, link, input, svg, math)")
    expect(allowed).to_have_count(0)
    expect(output.locator(".nbb-prose img")).to_have_count(0)
    assert dialogs == []
    assert page.foreign == before
    assert not page.page.evaluate("Boolean(window.hacked)")
    assert page.errors == []
