"""Every control of the scalars view, in a real JupyterLab and in Notebook 7."""

from __future__ import annotations

import csv
import io
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from playwright.sync_api import Browser, expect
from tensorboardX import SummaryWriter

import nbboard
from nbboard.views.smoothing import smooth
from tests.browser.notebook_page import APPS, NotebookPage, wait_until
from tests.browser.scalars_page import ScalarsPage, table

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer

RUNS = ["lr=0.01,seed=1", "lr=0.01,seed=2", "lr=0.1,seed=1"]
COLORS = {"lr=0.01,seed=1": "#0072b2", "lr=0.01,seed=2": "#e69f00", "lr=0.1,seed=1": "#009e73"}
TAGS = ["accuracy", "loss/train", "loss/validation", "lr"]
DEFAULTS: dict[str, Any] = {
    "smoothing": 0.6,
    "smoothing_method": "ema",
    "x": "step",
    "x_scale": "linear",
    "y_scale": "linear",
    "ignore_outliers": True,
    "restarts": "latest",
    "tag_filter": "",
    "pinned": [],
    "card_size": "medium",
    "tooltip_sort": "nearest_y",
    "link_zoom": True,
    "x_range": None,
    "step_selection": [],
    "right_axis": {},
    "center": "mean",
    "band": "std",
}
RUN_DEFAULTS: dict[str, Any] = {
    "filter": "",
    "hidden": [],
    "only": None,
    "attention": "",
    "colors": {},
    "color_by": "run",
    "group_by": "",
}


def write(folder: Path) -> None:
    """Three runs that can be told apart; the last one was restarted."""
    for k, run in enumerate(RUNS):
        rng = np.random.default_rng(k)
        writer = SummaryWriter(str(folder / run))
        for i in range(200):
            time = 1_700_000_000 + 60 * i + k
            fall = math.exp(-i / 60)
            writer.add_scalar("loss/train", fall + k + rng.normal(0, 0.05), i, walltime=time)
            writer.add_scalar("loss/validation", fall + k, i, walltime=time)
            writer.add_scalar("accuracy", 1 - fall - 0.1 * k, i, walltime=time)
            writer.add_scalar("lr", 0.1 * 0.99**i, i, walltime=time)
        writer.close()
    writer = SummaryWriter(str(folder / RUNS[2]), filename_suffix=".again")
    for i in range(150, 200):
        writer.add_scalar("accuracy", 0.5, i, walltime=1_700_100_000 + i)
    writer.close()


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Their folder."""
    folder = tmp_path_factory.mktemp("scalars")
    write(folder)
    return folder


@pytest.fixture(scope="module", params=APPS)
def shared(browser: Browser, request: pytest.FixtureRequest, logs: Path) -> Iterator[ScalarsPage]:
    """One page for all tests of this file."""
    server: JupyterServer = request.getfixturevalue(request.param)
    context = browser.new_context(
        viewport={"width": 1300, "height": 1000}, locale="en-GB", timezone_id="UTC"
    )
    cells = [
        f"import nbboard\nlog = nbboard.open({str(logs)!r})",
        "view = log.scalars.view(palette='colorblind')\nview",
    ]
    notebook = NotebookPage(context.new_page(), server, server.write("scalars.ipynb", cells))
    if server.app == "lab":
        notebook.hide_sidebars()
    notebook.run_all()
    yield ScalarsPage(notebook, 1)
    context.close()
    server.end_sessions()


@pytest.fixture
def view(shared: ScalarsPage) -> Iterator[ScalarsPage]:
    """The view as it was at first; afterwards no error was seen."""
    lines = [f"view.{name} = {value!r}" for name, value in DEFAULTS.items()]
    lines += [f"view.run_list.{name} = {value!r}" for name, value in RUN_DEFAULTS.items()]
    # A range set by Python ends the history that Escape goes back through.
    shared.notebook.execute("\n".join(["view.x_range = [0, 1]", *lines]))
    shared.page.mouse.move(2, 2)
    shared.settle()
    yield shared
    assert shared.notebook.errors == []
    assert shared.notebook.foreign == []


def test_the_cell_shows_every_tag_and_run(view: ScalarsPage) -> None:
    """Cards in natural order under their groups, a line in the colour of each run."""
    view.expect_tags(TAGS)

    for run in RUNS:
        expect(view.run_box(run)).to_be_checked()
        assert view.pixels("loss/validation", COLORS[run]) > 50
    heads = view.root.locator(".nbb-group-head").all_inner_texts()
    assert [head.split()[0] for head in heads] == ["loss"]
    assert view.trait("runs") == RUNS
    expect(view.card("loss/train")).to_contain_text("600 points")


def test_smoothing_is_the_formula_on_screen(view: ScalarsPage, logs: Path) -> None:
    """The slider and the box set the trait, the line changes, the tooltip has the value."""
    view.changes("loss/train", lambda: view.slide(0.9))
    view.expect_trait("smoothing", 0.9)
    view.hover("loss/train", 0.5)

    rows = view.tooltip

    log = nbboard.open(str(logs))
    for row in rows:
        series = log.scalars[row["run"], "loss/train"]
        at = int(row["step"])
        expected = smooth(series.value, weight=0.9)[at]
        assert float(row["smoothed"].replace("\u2212", "-")) == pytest.approx(expected, rel=2e-3)
        assert float(row["value"].replace("\u2212", "-")) == pytest.approx(
            series.value[at], rel=2e-3
        )
    number = view.root.get_by_label("Smoothing value", exact=True)
    number.fill("0.25")
    number.press("Enter")
    view.expect_trait("smoothing", 0.25)
    view.changes("loss/train", lambda: view.set_trait("smoothing", 0.0))
    expect(view.smoothing).to_have_value("0")


@pytest.mark.parametrize("method", ["twema", "gaussian", "mean"])
def test_other_ways_to_smooth(view: ScalarsPage, method: str) -> None:
    """Each draws another line than TensorBoard's."""
    view.changes("loss/train", lambda: view.setting("Smoothing method", method))

    view.expect_trait("smoothing_method", method)


