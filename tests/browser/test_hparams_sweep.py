"""A sweep of 300 runs in the hparams view: what it looks like, and how far answers are away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Page, expect

import nbboard
from tests.browser import chromium
from tests.sweep_logs import write_sweep

if TYPE_CHECKING:
    from playwright.sync_api import Playwright

PICTURES = Path(__file__).parent / "screenshots"
WIDTHS = (320, 900, 1440, 2200)
VIEWS: dict[str, dict[str, Any]] = {
    "trials": {"metrics": "all"},
    "repeats": {"metrics": "all", "mean_over": ["seed"], "metric": "val/accuracy"},
    "brushed": {
        "metrics": "all",
        "panes": ["table", "parallel", "scatter"],
        "metric": "val/loss",
        "brush": {"batch_size": (256, 256)},
    },
}

#: What is cut off, alike, under a scrollbar, or has a scrollbar for next to nothing.
FAULTS = """() => {
  const faults = [];
  const all = (selector) => [...document.querySelectorAll(selector)];
  for (const box of all(".nbb-root, .nbb-root *")) {
    const style = getComputedStyle(box);
    const over = box.scrollWidth - box.clientWidth;
    if (["auto", "scroll"].includes(style.overflowX) && over > 0 && over < 12)
      faults.push(`a scrollbar for ${over} pixels in ${box.className}`);
  }
  for (const box of all(".nbb-hp-parallel")) {
    const inside = box.getBoundingClientRect().top + box.clientTop + box.clientHeight;
    for (const part of box.querySelectorAll(".nbb-hp-plot, .nbb-hp-missing, svg.nbb-hp-ticks line"))
      if (part.getBoundingClientRect().bottom > inside + 1)
        faults.push(`${part.tagName} under the scrollbar`);
  }
  for (const selector of [".nbb-hp-axis-name", "tr.nbb-listing-row .nbb-name"]) {
    const texts = all(selector).map((one) => one.innerText);
    if (new Set(texts).size < texts.length) faults.push(`two alike: ${selector}`);
  }
  for (const name of all(".nbb-hp-axis-name, .nbb-listing-name .nbb-name"))
    if (name.scrollWidth > name.clientWidth + 1) faults.push(`${name.innerText} is cut off`);
  for (const name of all("tr.nbb-listing-row .nbb-name-head"))
    if (name.scrollWidth > name.clientWidth + 1) faults.push(`${name.innerText}… is cut off`);
  for (const cell of all("td[data-key]"))
    if (cell.scrollWidth > cell.clientWidth + 1) faults.push(`${cell.innerText} is cut off`);
  return [...new Set(faults)];
}"""


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A saved report of each view: it needs no kernel."""
    folder = tmp_path_factory.mktemp("sweep")
    write_sweep(folder / "logs")
    log = nbboard.open(folder / "logs", progress=False)
    for name, options in VIEWS.items():
        log.hparams.view(**options).save(folder / f"{name}.html")
    return folder


@pytest.fixture(scope="module")
def with_scrollbars(playwright: Playwright) -> Iterator[Browser]:
    """A browser whose scrollbars take room, as most people's do."""
    found = chromium.find()
    with playwright.chromium.launch(
        executable_path=found.executable,
        args=[flag for flag in chromium.FLAGS if flag != "--hide-scrollbars"],
        ignore_default_args=["--hide-scrollbars"],
        env={**os.environ, **found.environment},
    ) as browser:
        yield browser


def _opened(browser: Browser, file: Path, **options: Any) -> Page:
    page = browser.new_page(**options)
    page.goto(file.as_uri())
    page.locator(".nbb-hp").wait_for()
    page.locator(".nbb-hp-lines[data-painted=all]").wait_for()
    return page


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", VIEWS)
def test_the_sweep_is_legible(reports, with_scrollbars, name, width, scheme):
    """Nothing is cut off, alike or under a scrollbar, and no scrollbar is needless."""
    size: Any = {"width": width, "height": 1000}
    page = _opened(with_scrollbars, reports / f"{name}.html", viewport=size, color_scheme=scheme)
    PICTURES.mkdir(exist_ok=True)
    page.screenshot(path=PICTURES / f"hparams-sweep-{name}-{width}-{scheme}.png")

    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.evaluate(FAULTS) == []
    page.close()


