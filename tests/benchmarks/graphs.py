"""The first picture of a large graph, beside TensorBoard's page: ``python -m tests.benchmarks.graphs``.

The same generated graph in the same Chromium, in turns. nbboard's time begins when the cell
begins to run, in a kernel that has imported nbboard, and ends with the first box; what the
kernel does of it for the graph, and the page's scripts, is told as CPU time, and what the same
takes for a graph of a few nodes: that is the notebook's. TensorBoard's begins when its page is
called from a server that runs already, and ends with the first node that it draws. Then both
where they are open already, with the scalars in sight, from the click on the tab of graphs.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, CDPSession, Locator, Page, sync_playwright
from playwright.sync_api import Error as PageError
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.graph_pb2 import GraphDef

import nbboard
from nbboard.kinds.graphs.graph import Graph
from nbboard.views.graphs.wire import encode_graph
from tests.benchmarks.browser import notebook
from tests.benchmarks.seeing import first_seen, watch_for
from tests.benchmarks.stock import tensorboard
from tests.browser import chromium
from tests.browser.jupyter import JupyterServer
from tests.views.image_logs import framed

SIZES = (10_000, 100_000)
#: What is seen first of a graph, here and there.
OURS, THEIRS = ".nbb-graph g[data-key]", "g.node"
#: Milliseconds in which a page that is open comes to rest.
REST = 3_000
#: Of a graph that takes no time.
FEW = 10
#: Seconds in which TensorBoard's server reads the log, before anybody waits for its page.
READ = 5
#: TensorBoard is given so long, in seconds; it needs minutes for the larger graph.
PATIENCE = 180
#: Operations of each part of a block.
OPS = ("Add", "Mul", "Relu", "Tanh", "BiasAdd", "Identity")
PARTS = ("attention/query", "attention/key", "attention/value", "mlp/in", "mlp/out")


def generate(size: int) -> bytes:
    """Return a network of equal blocks with about so many nodes."""
    graph = GraphDef()

    def add(name: str, op: str, *inputs: str, variable: bool = False) -> str:
        node = graph.node.add(name=name, op=op, input=inputs)
        node.attr["dtype"].type = 1
        shapes = node.attr["_output_shapes"].list.shape.add()
        for length in (256 if variable else -1, 256):
            shapes.dim.add(size=length)
        return name

    last = add("inputs/tokens", "Placeholder")
    block = 0
    while len(graph.node) < size:
        scope, begin = f"model/block_{block}", last
        for part in PARTS:
            kernel = add(f"{scope}/{part}/kernel", "VarHandleOp", variable=True)
            last = add(f"{scope}/{part}/MatMul", "MatMul", last, kernel)
            for number in range(18):
                op = OPS[number % len(OPS)]
                last = add(f"{scope}/{part}/{op}_{number}", op, last)
        last = add(f"{scope}/add", "AddV2", begin, last)
        block += 1
    add("loss/Mean", "Mean", last)
    data: bytes = graph.SerializeToString()
    return data


def write(folder: Path, size: int) -> Path:
    """Log a graph; return the folder."""
    folder.mkdir()
    events = [Event(wall_time=1.7e9, graph_def=generate(size)), Event(wall_time=1.7e9)]
    events[1].summary.value.add(tag="loss", simple_value=1.0)
    records = [framed(each.SerializeToString()) for each in events]
    (folder / "events.out.tfevents.1.host").write_bytes(b"".join(records))
    return folder


def ours(browser: Browser, lab: JupyterServer, logs: Path) -> tuple[float, float]:
    """Return seconds from the cell's start to the first box, and of the page's scripts."""
    show = f"nbboard.open({str(logs)!r}, progress=False).graphs"
    with notebook(browser, lab, ["import nbboard", show]) as page:
        session = page.page.context.new_cdp_session(page.page)
        session.send("Performance.enable")
        watch_for(page.page, OURS)
        scripts, start = script_seconds(session), time.time()
        page.run_cell(1, wait=False)
        seen = first_seen(page.page, start, PATIENCE)
        return seen, script_seconds(session) - scripts


def ours_by_tab(browser: Browser, lab: JupyterServer, logs: Path) -> float:
    """Return seconds from the click on the board's tab of graphs to the first box."""
    show = f"nbboard.open({str(logs)!r}, progress=False)"
    with notebook(browser, lab, ["import nbboard", show]) as page:
        page.run_cell(1)
        output = page.output(1)
        output.locator(".nbb-chart canvas[data-drawn]").first.wait_for(timeout=60_000)
        page.page.wait_for_timeout(REST)
        watch_for(page.page, OURS)
        tab = output.get_by_role("tab", name="Graphs")
        return clicked(page.page, tab)


