"""The menus of the hparams view: sessions, metrics, columns, trials without a value, other views."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.browser.hparams_page import NO_VALUE, Shown, opened
from tests.browser.notebook_page import APPS
from tests.browser.scalars_page import ScalarsPage
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
    for number, value in enumerate((4.0, 1.0, 2.5)):
        curves = {"loss": [(0, 9.0), (5, value)]}
        logs.session(server.root / "groups" / f"g{number}", {"lr": 0.1}, curves, group="g")
    logs.session(server.root / "groups" / "h", {"lr": 0.2}, {"loss": [(0, 3.0)]})
    logs.declare(server.root / "declared", ["accuracy"])
    for number in range(3):
        curves = {"accuracy": [(0, number / 4)], "extra": [(0, 10.0 + number)]}
        logs.session(server.root / "declared" / f"r{number}", {"lr": number / 8}, curves)
    for number in range(2):
        curves = {f"grad/layer{n}/weight": [(0, n + number / 2)] for n in range(30)}
        logs.session(server.root / "wide" / f"r{number}", {"lr": number / 8}, curves)
    yield from opened(server, browser, "hparams-choices", ["log = nbboard.open('grid')"])


@pytest.fixture
def show(notebook: NotebookPage) -> Iterator[Callable[..., Shown]]:
    """Show a view of a folder; nothing is brushed afterwards."""

    def shown(options: str = "", folder: str = "grid") -> Shown:
        if folder != "grid":
            notebook.execute(f"other = nbboard.open({folder!r}, progress=False)")
        return Shown(notebook, options, "log" if folder == "grid" else "other")

    yield shown
    notebook.execute("view.run_list.hidden = []; view.run_list.brushed = None; view.close()")


def test_sessions_of_a_trial_are_reduced_as_chosen(show):
    """Mean, median, lowest and highest session, as TensorBoard aggregates."""
    view = show(folder="groups")
    cell = view.out.locator("tr[data-trial=g] td[data-key=loss]")
    expect(cell).to_have_text("2.5")
    for chosen, text in (("min", "1"), ("max", "4"), ("median", "2.5"), ("avg", "2.5")):
        view.out.get_by_label("Sessions", exact=True).select_option(chosen)
        expect(cell).to_have_text(text)
        view.becomes("view.aggregation", chosen)
        view.becomes("float(view.data.set_index('trial').loc['g', 'loss'])", float(text))


def test_metrics_are_those_declared_or_every_scalar(show):
    """What the experiment does not declare is a column and an axis when all are chosen."""
    view = show(folder="declared")
    assert "extra" not in view.heads()
    view.button("Columns").click()
    view.out.get_by_label("Metrics", exact=True).select_option("all")
    view.becomes("view.metrics", "all")
    view.sees(lambda: "extra" in view.heads() and "extra" in view.axes())
    view.becomes("view.data['extra'].tolist()", [10.0, 11.0, 12.0])
    view.out.get_by_label("Metrics", exact=True).select_option("declared")
    view.sees(lambda: "extra" not in view.heads())


def test_many_columns_are_listed_one_below_the_other(show):
    """Names of tags that are cut have something of their own; the list of columns scrolls."""
    view = show(folder="wide")
    names = view.out.locator(".nbb-hp-axis-name").all_inner_texts()
    assert len(set(names)) == len(names) > 30
    view.button("Columns").click()
    boxes = view.out.locator(".nbb-hp-values .nbb-toggle")
    first, second = boxes.nth(0).bounding_box(), boxes.nth(1).bounding_box()
    assert second["y"] >= first["y"] + first["height"]
    assert first["height"] >= 14
    view.page.keyboard.press("Escape")


def test_columns_are_shown_hidden_and_put_back(show):
    """All, those that differ, one by one; moved by the menu, and back in their own order."""
    view = show()
    assert "batch_size" not in view.heads()
    view.button("Columns").click()
    view.button("Show all columns").click()
    view.becomes("view.hidden", [])
    view.sees(lambda: {"batch_size", "started", "duration"} <= set(view.heads()))
    expect(view.out.locator(f"tr[data-trial='{BEST}'] td[data-key=duration]")).to_have_text("1 min")
    view.button("Show columns that differ").click()
    view.becomes("view.hidden", None)
    view.page.keyboard.press("Escape")

    own = view.heads()
    menu = view.menu("lr")
    menu.get_by_role("button", name="Move lr right").click()
    view.sees(lambda: view.heads().index("lr") == own.index("lr") + 1)
    menu.get_by_role("button", name="Sort lr descending").click()
    view.becomes("view.sort", ["-lr"])
    view.sees(lambda: set(view.cells("lr")[:6]) == {"0.1"})
    menu.get_by_role("button", name="Sort lr ascending").click()
    view.becomes("view.sort", ["lr"])
    view.page.keyboard.press("Escape")
    view.button("Columns").click()
    view.out.get_by_role("button", name="Columns in their own order").click()
    view.becomes("view.columns", [])
    view.sees(lambda: view.heads() == own)
    view.page.keyboard.press("Escape")


def test_trials_are_filtered_by_status_and_by_what_they_lack(show):
    """A set of statuses; an interval with or without the trials that have no value."""
    view = show("panes=['table']")
    menu = view.menu("status")
    menu.get_by_label("success (23)").uncheck()
    view.becomes("view.data['trial'].tolist()", ["lr=0.1,sgd,64"])
    view.sees(lambda: view.rows() == ["lr=0.1,sgd,64"])
    menu.get_by_role("button", name="Show all status").click()
    view.page.keyboard.press("Escape")
    menu = view.menu("dropout")
    menu.get_by_label("dropout at most").fill("0.2")
    menu.get_by_label("dropout at most").press("Enter")
    view.sees(lambda: NO_VALUE not in view.cells("dropout"))
    few = view.value("int((log.hparams.to_pandas()['dropout'] <= 0.2).sum())")
    view.becomes("len(view.data)", few)
    menu.get_by_label("without a value (3)").check()
    view.becomes("len(view.data)", few + 3)
    view.sees(lambda: view.cells("dropout").count(NO_VALUE) == 3)
    view.becomes("view.filters['dropout']", {"low": None, "high": 0.2, "missing": True})
    view.page.keyboard.press("Escape")


def test_the_table_can_be_of_brushed_trials_alone(show):
    """The others leave the table, not the axes; the best trial's curves open by its name above."""
    view = show("brush={'lr': (1e-2, 1e-2)}")
    view.lines(6)
    view.button("Columns").click()
    view.out.get_by_label("Table: only brushed trials").check()
    view.becomes("view.only_brushed", True)  # noqa: FBT003
    view.sees(lambda: len(view.rows()) == 6)
    expect(view.out.get_by_text("6 brushed · 24 trials")).to_be_visible()
    view.page.keyboard.press("Escape")
    view.out.locator(".nbb-hp-best").click()
    view.becomes("view.opened", [BEST])
    expect(view.out.get_by_role("region", name=f"Curves of {BEST}")).to_be_visible()


