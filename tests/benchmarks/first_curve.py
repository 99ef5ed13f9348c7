"""From Enter to the first curve, beside TensorBoard's own magic: ``python -m tests.benchmarks.first_curve``.

Both magics in the same JupyterLab and Chromium, in turns, each in a fresh kernel whose
extension is loaded; over the demo's logs. The first curve is the first line that
TensorBoard's page has drawn.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from nbboard import demo
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook_page import NotebookPage

MAGICS = ("nbboard", "tensorboard")
#: What the page must have drawn.
CURVE = "line-chart"


def notebook(server: JupyterServer, magic: str, logs: Path) -> str:
    """Write a notebook that loads an extension and shows the logs; return its name."""
    cells = [f"%load_ext {magic}", f"%tensorboard --logdir {{{str(logs)!r}}}"]
    return server.write(f"{magic}-{time.time_ns()}.ipynb", cells)


def once(browser: Browser, server: JupyterServer, magic: str, logs: Path) -> dict[str, float]:
    """Time one start: seconds from Enter to the frame, and to the first curve in it."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    opened = NotebookPage(page, server, notebook(server, magic, logs))
    try:
        opened.run_cell(0)
        begun = time.perf_counter()
        opened.run_cell(1, wait=False)
        frame = opened.frame_page(1)
        framed = time.perf_counter() - begun
        frame.locator(f"{CURVE} canvas, {CURVE} svg").first.wait_for(timeout=120_000)
        return {"frame": framed, "curve": time.perf_counter() - begun}
    finally:
        page.context.close()
        server.end_sessions()


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        logs = Path(folder) / "logs"
        demo.train(logs, progress=False)
        server = JupyterServer("lab", Path(folder) / "jupyter")
        found: dict[str, list[dict[str, float]]] = {magic: [] for magic in MAGICS}
        try:
            with chromium.launch(playwright, chromium.find()) as browser:
                for _ in range(options.rounds):
                    for magic in MAGICS:
                        found[magic].append(once(browser, server, magic, logs))
        finally:
            server.stop()
    medians = {
        magic: {what: statistics.median(one[what] for one in rounds) for what in rounds[0]}
        for magic, rounds in found.items()
    }
    for magic, one in medians.items():
        print(f"{magic:12} frame {one['frame']:6.2f} s   first curve {one['curve']:6.2f} s")
    ratio = medians["nbboard"]["curve"] / medians["tensorboard"]["curve"]
    print(f"nbboard takes {ratio:.2f} of tensorboard's time (goal 0.75)")


if __name__ == "__main__":
    main()
