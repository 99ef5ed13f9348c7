"""The first second: opening a small log in a fresh interpreter, and the first view of a fresh kernel.

Run by ``python -m tests.benchmarks.first_second``. Interpreters take turns, after a round that is
not counted; medians count. Both are given, the seconds that somebody waits and the processor
time, which a busy machine leaves as it is.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from nbboard import demo
from tests.benchmarks.datasets import START, event, record, simple, write
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook_page import NotebookPage

#: What ``import nbboard; nbboard.open(small)`` may take beyond NumPy, in ms.
OPEN = 150
#: What the first view of a fresh kernel may take from Shift-Enter, in ms.
VIEW = 1000
#: What a statement in a fresh interpreter is compared with.
NUMPY = "import numpy"
#: The cells that end in a view, by what has been run in the kernel before.
CELLS = {
    "nothing before": (None, "import nbboard\nnbboard.open({logs!r}).scalars"),
    "%load_ext nbboard before": ("%load_ext nbboard", "import nbboard\nnbboard.open({logs!r}).scalars"),
    "%load_ext and training before": (
        "%load_ext nbboard\nimport time; time.sleep(3)",
        "import nbboard\nnbboard.open({logs!r}).scalars",
    ),
}  # fmt: skip
#: A chart of the view has its lines.
DRAWN = ".nbb-chart canvas[data-drawn]"


def small_log(folder: Path) -> Path:
    """Write two runs of three scalars, 100 points each."""
    for run in ("a", "b"):
        tags = [simple(tag) for tag in ("loss", "accuracy", "lr")]
        points = (
            record(event(START + step, step, encode(0.1 * step)))
            for step in range(100)
            for encode in tags
        )
        write(folder / run / "events.out.tfevents.1700000000.host.1.0", points)
    return folder


def timed(statement: str) -> tuple[float, float]:
    """Run a statement in a fresh interpreter; return its ms and those of the processor."""
    # As installed: compiled modules are there, whatever this machine's settings are.
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", statement], check=True, env=environment)
    took = time.perf_counter() - start
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    work = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return took * 1e3, work * 1e3


def interpreters(folder: Path, rounds: int) -> None:
    """Print what opening a small log costs beyond NumPy."""
    log = str(small_log(folder / "small"))
    opened = f"{NUMPY}; import nbboard; nbboard.open({log!r})"
    statements = {
        "NumPy alone": NUMPY,
        "open": opened,
        "open, one series": f"{opened}.scalars['a', 'loss'].value",
    }
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in statements}
    for counted in [False] + rounds * [True]:
        for name, statement in statements.items():
            one = timed(statement)
            if counted:
                found[name].append(one)
    medians = {n: [statistics.median(c) for c in zip(*o, strict=True)] for n, o in found.items()}
    base = medians["NumPy alone"]
    for name, (took, work) in medians.items():
        beyond = f"beyond NumPy {took - base[0]:5.0f} ms, processor {work - base[1]:5.0f} ms"
        print(f"{name:18}{took:6.0f} ms, processor {work:5.0f} ms; {beyond}")
    print(f"(goal: open at most {OPEN} ms beyond NumPy)")


def first_view(
    browser: Browser, server: JupyterServer, before: str | None, cell: str
) -> dict[str, float]:
    """Time one view in a fresh kernel: ms from Shift-Enter to the reply and to drawn lines."""
    path = server.write(f"first-{time.time_ns()}.ipynb", [before or "pass", cell])
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    opened = NotebookPage(page, server, path)
    try:
        if before:
            opened.run_cell(0)
        start = time.perf_counter()
        opened.run_cell(1, wait=False)
        page.locator(DRAWN).first.wait_for(timeout=60_000)
        return {"drawn": (time.perf_counter() - start) * 1e3}
    finally:
        page.context.close()
        server.end_sessions()


def kernels(folder: Path, rounds: int) -> None:
    """Print how long the quickstart's first view takes in fresh kernels."""
    logs = folder / "logs"
    demo.train(logs, progress=False)
    server = JupyterServer("lab", folder / "jupyter")
    found: dict[str, list[float]] = {name: [] for name in CELLS}
    try:
        with (
            sync_playwright() as playwright,
            chromium.launch(playwright, chromium.find()) as browser,
        ):
            for counted in [False] + rounds * [True]:
                for name, (before, cell) in CELLS.items():
                    one = first_view(browser, server, before, cell.format(logs=str(logs)))
                    if counted:
                        found[name].append(one["drawn"])
    finally:
        server.stop()
    for name, times in found.items():
        print(f"first view, {name:32} {statistics.median(times):6.0f} ms (best {min(times):.0f})")
    print(f"(goal: {VIEW} ms)")


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--no-browser", action="store_true", help="interpreters only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        interpreters(Path(scratch), options.rounds)
        if not options.no_browser:
            kernels(Path(scratch), options.rounds)


if __name__ == "__main__":
    main()
