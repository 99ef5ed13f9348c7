"""The hparams view in a real JupyterLab: every control, on what is drawn and on the traits."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.hparams_page import Shown, opened
from tests.browser.notebook_page import APPS
from tests.views import hparams_logs as logs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

BEST = "lr=0.01,rmsprop,64"


@pytest.fixture(scope="module", params=APPS)
def notebook(request: pytest.FixtureRequest, browser: Browser) -> Iterator[NotebookPage]:
    """One notebook for the whole file: in JupyterLab, then in Notebook 7."""
    server: JupyterServer = request.getfixturevalue(request.param)
    logs.grid(server.root / "grid")
    yield from opened(server, browser, "hparams", ["log = nbboard.open('grid')"])


@pytest.fixture
def show(notebook: NotebookPage) -> Iterator[Callable[..., Shown]]:
    """Show a view: ``show("metric='loss'")``; runs are all checked again afterwards."""

    def shown(options: str = "", log: str = "log") -> Shown:
        return Shown(notebook, options, log)

    yield shown
    notebook.execute(
        "view.run_list.hidden = []; view.run_list.filter = ''; view.run_list.brushed = None"
    )


def test_brush_chip_table_and_selection_are_one(show):
    """A drag on an axis greys the others everywhere; its chip is the interval and sets it."""
    view = show("panes=['table', 'parallel', 'scatter']")
    view.lines(24)
    axis = view.out.get_by_role("slider", name="Brush lr")

    view.drag(axis, (0.5, 0.15), (0.5, 0.5))
    view.lines(6)
    view.becomes("len(view.selection)", 6)
    view.becomes("set(view.selection['lr'])", {0.01})
    view.sees(lambda: view.out.locator("tr.nbb-listing-row[data-grey]").count() > 5)
    expect(view.out.locator(".nbb-hp-points")).to_have_attribute("data-points", "6")
    expect(view.out.get_by_text("6 brushed · 24 trials")).to_be_visible()
    view.becomes("all('lr=0.01,' in run for run in view.run_list.brushed or [''])", True)  # noqa: FBT003

    low, high = (view.out.get_by_label(f"lr {end}", exact=True) for end in ("from", "to"))
    view.sees(lambda: 1e-3 < float(low.input_value()) < 1e-2 < float(high.input_value()) < 1e-1)
    low.fill("0.0005")
    low.press("Enter")
    view.lines(12)
    view.becomes("view.brush['lr']['low']", 0.0005)
    high.fill("")
    high.press("Enter")
    view.becomes("view.brush['lr']['high']", None)
    view.lines(18)
    high.fill("many")
    high.press("Enter")
    expect(high).to_have_attribute("aria-invalid", "true")

    # A second condition narrows; a click on the axis takes one away, Escape all.
    view.out.get_by_role("slider", name="Brush optimizer").focus()
    view.page.keyboard.press("ArrowDown")
    view.becomes("view.brush.get('optimizer')", {"values": ["adam"]})
    view.lines(6)
    axis.focus()
    view.page.keyboard.press("Delete")
    view.becomes("list(view.brush)", ["optimizer"])
    view.button("Clear brush").click()
    view.becomes("view.brush", {})
    view.becomes("view.run_list.brushed", None)
    view.lines(24)


def test_missing_values_have_a_lane(show):
    """Trials without a value run through a lane that can be brushed, alone or with others."""
    view = show()

    view.button("Missing dropout").click()
    view.lines(3)
    view.becomes("view.brush", {"dropout": {"values": [None], "missing": True}})
    view.drag(view.out.get_by_role("slider", name="Brush dropout"), (0.5, 0.01), (0.5, 0.99))
    view.lines(24)
    view.button("Missing dropout").click()
    view.lines(21)


def test_metric_value_goal_and_best(show):
    """Last, best, mean and at a step change the table; the star follows metric and goal."""
    view = show()
    best = view.out.locator("tr.nbb-listing-row[data-best]")
    expect(best).to_have_attribute("data-trial", BEST)
    frame = f"log.scalars['{BEST}', 'accuracy'].value"

    def cell() -> float:
        return float(best.locator("td[data-key=accuracy]").inner_text().replace("\u2212", "-"))

    value = view.out.get_by_label("Value", exact=True)
    for chosen, expression in (
        ("best", f"float({frame}.max())"),
        ("mean", f"float({frame}.mean(dtype='float64'))"),
        ("last", f"float({frame}[-1])"),
    ):
        value.select_option(chosen)
        view.becomes("view.reduce", chosen)
        expect(best.locator("td[data-key=accuracy]")).to_be_visible()
        expected = pytest.approx(view.value(expression), abs=6e-5)
        view.sees(lambda expected=expected: cell() == expected)
    value.select_option("step")
    view.out.get_by_label("Step value").fill("45")
    view.out.get_by_label("Step value").press("Tab")
    view.becomes("(view.reduce, view.step)", ("step", 45))
    row = view.out.locator(f"tr[data-trial='{BEST}'] td[data-key=accuracy]")
    expect(row).to_have_attribute("title", re.compile("at step 40$"))
    assert float(row.inner_text()) == pytest.approx(view.value(f"float({frame}[4])"), abs=6e-5)
    value.select_option("last")

    view.out.get_by_label("Metric", exact=True).select_option("loss")
    view.becomes("view.metric", "loss")
    lowest = view.value("log.hparams.to_pandas().set_index('trial')['loss'].idxmin()")
    expect(best).to_have_attribute("data-trial", lowest)
    view.menu("loss").get_by_label("Goal of loss").select_option("max")
    view.becomes("view.goals", {"loss": "max"})
    highest = view.value("log.hparams.to_pandas().set_index('trial')['loss'].idxmax()")
    expect(best).to_have_attribute("data-trial", highest)


def test_table_sorts_filters_and_moves_columns(show):
    """Headers sort, menus filter and hide, keys and drags move; Python sees the same."""
    view = show("panes=['table']")
    view.button("Sort by accuracy").click()
    view.becomes("view.sort", ["accuracy"])
    view.button("Sort by accuracy").click()
    view.becomes("view.sort", ["-accuracy"])
    accuracy = [float(text) for text in view.cells("accuracy") if text[-1].isdigit()]
    assert accuracy == sorted(accuracy, reverse=True)
    names = view.value("view.data['trial'].tolist()")
    view.sees(lambda: view.rows() == names[: len(view.rows())])
    view.button("Sort by optimizer").click()
    view.button("Sort by lr").click(modifiers=["Shift"])
    view.becomes("view.sort", ["optimizer", "lr"])
    view.sees(lambda: view.rows()[0] == "lr=0.0001,adam,32")

    menu = view.menu("lr")
    menu.get_by_label("lr at least").fill("0.001")
    menu.get_by_label("lr at least").press("Enter")
    view.becomes("view.filters", {"lr": {"low": 0.001, "high": None}})
    view.becomes("len(view.data)", 18)
    view.page.keyboard.press("Escape")
    menu = view.menu("optimizer")
    menu.get_by_label("sgd (8)").uncheck()
    view.becomes("len(view.data)", 12)
    menu.get_by_label("Filter optimizer").fill("^RMS")
    view.becomes("len(view.data)", 6)
    view.sees(lambda: set(view.cells("optimizer")) == {"rmsprop"})
    view.page.keyboard.press("Escape")
    chips = view.out.get_by_role("group", name="lr condition")
    chips.get_by_role("button", name="Clear lr").click()
    view.becomes("list(view.filters)", ["optimizer"])
    view.menu("optimizer").get_by_role("button", name="Show all optimizer").click()
    view.becomes("view.filters", {})
    view.page.keyboard.press("Escape")

    view.menu("units").get_by_role("button", name="Hide units").click()
    view.sees(lambda: "units" not in view.heads())
    view.becomes("'units' in (view.hidden or [])", True)  # noqa: FBT003
    view.becomes("'units' in view.data", False)  # noqa: FBT003
    view.button("Sort by loss").focus()
    view.page.keyboard.press("Alt+ArrowLeft")
    view.sees(lambda: view.heads().index("loss") + 1 == view.heads().index("accuracy"))
    view.becomes("list(view.data)", view.heads())
    dropout, lr = (
        view.out.locator(f"th[data-key={key}] .nbb-listing-sort") for key in ("dropout", "lr")
    )
    source, target = dropout.bounding_box(), lr.bounding_box()
    assert source is not None
    assert target is not None
    view.page.mouse.move(source["x"] + 5, source["y"] + 5)
    view.page.mouse.down()
    view.page.mouse.move(target["x"] + target["width"] + 30, target["y"] + 5, steps=4)
    view.page.mouse.up()
    view.sees(lambda: view.heads().index("dropout") == view.heads().index("lr") + 1)
    view.button("Columns").click()
    view.out.get_by_label("batch_size").check()
    view.sees(lambda: "batch_size" in view.heads())
    view.button("Show columns that differ").click()
    view.becomes("view.hidden", None)


def test_axes_have_scales_an_order_and_colours(show):
    """Scale, colour and order of axes by menu, drag and keys; panes fold."""
    view = show()
    ticks = view.out.locator(".nbb-hp-axis[data-key=dropout] .nbb-hp-ticks text")
    linear = ticks.all_inner_texts()
    view.button("Axis dropout").click()
    view.out.get_by_label("Scale of dropout").select_option("quantile")
    view.becomes("view.scales", {"dropout": "quantile"})
    view.sees(lambda: ticks.all_inner_texts() != linear)
    view.out.get_by_text("Colour lines by this").click()
    view.becomes("view.color", "dropout")
    view.page.keyboard.press("Escape")
    swatch = view.out.locator(f"tr[data-trial='{BEST}'] .nbb-listing-check")
    before = swatch.get_attribute("style")
    view.button("Columns").click()
    view.out.get_by_label("Colour", exact=True).select_option("run")
    view.becomes("view.color", "run")
    view.sees(lambda: swatch.get_attribute("style") != before)
    color = view.value("view.run_list.color('lr=0.01,rmsprop,64')")
    view.sees(lambda: color in (swatch.get_attribute("style") or ""))
    view.page.keyboard.press("Escape")

    assert view.axes()[0] == "augment"
    view.button("Axis augment").focus()
    view.page.keyboard.press("Alt+ArrowRight")
    view.sees(lambda: view.axes()[:2] == ["dropout", "augment"])
    name = view.button("Axis loss")
    box = name.bounding_box()
    first = view.button("Axis dropout").bounding_box()
    assert box is not None
    assert first is not None
    view.page.mouse.move(box["x"] + 10, box["y"] + 8)
    view.page.mouse.down()
    view.page.mouse.move(first["x"] - 20, box["y"] + 8, steps=5)
    view.page.mouse.up()
    view.sees(lambda: view.axes()[0] == "loss")
    view.becomes("view.columns.index('loss') < view.columns.index('dropout')", True)  # noqa: FBT003

    view.button("Table").click()
    view.button("Parallel coordinates").click()
    view.button("Scatter").click()
    view.becomes("view.panes", ["scatter"])
    expect(view.out.locator("table.nbb-listing")).to_have_count(0)
    cell = view.out.get_by_role("img", name="accuracy over lr")
    view.drag(cell, (0.4, 0.02), (0.99, 0.98))
    view.becomes("sorted(view.brush)", ["accuracy", "lr"])
    view.becomes("set(view.selection['lr']) <= {0.01, 0.1}", True)  # noqa: FBT003
    expect(view.out.get_by_role("group", name="accuracy condition")).to_be_visible()
    cell.click()
    view.becomes("view.brush", {})


def test_row_opens_its_curves_and_keys_go_from_row_to_row(show):
    """A click or Enter shows a chart a metric; arrows move between rows and along a curve."""
    view = show()
    row = view.out.locator(f"tr[data-trial='{BEST}']")
    row.click()
    view.becomes("view.opened", [BEST])
    curves = view.out.get_by_role("region", name=f"Curves of {BEST}")
    expect(curves.locator("canvas")).to_have_count(2)
    expect(curves.get_by_text("30 points").first).to_be_visible()
    chart = curves.get_by_role("slider", name="Curve of accuracy")
    chart.focus()
    view.page.keyboard.press("ArrowLeft")
    expect(curves.locator("output").first).to_contain_text("280:")

    row.focus()
    view.page.keyboard.press("Enter")
    expect(curves).to_have_count(0)
    view.page.keyboard.press("ArrowDown")
    expect(view.out.locator("tr:focus")).not_to_have_attribute("data-trial", BEST)
    view.page.keyboard.press("End")
    expect(view.out.locator("tr:focus")).to_have_attribute("aria-rowindex", "25")
    view.page.keyboard.press("Space")
    view.becomes("len(view.opened)", 1)


def test_runs_that_are_unchecked_or_filtered_leave(show):
    """A row's box takes its trial out of the charts, the filter out of the table too."""
    view = show()
    view.out.get_by_role("checkbox", name="lr=0.0001,adam,32").uncheck()
    view.lines(23)
    view.becomes("view.run_list.hidden", ["lr=0.0001,adam,32"])
    view.becomes("len(view.data)", 23)
    view.page.keyboard.press("/")
    view.out.get_by_label("Filter runs").fill("rmsprop")
    view.lines(8)
    view.becomes("len(view.data)", 8)


