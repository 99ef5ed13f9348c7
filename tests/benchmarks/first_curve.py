"""From Enter to the first curve, beside TensorBoard's own magic: ``python -m tests.benchmarks.first_curve``.

Both magics in the same JupyterLab and Chromium, in turns, each in a fresh kernel whose
extension is loaded, just now or a while ago; over the demo's logs. The first curve is the first line that
TensorBoard's page has drawn.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from nbboard import demo
from tests.benchmarks.seeing import first_seen, watch_for
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook_page import NotebookPage

MAGICS = ("nbboard", "tensorboard")
#: Seconds between the cell that loads an extension and the one that uses it: all cells run at once,
#: or somebody types.
RESTS = (0, 4)
#: Of the time that TensorBoard's own magic takes.
GOAL = 0.75
#: What the page must have drawn.
CURVE = "line-chart"


def notebook(server: JupyterServer, magic: str, logs: Path) -> str:
    """Write a notebook that loads an extension and shows the logs; return its name."""
    cells = [f"%load_ext {magic}", f"%tensorboard --logdir {{{str(logs)!r}}}"]
    return server.write(f"{magic}-{time.time_ns()}.ipynb", cells)


def once(browser: Browser, server: JupyterServer, magic: str, logs: Path, rest: float = 0) -> float:
    """Return the seconds from Enter to the first curve, so long after the extension was loaded."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    watch_for(context, f"{CURVE} canvas, {CURVE} svg")
    opened = NotebookPage(context.new_page(), server, notebook(server, magic, logs))
    try:
        opened.run_cell(0)
        time.sleep(rest)
        begun = time.time()
        opened.run_cell(1, wait=False)
        return first_seen(opened.frame_page(1), begun)
    finally:
        context.close()
        server.end_sessions()


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    found: dict[tuple[float, str], list[float]] = {}
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        logs = Path(folder) / "logs"
        demo.train(logs, progress=False)
        server = JupyterServer("lab", Path(folder) / "jupyter")
        try:
            with chromium.launch(playwright, chromium.find()) as browser:
                for _ in range(options.rounds):
                    for rest, magic in itertools.product(RESTS, MAGICS):
                        took = once(browser, server, magic, logs, rest)
                        found.setdefault((rest, magic), []).append(took)
        finally:
            server.stop()
    for rest in RESTS:
        own, other = (statistics.median(found[rest, magic]) for magic in MAGICS)
        print(
            f"{rest:.0f} s after %load_ext: first curve after {own:.2f} s, by tensorboard's magic"
            f" {other:.2f} s: {own / other:.2f} of its time (goal {GOAL})"
        )


if __name__ == "__main__":
    main()
