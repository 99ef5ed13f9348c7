"""Three hundred runs on screen: names that can be told apart, nothing that jumps or is cut off."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Locator, expect

from tests.browser.notebook_page import NotebookPage, wait_until
from tests.browser.scalars_page import ScalarsPage
from tests.sweep_logs import diverged, write_sweep

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer

WIDTHS = (360, 900, 1440, 2200)

# Boxes that scroll sideways, or up and down though nothing is meant to.
SCROLLBARS = """root => [...root.querySelectorAll("*")].filter(e => {
  const style = getComputedStyle(e);
  const sideways = e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(style.overflowX);
  const meant = e.matches(".nbb-body, .nbb-runs-list, .nbb-selection, .nbb-menu");
  const upright = e.scrollHeight > e.clientHeight + 1 && /auto|scroll/.test(style.overflowY);
  return sideways || (upright && !meant);
}).map(e => `${e.tagName}.${e.className}: ${e.scrollWidth} in ${e.clientWidth}`)"""

# Text that is cut off where somebody looks for it.
CLIPPED = """root => [...root.querySelectorAll(
    ".nbb-name-head, .nbb-name-tail, .nbb-button, .nbb-chip, .nbb-select, .nbb-tab, .nbb-runs-foot")]
  .filter(e => e.offsetParent && e.scrollWidth > e.clientWidth + 1)
  .map(e => `${e.className}: ${e.textContent}`)"""

# How far the parts of a view move from their first appearance on, frame by frame.
WATCH = """selectors => {
  const seen = {};
  window.moved = {};
  const look = () => {
    const root = document.querySelector(".nbb-root");
    if (root) {
      const base = root.getBoundingClientRect();
      for (const selector of selectors) {
        const element = root.querySelector(selector);
        if (!element) continue;
        const r = element.getBoundingClientRect();
        const now = [r.left - base.left, r.top - base.top, r.width, r.height];
        seen[selector] ??= now;
        const away = Math.max(...now.map((value, i) => Math.abs(value - seen[selector][i])));
        if (away > (window.moved[selector] ?? 0)) window.moved[selector] = away;
      }
    }
    requestAnimationFrame(look);
  };
  look(); }"""
PARTS = [".nbb-frame", ".nbb-bar", ".nbb-main", ".nbb-body", ".nbb-runs", ".nbb-runs-list"]


@pytest.fixture(scope="module")
def sweep(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The logs."""
    folder = tmp_path_factory.mktemp("sweep")
    write_sweep(folder)
    return folder


@pytest.fixture(scope="module")
def page(browser: Browser, lab: JupyterServer, sweep: Path) -> Iterator[NotebookPage]:
    """A notebook with the sweep read."""
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="en-GB")
    path = lab.write("sweep.ipynb", [f"import nbboard\nlog = nbboard.open({str(sweep)!r})"])
    notebook = NotebookPage(context.new_page(), lab, path)
    notebook.hide_sidebars()
    notebook.run_all()
    yield notebook
    context.close()
    lab.end_sessions()


@pytest.fixture
def view(page: NotebookPage, sweep: Path) -> Iterator[ScalarsPage]:
    """The scalars of the sweep, as they open."""
    page.page.set_viewport_size({"width": 1440, "height": 1000})
    cell = page.add_cell(f"log = nbboard.open({str(sweep)!r})\nview = log.scalars.view()\nview")
    shown = ScalarsPage(page, cell)
    shown.chart("val/loss")
    expect(shown.root.get_by_text("diverged")).to_be_visible()
    yield shown
    page.page.mouse.move(2, 2)
    page.execute("view.close()")
    assert page.errors == []


def labels(root: Locator) -> list[str]:
    """Return what the runs of the list are called, as far as it is drawn."""
    return [text.strip() for text in root.locator(".nbb-run .nbb-name").all_inner_texts()]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_cut_off_or_scrolls_needlessly(
    view: ScalarsPage, page: NotebookPage, width: int, theme: str
) -> None:
    """At every width, in both themes: no needless scrollbar, no label like another, no clipped text."""
    page.set_theme(theme)
    page.page.set_viewport_size({"width": width, "height": 1000})
    page.hide_sidebars()
    view.settle()
    if width < 620:
        view.button("Runs").click()
    names = labels(view.root)
    page.screenshot(f"sweep-{width}-{theme}", view.root)

    assert len(names) > 5
    assert len(set(names)) == len(names)
    assert not [name for name in names if "…" in name]
    assert view.root.evaluate(SCROLLBARS) == []
    assert view.root.evaluate(CLIPPED) == []
    view.hover("val/loss", 0.5)
    rows = [row["run"] for row in view.tooltip]
    page.screenshot(f"sweep-tooltip-{width}-{theme}")
    assert len(set(rows)) == len(rows)
    page.set_theme("light")


