"""The line of Python that makes a view, and what a view keeps when its cell runs again."""

from __future__ import annotations

import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.views import remember
from nbboard.views.code import python_value
from tests import vectors


@pytest.fixture
def logs(tmp_path):
    """Two runs of two tags."""
    for run in ("a", "b"):
        writer = SummaryWriter(str(tmp_path / run))
        for step in range(5):
            writer.add_scalar("loss", step, step)
            writer.add_scalar("acc", step, step)
        writer.close()
    return tmp_path


@pytest.mark.parametrize("case", vectors.load("code"))
def test_values_are_written_as_in_the_page(case):
    """And Python reads them back."""
    assert python_value(case["value"]) == case["python"]
    assert eval(case["python"]) == case["value"]


def test_the_line_makes_the_very_view(logs):
    """What is not at its default, the selection and the run list's state, nothing else."""
    log = nbboard.open(logs, progress=False)
    view = log.scalars.select(tags="loss").view(smoothing=0.25, run_filter="a", live=False)
    view.pinned = ["loss"]

    line = view.code

    assert line == (
        f'nbboard.open("{logs}").scalars.select(tags=["loss"])'
        '.view(live=False, pinned=["loss"], smoothing=0.25, run_filter="a")'
    )
    again = eval(line, {"nbboard": nbboard})
    assert again.options == view.options
    assert again.code == line


def test_a_cell_that_runs_again_keeps_what_was_set_by_hand(logs, monkeypatch):
    """Pins, filters, zoom; but what the code says itself wins."""
    monkeypatch.setattr(remember, "current_cell", lambda: ("cell-1", "run-1"))
    first = nbboard.open(logs, progress=False).scalars.view(smoothing=0.5)
    first.begin()
    first.pinned, first.tag_filter, first.x_range, first.smoothing = ["loss"], "l", [1, 2], 0.9
    first.run_list.filter = "a"

    monkeypatch.setattr(remember, "current_cell", lambda: ("cell-1", "run-2"))
    again = nbboard.open(logs, progress=False).scalars.view(smoothing=0.5, tag_filter="acc")
    again.begin()

    assert (again.pinned, again.x_range) == (["loss"], [1, 2])
    assert (again.tag_filter, again.smoothing) == ("acc", 0.5)
    assert again.run_list.filter == "a"
    first.close()
    again.close()


def test_another_cell_or_another_source_keeps_nothing(logs, monkeypatch):
    """Two views of one cell are two, as well."""
    monkeypatch.setattr(remember, "current_cell", lambda: ("cell-2", "run-1"))
    first = nbboard.open(logs, progress=False).scalars.view()
    first.begin()
    first.pinned = ["loss"]
    second = nbboard.open(logs, progress=False).scalars.view()
    second.begin()

    monkeypatch.setattr(remember, "current_cell", lambda: ("cell-3", "run-2"))
    other = nbboard.open(logs, progress=False).scalars.view()
    other.begin()

    assert second.pinned == other.pinned == []
    for view in (first, second, other):
        view.close()
