"""How soon 100 series of histograms are seen, how fast gestures are, and what is sent.

Run by ``make bench``. The first paint stands beside that of as many scalars in the same
notebook server, round by round; gestures are timed while the kernel runs a cell.
"""

from __future__ import annotations

import statistics
import tempfile
from pathlib import Path

import numpy as np
from ipywidgets.widgets.widget import _remove_buffers
from playwright.sync_api import Browser, sync_playwright

import nbboard
from nbboard.views.shared import wire
from tests.benchmarks.browser import notebook, ours_first_paint, stable
from tests.benchmarks.browser_logs import browser_logs
from tests.benchmarks.gestures import Watch
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer

#: More than that of scalars, in seconds; and a gesture at the median, in ms.
PAINT, GESTURE = 1.0, 50
ROUNDS = 3
FRONT = """() => document.querySelector(".nbb-histogram canvas:last-of-type")?.dataset.drawn"""
STEPS = """() => document.querySelector(".nbb-steps")?.dataset.drawn"""
TIP = """() => document.querySelector(".nbb-tip")?.innerText ?? null"""


def first_paint(browser: Browser, lab: JupyterServer, logs: Path, kind: str, drawn: str) -> float:
    """Return seconds from the cell's start to a picture that no longer changes."""
    opened = f"log = nbboard.open({str(logs)!r}, progress=False)\nlog.{kind}"
    return ours_first_paint(browser, lab, ["import nbboard", opened], drawn)


def gestures(browser: Browser, lab: JupyterServer, logs: Path) -> Watch:
    """Move the slider, hover, and change pictures, bins and axes."""
    opened = f"log = nbboard.open({str(logs)!r}, progress=False)\nlog.histograms.view()"
    with notebook(browser, lab, ["import nbboard", opened]) as page:
        page.run_cell(1)
        page.page.locator(".nbb-steps[data-drawn]").first.wait_for(timeout=60_000)
        stable(page.page.locator(".nbb-steps[data-drawn]"))
        busy = page.run_busy_cell()
        watch = Watch(page.page)
        output = page.output(1)
        slider = output.get_by_role("slider", name="Step", exact=True)
        slider.focus()
        for _ in range(30):
            watch.time("step slider", "input", FRONT, lambda: slider.press("ArrowLeft"))
        box = output.locator(".nbb-histogram").first.bounding_box()
        assert box is not None
        for part in np.linspace(0.2, 0.9, 30):
            x = box["x"] + float(part) * box["width"]
            y = box["y"] + 0.35 * box["height"]
            watch.time("hover", "pointermove", TIP, lambda x=x, y=y: page.page.mouse.move(x, y))
        output.get_by_role("figure").first.focus()
        for key, name in (("b", "TensorBoard's bins"), ("v", "axis of values"), ("p", "picture")):
            for _ in range(8):
                press = page.page.keyboard.press
                watch.time(name, "keydown", STEPS, lambda key=key, press=press: press(key))
        page.end_busy_cell(busy)
        return watch


def sent(logs: Path, kind: str) -> tuple[int, int]:
    """Return the bytes of the message that opens a view, and of all that a report of it holds."""
    with nbboard.open(str(logs), progress=False) as log:
        view = log.collection(kind).view(live=False)
        state, _, buffers = _remove_buffers(view.get_state())
        first = len(str(state).encode()) + sum(len(buffer) for buffer in buffers)
        plain, blobs = wire.pack(view.fuller_payload())
        return first, len(str(plain)) + sum(memoryview(blob).nbytes for blob in blobs)


def main() -> None:
    """Measure and print."""
    logs, scalars = browser_logs("histograms"), browser_logs("few")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = JupyterServer("lab", Path(folder))
        try:
            with chromium.launch(playwright, chromium.find()) as browser:
                ours, theirs = [], []
                for _ in range(ROUNDS):
                    ours.append(
                        first_paint(browser, lab, logs, "histograms", ".nbb-steps[data-drawn]")
                    )
                    drawn = ".nbb-chart canvas[data-drawn]"
                    theirs.append(first_paint(browser, lab, scalars, "scalars", drawn))
                watch = gestures(browser, lab, logs)
        finally:
            lab.stop()
    own, other = statistics.median(ours), statistics.median(theirs)
    mark = "" if own - other < PAINT else "  too slow"
    print("\n100 series of histograms x 200 steps\n")
    print(f"{'first paint':<28}{own:>8.2f} s{'':6}{other:.2f} s of 100 series of scalars{mark}")
    for name, median, longest in watch.report():
        mark = "" if median < GESTURE else "  too slow"
        print(f"{name:<28}{median:>7.0f} ms{longest:>7.0f} ms{mark}")
    first, everything = sent(logs, "histograms")
    print(f"{'bytes of the first message':<28}{first / 1e6:>7.2f} MB (its module included)")
    print(f"{'bytes of all histograms':<28}{everything / 1e6:>7.2f} MB")


if __name__ == "__main__":
    main()
