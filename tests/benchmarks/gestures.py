"""How soon a gesture on curves, images and trials is seen while the kernel runs a cell.

Run by ``make bench``, after the benchmark of the views. Each figure is the median of many
gestures, from the event in the page to the frame that shows what it changed; the longest
is beside it. The kernel trains all the while: nothing can come from it but what its
thread sends.
"""

from __future__ import annotations

import math
import statistics
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.browser_logs import browser_logs
from tests.browser import chromium
from tests.browser.hparams_page import Shown
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook_page import NotebookPage
from tests.views.hparams_logs import many_trials
from tests.views.image_logs import encode, write_images

#: What a gesture may take, in ms, at the median.
LIMIT = 200
TRIALS = 10_000
STEPS = 50

# Notes when an event comes, waits for the frame that shows its effect, and returns the time.
WATCH = """([type, seen]) => {
  const test = new Function(`return (${seen})`)();
  const before = test();
  window.gesture = new Promise(done => {
    setTimeout(() => done(null), 10_000);
    document.addEventListener(type, () => {
      const start = performance.now();
      const look = () => {
        const now = test();
        if (now !== null && now !== before) requestAnimationFrame(() => done(performance.now() - start));
        else if (performance.now() - start > 5000) done(null);
        else requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    }, { capture: true, once: true });
  }); }"""
DRAWN = """() => document.querySelector(".nbb-chart canvas[data-drawn]")?.dataset.drawn ?? null"""
TIP = """() => document.querySelector(".nbb-tip")?.innerText ?? null"""
CARDS = """() => document.querySelectorAll(".nbb-scalars .nbb-card").length"""
STYLE = """() => document.querySelector(".nbb-images .nbb-card img").style.cssText"""
PICTURE = """() => { const image = document.querySelector(".nbb-images .nbb-card img");
  return image.complete ? image.src : null; }"""
LINES = """() => { const canvas = document.querySelector(".nbb-hp-lines");
  return canvas.dataset.painted === "all" ? canvas.dataset.lines : null; }"""
HOVER = """() => document.querySelector(".nbb-hp-hover polyline")?.getAttribute("points") ?? null"""
ROWS = """() => document.querySelector("tr.nbb-listing-row")?.dataset.trial ?? null"""
LAST_ROW = (
    """() => [...document.querySelectorAll("tr.nbb-listing-row")].at(-1)?.dataset.trial ?? null"""
)


