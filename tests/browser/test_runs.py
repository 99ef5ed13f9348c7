"""The table of runs at 300 runs in a board, at 10,000, and at a million: every control, the keys, its looks."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import nbboard
from tests.browser.notebook_page import take
from tests.catalogue.copies import copied
from tests.logdir.conftest import framed
from tests.sweep_logs import run_name, write_sweep

RUN = run_name(7, 2)


@pytest.fixture(scope="module")
def sweep(made_once, browser: Browser) -> Iterator[Page]:
    """The report of a board of 300 runs, opened once; the tab of runs is in front."""
    folder = made_once("sweep-300", lambda path: write_sweep(path / "logs"))
    log = nbboard.open(folder / "logs", progress=False)
    board = log.view(tab="runs", run_tags={run_name(0, 0): ["baseline"]})
    file = board.save(folder / "runs.html")
    board.close()
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto(file.as_uri())
    expect(page.locator("tr[data-run]").first).to_be_visible()
    yield page
    context.close()


def table(page: Page) -> Locator:
    """Return the table of runs."""
    return page.get_by_role("grid", name="Runs")


def listed(page: Page) -> int:
    """Return how many rows the table says that it has."""
    return int(table(page).get_attribute("aria-rowcount") or 0) - 1


def column(page: Page, label: str) -> list[str]:
    """Return the cells of a column that are in the page."""
    heads = [text.strip() for text in page.locator("thead th[data-key]").all_inner_texts()]
    place = next(i for i, text in enumerate(heads) if text.split("\n")[0] == label)
    rows = page.locator("tr[data-run]")
    return rows.locator(f"> :nth-child({place + 1})").all_inner_texts()


def number(text: str) -> float:
    """Return a number as the page writes it."""
    return float(text.replace("\u2212", "-").replace("\u2009", ""))


def test_search_sort_and_group(sweep: Page) -> None:
    """What is typed narrows the rows at once; heads sort; equal values stand together."""
    assert listed(sweep) == 300
    assert sweep.locator("tr[data-run]").count() < 60, "only the rows in sight are elements"
    search = sweep.get_by_role("textbox", name=re.compile("Search runs"))
    search.fill("adamw lr<0.01 batch_size=64")
    expect(sweep.locator("output", has_text="30 of 300 runs")).to_be_visible()
    search.fill("baseline")
    expect(sweep.locator("output", has_text="1 of 300 runs")).to_be_visible()
    search.fill("")

    sort = sweep.get_by_role("button", name="Sort by val/accuracy")
    sort.click()
    sort.click()
    expect(sweep.locator('th[data-key="val/accuracy"]')).to_have_attribute(
        "aria-sort", "descending"
    )
    values = [number(text) for text in column(sweep, "val/accuracy")]
    assert values == sorted(values, reverse=True)

    sweep.get_by_role("combobox", name="Group by").select_option("hp.optimizer")
    groups = sweep.locator("tr.nbb-runs-group")
    expect(groups.first).to_contain_text("150 runs")
    groups.first.click()
    expect(groups).to_have_count(2)
    assert listed(sweep) == 152
    expect(groups.last.locator(".nbb-runs-group-in")).to_be_in_viewport()
    take(sweep, "runs-300-groups")
    sweep.get_by_role("combobox", name="Group by").select_option("")
    sort.click()
    assert listed(sweep) == 300


def test_columns_that_differ_and_columns_that_are_chosen(sweep: Page) -> None:
    """What is the same in all runs is left out unless it is asked for."""
    heads = sweep.locator("thead th[data-key]")
    before = heads.count()
    sweep.get_by_role("button", name="Only the parameters in which runs differ").click()
    all_of_them = heads.count()
    assert all_of_them >= before
    sweep.get_by_role("button", name="Only the parameters in which runs differ").click()
    expect(heads).to_have_count(before)

    sweep.get_by_role("button", name="Columns", exact=True).click()
    sweep.get_by_role("checkbox", name="best val/loss").check()
    expect(sweep.locator('th[data-key="best.val/loss"]')).to_be_visible()
    sweep.get_by_role("button", name="Columns as at first").click()
    expect(heads).to_have_count(before)
    sweep.keyboard.press("Escape")


def test_a_pick_is_what_the_other_tabs_show(sweep: Page) -> None:
    """Its curves alone are in the scalars' tab, what it was given beside the table."""
    search = sweep.get_by_role("textbox", name=re.compile("Search runs"))
    search.fill("lr0.0003-bs128-sgd-layers4-s2")
    row = sweep.locator(f'tr[data-run="{RUN}"]')
    row.locator("td").first.click()
    expect(row).to_have_attribute("aria-selected", "true")
    beside = sweep.get_by_role("complementary", name="The run that was picked out last")
    expect(beside).to_contain_text("batch_size")
    beside.get_by_role("textbox", name="Tags of the run").fill("good, again")
    beside.get_by_role("textbox", name="Note on the run").fill("look at this")
    beside.get_by_role("textbox", name="Note on the run").blur()
    expect(row.locator(".nbb-runs-tag")).to_have_text(["good", "again"])
    take(sweep, "runs-300-picked")
    search.fill("")

    beside.get_by_role("button", name="See scalars of the picked runs").click()
    expect(sweep.get_by_role("tab", name="scalars")).to_have_attribute("aria-selected", "true")
    checked = sweep.get_by_role("complementary", name="Runs").locator("li:not([data-off])")
    expect(sweep.get_by_text(re.compile("1 of 300"))).not_to_have_count(0)
    assert checked.count() <= 1
    sweep.get_by_role("tab", name="runs").click()
    sweep.get_by_role("button", name="Let go of the picked runs").click()
    expect(beside).to_have_count(0)