@pytest.fixture
def page(reports: Path, browser: Browser) -> Iterator[Page]:
    """The trials as a person finds them."""
    page = _opened(browser, reports / "trials.html", viewport={"width": 1440, "height": 1000})
    yield page
    page.close()


def test_the_best_rate_at_a_batch_size_is_two_gestures_away(page, reports):
    """Brush the axis at 256, click the best: its row is there, with its learning rate."""
    gestures = 0
    axis = page.get_by_role("slider", name="Brush batch_size")
    box = axis.bounding_box()
    x = box["x"] + box["width"] / 2
    page.mouse.move(x, box["y"] + 2)
    page.mouse.down()
    page.mouse.move(x, box["y"] + 30, steps=4)
    page.mouse.up()
    gestures += 1
    page.locator(".nbb-hp-best").click()
    gestures += 1

    frame = nbboard.open(reports / "logs", progress=False).hparams.to_pandas(metrics="all")
    best = frame[frame["batch_size"] == 256].set_index("trial")["val/accuracy"].idxmax()
    row = page.locator("tr.nbb-listing-row[data-best]")
    expect(row).to_have_attribute("data-trial", best)
    expect(row).to_be_in_viewport()
    rate = frame.set_index("trial").loc[best, "lr"]
    expect(row.locator("td[data-key=lr]")).to_have_text(f"{rate:g}")
    assert gestures <= 3


def test_mean_and_spread_over_seeds_are_one_gesture_away(page, reports):
    """One click gives a row for each setting; one more lists its seeds below it."""
    page.get_by_text("mean over seed").click()

    view = nbboard.open(reports / "logs", progress=False).hparams.view(**VIEWS["repeats"])
    data = view.data.set_index("trial")
    row = page.locator("tr.nbb-listing-row").first
    expect(page.get_by_text("60 rows")).to_be_visible()
    name = row.get_attribute("data-trial")
    mean, std = data.loc[name, "val/accuracy"], data.loc[name, "val/accuracy std"]
    cell = row.locator("td[data-key='val/accuracy']")
    expect(cell).to_contain_text(f"{mean:.4g} ± {std:.2g}")
    row.get_by_role("button", name="List 5 trials").click()
    expect(page.locator("tr.nbb-hp-below")).to_have_count(5)


def test_a_chosen_metric_sorts_is_in_sight_and_colours(page):
    """The least loss is on top, its column between name and edge, its name at the colours."""
    page.get_by_label("Metric", exact=True).select_option("val/loss")

    head = page.locator("th[data-key='val/loss']")
    expect(head).to_have_attribute("aria-sort", "ascending")
    expect(head).to_be_in_viewport(ratio=0.99)
    expect(page.locator(".nbb-hp-ramp")).to_contain_text("val/loss")
    cells = page.locator("td[data-key='val/loss']").all_inner_texts()
    assert [float(text) for text in cells[:12]] == sorted(float(text) for text in cells[:12])


def test_nothing_moves_while_a_filter_changes_what_is_listed(page):
    """No row, one row, all rows: the view keeps its height, and its bar its place."""
    places = []
    for text in ("", "no such run", "s3", ""):
        page.get_by_label("Filter runs").fill(text)
        page.wait_for_timeout(200)
        boxes = [
            page.locator(one).bounding_box()
            for one in (".nbb-frame", ".nbb-bar", ".nbb-listing-box")
        ]
        places.append([round(box[side]) for box in boxes for side in ("x", "y", "width", "height")])

    assert all(place == places[0] for place in places)