def test_tags_are_found_by_pattern(view: ScalarsPage) -> None:
    """The filter is a regular expression, in any case; half a pattern hides nothing."""
    box = view.box("Filter tags")
    box.fill("LOSS/(train|x)")
    view.expect_tags(["loss/train"])
    view.expect_trait("tag_filter", "LOSS/(train|x)")
    view.expect_trait("data.tag.drop_duplicates().tolist()", ["loss/train"])
    box.fill("(")
    view.expect_tags(TAGS)
    expect(box).to_have_attribute("aria-invalid", "true")
    box.fill("nothing like it")
    expect(view.root.get_by_text("No tag matches")).to_be_visible()
    box.press("Escape")
    view.expect_tags(TAGS)


def test_runs_are_filtered_hidden_and_singled_out(view: ScalarsPage) -> None:
    """Filter, checkboxes and "only" change the lines, the traits and the data."""
    gone = RUNS[0]
    view.changes("loss/validation", lambda: view.run_box(gone).uncheck())
    wait_until(lambda: view.pixels("loss/validation", COLORS[gone]) == 0, "the line is gone")
    view.expect_trait("run_list.hidden", [gone])
    view.expect_trait("shown_runs", RUNS[1:])

    view.run_box(RUNS[2]).hover()
    view.changes("loss/validation", lambda: view.button(f"Only {RUNS[2]}").click())
    view.expect_trait("shown_runs", [RUNS[2]])
    view.run_box(RUNS[2]).hover()
    view.button(f"Only {RUNS[2]}").click()
    view.expect_trait("shown_runs", RUNS)

    view.changes("loss/validation", lambda: view.box("Filter runs").fill("SEED=2"))
    expect(view.run_box(RUNS[0])).to_have_count(0)
    view.expect_trait("shown_runs", [RUNS[1]])
    view.box("Filter runs").fill("")
    every = view.root.get_by_role("checkbox", name="All runs", exact=True)
    every.uncheck()
    expect(view.card("loss/train").get_by_text("No run is checked")).to_be_visible()
    every.check()
    view.expect_trait("shown_runs", RUNS)


