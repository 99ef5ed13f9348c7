"""How fast the views are in a real Chromium, beside TensorBoard's own page.

Run by ``make bench``; prints a table. Times are medians of several rounds where that
says something, on whatever machine this is: compare the two columns, not two machines.

The first paint is over when the picture no longer changes: of nbboard's view (the window
around it also changes when the cell ends, after the picture for saved notebooks was drawn),
of TensorBoard's whole page. nbboard's kernel runs and has imported nbboard, no more;
TensorBoard is its own command, with its data server; its time begins when that is run.
"""

from __future__ import annotations

import argparse
import base64
import io
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Browser, FloatRect, Locator, ViewportSize, sync_playwright

from tests.benchmarks.browser_logs import browser_logs
from tests.benchmarks.datasets import NAME, START, event, record, simple
from tests.benchmarks.stock import tensorboard
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook_page import NotebookPage

# What is drawn on screen: the picture no longer changes when it is the same twice.
STABLE_EVERY = 0.05
# What moves for ever is no change.
STILL = "*, *::before, *::after { animation: none !important; caret-color: transparent; }"
# TensorBoard's page loads in bursts, with pauses of a second and more between them.
STABLE_SECONDS = 2.5
# JupyterLab is still busy with itself when a notebook has just been opened.
REST = 1.0

#: Canvases of charts that are drawn.
DRAWN = ".nbb-chart canvas[data-drawn]"

Row = tuple[str, str, str, str]
"""What was measured, nbboard's figure, TensorBoard's, the limit."""


@dataclass(frozen=True)
class Bench:
    """What a measure needs."""

    browser: Browser
    lab: JupyterServer
    rounds: int
    tensorboard: bool


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


def stable(there: Locator, part: Locator | None = None, seconds: float = 120) -> float:
    """Wait until something is there and the picture of its page, or of a part, no longer changes.

    Returns when it last did, a ``time.time()``. The browser tells each of its frames, with the
    time at which it was shown; nothing is waited for before that.
    """
    page = there.page
    session = page.context.new_cdp_session(page)
    frames: list[tuple[float, str]] = []

    def take(frame: dict[str, Any]) -> None:
        frames.append((frame["metadata"]["timestamp"], frame["data"]))
        session.send("Page.screencastFrameAck", {"sessionId": frame["sessionId"]})

    session.on("Page.screencastFrame", take)
    begun = time.time()
    session.send("Page.startScreencast", {"format": "png"})
    while (now := time.time()) < begun + seconds:
        last = frames[-1][0] if frames else begun
        if now - last > STABLE_SECONDS and there.count():
            break
        page.wait_for_timeout(1000 * STABLE_EVERY)
    session.send("Page.stopScreencast")
    session.detach()
    return _last_change(frames, part and part.bounding_box(), page.viewport_size)


def _last_change(
    frames: list[tuple[float, str]], clip: FloatRect | None, size: ViewportSize | None
) -> float:
    """Return since when a part of the page is as in the last frame."""
    assert size is not None
    since, final = frames[-1][0], None
    for shown, data in reversed(frames):
        picture = Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB")
        if clip is not None:
            scale = picture.width / size["width"]
            left, top = clip["x"] * scale, clip["y"] * scale
            box = left, top, left + clip["width"] * scale, top + clip["height"] * scale
            picture = picture.crop(tuple(map(round, box)))
        if final is None:
            final = picture
        elif picture.tobytes() != final.tobytes():
            break
        since = shown
    return since


@contextmanager
def notebook(browser: Browser, lab: JupyterServer, cells: list[str]) -> Iterator[NotebookPage]:
    """Open a notebook whose first cell has run, so that the kernel is there and warm."""
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    name = f"bench-{time.monotonic_ns()}.ipynb"
    page = NotebookPage(context.new_page(), lab, lab.write(name, cells))
    page.hide_sidebars()
    page.run_cell(0)
    page.page.wait_for_timeout(1000 * REST)
    try:
        yield page
    finally:
        context.close()
        lab.end_sessions()


def open_cells(logs: Path) -> list[str]:
    """Return the cells of a person who looks at a folder."""
    return ["import nbboard", f"log = nbboard.open({str(logs)!r}, progress=False)\nlog.scalars"]


def ours_first_paint(
    browser: Browser, lab: JupyterServer, cells: list[str], drawn: str = DRAWN
) -> float:
    """Return seconds from the second cell's start to a picture of its view that stays."""
    with notebook(browser, lab, cells) as page:
        # How much is sent ahead is counted on for a while: it is no part of the picture.
        page.page.add_style_tag(content=f"{STILL} .nbb-loaded {{ visibility: hidden }}")
        start = time.time()
        page.run_cell(1, wait=False)
        # The window around the view changes, too, when the cell ends.
        return stable(page.page.locator(drawn), page.page.locator(".nbb-root").first) - start


