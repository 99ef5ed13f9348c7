"""The histograms view in JupyterLab: every control, what hovering tells, files, a busy kernel."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.notebook_page import NotebookPage, wait_until
from tests.views.histogram_logs import bell, write_histograms
from tests.views.hostile_logs import ODD

STEPS = [*range(300), 1000]
DEAD = [(-1, -1e-12, 3), (-1e-12, 1e-12, 990), (1e-12, 1, 7)]
SPIKED = 57


@pytest.fixture(scope="module")
def page(lab, browser):
    """One notebook for all tests of this file."""
    context = browser.new_context(viewport={"width": 1280, "height": 1000}, timezone_id="UTC")
    notebook = lab.write("histograms.ipynb", ["import nbboard"])
    page = NotebookPage(context.new_page(), lab, notebook)
    page.hide_sidebars()
    page.run_all()
    yield page
    page.close()


@pytest.fixture(scope="module")
def view(page, lab):
    """Display a view of two runs of three layers, one of them dead at the end: its output."""
    for run, pace in (("slow", 0.001), ("fast", 0.01)):
        weights = {step: bell(pace * step, 0.5) for step in STEPS}
        weights[SPIKED] = [*weights[SPIKED].tolist(), (90.0, 91.0, 1.0)]
        write_histograms(lab.root / "layers", run, "fc1/weights", weights)
        # Runs begin together: the same moment means the same number of steps.
        few = {step: bell(0, 0.1) for step in (0, 100, 299)}
        write_histograms(lab.root / "layers", run, "fc2/weights", few)
        ends = {0: bell(), 100: bell(), 299: DEAD}
        write_histograms(lab.root / "layers", run, "fc3/activations", ends)
    opening = "log = nbboard.open('layers', progress=False)\nv = log.histograms.view()\nv"
    output = page.output(page.add_cell(opening))
    assert page.error_outputs() == []
    expect(card(output, "slow", "fc1/weights").locator(".nbb-histogram")).to_be_visible()
    return output


def card(output, run, tag):
    """Return the card of a series."""
    return output.get_by_role("figure", name=f"{run}, {tag}")


def trait(page, name, value):
    """Wait until Python has what was set in the page."""
    wait_until(lambda: page.execute(f"print(repr(v.{name}))").strip() == repr(value), f"v.{name}")


def tip(output):
    """Return what hovering shows."""
    return output.locator(".nbb-tip")


def point(output, picture, *, across, down):
    """Move the pointer to a place in a picture, given in parts of its size."""
    picture.scroll_into_view_if_needed()
    box = picture.bounding_box()
    output.page.mouse.move(box["x"] + 2, box["y"] + 2)
    output.page.mouse.move(box["x"] + across * box["width"], box["y"] + down * box["height"])


def test_the_first_picture_is_a_map_of_all_steps_and_one_histogram(page, view):
    """At most 200 steps of many; hovering tells the exact bucket, a click goes to the step."""
    picture = card(view, "fast", "fc1/weights").locator(".nbb-histogram")
    wait_until(lambda: 100 < int(picture.get_attribute("data-columns")) <= 200, "the columns")
    expect(picture).to_have_attribute("aria-label", re.compile("400 values from"))
    page.screenshot("histograms", of=view)

    point(view, picture, across=0.11, down=0.55)
    expect(tip(view)).to_contain_text("bucket")
    expect(tip(view)).to_contain_text("of 400")
    picture.click(position={"x": 60, "y": 60})
    wait_until(lambda: page.execute("print(v.step)").strip() not in ("None", "1000"), "the step")
    step = page.execute("print(v.step)").strip()
    expect(card(view, "fast", "fc1/weights")).to_contain_text(f"step {step}")
    point(view, picture, across=0.5, down=0.9)
    expect(tip(view)).to_contain_text(f"step{step}")
    view.get_by_role("button", name="Follow the latest step").click()
    trait(page, "step", None)
    assert page.errors == []


def test_layers_are_judged_and_a_click_opens_one(page, view):
    """The dead layer is flagged with its share of zeros; Escape shows all again."""
    layers = view.get_by_role("region", name="Layers of fast")
    expect(layers).to_contain_text("1 of 3 flagged: 1 dead")
    dead = layers.get_by_role("button", name="Open fc3/activations: dead")
    expect(dead).to_contain_text("99 % zero")
    layers.get_by_role("combobox", name="Run whose layers are shown").select_option("slow")
    trait(page, "layers_run", "slow")

    layers = view.get_by_role("region", name="Layers of slow")
    layers.get_by_role("button", name="Open fc1/weights").click()
    expect(view.locator(".nbb-histogram")).to_have_count(1)
    view.page.keyboard.press("Escape")
    expect(card(view, "slow", "fc3/activations")).to_be_visible()
    view.get_by_role("button", name="Hide the health of layers").click()
    trait(page, "layers", value=False)
    assert page.errors == []


def test_percentiles_of_all_steps_miss_no_extreme(page, view):
    """The kernel reads every step: one that lies between those of the map is told, too."""
    view.get_by_role("combobox", name="Picture").select_option("percentiles")
    trait(page, "show", "percentiles")
    picture = card(view, "fast", "fc1/weights").locator(".nbb-histogram")
    wait_until(lambda: int(picture.get_attribute("data-bands")) == len(STEPS), "all steps")
    page.screenshot("histograms-percentiles", of=view)

    point(view, picture, across=0.3, down=0.4)
    expect(tip(view)).to_contain_text("median")
    expect(tip(view)).to_contain_text("93.32 %")
    assert page.errors == []


def test_outlines_bins_and_axes(page, view):
    """TensorBoard's charts and bins, both axes of values, three of steps, by mouse and by key."""
    fast = card(view, "fast", "fc1/weights")
    for show in ("offset", "overlay"):
        view.get_by_role("combobox", name="Picture").select_option(show)
        trait(page, "show", show)
    view.get_by_role("checkbox", name="TensorBoard's bins").check()
    trait(page, "bins", "tensorboard")
    point(view, fast.locator(".nbb-histogram"), across=0.15, down=0.8)
    expect(tip(view)).to_contain_text("bin")
    page.screenshot("histograms-overlay", of=view)

    view.get_by_role("button", name="More options").click()
    menu = view.get_by_role("region", name="More options")
    menu.get_by_role("combobox", name="Values").select_option("linear")
    trait(page, "values", "linear")
    for place in ("relative", "wall", "step"):
        menu.get_by_role("combobox", name="Steps at").select_option(place)
        trait(page, "x", place)
    menu.get_by_role("checkbox", name="Show the health of layers").check()
    trait(page, "layers", value=True)
    view.page.keyboard.press("Escape")
    fast.focus()
    for key, name, value in (
        ("v", "values", "symlog"),
        ("b", "bins", "logged"),
        ("p", "show", "heat"),
    ):
        view.page.keyboard.press(key)
        trait(page, name, value)
    view.page.keyboard.press("Enter")
    wait_until(lambda: "fast" in page.execute("print(v.selection.run.tolist())"), "the pick")
    assert page.errors == []