def test_colours_are_picked_and_follow_patterns(view: ScalarsPage) -> None:
    """A picked colour is drawn at once; a pattern gives runs of one kind one colour."""
    picker = view.root.get_by_label(f"Colour of {RUNS[0]}", exact=True)
    view.changes("loss/validation", lambda: picker.fill("#ff0000"))
    wait_until(lambda: view.pixels("loss/validation", "#ff0000") > 50, "the line is red")
    view.expect_trait("run_list.colors", {RUNS[0]: "#ff0000"})
    view.set_trait("run_list.colors", {})

    view.setting("Colour by", "regex:", "Colours and groups")
    view.button("Colours and groups").click()
    view.box("Colour pattern").fill("lr=([^,]+)")
    view.page.keyboard.press("Escape")
    wait_until(
        lambda: view.pixels("loss/validation", COLORS[RUNS[2]]) == 0, "another colour is drawn"
    )
    view.expect_trait("run_list.color_by", "regex:lr=([^,]+)")
    view.changes(
        "loss/validation", lambda: view.setting("Palette", "tensorboard", "Colours and groups")
    )
    view.setting("Palette", "colorblind", "Colours and groups")


def test_seeds_become_a_line_with_a_band(view: ScalarsPage) -> None:
    """Runs of one group are one line; the tooltip says how many, and its band."""
    view.set_trait("band", "minmax")
    view.changes("loss/validation", lambda: view.set_trait("run_list.group_by", "regex:lr=[^,]+"))
    view.hover("loss/validation", 0.5)
    rows = {row["run"]: row for row in view.tooltip}
    assert rows.keys() == {"lr=0.01", "lr=0.1"}
    assert rows["lr=0.01"]["band"].endswith("n = 2")
    low, high = re.findall(r"[\d.]+", rows["lr=0.01"]["band"])[:2]
    assert float(high) - float(low) == pytest.approx(1, abs=0.02)

    for band in ("std", "se", "ci95", "none"):
        view.changes("loss/validation", lambda band=band: view.select("Band of a group", band))
        view.expect_trait("band", band)
    view.setting("Line of a group", "median")
    view.expect_trait("center", "median")


def test_a_narrow_window_has_the_whole_tooltip(view: ScalarsPage) -> None:
    """No column is cut off: those that have no room are left out, the value never."""
    view.page.set_viewport_size({"width": 420, "height": 900})
    view.hover("loss/train", 0.5)
    tip = view.root.locator(".nbb-tip")

    expect(tip).to_be_visible()
    wide, shown, right = tip.evaluate(
        "tip => [tip.scrollWidth, tip.clientWidth, tip.getBoundingClientRect().right]"
    )
    heads = tip.locator("th:visible").all_inner_texts()
    view.page.set_viewport_size({"width": 1280, "height": 900})
    assert wide <= shown
    assert right <= 420
    assert heads[1:] == ["run", "smoothed", "value", "step"]


@pytest.mark.parametrize("x", ["relative", "wall", "order", "lr"])
def test_the_x_axis_can_be_time_or_another_tag(view: ScalarsPage, x: str) -> None:
    """Each choice is drawn and set; the tooltip follows."""
    view.changes("accuracy", lambda: view.select("X axis", x))

    view.expect_trait("x", x)
    view.hover("accuracy", 0.5)
    assert len(view.tooltip) == 3


def test_axes_can_be_logarithmic(view: ScalarsPage) -> None:
    """X and y for all cards, and y for one."""
    view.changes("loss/validation", lambda: view.select("Y scale", "log"))
    view.expect_trait("y_scale", "log")
    view.changes("loss/validation", lambda: view.setting("X scale", "log"))
    view.expect_trait("x_scale", "log")
    view.set_trait("x_scale", "linear")
    view.select("Y scale", "linear")
    view.settle()
    lr = view.picture("lr")
    view.chart("accuracy").hover()
    view.changes("accuracy", lambda: view.button("Log scale of accuracy").click())
    assert view.picture("lr") == lr
    view.select("Y scale", "log")
    view.select("Y scale", "linear")


