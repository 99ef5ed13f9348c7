"""The graphs view in a page that is opened once: every control, by mouse and by keys."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from playwright.sync_api import expect
from tensorboard.compat.proto.config_pb2 import RunMetadata
from tensorboard.compat.proto.event_pb2 import Event
from tensorboardX import SummaryWriter

import nbboard
from nbboard.demo.graph import network_graph
from nbboard.logdir.registry import view_names
from tests.browser.notebook_page import take
from tests.views.image_logs import CLOCK, framed

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page


def write(root: Path) -> Path:
    """Log two networks that differ, with the times of one, and return the folder."""
    for run, units, optimizer in (("a", 16, "adam"), ("b", 32, "sgd")):
        graph = network_graph(units, 0.1, optimizer)
        events = [Event(step=0, wall_time=next(CLOCK), graph_def=graph)]
        if run == "a":
            metadata = RunMetadata()
            stats = metadata.step_stats.dev_stats.add(device="/cpu:0")
            stats.node_stats.add(node_name="hidden1/MatMul", op_end_rel_micros=2000)
            event = Event(step=0, wall_time=next(CLOCK))
            event.tagged_run_metadata.tag = "timed"
            event.tagged_run_metadata.run_metadata = metadata.SerializeToString()
            events.append(event)
        (root / run).mkdir(parents=True)
        data = b"".join(framed(event.SerializeToString()) for event in events)
        (root / run / "events.out.tfevents.1.host").write_bytes(data)
    return root


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report of both."""
    root = write(tmp_path_factory.mktemp("graphs") / "logs")
    graphs = nbboard.open(root, progress=False).graphs
    return graphs.view(tag_filter="graph").save(root.parent / "graphs.html")


@pytest.fixture(scope="module")
def opened(browser: Browser, report: Path) -> Iterator[Page]:
    """One page for all tests of this file."""
    context = browser.new_context(viewport={"width": 1100, "height": 900}, accept_downloads=True)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(report.as_uri())
    page.locator("svg.nbb-graph-picture").first.wait_for()
    yield page
    assert errors == []
    context.close()


@pytest.fixture
def card(opened: Page) -> Iterator[Locator]:
    """The card of the first run, with nothing open, picked or sought."""
    yield opened.get_by_role("figure", name="a, __run_graph__")
    opened.get_by_label("Search nodes").fill("")
    close = opened.get_by_role("button", name="Close", exact=True)
    while close.count():
        close.first.click()
    menu(opened, lambda: opened.get_by_role("button", name="Close all boxes").click())


def menu(page: Page, act) -> None:
    """Do something in the menu of the view."""
    page.get_by_label("More options").click()
    act()
    page.keyboard.press("Escape")


def box(card: Locator, name: str) -> Locator:
    """Return what is drawn of a name."""
    return card.locator(f'g[data-key="{name}"]')


def test_boxes_open_in_place_and_close_again(card):
    """The triangle, a double click, and the button beside what is known of a box."""
    expect(card.get_by_text("30 nodes · 42 edges")).to_be_visible()
    expect(box(card, "hidden1/MatMul")).to_have_count(0)
    box(card, "hidden1").locator(".nbb-graph-sign").click()
    expect(box(card, "hidden1/MatMul")).to_be_visible()
    box(card, "hidden1").locator(".nbb-graph-sign").click()
    expect(box(card, "hidden1/MatMul")).to_have_count(0)

    box(card, "hidden1").locator("text").first.click()
    about = card.get_by_label("About the picked box")
    expect(about).to_contain_text("parameters1,040")
    about.get_by_role("button", name="Open the box").click()
    expect(box(card, "hidden1/MatMul")).to_be_visible()
    take(card.page, "graphs-open")


def test_a_picked_node_leads_to_its_neighbours(card):
    """Inputs, outputs and attributes are listed; a name goes there, whatever is closed."""
    box(card, "inputs").locator(".nbb-graph-sign").click()
    box(card, "inputs/pixels").click()
    about = card.get_by_label("About the picked box")
    expect(about).to_contain_text("float32 [?, 64]")
    expect(about.get_by_role("row", name="dtype")).to_contain_text("float32")

    about.get_by_role("button", name="hidden1/MatMul").click()

    expect(box(card, "hidden1/MatMul")).to_be_visible()
    expect(about).to_contain_text("inputs 2")


