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


@pytest.mark.parametrize("legend", [None, "right", "below"])
@pytest.mark.parametrize("name", ["run", "a-much-longer-name-of-a-run-in-a-sweep"])
def test_a_legend_fits_beside_the_axes(tmp_path: Path, name: str, legend: str | None) -> None:
    """As many runs are named as there is room for, whole; the rest is counted, none is cut off."""
    for run in range(60):
        write(tmp_path / f"{name}-{run}-end", "loss", [1.0 + run, 0.5])
    view = nbboard.open(str(tmp_path)).scalars.view()

    # The quick picture draws forty of them, and says so.
    for figure, drawn in ((view.figure(legend=legend), 60), (view.picture(), 40)):
        figure.draw_without_rendering()
        (legend,) = figure.legends
        frame, bounds = legend.get_window_extent(), figure.bbox
        said = [text.get_text() for text in legend.get_texts()]

        assert bounds.y0 <= frame.y0
        assert frame.y1 <= bounds.y1
        assert bounds.x0 <= frame.x0
        assert frame.x1 <= bounds.x1
        assert len(said) > 10
        assert len(said) == drawn or said[-1] == f"and {drawn - (len(said) - 1)} more"
        assert len(set(said)) == len(said)
        assert figure.axes[0].get_window_extent().width > bounds.width / 4
        assert figure.axes[0].get_window_extent().height > 1.2 * figure.dpi


@pytest.mark.parametrize("width", ["column", "page", 5])
@pytest.mark.parametrize("runs", [6, 30])
def test_long_names_are_read_in_full_and_leave_the_axes_their_room(
    tmp_path: Path, runs: int, width: Any
) -> None:
    """What all names share is dropped, nothing is cut out of the middle, and it is this wide."""
    for run in range(runs):
        name = f"resnet18-imagenet-lr{10.0 ** -(run % 5):g}-bs64-adamw-cosine-warmup500-s{run}"
        write(tmp_path / name, "loss", [1.0 + run, 0.5])

    figure = nbboard.open(str(tmp_path)).scalars.figure(width=width)
    figure.draw_without_rendering()
    (legend,) = figure.legends
    said = [text.get_text() for text in legend.get_texts()]

    assert figure.get_figwidth() == {"column": 3.5, "page": 7.2, 5: 5}[width]
    assert "lr0.01 s2" in said
    assert len(set(said)) == runs
    assert not any("\N{HORIZONTAL ELLIPSIS}" in text for text in said)
    assert figure.axes[0].get_window_extent().width > 0.6 * figure.bbox.width
    frame = legend.get_window_extent()
    assert figure.bbox.x0 <= frame.x0
    assert frame.x1 <= figure.bbox.x1


def test_labels_of_the_legend(logs: Path) -> None:
    """A mapping or a function names the lines; a name that is not drawn is refused."""
    scalars = nbboard.open(str(logs)).scalars["loss"]

    def said(labels: Any, **options: Any) -> list[str]:
        axes = scalars.figure(labels=labels, **options).axes[0]
        return [text.get_text() for text in axes.get_legend().get_texts()]

    assert said({"a": "ours $x$"}) == ["ours $x$", "b"]
    assert said(str.upper) == ["A", "B"]
    assert said({"": "seeds"}, group_by="regex:^") == ["seeds (n = 2 to 1)"]
    with pytest.raises(nbboard.UsageError, match="labels names 'c', which is not drawn"):
        said({"c": "x"})
    with pytest.raises(nbboard.UsageError, match="function of a run's name"):
        said(7)


def test_a_figure_in_axes_that_are_there(logs: Path) -> None:
    """ax= takes axes of one's own figure, one a tag; that figure keeps its size and layout."""
    from matplotlib.figure import Figure

    own = Figure(figsize=(4, 3))
    axes = own.subplots(1, 2)
    scalars = nbboard.open(str(logs)).scalars

    assert scalars.figure(ax=axes) is own
    assert [one.get_title(loc="left") for one in axes] == ["loss", "rate"]
    assert own.get_size_inches().tolist() == [4, 3]
    for legend in ("right", "below", "inside"):
        only = own.add_subplot()
        scalars["loss"].figure(ax=only, legend=legend)
        assert len(only.get_legend().get_texts()) == 2
    only = own.add_subplot()
    scalars["loss"].figure(ax=only, legend="none")
    assert only.get_legend() is None
    with pytest.raises(
        nbboard.UsageError, match=r"2 tags \('loss', 'rate'\) do not fit into 1 axes"
    ):
        scalars.figure(ax=axes[0])
    with pytest.raises(nbboard.UsageError, match="axes of matplotlib"):
        scalars.figure(ax=3)
    for wrong in ({"width": "narrow"}, {"width": 0}, {"legend": "top"}):
        with pytest.raises(nbboard.UsageError, match=r"(width is|legend is)"):
            scalars.figure(**wrong)