def test_a_drag_zooms_all_cards_and_escape_undoes(view: ScalarsPage) -> None:
    """Linked along x, with shift y too; double click resets, Escape goes one back."""
    before = view.picture("lr")
    view.drag("loss/train", (0.4, 0.6))
    low, high = view.until("x_range", bool)
    assert 50 < low < high < 150
    wait_until(lambda: view.picture("lr") != before, "the other card is zoomed, too")
    view.drag("loss/train", (0.4, 0.6))
    inner = view.until("x_range", lambda found: found != [low, high])
    assert low < inner[0] < inner[1] < high
    view.chart("loss/train").press("Escape")
    view.expect_trait("x_range", [low, high])
    view.page.mouse.dblclick(*view.place("loss/train", 0.5))
    view.expect_trait("x_range", None)
    view.shows("lr", before)

    view.page.keyboard.down("Shift")
    view.changes("loss/train", lambda: view.drag("loss/train", (0.4, 0.6), (0.3, 0.6)))
    view.page.keyboard.up("Shift")
    view.until("x_range", bool)
    view.chart("loss/train").hover()
    view.button("Reset zoom of loss/train").click()
    view.expect_trait("x_range", None)


def test_the_wheel_zooms_with_ctrl_only(view: ScalarsPage) -> None:
    """A plain wheel scrolls the page; with ctrl it zooms around the pointer."""
    view.hover("accuracy", 0.5)
    view.page.mouse.wheel(0, -100)
    view.settle()
    assert view.trait("x_range") is None
    view.hover("accuracy", 0.5)
    view.page.keyboard.down("Control")
    view.page.mouse.wheel(0, -100)
    view.page.keyboard.up("Control")
    view.settle()
    low, high = view.until("x_range", bool)
    assert 0 < low < high < 199


def test_cards_can_be_zoomed_one_by_one(view: ScalarsPage) -> None:
    """Without the link a zoom is of its card only."""
    view.setting("Zoom all cards together", value=False)
    before = view.picture("lr")
    view.drag("accuracy", (0.4, 0.6))
    assert view.trait("x_range") is None
    assert view.picture("lr") == before
    view.page.mouse.dblclick(*view.place("accuracy", 0.5))
    view.settle()


def test_the_tooltip_has_every_order(view: ScalarsPage) -> None:
    """Names or values, up or down, or by nearness to the pointer."""
    view.set_trait("smoothing", 0.0)
    orders = {}
    for sort in ("default", "alphabetical", "ascending", "descending", "nearest", "nearest_y"):
        view.setting("Tooltip order", sort)
        view.hover("loss/validation", 0.5, 0.9)
        orders[sort] = [row["run"] for row in view.tooltip]
        view.page.mouse.move(2, 2)

    assert orders["default"] == orders["alphabetical"] == RUNS
    assert orders["ascending"] == RUNS
    assert orders["descending"] == RUNS[::-1]
    assert orders["nearest_y"][0] == orders["nearest"][0] == RUNS[0]


def test_the_tooltip_says_when(view: ScalarsPage) -> None:
    """Step, time since the start, and wall time in the reader's zone."""
    view.hover("accuracy", 0.4)

    row = next(row for row in view.tooltip if row["run"] == RUNS[0])

    step = int(row["step"])
    hours, minutes = divmod(step, 60)
    expected = f"{hours} h {minutes} min" if hours else f"{minutes} min"
    assert row["relative"] == expected.replace(" 0 min", "")
    assert row["time"].startswith("2023-11-1")