def test_hits_are_counted_and_gone_to(card, opened):
    """Words in any case; Enter and N go on, P goes back; a pattern that is none says so."""
    search = opened.get_by_label("Search nodes")
    search.fill("matmul")
    expect(card.get_by_text("1 of 3")).to_be_visible()
    search.press("Enter")
    expect(box(card, "hidden1/MatMul")).to_be_visible()
    card.get_by_role("button", name="Next hit (N)").click()
    expect(box(card, "hidden2/MatMul")).to_be_visible()
    expect(card.get_by_text("2 of 3")).to_be_visible()
    card.get_by_role("button", name="Previous hit (P)").click()
    expect(card.get_by_text("1 of 3")).to_be_visible()

    opened.get_by_label("Search by a regular expression").click()
    search.fill("^hidden[12]/MatMul$")
    expect(card.get_by_text("1 of 2")).to_be_visible()
    search.fill("(")
    expect(card.locator(".nbb-warn")).to_be_visible()
    search.fill("^([a-z]+.?[a-z0-9_/]*)+$!")
    expect(card.locator(".nbb-warn").or_(card.get_by_text("not found"))).to_be_visible()
    opened.get_by_label("Search by a regular expression").click()


def test_the_path_between_two_nodes_is_marked(card):
    """Shift and a click on a second box; it is forgotten at a button."""
    box(card, "inputs").locator("text").first.click()
    box(card, "train").locator("text").first.click(modifiers=["Shift"])

    expect(card.get_by_text("path of ")).to_be_visible()

    card.get_by_role("button", name="Forget the path").click()
    expect(card.get_by_text("path of ")).to_have_count(0)


def test_colours_mean_what_the_legend_says(card, opened):
    """Operations, structure, device; time comes from the run's own statistics."""
    legend = card.locator(".nbb-graph-legend")
    expect(legend).to_contain_text("MatMul 3")
    colour = opened.get_by_label("Colour by")
    colour.select_option("time")
    expect(legend).to_contain_text("0.002 s")
    colour.select_option("memory")
    expect(legend).to_contain_text("no memory was logged")
    colour.select_option("structure")
    expect(legend).not_to_contain_text("memory")
    colour.select_option("device")
    expect(legend).not_to_contain_text("alike")
    colour.select_option("op")


def test_two_runs_are_compared_in_one_picture(card, opened):
    """Added, removed and changed are counted and coloured; a changed attribute has both texts."""
    opened.get_by_label("Compare with", exact=True).select_option("run")
    opened.get_by_label("Run to compare with").select_option("b")
    expect(card.locator(".nbb-graph-strip output")).to_contain_text("6 removed")
    expect(card.locator(".nbb-graph-legend")).to_have_text("addedremovedchanged")
    box(card, "hidden1").locator(".nbb-graph-sign").click()
    box(card, "hidden1/weights").click()

    about = card.get_by_label("About the picked box")

    expect(about).to_contain_text("changed")
    expect(about.locator("del")).to_have_text("[[64, 32]]")
    take(opened, "graphs-diff")
    opened.get_by_label("Compare with", exact=True).select_option("off")


def test_layers_are_listed_as_a_summary(card, opened):
    """With their parameters; a click goes to the layer."""
    opened.get_by_label("Table of layers (T)").click()
    table = card.locator(".nbb-graph-layers")
    expect(table.locator("caption")).to_have_text("3 layers · 1,482 parameters")

    table.get_by_role("button", name="hidden2").click()

    expect(card.get_by_label("About the picked box")).to_contain_text("hidden2")
    opened.get_by_label("Table of layers (T)").click()


