"""The projector view's Python half: what travels, in which order, tables, figures, arranging."""

from __future__ import annotations

import io
import threading

import numpy as np
import pytest

import nbboard
from nbboard.errors import LogdirError, NbboardError
from nbboard.views.projector import engines, feed
from nbboard.views.projector.clouds import perplexity_of
from nbboard.views.projector.colors import categories, is_scale
from nbboard.views.shared.options import OptionError
from tests.kinds.projector_files import write_config
from tests.vectors import load
from tests.views.projector_logs import vectors_at, write_embeddings


@pytest.fixture
def log(tmp_path):
    """A log with an embedding of three steps, and one of another run."""
    write_embeddings(tmp_path)
    write_embeddings(tmp_path, "other", steps=[5], seed=1)
    return nbboard.open(tmp_path, progress=False)


def clouds(content):
    """Return run, step and sphereize of each cloud that travels."""
    return [(one["run"], one["step"], one["sphereize"]) for one in content["clouds"]]


def test_the_first_picture_is_the_last_step_of_the_first_embedding(log):
    """With what is known of its points, and which embeddings there are."""
    content = log.projector.view().payload()
    (cloud,), (facts,) = content["clouds"], content["facts"]

    assert clouds(content) == [("other", "5", False)]
    assert [(one["run"], one["tag"], one["steps"]) for one in content["embeddings"]] == [
        ("other", "hidden", ["5"]),
        ("run", "hidden", ["0", "10", "20"]),
    ]
    assert cloud["space"].shape == (180,)
    assert cloud["plane"] is None
    assert cloud["facts"] == facts["id"]
    assert [column["name"] for column in facts["columns"]] == ["group", "name", "size"]
    assert facts["columns"][0]["words"] == "g0\ng1\ng2"
    assert facts["columns"][0]["codes"].dtype == np.uint8
    np.testing.assert_array_equal(facts["columns"][2]["numbers"], np.arange(60) / 2)
    assert facts["sprite"]["columns"] == 8


def test_other_steps_follow_by_themselves_with_what_they_share_once(log):
    """Nearest first, then the other preparation; as far as the budget goes."""
    view = log.projector.view(run="run")
    view.payload()
    view._displayed = True
    sent = []
    while view.unfinished():
        sent.append(view.news())

    assert [clouds(one)[0][1:] for one in sent] == [
        ("10", False),
        ("0", False),
        ("0", True),
        ("10", True),
        ("20", True),
    ]
    assert all(one["facts"] == [] for one in sent)
    assert view.news() is None
    few = log.projector.view(run="run", preload=0)
    few.payload()
    assert not few.unfinished()


def test_another_choice_is_pushed_once(log, monkeypatch):
    """Run, step and sphereize are followed; what was sent is not sent again."""
    view = log.projector.view(run="run")
    view.payload()
    sent = []
    monkeypatch.setattr(view, "_send_content", lambda _, content: sent.append(content))

    view.step = 12
    view.sphereize = True
    view.sphereize = False
    view.step = 19
    view.beside = ["other", "hidden"]

    assert [clouds(content) for content in sent] == [
        [("run", "10", False)],
        [("run", "10", True)],
        [("other", "5", False)],
    ]


def test_steps_are_turned_onto_each_other(log):
    """A later step, logged turned and mirrored, lies where the one before does."""
    series = log.projector["run", "hidden"]
    all_clouds = feed.Feed(log.projector).clouds

    first, last = (all_clouds.get(series, place).plane for place in (0, 2))
    alone = all_clouds.get(series, 2, align=False).plane

    def apart(a, b):
        return float(np.abs(a / np.linalg.norm(a) - b / np.linalg.norm(b)).sum())

    assert apart(first, last) <= apart(first, alone) + 1e-6
    np.testing.assert_allclose(
        np.linalg.norm(last, axis=1), np.linalg.norm(alone, axis=1), rtol=1e-4
    )


def test_a_log_that_grows_or_changes_is_followed(log, tmp_path):
    """A new step is news; one that was written anew is another version."""
    view = log.projector.view(run="run")
    before = view.payload()["embeddings"][1]["versions"]

    write_embeddings(tmp_path, steps=[30])
    log.refresh(progress=False)
    news = view.news()

    assert clouds(news) == [("run", "30", False)]
    assert news["embeddings"][1]["versions"][:3] == before
    assert view.data["step"].unique().tolist() == [30]


def test_the_table_has_what_is_known_and_where_points_are(log):
    """Three dimensions have z; a selection is the rows that were picked."""
    view = log.projector.view(run="run", step=10, dimensions=3)
    table = view.data

    assert list(table) == ["run", "tag", "step", "row", "group", "name", "size", "x", "y", "z"]
    assert (len(table), table["step"].unique().tolist()) == (60, [10])
    view._selection = {"ranges": [3, 5, 9, 9]}
    assert view.selection["name"].tolist() == ["word 3", "word 4", "word 5", "word 9"]