def test_keys_do_what_the_mouse_does(view: ScalarsPage) -> None:
    """Arrows go from point to point, Enter selects, plus zooms, Escape undoes, / filters."""
    chart = view.chart("accuracy")
    chart.focus()
    chart.press("Home")
    chart.press("ArrowRight")
    chart.press("ArrowRight")
    wait_until(lambda: {row["step"] for row in view.tooltip} == {"2"}, "two steps on")
    expect(view.card("accuracy").locator("output")).to_have_text(
        re.compile(rf"^2\. .*{re.escape(RUNS[0])}", re.DOTALL)
    )
    chart.press("Enter")
    view.expect_trait("step_selection", [2])
    chart.press("+")
    view.until("x_range", bool)
    chart.press("Escape")
    view.expect_trait("x_range", None)
    chart.press("Escape")
    view.expect_trait("step_selection", [])
    chart.press("/")
    expect(view.box("Filter tags")).to_be_focused()


def test_a_screen_reader_has_the_values(view: ScalarsPage, logs: Path) -> None:
    """A table beside each chart: last, least and greatest value of every run."""
    log = nbboard.open(str(logs))

    for row in view.reader_table("loss/validation"):
        series = log.scalars[row["run"], "loss/validation"]
        assert row["last step"] == "199"
        assert float(row["last value"]) == pytest.approx(series.value[-1], rel=1e-3)
        assert float(row["greatest"]) == pytest.approx(series.value.max(), rel=1e-3)


def test_a_selected_step_and_range_have_a_table(view: ScalarsPage, logs: Path) -> None:
    """A click selects a step, a click with shift a range; both are in view.selection."""
    view.page.mouse.click(*view.place("loss/train", 0.3))
    view.page.mouse.move(2, 2)
    found = view.root.get_by_role("table", name="Selection of loss/train", exact=True)
    found.wait_for()
    assert [row[1] for row in table(found)[1:]] == RUNS
    (first,) = view.until("step_selection", bool)

    view.page.keyboard.down("Shift")
    view.page.mouse.click(*view.place("loss/train", 0.7))
    view.page.keyboard.up("Shift")
    view.settle()
    start, end = view.until("step_selection", lambda steps: len(steps) == 2)
    assert start == first < end
    head, *rows = table(found)
    log = nbboard.open(str(logs))
    for cells in rows:
        row = dict(zip(head, cells, strict=True))
        value = log.scalars[row["run"], "loss/train"].value[int(start) : int(end) + 1]
        line = smooth(log.scalars[row["run"], "loss/train"].value, weight=0.6)
        line = line[int(start) : int(end) + 1]
        shown = {k: float(v.replace("\u2212", "-")) for k, v in row.items() if k not in ("", "run")}
        assert shown["start value"] == pytest.approx(value[0], rel=1e-3, abs=1e-4)
        assert shown["min"] == pytest.approx(line.min(), rel=1e-3, abs=1e-4)
        assert shown["max"] == pytest.approx(line.max(), rel=1e-3, abs=1e-4)
        assert shown["mean"] == pytest.approx(value.mean(), rel=1e-3, abs=1e-4)
        assert shown["change"] == pytest.approx(line[-1] - line[0], rel=1e-2, abs=1e-4)
    view.until("selection", lambda found: found["steps"] == [start, end])
    view.button("Clear the selected step").click()
    view.expect_trait("step_selection", [])


def test_outliers_and_restarts_are_shown_on_demand(view: ScalarsPage) -> None:
    """Both are hidden at first, as in TensorBoard; the restart's points are counted."""
    expect(view.card("accuracy")).to_contain_text("50 before a restart")

    view.changes("accuracy", lambda: view.setting("Restarts", "keep"))
    view.expect_trait("restarts", "keep")
    view.setting("Restarts", "purge")
    view.expect_trait("restarts", "purge")
    view.setting("Restarts", "keep")
    view.expect_trait("restarts", "keep")
    view.changes("loss/train", lambda: view.setting("Ignore outliers", value=False))
    view.expect_trait("ignore_outliers", value=False)


