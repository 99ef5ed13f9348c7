"""How fast the views are in a real Chromium, beside TensorBoard's own page.

Run by ``make bench``; prints a table. Times are medians of several rounds where that
says something, on whatever machine this is: compare the two columns, not two machines.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.benchmarks.browser_logs import browser_logs
from tests.benchmarks.datasets import NAME, START, event, record, simple
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook_page import NotebookPage

# What is drawn on screen: the picture no longer changes when it is the same twice.
STABLE_EVERY = 0.1
# TensorBoard's page loads in bursts, with pauses of a second and more between them.
STABLE_SECONDS = 2.5

FRAMES = """async ([count, act]) => {
  const slider = [...document.querySelectorAll('input[aria-label=Smoothing]')].pop();
  const chart = document.querySelector('.nbb-chart');
  const wheel = i => {
    const box = chart.getBoundingClientRect();
    chart.dispatchEvent(new WheelEvent('wheel', {bubbles: true, cancelable: true, ctrlKey: true,
      deltaY: i % 10 < 5 ? -60 : 60, clientX: box.x + box.width / 2, clientY: box.y + 60}));
  };
  const slide = i => {
    slider.value = String(0.3 + 0.02 * (i % 30));
    slider.dispatchEvent(new Event('input', {bubbles: true}));
  };
  const times = [];
  for (let i = 0; i < count; i++) {
    const start = performance.now();
    (act === 'zoom' ? wheel : slide)(i);
    await new Promise(done => requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = done;
      channel.port2.postMessage(0);
    }));
    times.push(performance.now() - start);
  }
  return times; }"""


def stable(page: Page, seconds: float = 120) -> float:
    """Wait until the window's picture no longer changes; return when it last did."""
    last, since = b"", time.perf_counter()
    end = since + seconds
    while time.perf_counter() < min(end, since + STABLE_SECONDS):
        picture = page.screenshot(animations="disabled", caret="hide")
        if picture != last:
            last, since = picture, time.perf_counter()
        page.wait_for_timeout(1000 * STABLE_EVERY)
    return since


@contextmanager
def notebook(browser: Browser, lab: JupyterServer, cells: list[str]) -> Iterator[NotebookPage]:
    """Open a notebook whose first cell has run, so that the kernel is there and warm."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    name = f"bench-{time.monotonic_ns()}.ipynb"
    page = NotebookPage(context.new_page(), lab, lab.write(name, cells))
    page.hide_sidebars()
    page.run_cell(0)
    try:
        yield page
    finally:
        context.close()
        lab.end_sessions()


def open_cells(logs: Path) -> list[str]:
    """Return the cells of a person who looks at a folder."""
    return ["import nbboard", f"log = nbboard.open({str(logs)!r}, progress=False)\nlog.scalars"]


def ours_first_paint(browser: Browser, lab: JupyterServer, logs: Path) -> float:
    """Return seconds from the cell's start to a picture that no longer changes."""
    with notebook(browser, lab, open_cells(logs)) as page:
        start = time.perf_counter()
        page.run_cell(1, wait=False)
        page.page.locator(".nbb-chart canvas[data-drawn]").first.wait_for(timeout=120_000)
        return stable(page.page) - start


def theirs_first_paint(browser: Browser, logs: Path) -> float:
    """Return seconds from TensorBoard's start to a picture that no longer changes."""
    from nbboard import server

    start = time.perf_counter()
    started = server.start(str(logs)).server
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    try:
        page.goto(f"{started.url.rstrip('/')}/#timeseries")
        page.locator("scalar-card .series-view").first.wait_for(timeout=300_000)
        return stable(page, 300) - start
    finally:
        context.close()
        started.stop()


def frames(browser: Browser, lab: JupyterServer, logs: Path, act: str) -> list[float]:
    """Return milliseconds of each frame while smoothing or zooming one card of 100 lines."""
    with notebook(browser, lab, open_cells(logs)) as page:
        page.run_cell(1)
        page.page.locator(".nbb-chart canvas[data-drawn]").first.wait_for(timeout=60_000)
        stable(page.page)
        times: list[float] = page.page.evaluate(FRAMES, [40, act])
        return times


def usable(browser: Browser, lab: JupyterServer, logs: Path) -> tuple[float, float]:
    """Return seconds until cards are drawn, and until a filter typed then has taken effect."""
    with notebook(browser, lab, open_cells(logs)) as page:
        start = time.perf_counter()
        page.run_cell(1, wait=False)
        root = page.page.locator(".nbb-root")
        root.locator("canvas[data-drawn]").first.wait_for(timeout=120_000)
        drawn = time.perf_counter() - start
        root.get_by_role("textbox", name="Filter runs").fill("run_99")
        page.page.wait_for_function("document.querySelectorAll('.nbb-run').length === 10")
        return drawn, time.perf_counter() - start


