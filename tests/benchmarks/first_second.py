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
from typing import NamedTuple

from jupyter_client.manager import start_new_kernel
from playwright.sync_api import Browser, sync_playwright

from nbboard import demo
from tests.benchmarks.datasets import START, dataset, event, record, simple, write
from tests.benchmarks.readers import read
from tests.benchmarks.seeing import first_seen, watch_for
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.browser.notebook_page import NotebookPage

#: What ``import nbboard; nbboard.open(small)`` may take beyond NumPy, in ms.
OPEN = 150
#: What the first view of a fresh kernel may take from Shift-Enter, in ms.
VIEW = 1000
#: What %load_ext may take, in ms.
LOAD = 50
#: So many times as fast as the data server the first reading of a million points is to be.
SERVER = 6
#: What a statement in a fresh interpreter is compared with.
NUMPY = "import numpy"


class Case(NamedTuple):
    """A cell in a fresh kernel, what was run before it, and what it must show."""

    before: str
    #: Seconds between the two, in which somebody reads or types.
    rest: float
    cell: str
    shown: str


#: The quickstart's log and its first view; a chart of it has its lines.
VIEW_OF_ALL = "import nbboard\nlog = nbboard.open({logs!r})\nlog.scalars"
DRAWN = ".nbb-chart canvas[data-drawn]"
CASES = {
    "everything in one cell": Case("", 0, VIEW_OF_ALL, DRAWN),
    "right after %load_ext": Case("%load_ext nbboard", 0, VIEW_OF_ALL, DRAWN),
    "4 s after %load_ext": Case("%load_ext nbboard", 4, VIEW_OF_ALL, DRAWN),
    # Beside them what the notebook itself needs for any widget.
    "a slider of ipywidgets": Case(
        "", 0, "import ipywidgets\nipywidgets.IntSlider()", ".widget-slider"
    ),
}


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


def million(rounds: int) -> None:
    """Print the first reading of a million points, imports included, beside the data server's."""
    folder = dataset("A")
    own = read("nbboard", folder)
    assert own is not None
    # The data server's reader waits until this many points are there.
    (folder.parent / f"{folder.name}.points").write_text(str(int(own["points"])))
    all_points = "sum(len(one.value) for one in nbboard.open({!r}, progress=False).scalars)"
    statement = f"import nbboard; {all_points.format(str(folder))}"
    ours, bare, theirs = [], [], []
    for _ in range(rounds):
        server = read("data-server", folder)
        if server is None:
            print("the data server is not installed: make bench does that")
            return
        theirs.append(server["seconds"] * 1e3)
        ours.append(timed(statement)[0])
        bare.append(timed("pass")[0])
    took = statistics.median(ours) - statistics.median(bare)
    ratio = statistics.median(theirs) / took
    print(f"a million points, imports included: {took:.0f} ms beyond a bare interpreter,")
    print(f"{ratio:.1f} times as fast as the data server (goal {SERVER})")


def load_ext(rounds: int) -> None:
    """Print how long ``%load_ext nbboard`` takes in fresh kernels."""
    times = []
    for _ in range(rounds):
        manager, client = start_new_kernel()
        try:
            code = (
                "import time; begin = time.perf_counter()\n%load_ext nbboard\n"
                "print(time.perf_counter() - begin)"
            )
            said: list[str] = []
            client.execute_interactive(
                code,
                output_hook=lambda m, said=said: said.append(m["content"].get("text", "")),
                timeout=60,
            )
            times.append(float("".join(said)) * 1e3)
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    print(f"%load_ext nbboard: {statistics.median(times):.1f} ms (goal {LOAD})")


def first_view(browser: Browser, server: JupyterServer, case: Case, logs: Path) -> float:
    """Return the ms from Shift-Enter, in a fresh kernel, to what the cell shows."""
    cell = case.cell.format(logs=str(logs))
    path = server.write(f"first-{time.time_ns()}.ipynb", [case.before or "pass", cell])
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    opened = NotebookPage(page, server, path)
    try:
        if case.before:
            opened.run_cell(0)
        time.sleep(case.rest)
        watch_for(page, case.shown)
        start = time.time()
        opened.run_cell(1, wait=False)
        return first_seen(page, start) * 1e3
    finally:
        page.context.close()
        server.end_sessions()


def kernels(folder: Path, rounds: int) -> None:
    """Print how long the quickstart's first view takes in fresh kernels."""
    logs = folder / "logs"
    demo.train(logs, progress=False)
    server = JupyterServer("lab", folder / "jupyter")
    found: dict[str, list[float]] = {name: [] for name in CASES}
    try:
        with (
            sync_playwright() as playwright,
            chromium.launch(playwright, chromium.find()) as browser,
        ):
            for counted in [False] + rounds * [True]:
                for name, case in CASES.items():
                    one = first_view(browser, server, case, logs)
                    if counted:
                        found[name].append(one)
    finally:
        server.stop()
    for name, times in found.items():
        print(f"{name:24}{statistics.median(times):6.0f} ms (best {min(times):.0f})")
    print(f"(goal: views within {VIEW} ms of Shift-Enter)")


def main() -> None:
    """Print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--no-browser", action="store_true", help="interpreters only")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        interpreters(Path(scratch), options.rounds)
        million(options.rounds)
        load_ext(options.rounds)
        if not options.no_browser:
            kernels(Path(scratch), options.rounds)


if __name__ == "__main__":
    main()