def test_cards_are_pinned_enlarged_and_folded(view: ScalarsPage) -> None:
    """A pinned card stands first; size and full size change its picture; groups fold."""
    view.chart("lr").hover()
    view.button("Pin lr").click()
    view.expect_tags(["lr", *TAGS])
    view.expect_trait("pinned", ["lr"])
    view.set_trait("pinned", [])
    view.expect_tags(TAGS)

    small = view.chart("lr").bounding_box()
    view.setting("Card size", "large")
    view.expect_trait("card_size", "large")
    large = view.chart("lr").bounding_box()
    assert small is not None
    assert large is not None
    assert large["height"] > small["height"]
    view.set_trait("card_size", "small")
    small = view.chart("loss/train").bounding_box()
    assert small is not None
    view.chart("loss/train").hover()
    view.button("Full size of loss/train").click()
    full = view.chart("loss/train").bounding_box()
    assert full is not None
    assert full["width"] > small["width"]
    view.button("Full size of loss/train").click()

    head = view.root.get_by_role("button", name="loss 2")
    head.click()
    view.expect_tags(["accuracy", "lr"])
    head.click()


def test_another_tag_has_its_own_axis(view: ScalarsPage) -> None:
    """A second tag is drawn dashed against an axis at the right."""
    view.chart("accuracy").hover()
    view.changes(
        "accuracy",
        lambda: view.setting("Second axis of accuracy", "loss/train", "More of accuracy"),
    )

    view.expect_trait("right_axis", {"accuracy": "loss/train"})
    view.hover("accuracy", 0.5)
    assert len(view.tooltip) == 6


@pytest.mark.parametrize("kind", ["CSV", "JSON", "SVG", "PNG"])
def test_a_card_can_be_downloaded(view: ScalarsPage, kind: str, logs: Path) -> None:
    """Data of all runs at once, exactly; pictures with axes and names."""
    view.chart("loss/train").hover()
    view.button("More of loss/train").click()
    with view.page.expect_download() as waiting:
        view.root.get_by_role("button", name=f"Download {kind}", exact=True).click()
    view.page.keyboard.press("Escape")
    file = waiting.value
    assert file.suggested_filename == f"loss_train.{kind.lower()}"
    data = Path(file.path()).read_bytes()

    if kind == "PNG":
        assert data.startswith(b"\x89PNG")
        return
    text = data.decode()
    if kind == "SVG":
        assert all(name in text for name in ("loss/train", *RUNS, ">step<"))
        return
    if kind == "CSV":
        rows = list(csv.DictReader(io.StringIO(text)))
        values = [float(row["value"]) for row in rows if row["run"] == RUNS[1]]
    else:
        found = {series["run"]: series for series in json.loads(text)}
        assert list(found) == RUNS
        values = found[RUNS[1]]["value"]
    expected = nbboard.open(str(logs)).scalars[RUNS[1], "loss/train"].value
    np.testing.assert_array_equal(expected, np.array(values, np.float32))


def test_light_and_dark_follow_without_a_reload(view: ScalarsPage) -> None:
    """The pictures are drawn anew in the host's colours."""
    view.changes("loss/train", lambda: view.notebook.set_theme("dark"))
    dark = view.root.evaluate("e => getComputedStyle(e).backgroundColor")
    view.notebook.screenshot("scalars-dark", of=view.root)
    view.changes("loss/train", lambda: view.notebook.set_theme("light"))
    light = view.root.evaluate("e => getComputedStyle(e).backgroundColor")
    view.notebook.screenshot("scalars-light", of=view.root)

    assert (dark, light) == ("rgb(17, 17, 17)", "rgb(255, 255, 255)")


def test_options_set_in_python_are_seen(view: ScalarsPage) -> None:
    """Each trait that Python sets moves its control."""
    view.notebook.execute("view.smoothing = 0.8; view.x = 'wall'; view.tag_filter = 'lr'")

    expect(view.smoothing).to_have_value("0.8")
    expect(view.root.get_by_label("X axis", exact=True)).to_have_value("wall")
    expect(view.box("Filter tags")).to_have_value("lr")
    view.expect_tags(["lr"])
