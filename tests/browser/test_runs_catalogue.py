"""The runs view of a catalogue with a kernel: conditions and sorts of all runs, notes that stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

import nbboard
from tests.browser.hparams_page import opened
from tests.browser.notebook_page import take, wait_until
from tests.views import hparams_logs

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

#: A table that is full with ten rows, and a list of runs that has no others.
FEW = """
from nbboard.views import run_facts
from nbboard.views.runs import view as runs_view
from nbboard.views.runs.columns import Most
run_facts.MANY_LAZY, runs_view.MOST_ROWS = 10, Most(20, 10)
log = nbboard.open('catalogue')
"""


@pytest.fixture(scope="module")
def notebook(lab: JupyterServer, browser: Browser) -> Iterator[NotebookPage]:
    """A notebook whose log is a catalogue of forty runs, which counts as very many."""
    pytest.importorskip("deltalake")
    pytest.importorskip("duckdb")
    for i in range(40):
        curve = {"loss": [(0, 1.0), (1, i * 7 % 40)]}
        hparams_logs.session(lab.root / "many" / f"run_{i}", {"lr": i / 100}, curve)
    nbboard.index(lab.root / "many", str(lab.root / "catalogue"), progress=False)
    yield from opened(lab, browser, "runs-catalogue", [FEW])


def test_all_runs_are_sorted_and_filtered_though_few_are_held(notebook, lab):
    """The table fills with the runs that come first, or that fulfil what was typed."""
    out = notebook.output(notebook.add_cell("view = log.runs_view(); view"))
    counts = out.locator("output", has_text="of 40 runs")
    expect(counts).to_contain_text("the table holds the first 10")
    rows = out.locator("tr[data-run]")
    expect(rows.first).to_have_attribute("data-run", "run_0")
    sort = out.get_by_role("button", name="Sort by loss")
    sort.click()
    sort.click()
    expect(rows.first).to_have_attribute("data-run", "run_17")  # 17 * 7 % 40 == 39

    box = out.get_by_role("textbox", name="Which runs the table has")
    box.fill("hp.rate < 1")
    box.press("Enter")
    expect(out.get_by_role("alert")).to_contain_text("hp.lr")
    box.fill("hp.lr >= 0.35")
    box.press("Enter")
    expect(out.get_by_role("alert")).to_have_count(0)
    expect(counts).to_contain_text("5 fulfil the condition")
    expect(rows).to_have_count(5)
    take(out, "runs-catalogue-where")


def test_a_note_is_kept_in_the_catalogue(notebook, lab):
    """What is typed beside a run is there for whoever opens the catalogue next."""
    out = notebook.output(notebook.add_cell("log.runs_view(sort=['run'])"))
    out.locator('tr[data-run="run_3"] td').first.click()
    beside = out.get_by_role("complementary", name=re.compile("picked out last"))
    beside.get_by_role("textbox", name="Tags of the run").fill("good, again")
    note = beside.get_by_role("textbox", name="Note on the run")
    note.fill("look at this")
    note.blur()
    place = str(lab.root / "catalogue")
    wait_until(
        lambda: nbboard.open(place).noted == {"run_3": (("good", "again"), "look at this")},
        "the note to be in the catalogue",
    )
    expect(out.locator('tr[data-run="run_3"] .nbb-runs-tag')).to_have_text(["good", "again"])