def test_the_keys_do_what_the_mouse_does(sweep: Page) -> None:
    """Arrows go from row to row, Enter picks, p pins, Escape lets go."""
    first = sweep.locator("tr[data-run]").first
    first.focus()
    for _ in range(3):
        sweep.keyboard.press("ArrowDown")
    expect(sweep.locator('tr[aria-rowindex="5"]')).to_be_focused()
    sweep.keyboard.press("Enter")
    expect(sweep.locator('tr[aria-rowindex="5"]')).to_have_attribute("aria-selected", "true")
    sweep.keyboard.press("ArrowDown")
    expect(sweep.locator('tr[aria-rowindex="6"]')).to_be_focused()
    sweep.keyboard.press(" ")
    expect(sweep.locator('tr[aria-selected="true"]')).to_have_count(2)
    run = sweep.locator('tr[aria-rowindex="6"]').get_attribute("data-run")
    sweep.keyboard.press("p")
    expect(sweep.locator('tr[aria-rowindex="2"]')).to_have_attribute("data-run", str(run))
    sweep.locator('tr[aria-rowindex="2"]').focus()
    sweep.keyboard.press("p")
    expect(sweep.locator('tr[aria-rowindex="2"]')).not_to_have_attribute("data-run", str(run))
    sweep.locator("tr[data-run]").first.focus()
    sweep.keyboard.press("Escape")
    expect(sweep.locator('tr[aria-selected="true"]')).to_have_count(0)
    sweep.locator("tr[data-run]").first.focus()
    sweep.keyboard.press("End")
    expect(sweep.locator('tr[aria-rowindex="301"]')).to_be_focused()
    sweep.keyboard.press("Home")
    expect(sweep.locator('tr[aria-rowindex="2"]')).to_be_focused()
    sweep.keyboard.press("/")
    expect(sweep.get_by_role("textbox", name=re.compile("Search runs"))).to_be_focused()
    sweep.keyboard.press("Escape")


