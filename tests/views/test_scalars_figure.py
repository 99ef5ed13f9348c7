"""The scalars figure is the view's twin: second axis, odd points, zooms, brush, restarts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.views.smoothing import smooth

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INF, NAN = float("inf"), float("nan")


def write(folder: Path, tag: str, values: list[float], first: int = 0) -> None:
    """Append points to a run, in a file of its own."""
    writer = SummaryWriter(str(folder), filename_suffix=f".{tag}{first}")
    for i, value in enumerate(values):
        writer.add_scalar(tag, value, first + i, walltime=1000.0 + first + i)
    writer.close()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Two runs of two tags; "a" diverges."""
    write(tmp_path / "a", "loss", [3.0, 2.0, NAN, 1.0, INF, -INF, 1.0, 0.5])
    write(tmp_path / "b", "loss", [4.0, 3.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0])
    for run in "ab":
        write(tmp_path / run, "rate", [0.1 / (i + 1) for i in range(8)])
    return tmp_path


def shown(figure: Any, tag: str) -> Axes:
    """Return the axes with a title."""
    (axes,) = [one for one in figure.axes if one.get_title(loc="left") == tag]
    return axes


def marks(axes: Axes, marker: str) -> list[float]:
    """Return where markers of a kind stand."""
    return sorted(x for line in axes.lines if line.get_marker() == marker for x in line.get_xdata())


def test_a_second_axis_at_the_right(logs: Path) -> None:
    """The other tag is dashed, in the runs' colours, against an axis that names it."""
    view = nbboard.open(str(logs)).scalars.view(right_axis={"loss": "rate"}, smoothing=0.0)

    figure = view.figure(tag_filter="loss")
    axes, second = shown(figure, "loss"), figure.axes[-1]

    assert "rate" in second.get_ylabel()
    assert second.get_shared_x_axes().joined(axes, second)
    assert {line.get_color() for line in second.lines} == {
        view.run_list.color("a"),
        view.run_list.color("b"),
    }
    assert all(line.is_dashed() for line in second.lines)
    np.testing.assert_allclose(second.lines[0].get_ydata(), [0.1 / (i + 1) for i in range(8)])
    assert second.get_ylim()[1] < 0.2 < axes.get_ylim()[1]
    assert len(axes.get_legend().get_texts()) == 2


@pytest.mark.parametrize("name", ["run", "a-much-longer-name-of-a-run-in-a-sweep"])
def test_a_legend_fits_beside_the_axes(tmp_path: Path, name: str) -> None:
    """Of many runs as many are named as there is room for; the rest is counted, none is cut off."""
    for run in range(60):
        write(tmp_path / f"{name}-{run}", "loss", [1.0 + run, 0.5])
    view = nbboard.open(str(tmp_path)).scalars.view()

    # The quick picture draws forty of them, and says so.
    for figure, drawn in ((view.figure(), 60), (view.picture(), 40)):
        figure.draw_without_rendering()
        (legend,) = figure.legends
        frame, bounds = legend.get_window_extent(), figure.bbox
        said = [text.get_text() for text in legend.get_texts()]

        assert bounds.y0 <= frame.y0
        assert frame.y1 <= bounds.y1
        assert bounds.x0 <= frame.x0
        assert frame.x1 <= bounds.x1
        assert len(said) > 10
        assert said[-1] == f"and {drawn - (len(said) - 1)} more"
        assert figure.axes[0].get_window_extent().width > bounds.width / 4


def test_points_that_are_not_finite_are_marked_on_the_axis(logs: Path) -> None:
    """NaN and -infinity at the bottom, +infinity on top, none among the lines' ends."""
    view = nbboard.open(str(logs)).scalars.view(tag_filter="loss")

    axes = shown(view.figure(), "loss")

    assert marks(axes, "^") == [2.0, 5.0]
    assert marks(axes, "v") == [4.0]
    colors = {line.get_color() for line in axes.lines if line.get_marker() in "^v"}
    assert colors == {view.run_list.color("a")}


def test_cards_with_a_zoom_and_a_scale_of_their_own(logs: Path) -> None:
    """While zooms are not linked, each card has its own, in the figure and in the data."""
    view = nbboard.open(str(logs)).scalars.view(
        link_zoom=False, smoothing=0.0, zooms={"loss": {"x": [1, 3], "y": [0.0, 9.0]}}
    )
    view.y_scales = {"rate": "log"}

    figure = view.figure()

    assert shown(figure, "loss").get_xlim() == (1.0, 3.0)
    assert shown(figure, "loss").get_ylim() == (0.0, 9.0)
    assert shown(figure, "rate").get_xlim()[1] > 6
    assert [shown(figure, tag).get_yscale() for tag in ("loss", "rate")] == ["linear", "log"]
    data = view.data
    assert sorted(set(data.step[data.tag == "loss"])) == [1, 2, 3]
    assert len(data[data.tag == "rate"]) == 16
    view.link_zoom = True
    assert len(view.data) == 32
    view.x_range = [2, 2]
    assert len(view.data) == 4


def test_what_is_not_brushed_is_grey(logs: Path) -> None:
    """A brush in another view leaves the other runs grey, as on screen."""
    view = nbboard.open(str(logs)).scalars.view(tag_filter="rate", smoothing=0.0)
    view.run_list.brushed = ["b"]

    colors = [line.get_color() for line in shown(view.figure(), "rate").lines]

    assert view.run_list.color("a") not in colors
    assert colors[-1] == view.run_list.color("b")


def test_a_restart_that_is_kept_breaks_the_line(tmp_path: Path) -> None:
    """Each piece is smoothed for itself, in the figure and in the data."""
    write(tmp_path / "a", "loss", [8.0, 4.0, 2.0, 1.0])
    write(tmp_path / "a", "loss", [6.0, 5.0], first=2)
    view = nbboard.open(str(tmp_path)).scalars.view(restarts="keep", smoothing=0.9)
    first, second = np.array([8.0, 4, 2, 1]), np.array([6.0, 5])

    line = shown(view.figure(), "loss").lines[-1]

    expected = np.concatenate([smooth(first, weight=0.9), [NAN], smooth(second, weight=0.9)])
    np.testing.assert_allclose(line.get_ydata(), expected)
    np.testing.assert_allclose(view.data.smoothed, expected[np.isfinite(expected)])


@pytest.mark.parametrize("x", ["wall", "relative", "rate"])
def test_every_x_axis_is_zoomed(logs: Path, x: str) -> None:
    """The range on screen is that of the figure, for times and other tags as well."""
    source = nbboard.open(str(logs)).scalars
    span = {"wall": [1001.0, 1003.0], "relative": [1.0, 3.0], "rate": [0.03, 0.06]}[x]
    view = source.view(x=x, x_range=span, tag_filter="loss")

    axes = shown(view.figure(), "loss")

    low, high = axes.get_xlim()
    factor = 86400.0 if x == "wall" else 1.0
    assert (high - low) * factor == pytest.approx(span[1] - span[0])
    assert sorted(set(view.data.step)) == [1, 2, 3] if x != "rate" else [1, 2]
