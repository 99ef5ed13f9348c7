"""How fast gestures on PR curves, custom scalars and clips are while a cell runs, and what is sent.

Run by ``make bench``. Each view is timed as a person sees it: from the event in the page to
the frame that shows what it changed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from playwright.sync_api import Browser, Locator, Page, sync_playwright
from tensorboardX import SummaryWriter

from tests.benchmarks.browser import notebook, stable
from tests.benchmarks.gestures import DRAWN, TIP, Watch
from tests.benchmarks.histograms import sent
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.views.audio_logs import add_clip, tone, wav

#: What a gesture may take, in ms, at the median; bytes of a first message with its module.
GESTURE, FIRST = 50, 2_200_000
CURVE_STEPS = 200
NUMBERS = """() => document.querySelector(".nbb-pr-group tbody")?.innerText ?? null"""
CLIP = """() => document.querySelector(".nbb-clip canvas")?.getAttribute("aria-label") ?? null"""
FLOOR = """() => document.querySelector(".nbb-floor")?.innerText ?? null"""

LAYOUT = {
    "losses": {
        "all": ["Multiline", ["loss/.*"]],
        "band": ["Margin", ["mid", "low", "high"]],
    }
}


def write_curves(folder: Path) -> None:
    """Write the curves of five classes of four runs at 200 steps."""
    for run in range(4):
        rng = np.random.default_rng(run)
        with SummaryWriter(str(folder / f"run{run}")) as writer:
            for step in range(CURVE_STEPS):
                for tag in "abcde":
                    labels = rng.random(200) < 0.3
                    noise = rng.random(200) * (1 - step / (2 * CURVE_STEPS))
                    scores = np.clip(0.4 * labels + 0.6 * noise, 0, 1)
                    writer.add_pr_curve(tag, labels, scores, step)


def write_scalars(folder: Path) -> None:
    """Write a layout and its curves: ten runs, 1,000 steps."""
    for run in range(10):
        with SummaryWriter(str(folder / f"run{run}")) as writer:
            writer.add_custom_scalars(LAYOUT)
            for step in range(1_000):
                for number, tag in enumerate(("loss/train", "loss/val", "low", "mid", "high")):
                    writer.add_scalar(tag, np.exp(-step / 300) + 0.1 * number + run / 50, step)


def write_clips(folder: Path) -> None:
    """Write clips of two seconds: four runs, four tags, six steps."""
    for run in range(4):
        with SummaryWriter(str(folder / f"run{run}")) as writer:
            for tag in "abcd":
                for step in range(6):
                    pitch = tone(200 + 40 * step + 10 * run, 2.0) // (1 + step)
                    add_clip(writer, tag, wav(pitch), step)


def on_curves(page: Page, output: Locator, watch: Watch) -> None:
    """Move the slider of steps, then that of the threshold."""
    slider = output.get_by_role("slider", name="Step", exact=True)
    slider.focus()
    for _ in range(20):
        watch.time("curves: step slider", "input", NUMBERS, lambda: slider.press("ArrowLeft"))
    threshold = output.get_by_role("slider", name="Threshold", exact=True)
    threshold.focus()
    for key in ("ArrowLeft",) * 10 + ("ArrowRight",) * 8:
        watch.time("curves: threshold", "input", NUMBERS, lambda key=key: threshold.press(key))


def on_scalars(page: Page, output: Locator, watch: Watch) -> None:
    """Hover over a chart, and zoom into it."""
    chart = output.locator(".nbb-chart").first.bounding_box()
    assert chart is not None
    middle = chart["y"] + chart["height"] / 2
    for part in np.linspace(0.2, 0.8, 20):
        x = chart["x"] + float(part) * chart["width"]
        watch.time("scalars: hover", "pointermove", TIP, lambda x=x: page.mouse.move(x, middle))
    page.keyboard.down("Control")
    for _ in range(12):
        watch.time("scalars: zoom", "wheel", DRAWN, lambda: page.mouse.wheel(0, -60))
    page.keyboard.up("Control")


def on_clips(page: Page, output: Locator, watch: Watch) -> None:
    """Move the slider of steps back and forth, and the floor of the spectrograms."""
    slider = output.get_by_role("slider", name="Step", exact=True)
    slider.focus()
    for key in ("ArrowLeft",) * 4 + ("ArrowRight",) * 4 + ("ArrowLeft",) * 4:
        watch.time("clips: step slider", "input", CLIP, lambda key=key: slider.press(key))
    floor = output.get_by_role("slider", name="Floor in decibels")
    floor.focus()
    for _ in range(8):
        watch.time("clips: floor", "input", FLOOR, lambda: floor.press("ArrowRight"))


class Timed(NamedTuple):
    """A view that is timed: its kind, what is seen first, its log, and what is done with it."""

    kind: str
    seen: str
    write: Callable[[Path], None]
    act: Callable[[Page, Locator, Watch], None]


VIEWS = (
    Timed("pr_curves", ".nbb-pr-group tbody", write_curves, on_curves),
    Timed("custom_scalars", ".nbb-chart canvas[data-drawn]", write_scalars, on_scalars),
    Timed("audio", ".nbb-clip canvas[data-drawn]", write_clips, on_clips),
)


def gestures(browser: Browser, lab: JupyterServer, logs: Path, view: Timed) -> Watch:
    """Time what is done with a view while the kernel runs a cell."""
    opened = f"log = nbboard.open({str(logs)!r}, progress=False)\nlog.{view.kind}.view()"
    with notebook(browser, lab, ["import nbboard", opened]) as page:
        page.run_cell(1)
        output = page.output(1)
        output.locator(view.seen).first.wait_for(timeout=60_000)
        stable(output.locator(view.seen))
        busy = page.run_busy_cell()
        watch = Watch(page.page)
        view.act(page.page, output, watch)
        page.end_busy_cell(busy)
        return watch


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = JupyterServer("lab", Path(folder))
        rows, sizes = [], []
        try:
            with chromium.launch(playwright, chromium.find()) as browser:
                for view in VIEWS:
                    logs = Path(folder) / view.kind
                    view.write(logs)
                    rows += gestures(browser, lab, logs, view).report()
                    sizes.append((view.kind, *sent(logs, view.kind)))
        finally:
            lab.stop()
    print(f"\nGestures while the kernel is busy (limit {GESTURE} ms at the median)\n")
    for name, median, longest in rows:
        mark = "" if median < GESTURE else "  too slow"
        print(f"{name:<28}{median:>7.0f} ms{longest:>7.0f} ms{mark}")
    print("\nBytes sent: the first message with its module, and all that a report holds\n")
    for kind, first, everything in sizes:
        mark = "" if first < FIRST else "  too many"
        print(f"{kind:<28}{first / 1e6:>7.2f} MB{everything / 1e6:>7.2f} MB{mark}")


if __name__ == "__main__":
    main()
