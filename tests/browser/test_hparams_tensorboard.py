"""Trials side by side with TensorBoard's own page on the same log: order, groups, values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

import nbboard.server
from tests.browser.hparams_page import Shown
from tests.views import hparams_logs as logs

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage

# Beside what others show and log: among the longer checks, of make installed.
pytestmark = pytest.mark.installed

COLUMNS = ("flag", "lr", "opt", "units", "acc", "loss")

# What the page of TensorBoard has got from its server, in the order of its table.
THEIRS = """() => {
  const seek = root => { for (const e of root.querySelectorAll("*")) {
    const found = e.localName === "tf-hparams-table-view" ? e : e.shadowRoot && seek(e.shadowRoot);
    if (found) return found; } };
  return seek(document).sessionGroups.map(group => ({
    name: group.name, sessions: (group.sessions ?? []).length,
    metrics: Object.fromEntries((group.metricValues ?? []).map(m => [m.name.tag, m.value])) })); }"""


def write(root: Path) -> None:
    """Trials with gaps, ties, all types of values, a NaN, and groups of sessions.

    All names and texts are such that the order of letters is also the natural one, which
    we have instead: run_2 before run_10, "Adam" beside "adam". A column of several types
    is not here, because TensorBoard cannot sort it.
    """
    for name, hparams, metrics in (
        ("a", {"lr": 0.1, "opt": "sgd", "flag": True, "units": 32.0}, {"acc": 0.5, "loss": 2.0}),
        ("b", {"opt": "adam", "flag": False, "units": 8.0}, {"acc": 0.9}),
        ("c", {"lr": 0.01, "flag": True}, {"acc": 0.7, "loss": 1.0}),
        ("d", {"lr": 0.001, "opt": "rmsprop", "units": 128.0}, {"loss": 3.0}),
        ("e", {"lr": 0.1, "opt": "adam", "flag": False, "units": -32.0}, {}),
        ("f", {"lr": math.nan, "opt": "ftrl", "flag": True, "units": 0.0}, {"acc": -1.0}),
    ):
        curves = {tag: [(0, 9.0), (5, value)] for tag, value in metrics.items()}
        logs.session(root / name, hparams, curves)
    # Metrics have other last steps in each session. (Hyperparameters are those of the first,
    # and which one that is, TensorBoard leaves to the file system.)
    for number, last in enumerate((4.0, 1.0, 1.5)):
        hparams = {"lr": 0.05, "opt": "group", "flag": True, "units": 1.0}
        curves = {"acc": [(0, 9.0), (5 + number, last / 5)], "loss": [(0, last)]}
        logs.session(root / "g" / f"{number}", hparams, curves, group="g")
    for number, last in enumerate((2.0, 6.0)):
        curves = {"acc": [(3, last / 8)]} if number else {"loss": [(1, last)]}
        logs.session(root / f"h{number}", {"lr": 1.0, "opt": "x"}, curves, group="h")


@pytest.fixture(scope="module")
def theirs(
    tmp_path_factory: pytest.TempPathFactory, browser: Any
) -> Iterator[tuple[Path, dict[Any, Any]]]:
    """The log, and what TensorBoard's page shows of it, by column and direction."""
    root = tmp_path_factory.mktemp("trials") / "logs"
    write(root)
    server = nbboard.server.start(str(root)).server
    page = browser.new_page(viewport={"width": 1400, "height": 1300})
    try:
        page.goto(f"{server.url.rstrip('/')}/#hparams")
        page.get_by_text("Trial ID").first.wait_for(timeout=60_000)
        found: dict[Any, Any] = {}
        for column in COLUMNS:
            choose(page, "Sort by", column)
            for direction in ("Ascending", "Descending"):
                with page.expect_response(lambda r: "session_groups" in r.url):
                    choose(page, "Direction", direction)
                page.wait_for_timeout(300)
                found[column, direction] = page.evaluate(THEIRS)
        yield root, found
    finally:
        server.stop()
        page.close()


def choose(page: Page, label: str, text: str) -> None:
    """Choose from one of TensorBoard's menus."""
    menu = page.locator(f"paper-dropdown-menu[label='{label}']")
    menu.click()
    item = menu.locator("paper-item", has_text=text).filter(visible=True).first
    item.click()
    item.wait_for(state="hidden")


def test_trials_sort_as_on_tensorboards_page(
    theirs: tuple[Path, dict[Any, Any]],
    lab: JupyterServer,
    open_notebook: Callable[..., NotebookPage],
) -> None:
    """By every column, up and down: missing values last both times, ties in the order of names."""
    root, found = theirs
    notebook = open_notebook(lab, ["import nbboard", f"log = nbboard.open({str(root)!r})"])
    notebook.run_all()
    view = Shown(notebook, "panes=['table'], hidden=['status', 'started', 'duration']")
    for column in COLUMNS:
        for direction in ("Ascending", "Descending"):
            view.button(f"Sort by {column}").click()
            sign = "-" if direction == "Descending" else ""
            view.becomes("view.sort", [f"{sign}{column}"])

            expected = [group["name"] for group in found[column, direction]]
            if column == "lr":
                # To TensorBoard a NaN is a missing value; here it stands before those.
                expected.remove("f")
                expected.insert(expected.index("b"), "f")
            assert view.rows() == expected, (column, direction)
            view.becomes("view.data['trial'].tolist()", expected)
    assert notebook.errors == []


def test_sessions_become_trials_as_on_tensorboards_page(
    theirs: tuple[Path, dict[Any, Any]],
) -> None:
    """The same trials of the same sessions, with the same metrics, averaged where several."""
    root, found = theirs
    trials = nbboard.open(str(root), progress=False).hparams.trials()
    groups = {group["name"]: group for group in found["lr", "Ascending"]}

    ours = {trial.label: trial for trial in trials.rows}

    assert ours.keys() == groups.keys()
    for name, trial in ours.items():
        group = groups[name]
        assert len(trial.sessions) == group["sessions"]
        values = {metric: value.value for metric, value in trial.metrics.items()}
        assert values == pytest.approx(group["metrics"])