def test_python_sets_what_the_page_shows(show):
    """Every option set in Python is on screen at once."""
    view = show()
    view.notebook.execute(
        "view.brush = {'lr': (1e-3, 1e-2), 'optimizer': {'adam'}}; view.filters = {'units': [64]};"
        "view.sort = ['-lr']; view.metric = 'loss'; view.only_brushed = True;"
        "view.opened = ['lr=0.01,adam,64']; view.columns = ['trial', 'loss']"
    )
    view.lines(2)
    expect(view.out.locator("tr.nbb-listing-row")).to_have_count(2)
    view.sees(lambda: view.rows() == ["lr=0.01,adam,64", "lr=0.001,adam,64"])
    view.sees(lambda: view.heads()[:2] == ["trial", "loss"])
    expect(view.out.get_by_label("Metric", exact=True)).to_have_value("loss")
    expect(view.out.get_by_role("region", name="Curves of lr=0.01,adam,64")).to_be_visible()
    assert view.value("view.selection['trial'].tolist()") == view.rows()


def test_downloads_hold_what_is_brushed(show, tmp_path):
    """CSV, JSON and LaTeX have the brushed trials in the table's order."""
    view = show("brush={'lr': (1e-2, 1e-2), 'optimizer': {'adam'}}, sort=['-units']")
    texts = {}
    view.button("Download").click()
    for name in ("CSV", "JSON", "LaTeX"):
        with view.page.expect_download() as info:
            view.button(f"Download {name}").click()
        info.value.save_as(tmp_path / name)
        texts[name] = (tmp_path / name).read_text("utf-8")

    lines = texts["CSV"].splitlines()
    assert lines[0].startswith("trial,augment,dropout,lr,optimizer,units,accuracy")
    assert [line.split('"')[1] for line in lines[1:]] == ["lr=0.01,adam,64", "lr=0.01,adam,32"]
    records = json.loads(texts["JSON"])
    frame = "log.hparams.to_pandas().set_index('trial')"
    assert records[0]["accuracy"] == view.value(
        f"float({frame}.loc['lr=0.01,adam,64', 'accuracy'])"
    )
    assert r"lr=0.01,adam,64 & " in texts["LaTeX"]
    assert r"\bottomrule" in texts["LaTeX"]


