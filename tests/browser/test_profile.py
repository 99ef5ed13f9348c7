"""The profile view in a real JupyterLab: every control, on what is drawn and on the traits."""

from __future__ import annotations

import ast
import gzip
import json
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import ALL_CELLS
from tests.browser.hparams_page import opened
from tests.browser.notebook_page import wait_until
from tests.kinds.profile.traces import kernel, span, training, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[2] / "../shared/corpus"))
SAMPLE = CORPUS / "data/pytorch__kineto/tb_plugin/samples/resnet50_num_workers_0"
HOSTILE = "<img src=x onerror=window.hacked=1>"


def logs(folder: Path) -> None:
    """Two sessions of two ranks, with memory, a counter and a hostile name; and one long trace."""
    for stamp, loading in (("1700000000001", 40.0), ("1700000000900", 5.0)):
        for rank in range(2):
            events = training(steps=6, loading=loading + 10 * rank)
            events += [span(HOSTILE, 90, 5), kernel("later", 20, 5, 90 + rank)]
            for i in range(40):
                args = {
                    "Device Type": 1,
                    "Device Id": 0,
                    "Bytes": 100 if i < 25 else -100,
                    "Addr": i % 25,
                }
                events.append(
                    {"ph": "i", "name": "[memory]", "pid": 1, "tid": 1, "ts": 10 + i, "args": args}
                )
            events += [
                {"ph": "C", "name": "load", "pid": 1, "ts": 50 * i, "args": {"value": i % 3}}
                for i in range(10)
            ]
            write(
                folder / f"run/host_{rank}.{stamp}.pt.trace.json.gz",
                events,
                distributedInfo={"rank": rank},
            )
    many = [span(f"op {i % 50}", i, 0.8) for i in range(600_000)]
    path = folder / "long/w.1700000000001.pt.trace.json.gz"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(
        gzip.compress(json.dumps({"traceEvents": [span("all", 0, 600_000), *many]}).encode(), 1)
    )


@pytest.fixture(scope="module")
def notebook(
    start_jupyter: Callable[..., JupyterServer], browser: Browser
) -> Iterator[NotebookPage]:
    """One notebook for the whole file, whose cells stay drawn: the views are high."""
    lab = start_jupyter("lab", settings=ALL_CELLS)
    logs(lab.root / "profiles")
    yield from opened(
        lab,
        browser,
        "profile",
        ["log = nbboard.open('profiles')", "runs = log.profile.select('run')"],
    )


class Shown:
    """A profile view in the output of a cell of its own."""

    def __init__(self, notebook: NotebookPage, code: str) -> None:
        self.notebook = notebook
        self.page = notebook.page
        self.out = notebook.output(notebook.add_cell(f"view = {code}; view"))
        self.out.locator("[data-ready]").wait_for(timeout=60_000)
        self.canvas = self.out.locator(".nbb-pf-trace canvas")
        self.canvas.wait_for()
        self.canvas.scroll_into_view_if_needed()
        expect(self.canvas).to_have_attribute("data-drawn", re.compile(r"\d+"))

    def window(self) -> tuple[float, float]:
        """What part of the time line is drawn."""
        begin, end = (self.canvas.get_attribute("data-window") or "0 0").split()
        return float(begin), float(end)

    def width(self) -> float:
        """How much time is on screen."""
        return self.window()[1] - self.window()[0]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """A place of the canvas on the page: a share of its width, pixels down."""
        box = self.canvas.bounding_box()
        assert box is not None
        return box["x"] + 132 + x * (box["width"] - 132), box["y"] + y

    def value(self, expression: str) -> Any:
        """What an expression is in the kernel."""
        return ast.literal_eval(self.notebook.execute(f"print(repr({expression}))"))

    def becomes(self, expression: str, expected: Any) -> None:
        """Wait until the kernel has heard."""
        wait_until(lambda: self.value(expression) == expected, f"{expression} is {expected!r}")

    def button(self, name: str | re.Pattern[str]) -> Locator:
        """A button by its name."""
        return self.out.get_by_role("button", name=name)

    def tab(self, name: str) -> Locator:
        """A tab by the beginning of its name."""
        return self.out.get_by_role("tab", name=re.compile(f"^{name}"))

    @property
    def rows(self) -> Locator:
        """The rows of the table that is open."""
        return self.out.locator(".nbb-pf-table tbody tr[data-row]")


@pytest.fixture
def show(notebook: NotebookPage) -> Callable[..., Shown]:
    """Show a view: ``show("runs.view()")``."""
    return lambda code="runs.view()": Shown(notebook, code)


def test_the_verdict_and_the_steps_come_first(show):
    """One sentence, the shares of a step, a bar for each step that leads to it in the trace."""
    view = show("log.profile.view(run='run', session='1700000000001')")

    expect(view.out.locator(".nbb-pf-verdict")).to_contain_text("Input-bound: loading takes")
    expect(view.out.locator(".nbb-pf-legend")).to_contain_text("kernels")
    before = view.width()
    view.button(re.compile("^Step 3, ")).click()
    wait_until(lambda: view.width() < before / 3, "the step is shown")
    view.button("Show the whole time line").click()
    wait_until(lambda: view.width() == before, "all is shown again")