def test_a_figure_shows_all_of_a_curve_unless_told_otherwise(tmp_path: Path) -> None:
    """The first values, high as they are, are within the axes; ignore_outliers cuts them off."""
    write(tmp_path / "a", "loss", [100.0, *([1.0] * 60)])
    scalars = nbboard.open(str(tmp_path)).scalars

    assert scalars.figure().axes[0].get_ylim()[1] > 100
    assert scalars.figure(ignore_outliers=True).axes[0].get_ylim()[1] < 15


def test_a_figure_does_not_depend_on_what_was_clicked(logs: Path) -> None:
    """Groups, filters, boxes, brushes and colours of a view are its own: only its figure has them."""
    scalars = nbboard.open(str(logs)).scalars["loss"]
    view = scalars.view()
    run_list = view.run_list
    colors = [run_list.color(run) for run in "ab"]
    run_list.set_trait("group_by", "regex:(.)")
    run_list.set_trait("hidden", ["a"])
    run_list.set_trait("colors", {"b": "#ff0000"})

    def drawn(figure: Any) -> list[Any]:
        return [line.get_color() for line in figure.axes[0].lines if line.get_alpha() is None]

    lines = drawn(scalars.figure(smoothing=0.0))
    assert [color for i, color in enumerate(lines) if color not in lines[:i]] == colors
    assert set(drawn(view.figure(smoothing=0.0))) == {"#ff0000"}
    assert run_list.group_by == "regex:(.)"


def test_a_figure_counts_the_points_that_it_hides(tmp_path: Path) -> None:
    """Before a restart, at one step, without a date, without the other tag: each is said."""
    write(tmp_path / "a", "loss", [4.0, 3.0, 2.0, 1.0])
    writer = SummaryWriter(str(tmp_path / "a"), filename_suffix=".second")
    for step, value, clock in ((2, 5.0, 5000.0), (2, 6.0, 5001.0), (3, 6.0, NAN)):
        writer.add_scalar("loss", value, step, walltime=clock)
    writer.close()
    write(tmp_path / "b", "epoch", [0.0, 1.0])
    scalars = nbboard.open(str(tmp_path)).scalars["loss"]

    def said(**options: Any) -> str:
        return " ".join(text.get_text() for text in scalars.figure(**options).axes[0].texts)

    assert said() == "2 points before a restart; 1 point more at the same step"
    assert said(restarts="keep") == "1 point more at the same step"
    assert said(x="relative").endswith("1 point without a date")
    assert said(x="wall").endswith("1 point without a date")
    assert said(x="epoch").endswith("5 points without 'epoch'")


@pytest.mark.parametrize("unit", [1e3, 1e6, 1e9])
def test_clocks_in_other_units_are_read_as_seconds_and_said(tmp_path: Path, unit: float) -> None:
    """Milliseconds, microseconds and nanoseconds are drawn as the dates that they are."""
    writer = SummaryWriter(str(tmp_path / "a"))
    for step in range(3):
        writer.add_scalar("loss", 1.0, step, walltime=(1.7e9 + step) * unit)
    writer.close()
    scalars = nbboard.open(str(tmp_path)).scalars

    axes = scalars.figure(x="wall").axes[0]

    assert str(axes.lines[0].get_xdata()[0]) == "2023-11-14T22:13:20.000000"
    assert "seconds, read as seconds" in axes.texts[0].get_text()
    assert scalars.figure(x="relative").axes[0].lines[0].get_xdata().tolist() == [0, 1, 2]


@pytest.mark.parametrize(
    "clocks",
    [
        *(
            [1.7e9 + i * gap for i in range(5)]
            for gap in (0, 1e-6, 1, 25, 40, 60, 3600, 86400, 4e7)
        ),
        [NAN, INF, -INF, 1e300, -1e300],
        [1.7e9, 1.7e12, NAN, 1e300, 0.0],
        [-62135596800.0, 253402300799.0],
    ],
)
@pytest.mark.parametrize("x", ["wall", "relative", "step"])
@pytest.mark.filterwarnings("error")
def test_no_warning_of_a_library_reaches_the_cell(
    tmp_path: Path, clocks: list[float], x: str
) -> None:
    """Any clock, any span, the largest numbers: a figure is drawn, and nothing else is said."""
    writer = SummaryWriter(str(tmp_path / "a"))
    for step, clock in enumerate(clocks):
        value = np.float32((3.4e38, -3.4e38, 1e-45, 0, 1)[step])
        writer.add_scalar("\N{SNOWMAN WITHOUT SNOW}\uffff loss", value, step, walltime=clock)
    writer.close()

    figure = nbboard.open(str(tmp_path)).scalars.figure(x=x)

    assert figure._repr_png_()


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

    expected = np.concatenate([smooth(first, weight=0.9), smooth(second, weight=0.9)])
    np.testing.assert_allclose(line.get_ydata(), expected)
    np.testing.assert_allclose(view.data.smoothed, expected)
    path = line.get_path()
    assert np.flatnonzero(path.codes == path.MOVETO).tolist() == [0, 4]


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
