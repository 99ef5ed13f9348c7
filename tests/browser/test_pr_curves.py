"""Every control of the PR curves view in JupyterLab, also while a cell runs."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import expect
from tensorboardX import SummaryWriter

import nbboard
from tests.browser.notebook_page import NotebookPage, wait_until
from tests.views.hostile_logs import ODD

HOSTILE = next(name for name in ODD if "<" in name)


@pytest.fixture(scope="module")
def logs(lab):
    """Two runs of two classes, the second of which has other steps; counts are weighted."""
    root = lab.root / "pr curves"
    rng = np.random.default_rng(0)
    for run, shift in (("a", 0), ("b", 5)):
        writer = SummaryWriter(str(root / run))
        for step in range(0, 60, 10):
            for tag in ("cat", HOSTILE):
                labels = rng.random(400) < 0.3
                noise = rng.random(400) * (1 - step / 120)
                scores = np.clip(0.4 * labels + 0.6 * noise, 0, 1)
                weights = rng.random(400) / 100
                writer.add_pr_curve(tag, labels, scores, step + shift, weights=weights)
        writer.close()
    return root


@pytest.fixture(scope="module")
def page(lab, browser, logs):
    """One notebook with one view for all tests of this file."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, timezone_id="UTC")
    code = "import nbboard\nv = nbboard.open('pr curves', progress=False).pr_curves.view()\nv"
    page = NotebookPage(context.new_page(), lab, lab.write("pr_curves.ipynb", [code]))
    page.hide_sidebars()
    page.run_all()
    page.output(0).locator(".nbb-pr-group").first.wait_for(timeout=30_000)
    yield page
    page.close()


@pytest.fixture
def cat(page):
    """The chart of the tag "cat", or of the run "a"."""
    return page.output(0).get_by_role("figure", name=re.compile("^(cat|a)$"))


def curves(logs):
    """Return the curves that are read in Python."""
    return nbboard.open(logs, progress=False).pr_curves


def row(chart, name):
    """Return the cells of a row, its name left out."""
    found = chart.get_by_role("row").filter(has=chart.page.get_by_role("button", name=name))
    return found.get_by_role("cell")


def test_the_numbers_are_those_of_the_log(page, cat, logs):
    """Scores, and counts at the threshold; weighted ones below one are not cut to nothing."""
    curve = curves(logs)["a", "cat"][-1]

    cells = row(cat, "a")
    expect(cells.nth(1)).to_have_text(f"{curve.scores.average_precision:.3f}")
    expect(cells.nth(2)).to_have_text(f"{curve.scores.roc_auc:.3f}")
    expect(cells.nth(3)).to_contain_text(f"{curve.scores.best_f1:.3f}")

    page.output(0).get_by_role("spinbutton", name="Threshold value").fill("0.3")
    page.page.keyboard.press("Enter")
    place = curve.place(0.3)
    expect(cells.nth(4)).to_have_text(f"{curve.rates.precision[place]:.3f}")
    expect(cells.nth(5)).to_have_text(f"{curve.rates.recall[place]:.3f}")
    expect(cells.nth(6)).to_have_text(f"{curve.rates.f1[place]:.3f}")
    shown = float(re.search(r"TP([\d.]+)", cells.nth(7).inner_text().replace("\n", ""))[1])
    assert shown == pytest.approx(curve.true_positives[place], rel=1e-3)
    wait_until(lambda: page.execute("print(v.threshold)").strip() == "0.3", "the trait")
    page.screenshot("pr-curves", of=page.output(0))


def test_one_slider_moves_all_runs_to_their_first_step_at_or_above(page, cat):
    """And says which steps these are; a busy kernel does not hinder it."""
    busy = page.run_busy_cell()
    slider = page.output(0).get_by_role("slider", name="Step", exact=True)
    slider.press("Home")
    expect(row(cat, "a").nth(0)).to_have_text("0")
    expect(row(cat, "b").nth(0)).to_have_text("5")
    slider.press("ArrowRight")
    expect(row(cat, "a").nth(0)).to_have_text("10")
    expect(row(cat, "b").nth(0)).to_have_text("5")
    expect(row(cat, "a").nth(0)).to_have_attribute("title", re.compile("at or above"))
    slider.press("End")
    page.end_busy_cell(busy)
    page.execute("v.step = None")


