"""The exact points of a step or a range, from all points."""

from __future__ import annotations

import numpy as np
import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.views.scalar_exact import last_at_or_below
from nbboard.views.scalar_feed import Feed
from nbboard.views.scalar_groups import combine
from nbboard.views.shared import wire
from nbboard.views.smoothing import smooth
from tests import vectors


@pytest.fixture
def log(tmp_path):
    """A long run that logs every five steps, and one that ends early."""
    for run, count in (("long", 20_000), ("short", 20)):
        writer = SummaryWriter(str(tmp_path / run), max_queue=1000)
        for i in range(count):
            writer.add_scalar("loss", (i * 7919 % 1000) / 1000, 5 * i, walltime=1e9 + i)
            writer.add_scalar("epoch", i // 10, 5 * i, walltime=1e9 + i)
        writer.close()
    return nbboard.open(tmp_path, progress=False)


HOW = {"restarts": "latest", "weight": 0.6, "method": "ema"}


def test_the_point_at_a_place_is_the_nearest_at_or_below_it():
    """Of several at one place the last one written; none before the first."""
    x = np.array([0.0, 10, 5, 10, np.nan])
    assert [last_at_or_below(x, at) for at in (-1, 0, 7, 10, 99)] == [-1, 0, 2, 3, 3]
    assert last_at_or_below(np.array([]), 3) == -1


def test_a_step_is_answered_from_all_points(log):
    """Also where the page has one point in a hundred; who ended before says where."""
    feed = Feed(log.scalars)
    feed.everything()

    rows = feed.exact("loss", ["long", "short"], "step", (50_002, 50_002), **HOW)

    series = log.scalars["long", "loss"]
    assert rows["start_step"].tolist() == [50_000, 95]
    assert rows["start_value"][0] == series.value[10_000]
    assert rows["start_smoothed"][0] == pytest.approx(smooth(series.value, weight=0.6)[10_000])


def test_a_range_is_answered_from_all_points(log):
    """Least, greatest and mean are of every point in it."""
    feed = Feed(log.scalars)
    feed.everything()

    rows = feed.exact("loss", ["long"], "step", (1000, 2000), **{**HOW, "weight": 0.0})

    values = log.scalars["long", "loss"].value[200:401]
    assert rows["least"][0] == pytest.approx(values.min())
    assert rows["greatest"][0] == pytest.approx(values.max())
    assert rows["mean"][0] == pytest.approx(values.mean(dtype=np.float64))
    assert rows["end_step"].tolist() == [2000]


def test_an_x_axis_may_be_a_tag_outside_of_the_selection(log):
    """Its points come with the view, without a card; an unknown one is refused."""
    view = log.scalars.select(tags="loss").view(x="epoch", live=False)
    payload = view.payload()

    tags = payload["heads"]["tag_names"]
    assert [tags[i] for i in payload["order"]] == ["loss"]
    assert "epoch" in tags
    assert len(view.data) == 20_020
    with pytest.raises(nbboard.NbboardError, match="did you mean 'wall'"):
        log.scalars.view(x="walls")
    with pytest.raises(nbboard.NbboardError, match="did you mean 'epoch'"):
        view.x = "epochs"
    view.close()


def test_a_tag_that_is_called_as_an_axis_does_not_come_with_others(tmp_path):
    """``x="step"`` is the axis: what was logged under that name is not sent for it."""
    with SummaryWriter(str(tmp_path / "run")) as writer:
        for step in range(3):
            writer.add_scalar("loss", 1.0, step)
            writer.add_scalar("step", float(step), step)
    view = nbboard.open(tmp_path, progress=False).scalars.select(tags="loss").view(live=False)

    assert list(view.payload()["heads"]["tag_names"]) == ["loss"]
    view.close()


@pytest.mark.parametrize("case", vectors.load("seed_groups"))
def test_groups_are_combined_as_in_the_page(case):
    """Finite members count, step by step."""
    numbers = wire.unpack(case)
    curves = [(np.array(c["x"], float), np.array(c["y"], float)) for c in numbers["curves"]]

    band = combine(curves, case["center"], case["band"])

    assert band.members.tolist() == case["count"]
    for found, name in (
        (band.x, "x"),
        (band.center, "line"),
        (band.low, "low"),
        (band.high, "high"),
    ):
        np.testing.assert_allclose(found, numbers[name])