def theirs_by_tab(browser: Browser, logs: Path) -> float:
    """Return seconds from the click on TensorBoard's tab of graphs to its first node."""
    with tensorboard(logs) as address:
        time.sleep(READ)
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        try:
            page = context.new_page()
            page.goto(f"{address}#timeseries")
            page.locator("scalar-card .series-view").first.wait_for(timeout=60_000)
            page.wait_for_timeout(REST)
            watch_for(page, THEIRS)
            return clicked(page, page.get_by_role("tab", name="Graphs"))
        finally:
            context.close()


def clicked(page: Page, tab: Locator) -> float:
    """Click, and return the seconds until what is watched for is there; inf if it never is.

    From when the page hears of the click: Playwright looks for a while where to click.
    """
    page.evaluate(
        "() => addEventListener('click', () => { window.nbbClicked = Date.now(); },"
        " { capture: true, once: true })"
    )
    tab.click()
    try:
        return first_seen(page, page.evaluate("() => window.nbbClicked") / 1e3, PATIENCE)
    except TimeoutError:
        return float("inf")


def script_seconds(session: CDPSession) -> float:
    """Return how long scripts have run in a page."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(each["value"]) for each in metrics if each["name"] == "ScriptDuration")


def theirs(browser: Browser, logs: Path) -> float:
    """Return seconds from the call of TensorBoard's graph page to its first node; inf if never."""
    with tensorboard(logs) as address:
        time.sleep(READ)
        context = browser.new_context(viewport={"width": 1400, "height": 1000})
        watch_for(context, THEIRS)
        page = context.new_page()
        try:
            start = time.time()
            page.goto(f"{address}#graphs", wait_until="commit")
            return first_seen(page, start, PATIENCE)
        except (PageError, TimeoutError):
            return float("inf")
        finally:
            page.context.close()


def kernel_seconds(logs: Path) -> float:
    """Return the CPU seconds in which the kernel parses a graph and makes its columns."""
    item = nbboard.open(logs, progress=False).graphs[".", "__run_graph__"][0]
    fresh = Graph(item.form, item.data)
    begun = time.process_time()
    encode_graph(fresh)
    return time.process_time() - begun


def median(measured: Sequence[tuple[float, float]], which: int) -> float:
    """Return the median of one of two measures."""
    return statistics.median(each[which] for each in measured)


def main() -> None:
    """Print a line for each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", type=int, action="append")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        lab = JupyterServer("lab", Path(folder) / "jupyter")
        try:
            with chromium.launch(playwright, chromium.find()) as browser:
                few = write(Path(folder) / "few", FEW)
                for size in options.size or SIZES:
                    logs = write(Path(folder) / f"logs{size}", size)
                    least, mine, other = [], [], []
                    by_tab = []
                    for _ in range(options.rounds):
                        least.append(ours(browser, lab, few))
                        mine.append(ours(browser, lab, logs))
                        # What was too slow once would only be waited for again.
                        if other[-1:] != [float("inf")]:
                            other.append(theirs(browser, logs))
                        by_tab.append(
                            (ours_by_tab(browser, lab, logs), theirs_by_tab(browser, logs))
                        )
                    begun, first = median(least, 0), median(mine, 0)
                    ratio = statistics.median(other) / first
                    print(
                        f"{size:>7,} nodes: first picture after {first:.2f} s, of {FEW} nodes after"
                        f" {begun:.2f} s; CPU time for the graph: kernel {kernel_seconds(logs):.2f} s,"
                        f" page {median(mine, 1) - median(least, 1):.2f} s; TensorBoard"
                        f" {statistics.median(other):.1f} s: {ratio:.1f} times sooner"
                        f" (goal 10 at 10,000)"
                    )
                    own, tensorboards = median(by_tab, 0), median(by_tab, 1)
                    print(
                        f"{'':7} by a click on the tab: {own:.2f} s, TensorBoard"
                        f" {tensorboards:.2f} s: {tensorboards / own:.1f} times sooner"
                    )
        finally:
            lab.stop()


if __name__ == "__main__":
    main()