def test_nothing_moves_between_loading_filter_and_data(page: NotebookPage, sweep: Path) -> None:
    """From the first frame on, over data, filters and what matches nothing: by a pixel at most."""
    page.page.set_viewport_size({"width": 1440, "height": 1000})
    cell = page.add_cell(f"nbboard.open({str(sweep)!r}).scalars", run=False)
    page.page.evaluate("() => document.querySelectorAll('.nbb-root').forEach(e => e.remove())")
    page.page.evaluate(WATCH, PARTS)
    page.run_cell(cell)
    view = ScalarsPage(page, cell)
    view.chart("val/loss")
    expect(view.root.get_by_text("diverged")).to_be_visible()
    view.settle()
    for box, text in (("Filter tags", "loss"), ("Filter tags", "nothing like it")):
        view.box(box).fill(text)
        view.settle()
    view.box("Filter tags").fill("")
    for text in ("lr0.1", "nothing like it"):
        view.box("Filter runs").fill(text)
        view.settle()
    view.box("Filter runs").fill("")
    view.button("diverged 35").click()
    view.settle()
    view.button("all 300").click()
    view.settle()

    moved = page.page.evaluate("() => window.moved")

    assert {part: far for part, far in moved.items() if far > 1} == {}


class Gestures:
    """Counts what a hand does."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, act: Callable[[], Any]) -> None:
        """Do one thing: a click, a choice from a list."""
        act()
        self.count += 1


def test_which_runs_diverged_is_one_gesture(view: ScalarsPage) -> None:
    """A click on their number lists them, checked, and no others."""
    lost = diverged()
    gestures = Gestures()

    gestures(lambda: view.button(f"diverged {len(lost)}").click())

    expect(view.root.locator(".nbb-run")).to_have_count(len(lost))
    view.until("shown_runs", lambda runs: set(runs) == set(lost))
    assert gestures.count == 1


def test_mean_and_deviation_over_seeds_are_two_gestures(view: ScalarsPage) -> None:
    """Open the menu, choose everything but the seed: whole groups, with their deviation."""
    gestures = Gestures()

    gestures(lambda: view.button("Colours and groups").click())
    gestures(lambda: view.select("Group by", "seed"))

    view.page.keyboard.press("Escape")
    view.settle()
    view.hover("val/accuracy", 0.12)
    rows = view.tooltip
    assert {row["band"].partition("n = ")[2] for row in rows} == {"5"}
    assert view.trait("band") == "std"
    heads = view.root.locator(".nbb-run-group").all_inner_texts()
    assert len(heads) == 60
    view.notebook.screenshot("sweep-groups", view.root)
    assert gestures.count == 2


def test_validation_loss_over_epochs_is_one_gesture(view: ScalarsPage) -> None:
    """Another tag is an x axis."""
    gestures = Gestures()

    view.changes("val/loss", lambda: gestures(lambda: view.select("X axis", "epoch")))

    view.hover("val/loss", 0.5)
    assert all(row["x"] for row in view.tooltip)
    assert gestures.count == 1


def test_lost_members_are_marked_and_named(view: ScalarsPage, page: NotebookPage) -> None:
    """A group says how many members are finite at the step; its mark names the runs."""
    view.set_trait("run_list.group_by", "seed")
    view.set_trait(
        "run_list.only", [name for name in view.trait("runs") if "lr0.1-bs64-adamw-layers2" in name]
    )

    def named() -> list[dict[str, str]]:
        for place in range(20, 100, 2):
            view.hover("val/loss", place / 100, 0.9)
            if view.root.locator(".nbb-tip-mark").count():
                return view.tooltip
        return []

    rows = wait_until(named, "the pointer is on a mark")
    mark = view.root.locator(".nbb-tip-mark").inner_text()
    view.notebook.screenshot("sweep-mark")
    assert mark.startswith("not finite at ")
    assert "s0" in mark
    assert " of 5" in rows[0]["band"]


def test_the_cursor_lists_runs_that_go_on_first(view: ScalarsPage) -> None:
    """At step 830 stands who logged at 830; who ended before comes after, and is counted."""
    view.button("Show all runs").click()
    view.settle()
    view.hover("train/accuracy", 0.72)

    steps = {row["step"] for row in view.tooltip}

    assert len(steps) == 1, "all of them log every five steps"
    assert int(steps.pop().replace("\u2009", "")) > 600
    assert "ended before" in view.root.locator(".nbb-tip").inner_text()


def test_the_best_and_the_latest_are_one_click_each(view: ScalarsPage) -> None:
    """Twelve are shown at first, and the list says so; all and the best are a click away."""
    foot = view.root.locator(".nbb-runs-foot")
    expect(foot).to_contain_text("12 of 300 runs shown")
    view.button("Show the 12 best runs").click()
    view.until("run_list.only", lambda runs: all("lr0.003" in run for run in runs))
    view.button("Show all runs").click()
    expect(foot).to_contain_text("300 of 300 runs shown")
    view.button("Show the 12 latest runs").click()
    expect(foot).to_contain_text("12 of 300 runs shown")