def theirs_first_paint(browser: Browser, logs: Path) -> float:
    """Return seconds from the start of TensorBoard's command to a picture that no longer changes."""
    start = time.time()
    with tensorboard(logs) as address:
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        page = context.new_page()
        try:
            page.goto(f"{address}#timeseries", wait_until="commit")
            page.add_style_tag(content=STILL)
            return stable(page.locator("scalar-card .series-view"), seconds=300) - start
        finally:
            context.close()


def frames(browser: Browser, lab: JupyterServer, logs: Path, act: str) -> list[float]:
    """Return milliseconds of each frame while smoothing or zooming one card of 100 lines."""
    with notebook(browser, lab, open_cells(logs)) as page:
        page.run_cell(1)
        page.page.locator(".nbb-chart canvas[data-drawn]").first.wait_for(timeout=60_000)
        stable(page.page.locator(DRAWN))
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
        stable(page.page.locator(DRAWN))
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


def first_paint(bench: Bench) -> list[Row]:
    """Compare the first paint with TensorBoard's, round by round."""
    logs = browser_logs("cards")
    ours, theirs = [], []
    for _ in range(bench.rounds):
        ours.append(ours_first_paint(bench.browser, bench.lab, open_cells(logs)))
        if bench.tensorboard:
            theirs.append(theirs_first_paint(bench.browser, logs))
    own = statistics.median(ours)
    text = ""
    if theirs:
        other = statistics.median(theirs)
        text = f"{other:.1f} s, {other / own:.1f} times"
    return [("first paint, 10 cards x 20 runs x 10,000 points", f"{own:.2f} s", text, "5x")]


def frame_times(bench: Bench, act: str) -> list[Row]:
    """Measure frames."""
    found = statistics.median(frames(bench.browser, bench.lab, browser_logs("lines"), act))
    return [(f"{act}, frame, 100 lines x 10,000 points", f"{found:.0f} ms", "", "50 ms")]


def many_runs(bench: Bench) -> list[Row]:
    """Measure how soon a huge log can be used."""
    rounds = [usable(bench.browser, bench.lab, browser_logs("runs")) for _ in range(bench.rounds)]
    drawn, filtered = (statistics.median(times) for times in zip(*rounds, strict=True))
    return [
        ("1,000 runs x 100 tags, first cards", f"{drawn:.2f} s", "", "3 s"),
        ("1,000 runs x 100 tags, and a filter", f"{filtered:.2f} s", "", ""),
    ]


def points_live(bench: Bench) -> list[Row]:
    """Measure how long a point takes to the screen."""
    found = statistics.median(new_point(bench.browser, bench.lab))
    return [("a new point on screen, kernel busy", f"{found:.2f} s", "", "1.5 s")]


def gestures_busy(bench: Bench) -> list[Row]:
    """Measure frames while a cell runs."""
    found = statistics.median(busy_answers(bench.browser, bench.lab, browser_logs("cards")))
    return [("a gesture drawn, kernel busy", f"{1000 * found:.0f} ms", "", "200 ms")]


def message_size(_: Bench) -> list[Row]:
    """Count the bytes of the first message."""
    size = f"{sent_bytes(browser_logs('cards')) / 1e6:.2f} MB"
    return [("bytes for 2 M points", size, "", "4 MB")]


MEASURES: dict[str, Callable[[Bench], list[Row]]] = {
    "paint": first_paint,
    "smoothing": lambda bench: frame_times(bench, "smoothing"),
    "zoom": lambda bench: frame_times(bench, "zoom"),
    "runs": many_runs,
    "live": points_live,
    "busy": gestures_busy,
    "bytes": message_size,
}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("measures", nargs="*", help=f"of {', '.join(MEASURES)}; all if none")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--without-tensorboard", action="store_true")
    options = parser.parse_args()
    unknown = set(options.measures) - set(MEASURES)
    if unknown:
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")

    with ExitStack() as stack:
        playwright = stack.enter_context(sync_playwright())
        browser = stack.enter_context(chromium.launch(playwright, chromium.find()))
        lab = JupyterServer("lab", Path(tempfile.mkdtemp(prefix="nbboard-bench-")))
        stack.callback(lab.stop)
        bench = Bench(browser, lab, options.rounds, not options.without_tensorboard)
        print(f"{'':50} {'nbboard':>10} {'TensorBoard':>20} {'limit':>8}")
        for name, measure in MEASURES.items():
            if not options.measures or name in options.measures:
                for what, value, other, limit in measure(bench):
                    print(f"{what:50} {value:>10} {other:>20} {limit:>8}", flush=True)


if __name__ == "__main__":
    main()