def test_what_the_page_arranged_is_in_the_table_and_the_figure(log):
    """As long as the same points are arranged by the same method."""
    view = log.projector.view(run="run", method="tsne")
    content = view.payload()
    places = np.arange(8.0)
    layout = {"method": "tsne", "version": content["clouds"][0]["version"], "dimensions": 2}
    view.answer("layout", {**layout, "among": [0, 1, 2, 3], "places": places.tolist()})

    table = view.data
    assert table[["x", "y"]].to_numpy()[:4].tolist() == places.reshape(4, 2).tolist()
    assert table["x"].isna().sum() == 56
    assert view.figure().axes[0].get_xlabel() == ""
    view.method = "pca"
    assert view.data["x"].isna().sum() == 0
    assert "component 1" in view.figure().axes[0].get_xlabel()


def test_neighbours_are_told_of_one_of_all_and_of_some(log):
    """The distances are those among all dimensions."""
    view = log.projector.view()
    ask = {"run": "run", "tag": "hidden", "step": "20", "metric": "euclidean", "count": 3}
    points = vectors_at(20)
    far = np.linalg.norm(points - points[7], axis=1)

    one = view.answer("neighbors", {**ask, "of": [7]})
    some = view.answer("neighbors", {**ask, "among": [7, 8, 9, 10]})

    assert one["rows"].tolist() == np.argsort(far)[1:4].tolist()
    np.testing.assert_allclose(one["far"], np.sort(far)[1:4], rtol=1e-4)
    assert len(some["rows"]) == 12
    assert set(some["rows"][:3].tolist()) == {1, 2, 3}


def test_columns_beyond_the_budget_are_told_when_asked_for(log, monkeypatch):
    """Their names travel at once."""
    monkeypatch.setattr("nbboard.views.projector.wire.COLUMN_BYTES", 300)
    view = log.projector.view(run="run")

    columns = view.payload()["facts"][0]["columns"]
    assert [sorted(column) for column in columns][1] == ["distinct", "name"]
    ask = {"run": "run", "tag": "hidden", "step": "20", "name": "name"}
    assert view.answer("column", ask)["column"]["words"].split("\n")[:2] == ["word 0", "word 1"]
    with pytest.raises(NbboardError, match="no column 'nme'"):
        view.answer("column", {**ask, "name": "nme"})


@pytest.mark.parametrize(
    "rows",
    [["1\t2\t3"], ["1", "2", "5"], ["2\t2"] * 4, ["nan\t1", "2\t3", "4\t1"], ["nan\tnan"] * 2],
    ids=["one point", "one dimension", "all equal", "one not finite", "none finite"],
)
@pytest.mark.parametrize("dimensions", [2, 3])
def test_degenerate_clouds_are_shown(tmp_path, rows, dimensions):
    """In the page, the table and the figure; what cannot be placed has no place."""
    (tmp_path / "run").mkdir()
    (tmp_path / "run/t.tsv").write_text("\n".join(rows))
    write_config(tmp_path / "run", 'embeddings { tensor_name: "e" tensor_path: "t.tsv" }')
    log = nbboard.open(tmp_path, progress=False)
    view = log.projector.view(dimensions=dimensions)

    (cloud,) = view.payload()["clouds"]
    placed = [row for row in rows if "nan" not in row]
    assert np.isfinite(cloud["space"].reshape(-1, 3)[:, 0]).sum() == len(placed)
    assert len(view.data) == len(rows)
    assert view.data["y"].notna().sum() == len(placed)
    view.figure().savefig(io.BytesIO())


def test_a_saved_file_has_other_embeddings_too(log):
    """All of them as far as the budget goes; what the page has stays as it is."""
    view = log.projector.view(run="run")
    view.payload()

    saved = view.fuller_payload()

    assert {(run, step) for run, step, _ in clouds(saved)} == {
        ("run", "0"),
        ("run", "10"),
        ("run", "20"),
        ("other", "5"),
    }
    assert view.news() is None
    few = log.projector.view(run="run", preload=0)
    assert clouds(few.fuller_payload()) == [("run", "20", False)]


def test_what_cannot_be_read_is_said_where_it_would_be(tmp_path):
    """In the page, and on paper; the table is empty."""
    write_config(tmp_path / "run", 'embeddings { tensor_name: "e" tensor_path: "gone.tsv" }')
    log = nbboard.open(tmp_path, progress=False)
    view = log.projector.view()

    (cloud,) = view.payload()["clouds"]
    assert "gone.tsv cannot be read" in cloud["refusal"]
    assert len(view.data) == 0
    assert "gone.tsv" in view.figure().texts[0].get_text()