def test_panes_have_the_size_that_is_chosen(show):
    """Grips set height and share by drag and keys, Python the height; all columns stay in line."""
    view = show()
    table = view.out.locator(".nbb-listing-box")
    grip = view.out.get_by_role("separator", name="Height of the panes")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    assert box is not None
    view.page.mouse.move(box["x"] + 200, box["y"] + 3)
    view.page.mouse.down()
    view.page.mouse.move(box["x"] + 200, box["y"] + 103, steps=4)
    view.page.mouse.up()
    view.becomes("view.height", 500)
    view.sees(lambda: table.bounding_box()["height"] == 500)
    view.sees(lambda: view.out.locator(".nbb-hp-parallel").bounding_box()["height"] == 500)
    grip.focus()
    view.page.keyboard.press("ArrowUp")
    view.becomes("view.height", 476)
    view.page.keyboard.press("Home")
    view.becomes("view.height", None)
    view.notebook.execute("view.height = 240")
    view.sees(lambda: table.bounding_box()["height"] == 240)
    wide = table.bounding_box()["width"]
    view.out.get_by_role("separator", name="Width of the table").press("ArrowLeft")
    view.sees(lambda: table.bounding_box()["width"] < wide - 10)
    # Points are in line: what a number lacks behind its own is kept free.
    texts = view.out.locator("td[data-key=dropout]").evaluate_all(
        """cells => cells.filter(cell => /\\d/.test(cell.innerText)).map(cell => {
          const range = document.createRange();
          range.setStart(cell.firstChild, 0);
          range.setEnd(cell.firstChild, cell.innerText.indexOf("."));
          return range.getBoundingClientRect().right; })"""
    )
    assert len(texts) > 5
    assert max(texts) - min(texts) < 1


def test_looks_right_in_both_themes_and_small(show, notebook):
    """Nothing overflows the cell at 320 pixels; pictures are taken for eyes."""
    view = show("panes=['table', 'parallel', 'scatter'], brush={'lr': (1e-3, 1e-2)}")
    notebook.screenshot("hparams-light", of=view.out)
    notebook.set_theme("dark")
    view.out.locator(".nbb-root[data-theme=dark]").wait_for()
    view.page.wait_for_timeout(700)
    notebook.screenshot("hparams-dark", of=view.out)
    notebook.set_theme("light")
    root = view.out.locator(".nbb-root")
    root.evaluate("element => { element.style.width = '320px' }")
    view.painted()
    wide = root.evaluate(
        "e => [...e.querySelectorAll('.nbb-bar, .nbb-hp-legend')].map(n => n.scrollWidth)"
    )
    assert max(wide) <= 320
    notebook.screenshot("hparams-small", of=root)
    root.evaluate("element => { element.style.width = '' }")