def test_wheel_drag_and_keys_move_the_trace(show):
    """The wheel zooms at the pointer once the trace has the focus; W A S D and Escape do so, too."""
    view = show()
    whole = view.width()
    view.page.mouse.move(*view.at(0.25, 60))
    view.canvas.focus()
    for _ in range(4):
        view.page.mouse.wheel(0, -200)
    wait_until(lambda: view.width() < whole / 3, "zoomed in")
    begin, end = view.window()
    assert begin < 0.25 * whole < end
    assert abs((0.25 * whole - begin) / (end - begin) - 0.25) < 0.05

    view.page.mouse.down()
    view.page.mouse.move(*view.at(0.75, 60), steps=4)
    view.page.mouse.up()
    wait_until(lambda: view.window()[0] < begin, "dragged to earlier")
    width = view.width()
    view.page.keyboard.press("d")
    wait_until(lambda: view.window()[0] > 0, "moved on")
    view.page.keyboard.press("w")
    wait_until(lambda: view.width() < width, "zoomed in by a key")
    view.page.keyboard.press("s")
    view.page.keyboard.press("Escape")
    wait_until(lambda: view.width() == whole, "back at the whole")


def test_a_search_counts_sums_and_leads(show):
    """Rows are filtered, spans stand out, and one is led from one to the next."""
    view = show()
    view.out.get_by_role("textbox", name="Find operators, kernels, spans").fill("conv")
    expect(view.out.locator(".nbb-pf-found")).to_contain_text("conv (12, Σ 360 µs)")
    expect(view.rows).to_have_count(1)
    view.becomes("view.search", "conv")
    before = view.width()
    view.button("Next span found").click()
    wait_until(lambda: view.width() < before, "led to a span")
    expect(view.out.locator(".nbb-pf-picked")).to_contain_text("conv")
    view.becomes("'conv' in view.selection['name'].iloc[0]", True)  # noqa: FBT003
    view.out.get_by_role("textbox", name="Find operators, kernels, spans").fill("(")
    expect(
        view.out.get_by_role("textbox", name="Find operators, kernels, spans")
    ).to_have_attribute("aria-invalid", "true")
    view.notebook.execute("view.search = ''")


def test_a_row_picks_out_its_spans(show):
    """A click on a kernel shows its spans; arrow keys move through the rows, headings sort."""
    view = show()
    view.tab("Kernels").click()
    view.becomes("view.tab", "kernels")
    expect(view.rows.first).to_contain_text("conv_kernel")
    view.rows.first.click()
    expect(view.out.locator(".nbb-pf-found")).to_contain_text("conv_kernel (6, Σ 240 µs)")
    expect(view.rows.first).to_have_attribute("aria-selected", "true")
    view.page.keyboard.press("ArrowDown")
    view.page.keyboard.press("Enter")
    expect(view.out.locator(".nbb-pf-found")).to_contain_text("later (1")
    view.button("Let go of this row").click()
    expect(view.out.locator(".nbb-pf-found")).to_have_count(0)
    view.out.locator(".nbb-pf-table").get_by_role("button", name=re.compile("^total")).click()
    view.becomes("view.sort", "-total_us")
    view.out.locator(".nbb-pf-table").get_by_role("button", name=re.compile("^total")).click()
    expect(view.rows.first).to_contain_text("later")
    view.notebook.execute("view.sort = ''")


def test_a_range_is_summed(show):
    """Shift and drag select a range: its length, its spans by name, and a table in Python."""
    view = show()
    view.page.keyboard.down("Shift")
    view.page.mouse.move(*view.at(0.1, 60))
    view.page.mouse.down()
    view.page.mouse.move(*view.at(0.6, 70), steps=4)
    view.page.mouse.up()
    view.page.keyboard.up("Shift")
    expect(view.out.locator(".nbb-pf-range")).to_contain_text("selected")
    expect(view.out.locator(".nbb-pf-range table")).to_contain_text("conv_kernel")
    wait_until(lambda: view.value("len(view.selection)") > 3, "the selection is a table")
    view.page.keyboard.press("Escape")
    expect(view.out.locator(".nbb-pf-range")).to_have_count(0)


def test_a_span_tells_about_itself_and_arrows_go_on(show):
    """A click picks a span, the arrow keys its neighbours; the facts come from the kernel."""
    view = show()
    view.canvas.focus()
    view.page.keyboard.press("ArrowRight")
    expect(view.out.locator(".nbb-pf-picked")).to_contain_text("ProfilerStep#0")
    expect(view.out.locator(".nbb-pf-picked")).to_contain_text("user_annotation")
    view.page.keyboard.press("ArrowRight")
    expect(view.out.locator(".nbb-pf-picked")).to_contain_text("ProfilerStep#1")
    view.page.keyboard.press("ArrowDown")
    expect(view.out.locator(".nbb-pf-picked")).to_contain_text("enumerate(DataLoader)")
    width = view.width()
    view.page.keyboard.press("Enter")
    wait_until(lambda: view.width() < width, "zoomed to it")