def test_a_trial_under_the_pointer_is_marked_everywhere(show):
    """A row marks its line; a line has its values beside it and marks its row."""
    view = show()
    row = view.out.locator("tr.nbb-listing-row").nth(2)
    row.hover()
    expect(view.out.locator("svg.nbb-hp-hover polyline")).to_have_count(1)
    box = view.out.locator(".nbb-hp-lines").bounding_box()
    assert box is not None
    tip = view.out.locator(".nbb-hp-tip")
    for part in range(20, 80, 2):
        view.page.mouse.move(box["x"] + box["width"] * 0.3, box["y"] + box["height"] * part / 100)
        view.page.wait_for_timeout(60)
        if tip.count():
            break
    expect(tip).to_contain_text("accuracy")
    marked = view.out.locator("tr.nbb-listing-row[data-hover]")
    if marked.count():
        expect(tip).to_contain_text(marked.first.get_attribute("data-trial") or "")


def test_a_brush_greys_the_curves_of_the_scalars_view(show, notebook):
    """Runs of trials that are not brushed lose their colours in another view, and get them back."""
    view = show()
    cell = notebook.add_cell(
        "scalars = log.scalars.view(smoothing=0, tag_filter='accuracy'); scalars"
    )
    curves = ScalarsPage(notebook, cell, "scalars")
    color = notebook.execute("print(view.run_list.color('lr=0.1,adam,32'))").strip()
    notebook.execute("view.run_list.hidden = [r for r in log.runs if r not in "
                     "('lr=0.1,adam,32', 'lr=0.01,adam,32')]")  # fmt: skip
    view.sees(lambda: curves.pixels("accuracy", color) > 20)
    curves.settle()
    whole = curves.picture("accuracy")

    axis = view.out.get_by_role("slider", name="Brush lr")
    view.drag(axis, (0.5, 0.5), (0.5, 0.15))
    brushed = "'lr=0.1,adam,32' in (view.run_list.brushed or ['lr=0.1,adam,32'])"
    view.becomes(brushed, False)  # noqa: FBT003
    view.sees(lambda: curves.pixels("accuracy", color) == 0)
    view.button("Clear brush").click()
    curves.shows("accuracy", whole)

    # It can be taken back there, too, and goes with its view.
    view.drag(axis, (0.5, 0.5), (0.5, 0.15))
    curves.button("Show all runs in colour").click()
    view.becomes("(view.brush, view.run_list.brushed)", ({}, None))
    curves.shows("accuracy", whole)
    notebook.execute("view.brush = {'lr': (1e-2, 1e-2)}")
    view.becomes("view.run_list.brushed is None", False)  # noqa: FBT003
    notebook.execute("view.close()")
    view.becomes("view.run_list.brushed", None)
    curves.shows("accuracy", whole)
    notebook.execute("scalars.close()")


def test_the_table_can_be_copied(show, notebook):
    """CSV and LaTeX go to the clipboard; all columns on request."""
    notebook.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    view = show("brush={'lr': (1e-2, 1e-2), 'optimizer': {'adam'}}")
    view.button("Download").click()
    expect(view.out.get_by_text("2 brushed trials, columns")).to_be_visible()
    view.out.get_by_label("Columns to download").select_option("all")
    for name, part in (("CSV", "batch_size"), ("LaTeX", r"\bottomrule")):
        view.button(f"Copy {name}").click()
        expect(view.out.get_by_text(f"{name} copied")).to_be_visible()
        text = view.page.evaluate("() => navigator.clipboard.readText()")
        assert part in text
        assert "lr=0.01,adam,64" in text
    view.page.keyboard.press("Escape")
