"""What single cards of the scalars view are set to reaches Python, its data and its figure."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from tensorboardX import SummaryWriter

from tests.browser.scalars_page import ScalarsPage

if TYPE_CHECKING:
    from tests.browser.jupyter import JupyterServer
    from tests.browser.notebook_page import NotebookPage


def test_a_card_zoomed_for_itself_is_so_in_python(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """With linking off a drag narrows one card: its trait, view.data and the figure follow."""
    writer = SummaryWriter(str(tmp_path / "a"))
    for i in range(101):
        for tag in ("acc", "loss"):
            writer.add_scalar(tag, i / 100, i)
    writer.close()
    page = open_notebook(
        lab,
        [
            f"import nbboard\nlog = nbboard.open({str(tmp_path)!r})",
            "view = log.scalars.view(link_zoom=False, smoothing=0.0)\nview",
        ],
    )
    page.run_all()
    view = ScalarsPage(page, 1)
    view.chart("acc")
    other = view.picture("acc")

    view.changes("loss", lambda: view.drag("loss", (0.25, 0.5)))

    low, high = view.until("zooms", lambda zooms: "loss" in zooms)["loss"]["x"]
    assert 20 < low < 32
    assert 45 < high < 55
    assert view.picture("acc") == other
    rows = view.until("data.groupby('tag').step.agg(['min', 'max']).values.tolist()", bool)
    assert rows[0] == [0, 100]
    assert low <= rows[1][0] < rows[1][1] <= high
    limits = page.execute("print(*view.figure(tag_filter='loss').axes[0].get_xlim())")
    assert [float(limit) for limit in limits.split()] == [low, high]

    view.page.mouse.dblclick(*view.place("loss", 0.5))
    view.until("zooms", lambda zooms: zooms == {})
    view.until("data.shape", lambda shape: shape[0] == 202)

    page.execute("view.zooms = {'loss': {'x': [0, 10]}}")
    view.changes("acc", lambda: page.execute("view.y_scales = {'acc': 'log'}"))
    assert page.errors == []


def test_running_a_cell_again_keeps_how_its_view_was_left(
    lab: JupyterServer, open_notebook: Callable[..., NotebookPage], tmp_path: Path
) -> None:
    """Zoom, filter, pins and runs are as before, also of a log opened anew; what the cell says wins."""
    for run in ("a", "b"):
        with SummaryWriter(str(tmp_path / run)) as writer:
            for i in range(101):
                for tag in ("acc", "loss"):
                    writer.add_scalar(tag, i / 100, i)
    shown = (
        f"import nbboard\nview = nbboard.open({str(tmp_path)!r}).scalars.view(smoothing=0.3)\nview"
    )
    page = open_notebook(lab, [shown, "'the end'"])
    page.run_all()
    view = ScalarsPage(page, 0)
    view.chart("acc")
    view.changes("loss", lambda: view.drag("loss", (0.25, 0.5)))
    view.run_box("b").uncheck()
    view.box("Filter tags").fill("loss")
    view.slide(0.9)
    view.expect_trait("smoothing", 0.9)
    view.expect_trait("tag_filter", "loss")
    left = view.until("x_range", lambda limits: len(limits) == 2)

    page.run_cell(0)

    view = ScalarsPage(page, 0)
    view.chart("loss")
    view.expect_tags(["loss"])
    assert view.trait("x_range") == left
    assert not view.run_box("b").is_checked()
    view.expect_trait("smoothing", 0.3)
    assert page.errors == []