def test_memory_has_a_curve_and_owners(show):
    """The peak, and who owned it."""
    view = show("log.profile.view(run='run', session='1700000000001')")
    view.tab("Memory").click()
    expect(view.out.locator(".nbb-pf-memory")).to_contain_text("GPU 0 peak 2.5 kB")
    expect(view.rows.first).to_contain_text("enumerate(DataLoader)")


def test_ranks_stand_side_by_side(show):
    """Each rank has its mean step and its skew; another one can be shown."""
    view = show()
    view.tab("Ranks").click()
    expect(view.out.locator(".nbb-pf-rank")).to_have_count(2)
    expect(view.rows).to_have_count(2)
    view.out.get_by_label("Host", exact=True).select_option("host_1")
    view.becomes("view.host", "host_1")
    expect(view.out.locator(".nbb-pf-legend")).to_contain_text("loading 13 %")


def test_two_profiles_are_compared(show):
    """Another session beside this one: what changed, a step."""
    view = show()
    view.out.get_by_label("Compare with", exact=True).select_option(label="1700000000001")
    view.becomes("view.compare", ["run", "1700000000001"])
    expect(view.out.locator(".nbb-pf-compared")).to_contain_text(
        "Before, 1700000000001: Input-bound"
    )
    expect(view.rows.first).to_be_visible()
    view.out.get_by_label("Profile", exact=True).select_option(label="1700000000001")
    view.becomes("view.session", "1700000000001")
    expect(view.out.locator(".nbb-pf-verdict")).to_contain_text("loading takes")


def test_a_long_trace_is_read_beside_and_refined(show):
    """600,000 spans are summed up; zooming in brings them as they are."""
    view = show("log.profile.view(run='long')")
    expect(view.out.locator(".nbb-pf-hint")).to_contain_text("of 600,001 spans, narrow ones merged")
    view.canvas.focus()
    for _ in range(16):
        view.page.keyboard.press("w")

    def tip() -> str:
        view.page.mouse.move(*view.at(0.5, 42))
        shown = view.out.locator(".nbb-pf-tip strong")
        return shown.first.inner_text() if shown.count() else ""

    wait_until(lambda: re.fullmatch(r"op \d+", tip()), "a single span under the pointer")


def test_all_works_while_a_cell_runs(show, notebook):
    """Search, sort, tabs and the trace need no kernel."""
    view = show()
    busy = notebook.run_busy_cell()
    view.out.get_by_role("textbox", name="Find operators, kernels, spans").fill("later")
    expect(view.out.locator(".nbb-pf-found")).to_contain_text("later (1")
    view.tab("Steps").click()
    expect(view.rows).to_have_count(6)
    width = view.width()
    view.canvas.focus()
    view.page.keyboard.press("w")
    wait_until(lambda: view.width() < width, "zoomed in")
    view.out.get_by_role("textbox", name="Find operators, kernels, spans").fill("")
    notebook.end_busy_cell(busy)


def test_hostile_names_do_nothing(show):
    """Markup in a name is text in table, tip and detail."""
    view = show()
    view.out.get_by_role("textbox", name="Find operators, kernels, spans").fill("img")
    view.button("Next span found").click()
    expect(view.out.locator(".nbb-pf-picked")).to_contain_text("<img src=x")
    assert view.page.evaluate("window.hacked") is None
    assert view.out.locator("img[src=x]").count() == 0
    view.out.get_by_role("textbox", name="Find operators, kernels, spans").fill("")


@pytest.mark.skipif(not SAMPLE.exists(), reason="the corpus of logs from the wild is not here")
def test_a_torch_trace_of_35_mb_is_moved_smoothly(notebook, show):
    """The sample of resnet50: how long its verdict took, and how long a picture takes to draw."""
    notebook.execute(
        f"t = time.perf_counter(); wild = nbboard.open({str(SAMPLE)!r}); opened = time.perf_counter()"
    )
    view = Shown(notebook, "wild.profile.view()")
    expect(view.out.locator(".nbb-pf-verdict")).to_contain_text(
        "Input-bound: loading takes 33 % of the step."
    )
    view.canvas.focus()
    times = []
    for key in ["w", "d", "d", "a", "w", "d", "a", "s", "d", "a"]:
        view.page.keyboard.press(key)
        view.page.wait_for_timeout(80)
        times.append(float(view.canvas.get_attribute("data-ms") or "nan"))
    print(f"drawing a picture: median {sorted(times)[len(times) // 2]} ms, most {max(times)} ms")
    notebook.screenshot("profile")