def test_runs_stand_over_each_other(page, view):
    """As densities and cumulative; a table names each, hovering tells each one's bucket."""
    for compare in ("density", "cumulative"):
        view.get_by_role("combobox", name="Runs", exact=True).select_option(compare)
        trait(page, "compare", compare)
        together = view.get_by_role("figure", name="fc1/weights: runs at one step")
        expect(together.locator(".nbb-legend tbody tr")).to_have_count(2)
        point(view, together.locator(".nbb-histogram"), across=0.3, down=0.5)
        expect(tip(view)).to_contain_text("slow")
        page.screenshot(f"histograms-{compare}", of=view)
    view.get_by_role("combobox", name="Runs", exact=True).select_option("off")
    expect(card(view, "slow", "fc1/weights")).to_be_visible()
    assert page.errors == []


def test_the_files_of_a_card_hold_what_was_logged(page, view):
    """Its buckets to the last digit, and its picture."""
    fast = card(view, "fast", "fc2/weights")
    fast.scroll_into_view_if_needed()
    fast.hover()
    with view.page.expect_download() as started:
        fast.get_by_role("button", name="Download buckets as CSV").click()
    table = list(csv.DictReader(Path(started.value.path()).read_text("utf-8").splitlines()))
    for step in (0, 100, 299):
        rows = [row for row in table if row["step"] == str(step)]
        got = [[float(row[name]) for name in ("left", "right", "count")] for row in rows]
        assert np.array_equal(got, bell(0, 0.1))
    with view.page.expect_download() as started:
        fast.get_by_role("button", name="Download picture as PNG").click()
    assert Path(started.value.path()).read_bytes()[:4] == b"\x89PNG"
    assert page.errors == []


def test_it_moves_and_grows_while_a_cell_runs(page, view, lab):
    """The slider finds its steps, and what is logged meanwhile is shown."""
    busy = page.run_busy_cell()
    try:
        write_histograms(lab.root / "layers", "fast", "fc2/weights", {400: bell(7, 0.1)})
        fast = card(view, "fast", "fc2/weights")
        expect(fast).to_contain_text("step 400")
        fast.focus()
        view.page.keyboard.press("Home")
        expect(fast).to_contain_text("step 0")
        view.page.keyboard.press("End")
    finally:
        page.end_busy_cell(busy)
    assert page.errors == []


def test_hostile_names_and_odd_buckets_do_nothing(page, lab):
    """Names are text in cards, layers, legends and tips; no dialog, no request, no error."""
    dialogs = []
    page.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    before = list(page.foreign)
    odd = [(np.nan, 1, 2), (1, 2, np.inf), (-1e20, 1e20, 3)]
    for number, name in enumerate(ODD):
        logged = {0: bell(), 1: odd, 2: []}
        write_histograms(lab.root / "odd", f"run{number}", name or "tag", logged)
    code = "w = nbboard.open('odd', progress=False).histograms.view(step=1)\nw"
    output = page.output(page.add_cell(code))
    expect(output.locator(".nbb-histogram").first).to_be_visible()
    for option in (
        "compare='cumulative'",
        "compare='density'",
        "compare='off'",
        "show='offset'",
        "step=2",
    ):
        name, _, value = option.partition("=")
        page.execute(f"w.{name} = {value}")
    expect(output.locator(".nbb-histogram").first).to_be_visible()
    page.execute("w.close()")
    assert dialogs == []
    assert page.foreign == before
    assert page.errors == []