def new_point(browser: Browser, lab: JupyterServer) -> list[float]:
    """Return seconds from a point on disk to the picture, while a cell runs."""
    folder = Path(tempfile.mkdtemp(prefix="nbboard-bench-"))
    file = folder / "run" / NAME
    encode = simple("loss")
    file.parent.mkdir()

    def append(step: int) -> None:
        with file.open("ab") as out:
            out.write(record(event(START + step, step, encode(float(step % 7)))))

    for step in range(100):
        append(step)
    cells = [
        *open_cells(folder),
        "import time\nend = time.time() + 25\nwhile time.time() < end: pass",
    ]
    took = []
    try:
        with notebook(browser, lab, cells) as page:
            page.run_cell(1)
            page.page.locator(".nbb-chart canvas[data-drawn]").first.wait_for()
            page.page.wait_for_timeout(3000)
            page.run_cell(2, wait=False)
            page.page.wait_for_timeout(1000)
            info = page.page.locator(".nbb-card-info").first
            for step in range(100, 110):
                start = time.perf_counter()
                append(step)
                info.filter(has_text=f"{step + 1} points").wait_for(timeout=20_000)
                took.append(time.perf_counter() - start)
                page.page.wait_for_timeout(430)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return took


def busy_answers(browser: Browser, lab: JupyterServer, logs: Path) -> list[float]:
    """Return seconds from a gesture to its picture while a cell runs."""
    cells = [
        *open_cells(logs),
        "import time\nend = time.time() + 15\nwhile time.time() < end: pass",
    ]
    with notebook(browser, lab, cells) as page:
        page.run_cell(1)
        canvas = page.page.locator(".nbb-chart canvas[data-drawn]").first
        canvas.wait_for()
        stable(page.page)
        page.run_cell(2, wait=False)
        page.page.wait_for_timeout(1000)
        times: list[float] = page.page.evaluate(FRAMES, [30, "slide"])
        return [t / 1000 for t in times]


def sent_bytes(logs: Path) -> int:
    """Return the bytes of the message that opens the view, its module included."""
    from ipywidgets.widgets.widget import _remove_buffers

    import nbboard

    with nbboard.open(str(logs), progress=False) as log:
        state, _, buffers = _remove_buffers(log.scalars.view(live=False).get_state())
        return len(str(state).encode()) + sum(len(buffer) for buffer in buffers)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-tensorboard", action="store_true")
    options = parser.parse_args()
    rows: list[tuple[str, str, str, str]] = []

    def rounds(measure: Callable[[], Any]) -> list[Any]:
        return [measure() for _ in range(options.rounds)]

    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = stack.enter_context(chromium.launch(playwright, chromium.find()))
        lab = JupyterServer("lab", Path(tempfile.mkdtemp(prefix="nbboard-bench-")))
        stack.callback(lab.stop)
        cards, lines, runs = (browser_logs(name) for name in ("cards", "lines", "runs"))

        ours = statistics.median(rounds(lambda: ours_first_paint(browser, lab, cards)))
        text = ""
        if not options.without_tensorboard:
            theirs = statistics.median(rounds(lambda: theirs_first_paint(browser, cards)))
            text = f"{theirs:.1f} s, {theirs / ours:.1f} times"
        rows.append(
            ("first paint, 10 cards x 20 runs x 10,000 points", f"{ours:.1f} s", text, "5x")
        )
        for act in ("smoothing", "zoom"):
            found = statistics.median(frames(browser, lab, lines, act))
            rows.append(
                (f"{act}, frame, 100 lines x 10,000 points", f"{found:.0f} ms", "", "50 ms")
            )
        drawn, filtered = usable(browser, lab, runs)
        rows.append(("1,000 runs x 100 tags, first cards", f"{drawn:.1f} s", "", "3 s"))
        rows.append(("1,000 runs x 100 tags, and a filter", f"{filtered:.1f} s", "", ""))
        found = statistics.median(new_point(browser, lab))
        rows.append(("a new point on screen, kernel busy", f"{found:.2f} s", "", "1.5 s"))
        found = statistics.median(busy_answers(browser, lab, cards))
        rows.append(("a gesture drawn, kernel busy", f"{1000 * found:.0f} ms", "", "200 ms"))
        rows.append(("bytes for 2 M points", f"{sent_bytes(cards) / 1e6:.2f} MB", "", "4 MB"))

    print(f"{'':50} {'nbboard':>10} {'TensorBoard':>20} {'limit':>8}")
    for name, value, other, limit in rows:
        print(f"{name:50} {value:>10} {other:>20} {limit:>8}")


if __name__ == "__main__":
    main()
