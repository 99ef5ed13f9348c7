"""The custom scalars view in Python: layouts, charts, bands, and what is wrong with them."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from tensorboardX import SummaryWriter

import nbboard
from nbboard.errors import UsageError
from nbboard.kinds.custom_scalars.layout import Category, Chart, Layout, Margin
from nbboard.kinds.custom_scalars.mapping import as_mapping
from nbboard.views.custom_scalars_layout import merged
from nbboard.views.scalar_charts import join_band
from tests.vectors import load

FILES = itertools.count()


def write(folder, run, charts=None, tags=("loss/train", "loss/val", "acc"), steps=range(10)):
    """Log scalars, and a layout if there is one."""
    # Or two files of one second would be one.
    writer = SummaryWriter(str(folder / run), filename_suffix=f".{next(FILES)}")
    if charts is not None:
        writer.add_custom_scalars(charts)
    for number, tag in enumerate(tags):
        for step in steps:
            writer.add_scalar(tag, step + number, step)
    writer.close()


def view_of(folder, **options):
    """Return the view of a folder."""
    return nbboard.open(folder, progress=False).custom_scalars.view(smoothing=0, **options)


def charts_of(view):
    """Return the charts that travel to the page, by name."""
    return {chart["key"]: chart for chart in view.payload()["charts"]}


def test_charts_have_the_tags_that_match_from_their_start(tmp_path):
    """As re.match: case-sensitive, start-anchored; each tag once, in natural order."""
    layout = {
        "all": {"losses": ["Multiline", ["loss/.*", "loss/v"]], "none": ["Multiline", ["oss"]]}
    }
    write(tmp_path, "a", layout)
    view = view_of(tmp_path)

    charts = charts_of(view)

    assert charts["all/losses"]["tags"] == ["loss/train", "loss/val"]
    assert charts["all/none"]["note"] == "no tag matches"
    table = view.data
    assert table.columns.tolist()[:3] == ["chart", "run", "tag"]
    assert set(table.tag) == {"loss/train", "loss/val"}
    assert len(table) == 20


def test_layouts_of_runs_are_merged_by_category():
    """The third run's charts of a category first seen in the second are there, unlike TensorBoard's."""
    one, two, three = (Chart(name, (name,)) for name in ("one", "two", "three"))

    found = merged(
        [
            Layout((Category("x", (one,)),)),
            Layout((Category("y", (two,)), Category("x", (one, two)))),
            Layout((Category("y", (three, two), closed=True),)),
        ]
    )

    assert found == [Category("x", (one, two)), Category("y", (two, three))]


def test_a_later_layout_of_a_run_replaces_the_earlier(tmp_path):
    """And a page that is open gets it."""
    write(tmp_path, "a", {"all": {"first": ["Multiline", ["loss"]]}})
    log = nbboard.open(tmp_path, progress=False)
    view = log.custom_scalars.view()
    assert list(charts_of(view)) == ["all/first"]

    write(tmp_path, "a", {"all": {"second": ["Multiline", ["acc"]]}}, tags=())
    view.note(log.refresh())

    assert [chart["key"] for chart in view.news()["charts"]] == ["all/second"]


def test_a_new_tag_joins_its_chart(tmp_path):
    """While the page is open; nothing is sent where nothing changed."""
    write(tmp_path, "a", {"all": {"losses": ["Multiline", ["loss/.*"]]}})
    log = nbboard.open(tmp_path, progress=False)
    view = log.custom_scalars.view()
    view.payload()
    write(tmp_path, "b", tags=("loss/test",))
    view.note(log.refresh())

    assert view.news()["charts"][0]["tags"] == ["loss/test", "loss/train", "loss/val"]
    write(tmp_path, "b", tags=("loss/test",), steps=[20])
    view.note(log.refresh())
    assert "charts" not in (view.news() or {})


def test_a_layout_that_nobody_logged(tmp_path):
    """As a mapping or by nbboard.layout; the line that makes the view has it."""
    write(tmp_path, "a")
    layout = nbboard.layout({"losses": {"all": ["loss/.*"], "one": "acc"}})
    view = view_of(tmp_path, charts=layout)

    assert list(charts_of(view)) == ["losses/all", "losses/one"]
    assert 'charts={"losses": {"all": ["loss/.*"], "one": ["acc"]}}' in view.code
    view.charts = {"x": {"y": ["Multiline", ["acc"]]}}
    assert list(charts_of(view)) == ["x/y"]
    figure = view.figure()
    assert [axes.get_title(loc="left") for axes in figure.axes] == ["x/y"]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([], "a layout is"),
        ({"a": []}, "category 'a' is"),
        ({"a": {"b": 1}}, "chart 'b' of category 'a' is a regular expression"),
        ({"a": {"b": ["x", 1]}}, "chart 'b' of category 'a' is a regular expression"),
        ({"a": {"b": {"tgas": []}}}, "has 'tgas'"),
        ({"a": {"b": {"margins": [["x", "y"]]}}}, "a margin is [value, lower, upper]"),
        ({"a": {"b": ["Margin", ["x"]]}}, "a margin is [value, lower, upper]"),
        ({1: {}}, "titles of a layout are text"),
    ],
)
def test_what_is_no_layout_is_refused_with_its_place(given, said):
    """In words that say what and where."""
    with pytest.raises(UsageError) as raised:
        nbboard.layout(given)

    assert said in str(raised.value)


def test_a_layout_survives_being_written_as_a_mapping():
    """Multiline charts, margins, and both."""
    chart = Chart("c", ("x",), (Margin("v", "l", "u"),))
    layout = Layout((Category("a", (Chart("b", ("x", "y")), chart)),))

    assert nbboard.layout(as_mapping(layout)) == layout
    twice = Layout((Category("a", (Chart("b", ("x",)), Chart("b", ("y",)))),))
    assert list(as_mapping(twice)["a"]) == ["b", "b (2)"]


@pytest.mark.parametrize("case", load("bands"), ids=lambda case: case["name"])
def test_bands_are_joined_on_common_steps(case):
    """Of several values at a step the one written last; NaN where there is none."""
    step, other = (np.array(case[name], np.int64) for name in ("step", "other"))
    value = np.array([float(one) for one in case["value"]])

    edge, missing = join_band(step, other, value)

    np.testing.assert_array_equal(edge, [float(one) for one in case["edge"]])
    assert missing.tolist() == [one not in case["other"] for one in case["step"]]


def test_gaps_of_a_band_are_counted_on_paper(tmp_path):
    """Steps without a bound, and bounds the wrong way round, stand under the title."""
    writer = SummaryWriter(str(tmp_path / "a"))
    writer.add_custom_scalars({"all": {"band": ["Margin", ["mid", "low", "high"]]}})
    for step in range(10):
        writer.add_scalar("mid", step, step)
        writer.add_scalar("high", step + 1, step)
        if step != 4:
            writer.add_scalar("low", step + (2 if step == 7 else -1), step)
    writer.close()

    (axes,) = view_of(tmp_path).figure().axes

    (text,) = (one.get_text().replace("\n", " ") for one in axes.texts)
    assert "1 point without a band" in text
    assert "1 point with the lower bound above the upper" in text
    assert len(axes.collections) == 1


def test_colours_tell_tags_of_one_run_and_dashes_those_of_several(tmp_path):
    """One run: a colour a tag. Two: a colour a run, and a dash a tag."""
    for run in ("a", "b"):
        write(tmp_path, run, {"all": {"losses": ["Multiline", ["loss/.*"]]}})

    def lines(**options):
        (axes,) = view_of(tmp_path, **options).figure().axes
        return [(line.get_color(), line.is_dashed()) for line in axes.lines]

    one, two = lines(checked_runs=["a"]), lines()

    assert len({color for color, _ in one}) == 2
    assert {dashed for _, dashed in one} == {False}
    assert len({color for color, _ in two}) == 2
    assert sorted(dashed for _, dashed in two) == [False, False, True, True]


def test_what_is_wrong_with_a_chart_is_said_in_it(tmp_path):
    """A bad expression, a hostile one, a tag that is not there; the others are drawn."""
    layout = {
        "all": {
            "bad": ["Multiline", ["(", "acc"]],
            "hostile": ["Multiline", ["(a+)+$", r"(.+)\1+$"]],
            "band": ["Margin", ["acc", "nothing", "loss/val"]],
            "empty": ["Multiline", []],
        }
    }
    write(tmp_path, "a", layout, tags=("acc", "loss/val", "a" * 5000))
    view = view_of(tmp_path)

    charts = charts_of(view)

    assert "'(' is not a regular expression" in charts["all/bad"]["note"]
    assert charts["all/bad"]["tags"] == ["acc"]
    assert "may take for ever" in charts["all/hostile"]["note"]
    assert charts["all/hostile"]["tags"] == ["a" * 5000]
    assert charts["all/band"]["note"] == "there is no tag 'nothing'"
    assert charts["all/empty"]["note"] == "it names no tags"
    view.figure()


def test_a_thousand_charts(tmp_path):
    """All are there; a figure has some, and counts the others."""
    layout = {f"category {i}": {f"chart {j}": ["Multiline", [f"loss/{j}"]] for j in range(100)}
              for i in range(10)}  # fmt: skip
    write(tmp_path, "a", layout, tags=[f"loss/{number}" for number in range(100)], steps=[0])
    view = view_of(tmp_path)

    assert len(charts_of(view)) == 1000
    assert "24 of 1,000" in view.figure().get_suptitle()


def test_a_chart_of_everything_has_some_of_it(tmp_path):
    """And says of how many tags."""
    write(tmp_path, "a", {"": {"all": ["Multiline", [".*"]]}},
          tags=[f"tag{number}" for number in range(250)], steps=[0])  # fmt: skip
    view = view_of(tmp_path)

    (chart,) = charts_of(view).values()

    assert len(chart["tags"]) == 200
    assert chart["note"] == "the first 200 of 250 tags"
    assert len(view.figure().axes[0].lines) == 200


def test_the_shorter_ways_of_the_writer(tmp_path):
    """Charts that are logged without a whole layout."""
    writer = SummaryWriter(str(tmp_path / "a"))
    writer.add_custom_scalars_multilinechart(["loss/.*"], "losses", "both")
    writer.add_scalar("loss/train", 1, 0)
    writer.close()
    writer = SummaryWriter(str(tmp_path / "b"))
    writer.add_custom_scalars_marginchart(["mid", "low", "high"], "bands", "one")
    for tag in ("mid", "low", "high"):
        writer.add_scalar(tag, 1, 0)
    writer.close()

    charts = charts_of(view_of(tmp_path))

    assert charts["losses/both"]["tags"] == ["loss/train"]
    assert charts["bands/one"]["bands"] == [["mid", "low", "high"]]


def test_charts_of_one_name_are_told_apart(tmp_path):
    """The second has a number behind it, so that both can be zoomed and pinned."""
    write(tmp_path, "a", {"x": {"same": ["Multiline", ["acc"]]}})
    write(tmp_path, "b", {"x": {"same": ["Multiline", ["loss"]]}})
    view = view_of(tmp_path, pinned=["x/same (2)"])

    assert list(charts_of(view)) == ["x/same", "x/same (2)"]
    with pytest.raises(UsageError, match="no such chart"):
        view.pinned = ["x/sane"]


def test_a_selection_of_layouts_shows_those_runs(tmp_path):
    """The scalars of the runs whose layouts were selected."""
    for run in ("a", "b"):
        write(tmp_path, run, {run: {"losses": ["Multiline", ["loss/.*"]]}})
    log = nbboard.open(tmp_path, progress=False)

    view = log.custom_scalars.select(runs="b").view()

    assert list(charts_of(view)) == ["b/losses"]
    assert view.runs == ("b",)