class Watch:
    """Times gestures in a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.times: dict[str, list[float]] = {}

    def time(self, name: str, event: str, seen: str, act: Callable[[], object]) -> None:
        """Time one gesture: from its event to the frame that shows it."""
        self.page.evaluate(WATCH, [event, seen])
        act()
        taken = self.page.evaluate("() => window.gesture")
        # What is never seen is no less than slow.
        self.times.setdefault(name, []).append(math.inf if taken is None else taken)

    def report(self) -> list[tuple[str, float, float]]:
        """Return median and longest time of each kind of gesture, in ms."""
        return [(k, statistics.median(times), max(times)) for k, times in self.times.items()]


def scalars(server: JupyterServer, browser: Browser) -> Watch:
    """Smooth, zoom, hover, filter and hide runs on cards of 20 lines of 10,000 points."""
    log = browser_logs("cards")
    notebook = _notebook(server, browser, "log.scalars.view()", "scalars", log)
    output = notebook.output(1)
    output.locator(".nbb-chart canvas[data-drawn]").first.wait_for()
    notebook.page.wait_for_timeout(1000)
    watch = Watch(notebook.page)
    smoothing = output.get_by_role("slider", name="Smoothing")
    smoothing.focus()
    for key in ("PageDown", "ArrowLeft", "PageUp", "ArrowLeft") * 4:
        watch.time("curves: smoothing", "input", DRAWN, lambda key=key: smoothing.press(key))
    chart = output.locator(".nbb-chart").first.bounding_box()
    assert chart is not None
    mouse, keyboard = notebook.page.mouse, notebook.page.keyboard
    middle = chart["y"] + chart["height"] / 2
    for part in np.linspace(0.2, 0.8, 15):
        x = chart["x"] + float(part) * chart["width"]
        watch.time("curves: hover", "pointermove", TIP, lambda x=x: mouse.move(x, middle))
    keyboard.down("Control")
    for _ in range(12):
        watch.time("curves: zoom", "wheel", DRAWN, lambda: mouse.wheel(0, -60))
    keyboard.up("Control")
    keyboard.press("Escape")
    run = output.get_by_role("checkbox", name="run_003", exact=True)
    for _ in range(8):
        watch.time("curves: run on or off", "change", DRAWN, run.click)
    box = output.get_by_role("textbox", name="Filter tags")
    for _ in range(6):
        watch.time("curves: filter", "input", CARDS, lambda: box.press("v"))
        box.fill("")
    _end(notebook)
    return watch


def images(server: JupyterServer, browser: Browser) -> Watch:
    """Move the slider over steps that are loaded, and compare two runs at them."""
    rng = np.random.default_rng(1)
    for run in ("a", "b"):
        pictures = {
            step: [encode(rng.integers(0, 256, (128, 128, 3), np.uint8))] for step in range(STEPS)
        }
        write_images(server.root / "images", run, "sample", pictures)
    notebook = _notebook(server, browser, "log.images.view(preload=64)", "images")
    output = notebook.output(1)
    output.locator(".nbb-card img").first.wait_for()
    output.locator(".nbb-loaded").wait_for(state="detached", timeout=60_000)
    watch = Watch(notebook.page)
    slider = output.get_by_role("slider", name="Step", exact=True)
    slider.focus()
    for _ in range(30):
        watch.time("images: step slider", "input", PICTURE, lambda: slider.press("ArrowLeft"))
    output.get_by_label("Compare").select_option("wipe")
    for _ in range(15):
        watch.time("images: step, wiped", "input", PICTURE, lambda: slider.press("ArrowRight"))
    output.get_by_label("Compare").select_option("off")
    card = output.get_by_role("figure").first
    card.focus()
    for key in ("+", "-") * 6:
        watch.time("images: zoom", "keydown", STYLE, lambda key=key: card.press(key))
    brightness = output.get_by_role("slider", name="Brightness")
    for _ in range(12):
        watch.time("images: brightness", "input", STYLE, lambda: brightness.press("ArrowLeft"))
    _end(notebook)
    return watch


def trials(server: JupyterServer, browser: Browser) -> Watch:
    """Brush an axis, sort, filter and scroll a table of very many trials."""
    many_trials(server.root / "trials", TRIALS)
    notebook = _notebook(server, browser, "log.hparams.view()", "trials")
    view = Shown.around(notebook, 1)
    view.lines(TRIALS)
    view.painted()
    watch = Watch(notebook.page)
    name = f"{TRIALS:,} trials: "
    axis = view.out.get_by_role("slider", name="Brush loss")
    axis.scroll_into_view_if_needed()
    box = axis.bounding_box()
    assert box is not None
    mouse, x = notebook.page.mouse, box["x"] + box["width"] / 2
    mouse.move(x, box["y"] + 0.95 * box["height"])
    mouse.down()
    for part in np.linspace(0.9, 0.1, 17):
        y = box["y"] + float(part) * box["height"]
        watch.time(name + "brush", "pointermove", LINES, lambda y=y: mouse.move(x, y))
    mouse.up()
    view.button("Clear brush").click()
    view.painted()
    lines = view.out.locator(".nbb-hp-lines").bounding_box()
    assert lines is not None
    for part in np.linspace(0.25, 0.75, 15):
        y = lines["y"] + float(part) * lines["height"]
        across = lines["x"] + 0.25 * lines["width"]
        watch.time(name + "hover", "pointermove", HOVER, lambda x=across, y=y: mouse.move(x, y))
    for column in ("loss", "lr", "n") * 2:
        sort = view.button(f"Sort by {column}")
        if sort.count():
            watch.time(name + "sort", "click", ROWS, lambda sort=sort: sort.click())
            sort.click()
            sort.click()
    runs = view.out.get_by_label("Filter runs")
    for text in "123":
        watch.time(name + "filter", "input", LINES, lambda text=text: runs.press(text))
    runs.fill("")
    view.lines(TRIALS)
    table = view.out.locator(".nbb-listing-box")
    for part in (0.2, 0.5, 0.9, 0.4, 0.7):
        down = f"box => {{ box.scrollTop = {part} * box.scrollHeight }}"
        watch.time(name + "scroll", "scroll", LAST_ROW, lambda down=down: table.evaluate(down))
    _end(notebook)
    return watch


def _notebook(
    server: JupyterServer, browser: Browser, code: str, folder: str, log: Path | None = None
) -> NotebookPage:
    """Open a notebook with a view of a folder, and a cell that goes on running."""
    path = folder if log is None else str(log)
    cells = [f"import nbboard\nlog = nbboard.open({path!r}, progress=False)", code]
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    notebook = NotebookPage(context.new_page(), server, server.write(f"{folder}.ipynb", cells))
    notebook.hide_sidebars()
    notebook.run_all()
    notebook.run_busy_cell()
    notebook.output(1)
    return notebook


def _end(notebook: NotebookPage) -> None:
    # Fails if the cell had ended while the gestures were timed.
    notebook.end_busy_cell(2)
    assert notebook.errors == []
    notebook.close()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = JupyterServer("lab", Path(folder))
        try:
            with chromium.launch(playwright, chromium.find()) as browser:
                kinds = (scalars, images, trials)
                rows = [row for kind in kinds for row in kind(server, browser).report()]
        finally:
            server.stop()
    print(f"\nGestures while the kernel is busy (limit {LIMIT} ms at the median)\n")
    print(f"{'gesture':<28}{'median':>10}{'longest':>10}")
    for name, median, longest in rows:
        mark = "" if median < LIMIT else "  too slow"
        print(f"{name:<28}{median:>7.0f} ms{longest:>7.0f} ms{mark}")


if __name__ == "__main__":
    main()