def test_a_figure_has_pixels_for_points_and_words_for_the_rest(log, tmp_path):
    """Colours by category or along a scale; all options of the view hold."""
    figure = log.projector.figure(run="run", color="size", width=4)
    axes = figure.axes[0]

    assert figure.get_figwidth() == 4
    assert axes.collections[0].get_rasterized()
    assert len(figure.axes) == 2
    assert "60 points, 6 dimensions, PCA" in figure._supxlabel.get_text()
    grouped = log.projector.figure(run="run", step=0, sphereize=True)
    legend = grouped.axes[0].get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["g0", "g1", "g2"]
    assert "step 0" in grouped.axes[0].get_title(loc="left")
    log.projector.figure(dimensions=3, color=None).savefig(tmp_path / "flat.svg")


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ({"run": "rum"}, "did you mean 'run'"),
        ({"tag": "hiden"}, "did you mean 'hidden'"),
        ({"beside": ["run", "hiden"]}, "did you mean 'run/hidden'"),
        ({"color": "grop"}, "did you mean 'group'"),
        ({"label": "nothing"}, "no such column of the metadata; there is 'group'"),
        ({"search": "(a"}, "not a regular expression"),
        ({"dimensions": 4}, "a whole number from 2 to 3"),
        ({"method": "tsen"}, "did you mean 'tsne'"),
    ],
)
def test_what_there_is_not_is_refused_with_what_is_near(log, option, said):
    """In the words of all views."""
    with pytest.raises(OptionError, match=said):
        log.projector.view(**option)


def test_a_step_before_the_first_has_no_table(log):
    """The page shows the first step then; Python says where the embedding begins."""
    write = log.projector["run", "hidden"]
    with pytest.raises(LogdirError, match="begins at step 0"):
        write.at(-1)


@pytest.mark.parametrize("case", load("embedding")["categories"])
def test_categories_have_colours_as_in_the_page(case):
    """Natural order; of too many the most frequent ones."""
    found, others = categories(case["texts"])

    assert found == case["categories"]
    assert others == case["others"]


def test_numbers_of_many_values_are_a_scale(log):
    """Unless said otherwise; texts never are."""
    group, _, size = log.projector["run", "hidden"][0].columns

    assert is_scale(size, "auto")
    assert not is_scale(size, "categories")
    assert not is_scale(group, "scale")


def test_perplexity_is_that_of_tensorboard():
    """At least 5, then a quarter of the root, rounded up."""
    assert [perplexity_of(count) for count in (3, 400, 401, 10_000)] == [5, 5, 6, 25]


def test_a_package_that_is_missing_is_named(log, monkeypatch):
    """With what installs it."""
    monkeypatch.setattr(engines, "engines", dict)
    ask = {"run": "run", "tag": "hidden", "step": "20", "method": "tsne", "dimensions": 2}

    with pytest.raises(NbboardError, match="pip install openTSNE"):
        log.projector.view().answer("arrange", ask)


@pytest.mark.parametrize(("method", "module"), [("tsne", "openTSNE"), ("umap", "umap")])
@pytest.mark.parametrize("width", [2, 3])
def test_a_package_of_the_kernel_arranges_points_in_a_thread(method, module, width):
    """Frames come while it works, the last one at the end; groups are apart."""
    pytest.importorskip(module, reason=f"{module} is not installed")
    points = vectors_at(20, count=150)
    ended, frames = threading.Event(), []

    def show(iteration, total, places):
        frames.append(places)
        if iteration >= total:
            ended.set()

    what = engines.Arrangement(method, points, points[:, :width], "euclidean")
    thread = engines.start(what, show, pytest.fail, threading.Event())
    assert ended.wait(120)
    thread.join(10)

    last = frames[-1]
    assert last.shape == (150, width)
    groups = [last[group::3].mean(axis=0) for group in range(3)]
    spread = max(last[group::3].std() for group in range(3))
    assert min(np.linalg.norm(groups[a] - groups[b]) for a, b in ((0, 1), (1, 2), (0, 2))) > spread


def test_what_the_kernel_arranges_is_pushed_and_in_the_table(log, monkeypatch):
    """Frame by frame, as news; the last one is where the points are."""
    pytest.importorskip("openTSNE", reason="openTSNE is not installed")
    view = log.projector.view(run="run", method="tsne")
    frames, ended = [], threading.Event()

    def take(_kind, content):
        frames.append(content["layout"])
        if frames[-1].get("done") or "failure" in frames[-1]:
            ended.set()

    monkeypatch.setattr(view, "_send_content", take)
    ask = {"run": "run", "tag": "hidden", "step": "20", "method": "tsne", "dimensions": 2}
    assert view.answer("arrange", ask) == {}
    assert ended.wait(120)

    assert frames[-1]["iteration"] == frames[-1]["total"] == 750
    places = frames[-1]["places"].reshape(-1, 2)
    np.testing.assert_array_equal(view.data[["x", "y"]].to_numpy(), places.astype(np.float64))
    view.close()