@pytest.mark.parametrize(("width", "theme"), [(320, "dark"), (900, "light")])
def test_it_fits_any_width(sweep: Page, width: int, theme: str) -> None:
    """No sideways scroll of the page, no scrollbar for nothing, in both themes."""
    sweep.set_viewport_size({"width": width, "height": 800})
    sweep.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
    sweep.wait_for_timeout(200)
    take(sweep, f"runs-300-{width}-{theme}")
    over = sweep.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    narrow = sweep.evaluate(
        """() => [...document.querySelectorAll(".nbb-run-table *")].filter((box) => {
          const style = getComputedStyle(box);
          const over = box.scrollWidth - box.clientWidth;
          return ["auto", "scroll"].includes(style.overflowX) && over > 0 && over < 12;
        }).map((box) => box.className)"""
    )
    sweep.set_viewport_size({"width": 1280, "height": 800})
    sweep.emulate_media(color_scheme="light")
    assert over <= 0
    assert narrow == []


def test_ten_thousand_runs_answer_at_once(made_once, browser: Browser) -> None:
    """All are there, few are elements; a search and a sort end within the next frames."""
    folder = made_once("runs-10000", lambda path: _write_many(path / "logs", 10_000))
    log = nbboard.open(folder / "logs", progress=False)
    file = log.runs_view().save(folder / "runs.html")
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    expect(page.locator("tr[data-run]").first).to_be_visible()
    assert listed(page) == 10_000
    assert page.locator("tr[data-run]").count() < 80

    page.get_by_role("textbox", name=re.compile("Search runs")).fill("lr<0.5 run99")
    expect(page.locator("output", has_text=re.compile("of 10,000 runs"))).to_be_visible()
    assert 0 < listed(page) < 200
    page.get_by_role("textbox", name=re.compile("Search runs")).fill("")
    page.get_by_role("button", name="Sort by loss").click()
    values = [number(text) for text in column(page, "loss")]
    assert values == sorted(values)
    assert errors == []
    context.close()


def test_a_million_runs_answer_at_once(made_once, browser: Browser) -> None:
    """The table holds the first ones and says of how many; all that it does is as quick."""
    pytest.importorskip("deltalake")
    pytest.importorskip("duckdb")

    def make(path):
        _write_many(path / "logs", 1000)
        nbboard.index(path / "logs", str(path / "small"), progress=False)
        copied(str(path / "small"), str(path / "catalogue"), 1000)

    folder = made_once("runs-million", make)
    log = nbboard.open(folder / "catalogue")
    view = log.runs_view(sort=["loss"])
    file = view.save(folder / "runs.html")
    assert file.stat().st_size < 5_000_000
    context = browser.new_context(locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(file.as_uri())
    expect(page.locator("tr[data-run]").first).to_be_visible()
    counts = page.locator("output", has_text="of 1,000,000 runs")
    expect(counts).to_contain_text("the table holds the first 10,000")
    expect(page.get_by_role("textbox", name="Which runs the table has")).to_be_visible()
    assert listed(page) == 10_000
    values = [number(text) for text in column(page, "loss")]
    assert values == sorted(values)
    assert values[0] == pytest.approx(log.runs_table.sort("loss").page(0, 1)["loss"][0], abs=1e-4)
    take(page, "runs-million")

    page.get_by_role("textbox", name=re.compile("Search runs")).fill("lr<0.5 copy_99/")
    expect(page.locator("tr[data-run]").first).to_contain_text("copy_99")
    assert 0 < listed(page) < 100
    assert errors == []
    context.close()


def _write_many(folder, count):
    """Write runs of one hyperparameter and one metric, as small as they can be."""
    from tensorboard.compat.proto.event_pb2 import Event
    from tensorboard.compat.proto.summary_pb2 import Summary
    from tensorboardX.summary import hparams

    rng = np.random.default_rng(7)
    for number in range(count):
        (folder / f"run{number}").mkdir(parents=True)
        rate, loss = rng.random(2).round(4)
        given = [s.SerializeToString() for s in hparams({"lr": float(rate)}, {"loss": 0.0})]
        events = [Event(wall_time=1e9, summary=Summary.FromString(data)) for data in given]
        value = Summary.Value(tag="loss", simple_value=loss)
        events.append(Event(wall_time=1e9 + 60, step=1, summary=Summary(value=[value])))
        data = b"".join(framed(event.SerializeToString()) for event in events)
        (folder / f"run{number}" / "events.out.tfevents.1").write_bytes(data)