def test_flow_labels_and_folds_are_chosen_in_the_menu(card, opened):
    """Upward as in TensorBoard; type and shape on every edge; repeats one by one."""
    menu(opened, lambda: opened.get_by_label("Flow").select_option("up"))
    opened.wait_for_function(
        """() => {
          const y = (name) =>
            document.querySelector(`g[data-key="${name}"]`).getBoundingClientRect().y;
          return y("inputs") > y("train");
        }"""
    )
    menu(opened, lambda: opened.get_by_label("Type and shape on every edge").check())
    expect(card.locator(".nbb-graph-line text").first).to_be_visible()
    menu(opened, lambda: opened.get_by_label("Fold blocks that repeat").uncheck())
    menu(opened, lambda: opened.get_by_label("Fold blocks that repeat").check())
    menu(opened, lambda: opened.get_by_label("Type and shape on every edge").uncheck())
    menu(opened, lambda: opened.get_by_label("Flow").select_option("right"))


def test_keys_move_between_boxes_and_zoom(card, opened):
    """Arrows, Enter and Space; plus, minus and 0; a map shows where one is."""
    view = card.get_by_role("application")
    view.focus()
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press("ArrowRight")
    opened.keyboard.press(" ")
    expect(card.get_by_label("About the picked box")).to_be_visible()
    opened.keyboard.press("Enter")
    expect(card.locator('[role="treeitem"][aria-expanded="true"]')).to_have_count(1)
    for _ in range(5):
        opened.keyboard.press("+")
    expect(card.locator(".nbb-graph-minimap")).to_be_visible()
    card.locator(".nbb-graph-minimap").click(position={"x": 100, "y": 20})
    opened.keyboard.press("0")
    card.get_by_role("button", name="Fit all").click()
    expect(card.locator(".nbb-graph-minimap")).to_have_count(0)
    card.get_by_role("button", name="Fit the width (0)").click()
    opened.keyboard.press("Escape")


@pytest.mark.parametrize(
    ("item", "begins"),
    [("SVG", b"<svg "), ("PNG", b"\x89PNG"), ("DOT, for Graphviz", b"digraph {")],
    ids=["svg", "png", "dot"],
)
def test_the_picture_is_saved(card, opened, item, begins):
    """As it is on the page, or for Graphviz."""
    card.get_by_label("Save the picture").click()
    with opened.expect_download() as download:
        opened.get_by_role("button", name=item).click()

    assert Path(download.value.path()).read_bytes().startswith(begins)
    opened.keyboard.press("Escape")


def test_a_page_without_workers_draws_the_same(browser, report):
    """Some hosts forbid workers made of blobs: the layout then runs between two frames."""
    page = browser.new_page()
    # Asked for before the page has a policy of its own.
    page.add_init_script("window.Worker = class { constructor() { throw new Error('no'); } };")
    page.goto(report.as_uri())

    expect(page.locator('g[data-key="train"]').first).to_be_visible()
    page.get_by_label("Search by a regular expression").click()
    page.get_by_label("Search nodes").fill("(x+)+")
    expect(page.locator(".nbb-warn").first).to_contain_text("repeats within repeats")
    page.close()


def test_a_layer_leads_to_its_histograms(tmp_path, browser):
    """On a board their tab opens with the layer's tags; elsewhere the line of Python is told."""
    root = write(tmp_path / "logs")
    with SummaryWriter(str(root / "a"), filename_suffix=".h") as writer:
        writer.add_histogram("hidden1/weights", np.arange(9.0), 0)
        writer.add_histogram("output/weights", np.arange(9.0), 0)
    log = nbboard.open(root, progress=False)
    page = browser.new_page(viewport={"width": 1100, "height": 900})
    page.goto(log.graphs.view(layer_table=True).save(tmp_path / "alone.html").as_uri())
    page.get_by_role("button", name="histograms").first.click()
    expect(page.locator(".nbb-graph-alone")).to_contain_text('tags="hidden1"')

    if "histograms" in view_names():
        board = log.view(tab="graphs", layer_table=True)
        page.goto(board.save(tmp_path / "board.html").as_uri())
        page.get_by_role("button", name="histograms").first.click()
        expect(page.get_by_role("tab", selected=True)).to_contain_text("histograms")
        expect(page.get_by_label("Filter tags").last).to_have_value("hidden1")
        board.close()
    page.close()