def test_faces_scores_and_what_stands_behind(page, cat, logs):
    """ROC, F1 over the threshold, scores over all steps; ghosts, lines of equal F1 and of chance."""
    output = page.output(0)
    menu = output.get_by_role("button", name="More options")
    expect(cat.locator(".nbb-pr-iso")).to_have_count(4)
    menu.click()
    output.get_by_role("checkbox", name="Lines of equal F1").uncheck()
    output.get_by_role("checkbox", name="Lines of chance").uncheck()
    output.get_by_role("spinbutton", name="Earlier steps behind").fill("2")
    page.page.keyboard.press("Enter")
    page.page.keyboard.press("Escape")
    expect(cat.locator(".nbb-pr-iso")).to_have_count(0)
    expect(cat.locator(".nbb-pr-chance")).to_have_count(0)
    expect(cat.locator(".nbb-pr-ghost")).to_have_count(4)
    page.execute("v.iso_f1 = v.prevalence = True; v.ghosts = 0")

    face = output.get_by_role("combobox", name="Face")
    for value, label in (("roc", "true positive rate over false"), ("f1", "F1 over threshold")):
        face.select_option(value)
        expect(cat.get_by_role("img", name=re.compile(f"^{label}"))).to_be_visible()
    face.select_option("steps")
    output.get_by_role("combobox", name="Score").select_option("best_f1")
    expect(cat.get_by_role("img", name=re.compile("^best F1 over step"))).to_be_visible()
    line = cat.locator(".nbb-pr-line").first
    wait_until(lambda: line.get_attribute("d").count("L") == 5, "the scores of six steps")
    expect(output.get_by_text("steps computed")).to_have_count(0)
    face.select_option("pr")


def test_a_click_on_a_curve_takes_its_threshold(page, cat):
    """What is under the pointer is said below, and a row can be picked."""
    chart = cat.locator(".nbb-pr-chart")
    chart.scroll_into_view_if_needed()
    dot = cat.locator(".nbb-pr-dot").first.bounding_box()
    x, y = dot["x"] + dot["width"] / 2, dot["y"] + dot["height"] / 2
    page.page.mouse.move(x + 1, y + 1)
    expect(cat.locator(".nbb-pr-said")).to_contain_text(
        re.compile(r"^[ab] · ≥ .* · P .* R .* · TP")
    )
    page.execute("v.threshold = 0.9")
    page.page.mouse.click(x, y)
    # The dot stood where the threshold was before, or on a point that lies at the same place.
    wait_until(lambda: float(page.execute("print(v.threshold)")) <= 0.5, "the clicked threshold")

    cat.get_by_role("button", name="b").click()
    wait_until(
        lambda: "b" in page.execute("print(v.selection.run.tolist(), v.selection.tag.tolist())"),
        "the picked row",
    )


def test_classes_of_a_run_in_one_chart_and_each_alone(page, cat):
    """By run the lines are tags; in the grid every curve has a chart, in full size on demand."""
    output = page.output(0)
    page.execute("v.arrange = 'runs'")
    names = cat.get_by_role("rowheader")
    expect(names).to_have_count(2)
    expect(names.filter(has_text="cat")).to_have_count(1)
    page.screenshot("pr-curves-classes", of=output)

    page.execute("v.arrange = 'grid'")
    cards = output.get_by_role("figure")
    expect(cards).to_have_count(4)
    cards.first.focus()
    cards.first.get_by_role("button", name="Full size").click()
    expect(output.get_by_role("figure")).to_have_count(1)
    with page.page.expect_download() as download:
        output.get_by_role("figure").get_by_text("Download PR curve").click(force=True)
    lines = download.value.path().read_text().splitlines()
    assert lines[0] == "threshold,tp,fp,tn,fn,precision,recall,f1"
    assert len(lines) == 128
    page.page.keyboard.press("Escape")
    page.execute("v.arrange = 'tags'")
    assert page.errors == []
