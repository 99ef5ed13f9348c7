"""Embeddings beside TensorBoard's projector page: ``python -m tests.benchmarks.projector``.

The same 71,000 vectors of 200 dimensions (clusters, as those of words) in the same Chromium, in turns:
nbboard from the call to a drawn report page, TensorBoard from the request of its page to the number of
points in it, its server running already. What of it is the kernel's work is told, as CPU time, and what
the same vectors take as text, which is how PyTorch writes them. Then a million points in nbboard, which
TensorBoard's page does not take: frames a second while they are moved.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from playwright.sync_api import Page, sync_playwright
from tensorboardX import SummaryWriter

import nbboard
from nbboard import server
from tests.browser import chromium

if TYPE_CHECKING:
    from playwright.sync_api import Browser

POINTS, DIMENSIONS = 71_000, 200
MILLION = 1_000_000
DRAWN = ".nbb-pj-canvas[data-drawn]"
#: Frames that are timed.
FRAMES = 40


def write(folder: Path, points: int, dimensions: int, file: str = "vectors.bytes") -> None:
    """Write vectors in clusters, each with a word; as text if the file's name says so."""
    random = np.random.default_rng(0)
    centers = random.normal(size=(60, dimensions)).astype(np.float32)
    group = random.integers(0, 60, points)
    vectors = centers[group] + random.normal(size=(points, dimensions)).astype(np.float32)
    writer = SummaryWriter(str(folder))
    writer.add_scalar("x", 0, 0)
    writer.close()
    if file.endswith(".tsv"):
        lines = ["\t".join(map(str, row)) for row in vectors.tolist()]
        (folder / file).write_text("\n".join(lines))
    else:
        vectors.astype("<f4").tofile(folder / file)
    (folder / "words.tsv").write_text("".join(f"word{i}\n" for i in range(points)))
    (folder / "projector_config.pbtxt").write_text(
        f'embeddings {{ tensor_name: "words" tensor_shape: {points} tensor_shape: {dimensions}'
        f' tensor_path: "{file}" metadata_path: "words.tsv" }}'
    )


def open_nbboard(browser: Browser, folder: Path, file: Path) -> float:
    """Time from opening the log to points on screen."""
    page = browser.new_page()
    begun = time.perf_counter()
    nbboard.open(folder, progress=False).projector.view().save(file)
    page.goto(file.as_uri())
    page.locator(DRAWN).wait_for(timeout=120_000)
    taken = time.perf_counter() - begun
    page.close()
    return taken


def kernel_seconds(folder: Path) -> float:
    """Return the CPU seconds in which the kernel opens the log and has what the page needs."""
    begun = time.process_time()
    nbboard.open(folder, progress=False).projector.view().close()
    return time.process_time() - begun


def open_tensorboard(browser: Browser, url: str) -> float:
    """Time from asking for the page to its word on the points, which are drawn then."""
    page = browser.new_page()
    begun = time.perf_counter()
    page.goto(f"{url.rstrip('/')}/#projector")
    inner = page.frame_locator("iframe").frame_locator("iframe")
    inner.get_by_text("Points:").first.wait_for(timeout=300_000)
    inner.get_by_text("Total variance").first.wait_for(timeout=300_000)
    taken = time.perf_counter() - begun
    page.close()
    return taken


def frames_a_second(page: Page) -> float:
    """Return how often a picture that is dragged is drawn."""
    canvas = page.locator(DRAWN)
    box = canvas.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    spent = []
    for frame in range(FRAMES):
        page.mouse.move(x + 2 * frame, y + frame)
        page.evaluate("() => new Promise(requestAnimationFrame)")
        spent.append(float(canvas.get_attribute("data-ms") or "nan"))
    page.mouse.up()
    return 1000 / statistics.median(spent[5:])


def main() -> None:
    """Print medians and their ratio."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place)
        write(folder / "words", POINTS, DIMENSIONS)
        write(folder / "text", POINTS, DIMENSIONS, "vectors.tsv")
        write(folder / "million", MILLION, 8)
        own, theirs = [], []
        started = server.start(str(folder / "words")).server
        try:
            with chromium.launch(playwright, chromium.find()) as browser:
                # As in a kernel that has shown an embedding before: the modules are there.
                write(folder / "small", 100, 4)
                open_nbboard(browser, folder / "small", folder / "small.html")
                for _ in range(options.rounds):
                    own.append(open_nbboard(browser, folder / "words", folder / "words.html"))
                    theirs.append(open_tensorboard(browser, started.url))
                kernel = [kernel_seconds(folder / name) for name in ("words", "text")]
                million = browser.new_page()
                nbboard.open(folder / "million", progress=False).projector.view().save(
                    folder / "million.html"
                )
                million.goto((folder / "million.html").as_uri())
                million.locator(DRAWN).wait_for(timeout=300_000)
                rate = frames_a_second(million)
        finally:
            server.stop()
    mine, other = statistics.median(own), statistics.median(theirs)
    print(f"{POINTS:,} x {DIMENSIONS}: nbboard {mine:.2f} s (goal 3), TensorBoard {other:.2f} s")
    print(f"nbboard takes {mine / other:.2f} of TensorBoard's time")
    print(f"of it the kernel's work: {kernel[0]:.2f} s of CPU time; as text {kernel[1]:.2f} s")
    print(f"{MILLION:,} points are moved at {rate:.0f} frames a second (goal 25)")


if __name__ == "__main__":
    main()
