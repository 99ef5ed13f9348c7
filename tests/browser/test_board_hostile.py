"""Names that nobody would choose, everywhere at once: text stays text, the layout holds."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from tests.views.hostile_logs import ODD, write_odd

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

# Elements that only a string from the log can have made, and attributes that would do something.
FOREIGN = """root => [...root.querySelectorAll("*")].filter(e =>
  ["SCRIPT", "IFRAME", "OBJECT", "EMBED", "LINK", "BASE", "MATH", "FORM", "DETAILS"]
    .includes(e.tagName) || (e.tagName === "IMG" && !e.src.startsWith("blob:")) ||
  [...e.attributes].some(a => a.name.startsWith("on"))).map(e => e.outerHTML.slice(0, 200))"""

# Rows of lists and tables that are higher than one line, or wider than what they are in.
ODD_ROWS = """root => [...root.querySelectorAll(".nbb-run, tr.nbb-listing-row, .nbb-name")].filter(e =>
  e.offsetParent && (e.getBoundingClientRect().height > 30)).map(e => e.outerHTML.slice(0, 200))"""
TOO_WIDE = "e => e.scrollWidth - e.clientWidth"


class Page:
    """A notebook with a board of the hostile log, and what happened in it."""

    def __init__(self, notebook: NotebookPage, runs: list[str]) -> None:
        self.notebook = notebook
        self.runs = runs
        self.dialogs: list[str] = []
        notebook.page.on(
            "dialog", lambda dialog: (self.dialogs.append(dialog.message), dialog.dismiss())
        )
        notebook.run_all()
        self.board = notebook.output(1).locator(".nbb-board").first
        self.board.get_by_role("tab", name=re.compile("^scalars")).wait_for()

    def open(self, kind: str) -> Locator:
        """Open a tab and wait until it is drawn."""
        self.board.get_by_role("tab", name=re.compile(f"^{kind}")).click()
        panel = self.board.get_by_role("tabpanel", name=kind)
        panel.locator(
            ".nbb-card img, .nbb-card canvas[data-drawn], .nbb-listing-row"
        ).first.wait_for()
        return panel

    def becomes(self, expression: str, printed: str) -> None:
        """Wait until the kernel has heard."""
        end = time.monotonic() + 15
        while (found := self.notebook.execute(f"print({expression})").strip()) != printed:
            assert time.monotonic() < end, f"{expression} is {found}"
            time.sleep(0.1)

    def check(self, name: str) -> None:
        """Nothing of the log became more than text, and nothing sticks out."""
        self.notebook.page.wait_for_timeout(300)
        self.notebook.screenshot(f"hostile-{name}", of=self.board)
        assert self.board.evaluate(FOREIGN) == []
        assert self.board.evaluate(ODD_ROWS) == []
        assert self.board.evaluate(TOO_WIDE) <= 0
        assert self.notebook.page.evaluate("() => [window.hacked, ({}).polluted]") == [None, None]
        assert self.dialogs == []
        assert self.notebook.errors == []
        assert self.notebook.foreign == []


@pytest.fixture
def shown(
    lab: JupyterServer,
    open_notebook: Callable[..., NotebookPage],
    request: pytest.FixtureRequest,
) -> Page:
    """A board of the hostile log."""
    folder = lab.root / request.node.name
    runs = write_odd(folder)
    notebook = open_notebook(
        lab,
        [
            f"import nbboard\nlog = nbboard.open({folder.name!r}, progress=False)",
            "b = log.view()\nb",
        ],
    )
    return Page(notebook, runs)


def test_odd_names_are_one_line_of_text_in_every_tab(shown: Page) -> None:
    """Runs, tags, titles, captions, hyperparameters and values: in lists, cards, axes, menus."""
    expect(shown.board.locator(".nbb-run")).to_have_count(len(shown.runs))
    shown.open("scalars")
    shown.check("scalars")

    images = shown.open("images")
    body = images.locator(".nbb-body").first
    expect(images.get_by_role("figure")).to_have_count(len(ODD))
    for part in (0.3, 0.6, 1):
        body.evaluate("(e, part) => { e.scrollTop = part * e.scrollHeight }", part)
        shown.notebook.page.wait_for_timeout(150)
    shown.check("images")
    images.get_by_label("Compare").select_option("wipe")
    shown.check("images-wipe")

    hparams = shown.open("hparams")
    hparams.get_by_role("button", name="Scatter").click()
    hparams.locator("tr.nbb-listing-row").nth(2).click()
    hparams.get_by_role("button", name="Columns").click()
    shown.check("hparams")
    shown.notebook.page.keyboard.press("Escape")
    # A name that every object has a member of: its axis brushes, filters, sorts and scales.
    shown.notebook.execute(
        "v = b.views['hparams']; v.brush = {'constructor': (0, 99), '__proto__': None};"
        "v.scales = {'constructor': 'log', '__proto__': 'log'}; v.sort = ['-__proto__']"
    )
    expect(hparams.locator(".nbb-listing-row").first).to_have_attribute(
        "data-trial", shown.runs[13]
    )
    expect(hparams.get_by_text("1 brushed")).to_be_visible()
    shown.becomes("v.selection['trial'].tolist()", f"[{shown.runs[14]!r}]")
    shown.check("hparams-brushed")


def test_runs_are_coloured_and_grouped_by_odd_hyperparameters(shown: Page) -> None:
    """The menu lists hyperparameters of any name; the colours follow their values."""
    shown.open("scalars")
    board = shown.board
    board.get_by_role("button", name="Colours and groups").click()
    choice = board.get_by_label("Colour by")
    rules = choice.evaluate("e => [...e.options].map(o => o.value)")
    assert {f"hparam:{text}" for text in ODD if text} <= set(rules)
    assert choice.evaluate("e => e.getBoundingClientRect().width") <= 160
    for text in ("value", "constructor", "__proto__", ODD[0], ODD[1], ODD[3]):
        choice.select_option(value=f"hparam:{text}")
        place = ODD.index(text) if text in ODD else 0
        # Only the run that has it is coloured by it.
        without = 1 if text == "value" else len(shown.runs) - 1
        shown.notebook.page.wait_for_function(
            "([list, grey, count]) => count === [...list.querySelectorAll('input[type=color]')]"
            ".filter(input => input.value === grey).length",
            arg=[board.element_handle(), GREY, without],
        )
        shown.becomes(f"b.run_list.color_by == 'hparam:' + {text!r}", "True")
        shown.becomes(f"b.run_list.color({shown.runs[place]!r}) != '{GREY}'", "True")
    board.get_by_label("Group by").select_option(value=f"hparam:{ODD[0]}")
    shown.check("coloured")
    shown.notebook.page.keyboard.press("Escape")
    board.get_by_role("textbox", name="Filter runs").fill("<img")
    expect(board.locator(".nbb-run")).to_have_count(1)
    shown.check("grouped")


GREY = "#9aa0a6"
