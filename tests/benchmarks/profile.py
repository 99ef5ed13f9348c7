"""How soon a torch trace of 44,666 spans is seen, and how smoothly it is dragged.

Run by ``make bench``. The trace is the one of kineto's samples where the corpus is there,
otherwise one of as many spans. A frame counts when the picture has been painted anew in it.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from tests.benchmarks.browser import notebook
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.corpus.place import CORPUS
from tests.kinds.profile.traces import training, write

#: Seconds to the verdict after the log is open, and frames a second while it is dragged.
VERDICT, FRAMES = 1.0, 30
ROUNDS = 5
SPANS = 44_666
SAMPLE = "pytorch__kineto/tb_plugin/samples/resnet50_num_workers_0"

# Drags by a few pixels in each frame, and returns how many frames had a new picture, and seconds.
DRAG = """async () => {
  const canvas = document.querySelector(".nbb-profile canvas");
  const box = canvas.getBoundingClientRect();
  const at = (type, x) => canvas.dispatchEvent(new PointerEvent(type, {
    bubbles: true, pointerId: 1, button: 0, buttons: 1, clientX: x, clientY: box.top + 80 }));
  const frame = () => new Promise(requestAnimationFrame);
  canvas.setPointerCapture = () => undefined;
  const middle = box.left + box.width / 2;
  at("pointerdown", middle);
  let seen = 0, last = canvas.dataset.drawn;
  const start = performance.now();
  for (let i = 1; i <= 90; i++) {
    at("pointermove", middle + 60 * Math.sin(i / 6));
    await frame();
    if (canvas.dataset.drawn !== last) seen++;
    last = canvas.dataset.drawn;
  }
  at("pointerup", middle);
  return [seen, (performance.now() - start) / 1000];
}"""

# Notes in each frame whether the verdict is there: who asks from outside asks twice a second.
SEEN = """() => { window.verdict = new Promise(done => {
  const look = () => document.querySelector(".nbb-pf-verdict")
    ? done(Date.now() / 1000) : requestAnimationFrame(look);
  look(); }); }"""


def sample(folder: Path) -> Path:
    """Return a folder with the trace."""
    known = CORPUS / "data" / SAMPLE
    if known.is_dir():
        return known
    write(folder / "run/worker.1700000000001.pt.trace.json.gz", training(SPANS // 5))
    return folder


def verdict(browser: Browser, lab: JupyterServer, logs: Path) -> tuple[float, float]:
    """Return seconds from a cell's start to the verdict, and frames a second of a drag."""
    opened = f"import nbboard\nlog = nbboard.open({str(logs)!r}, progress=False)"
    with notebook(browser, lab, [opened, "log.profile"]) as page:
        page.page.evaluate(SEEN)
        start = time.time()
        page.run_cell(1, wait=False)
        seen = page.page.evaluate("() => window.verdict") - start
        page.page.locator(".nbb-profile canvas[data-drawn]").first.wait_for()
        page.page.wait_for_timeout(1_000)
        canvas = page.page.locator(".nbb-profile canvas").first
        canvas.hover()
        page.page.keyboard.down("Control")
        for _ in range(6):  # within the whole there is nowhere to go
            page.page.mouse.wheel(0, -240)
            page.page.wait_for_timeout(100)
        page.page.keyboard.up("Control")
        page.page.wait_for_timeout(1_000)
        frames, seconds = page.page.evaluate(DRAG)
        return seen, frames / seconds


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = JupyterServer("lab", Path(folder))
        logs = sample(Path(folder) / "traces")
        try:
            with chromium.launch(playwright, chromium.find()) as browser:
                found = [verdict(browser, lab, logs) for _ in range(ROUNDS)]
        finally:
            lab.stop()
    seen, frames = (statistics.median(column) for column in zip(*found, strict=True))
    print(f"\nA trace of {SPANS:,} spans, median of {ROUNDS}\n")
    mark = "" if seen < VERDICT else "  too slow"
    print(f"{'verdict after open':<28}{seen:>7.2f} s{mark}")
    mark = "" if frames >= FRAMES else "  too few"
    print(f"{'frames while dragging':<28}{frames:>7.0f} a second{mark}")


if __name__ == "__main__":
    main()
