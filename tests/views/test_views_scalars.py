"""The scalars view in Python: options, data, deltas, figures, reports."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from tensorboardX import SummaryWriter

import nbboard
from nbboard.views.board import BoardView
from nbboard.views.scalar_feed import Feed
from nbboard.views.scalars import ScalarsView
from nbboard.views.shared import wire


def write(
    folder: Path, run: str, values: dict[str, Any], first: int = 0, start: float = 1000.0
) -> None:
    """Append points to a run, in a file of its own; step 0 is at second `start`."""
    writer = SummaryWriter(str(folder / run), filename_suffix=f".{first}")
    for tag, points in values.items():
        for i, value in enumerate(points):
            writer.add_scalar(tag, value, first + i, walltime=start + first + i)
    writer.close()


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    """Two runs of two tags."""
    for k, run in enumerate(("a", "b")):
        falling = np.exp(-np.arange(50) / 20) + k
        write(tmp_path, run, {"loss/train": falling, "acc": 1 - falling})
    return tmp_path


def test_an_unknown_option_names_the_nearest(logs: Path) -> None:
    """A misspelt option is a TypeError that says what was meant; a wrong value a TraitError."""
    scalars = nbboard.open(str(logs)).scalars

    with pytest.raises(TypeError, match=r"no option 'smothing'; did you mean 'smoothing'"):
        scalars.view(smothing=0.5)
    with pytest.raises(TypeError, match="smoothing"):
        scalars.figure(smothing=0.5)
    with pytest.raises(traitlets.TraitError):
        scalars.view(smoothing=1.5)


def test_options_are_traits_and_the_run_list_is_shared(logs: Path) -> None:
    """Options can be read and set; views of one log share their run list, others do not."""
    log = nbboard.open(str(logs))

    first = log.scalars.view(smoothing=0.9, palette="colorblind")
    second = log.scalars.select(tags="acc").view()
    other = nbboard.open(str(logs)).scalars.view()

    assert first.smoothing == 0.9
    assert first.run_list is second.run_list
    assert second.run_list.palette == "colorblind"
    assert other.run_list.palette == "tensorboard"


def test_the_first_picture_travels_with_the_widget(logs: Path) -> None:
    """The state that opens the widget has every point of a small log, as bytes."""
    view = nbboard.open(str(logs)).scalars.view()

    state = view.get_state()
    payload = wire.unpack(state["_payload"])

    assert payload["runs"] is None, "all that the run list has"
    tags = payload["heads"]["tag_names"]
    assert [tags[i] for i in payload["order"]] == ["acc", "loss/train"]
    (block,) = payload["blocks"]
    assert block["length"].tolist() == [50] * 4
    assert "index" not in block, "no point is left out"
    assert block["value"].dtype == np.float32


def test_growth_is_sent_once_and_only_what_is_new(logs: Path) -> None:
    """After a refresh the delta has the new points of the series that grew, then nothing."""
    log = nbboard.open(str(logs))
    feed = Feed(log.scalars)
    feed.everything()
    assert feed.growth() is None

    write(logs, "a", {"acc": [7.0, 8.0]}, first=50)
    log.refresh()
    news = feed.growth()
    assert news is not None
    (block,) = news["blocks"]

    assert block["mode"] == "append"
    assert block["value"].tolist() == [7, 8]
    assert block["first"].tolist() == [50]
    assert block["total"].tolist() == [52]
    assert feed.growth() is None


def test_a_restart_sends_the_series_again(logs: Path) -> None:
    """Steps that went back hide earlier points, so the series is replaced, with its count."""
    log = nbboard.open(str(logs))
    feed = Feed(log.scalars)
    feed.everything()

    write(logs, "b", {"acc": [5.0] * 30}, first=40, start=2000.0)
    log.refresh()
    news = feed.growth()
    assert news is not None
    (block,) = news["blocks"]

    assert block["mode"] == "replace"
    assert block["hidden"].tolist() == [10]
    assert sum(block["off"].tolist()) == 10


def test_a_new_run_comes_with_its_points_and_changes_no_colour(logs: Path) -> None:
    """A run that begins later appears in the delta; the others keep their colours."""
    log = nbboard.open(str(logs))
    view = log.scalars.view()
    view.get_state()
    colors = {run: view.run_list.color(run) for run in view.runs}

    write(logs, "A-new", {"acc": [1.0, 2.0]})
    log.refresh()
    news = view.news()
    assert news is not None

    assert news["heads"]["run"].tolist() == [view.run_list.slots["A-new"]]
    assert news["blocks"][0]["length"].tolist() == [2]
    assert {run: view.run_list.color(run) for run in colors} == colors
    assert view.run_list.color("A-new") not in colors.values()


def test_what_the_browser_holds_is_bounded(tmp_path: Path) -> None:
    """A million points are a few thousand in the browser, refined where it zooms."""
    log = nbboard.open(str(tmp_path))
    steps = np.arange(1_000_000)

    class Source:
        log: Any = None
        """One long series."""

        tags = ("loss",)
        runs = ("r",)
        keys = (type("Key", (), {"run": "r", "tag": "loss", "count": len(steps), "generation": 1}),)

        def __contains__(self, _: Any) -> bool:
            return True

        def __getitem__(self, _: Any) -> Any:
            columns = {"step": steps, "wall_time": steps * 1.0, "value": np.sin(steps)}
            return type("S", (), {**columns, "key": self.keys[0]})

    source = Source()
    source.log = log
    feed = Feed(source)

    (block,) = feed.everything()["blocks"]
    assert block["length"].tolist()[0] < 1600
    (finer,) = feed.refine(["loss"], "step", 1000, 1100, 500)["blocks"]
    assert "index" not in finer
    assert finer["first"].tolist() == [999]
    assert finer["length"].tolist() == [103]
    assert not log.runs


def test_data_is_what_is_on_screen(logs: Path) -> None:
    """Filters, hidden runs, the zoomed range and smoothing are those of the view."""
    view = nbboard.open(str(logs)).scalars.view(tag_filter="LOSS", smoothing=0.0)
    view.run_list.hidden = ["b"]
    view.x_range = [10, 19]

    data = view.data

    assert set(data.run) == {"a"}
    assert set(data.tag) == {"loss/train"}
    assert data.step.tolist() == list(range(10, 20))
    np.testing.assert_array_equal(data.value.to_numpy(), data.smoothed.to_numpy())
    view.run_list.filter = "no such run"
    assert len(view.data) == 0


def test_the_output_has_a_picture_and_no_state(logs: Path) -> None:
    """The bundle is the widget, our own type, a PNG and a sentence; it can be saved."""
    view = nbboard.open(str(logs)).scalars.view(live=False)

    bundle, metadata = view._repr_mimebundle_()

    assert bundle["application/vnd.nbboard.view+json"]["kind"] == "scalars"
    assert bundle["image/png"].startswith("iVBOR")
    assert "scalars" in bundle["text/plain"]
    assert list(metadata) == ["image/png"]
    assert "200 points. Picture of the live view" in metadata["image/png"]["alt"]
    json.dumps(bundle)
    view.close()


def test_the_figure_has_the_state_of_the_view(logs: Path) -> None:
    """Axes for the tags that pass, lines for the runs that are shown, in their colours."""
    view = nbboard.open(str(logs)).scalars.view(tag_filter="acc", smoothing=0.0)
    view.run_list.colors = {"a": "#123456"}
    view.run_list.hidden = ["b"]

    (axes,) = [a for a in view.figure().axes if a.get_visible()]
    (line,) = axes.get_lines()

    assert axes.get_title(loc="left") == "acc"
    assert line.get_color() == "#123456"
    assert len(line.get_xdata()) == 50


def test_figures_never_touch_pyplot_and_keep_text_as_text(logs: Path, tmp_path: Path) -> None:
    """A figure is no pyplot figure; in SVG the names are text; a name may look like TeX."""
    write(logs, "$broken_{math$", {"acc": [1.0, 2.0]})
    figure = nbboard.open(str(logs)).scalars.figure()

    figure.savefig(tmp_path / "f.svg")
    text = (tmp_path / "f.svg").read_text()

    assert "loss/train" in text
    assert "$broken_{math$" in text
    import matplotlib.pyplot as plt

    assert plt.get_fignums() == []


def test_options_of_a_figure_change_no_view(logs: Path) -> None:
    """Drawing with another palette or group leaves the shared run list as it is."""
    log = nbboard.open(str(logs))
    view = log.scalars.view()

    log.scalars.figure(palette="colorblind", group_by="regex:.", x="relative", band="std")
    log.scalars.figure(x="wall", y_scale="log", restarts="keep")
    log.scalars.figure(x="acc")

    assert view.run_list.palette == "tensorboard"
    assert view.run_list.group_by == ""


def test_a_report_is_one_inert_file(logs: Path, tmp_path: Path) -> None:
    """The file refers to nothing outside, and a name that looks like a tag stays data."""
    write(logs, "</script><script>alert(1)</script>", {"acc": [1.0]})
    view = nbboard.open(str(logs)).scalars.view()

    page = view.save(tmp_path / "report.html").read_text()

    assert "alert(1)</script>" not in page
    assert "default-src 'none'" in page
    assert not re.findall(r"""(?:src|href)=["']https?:""", page)
    assert page.count("</script>") == 2


def test_saving_a_report_loses_no_delta(logs: Path, tmp_path: Path) -> None:
    """What the live page still lacks is pushed all the same after a report was saved."""
    log = nbboard.open(str(logs))
    view = log.scalars.view()
    view.get_state()
    write(logs, "a", {"acc": [9.0]}, first=50)
    log.refresh()

    view.save(tmp_path / "report.html")
    news = view.news()

    assert news is not None
    assert news["blocks"][0]["value"].tolist() == [9]


def test_groups_and_colours_follow_names_and_hyperparameters(logs: Path) -> None:
    """A pattern's capture groups, or a hyperparameter's value, give one colour and one group."""
    for seed in (1, 2):
        write(logs, f"lr=0.1,seed={seed}", {"acc": [1.0]})
    runs = nbboard.open(str(logs)).scalars.view().run_list

    runs.color_by = r"regex:(lr=[^,]+)"
    runs.group_by = r"regex:(lr=[^,]+)"

    assert runs.color("lr=0.1,seed=1") == runs.color("lr=0.1,seed=2")
    assert runs.groups(runs.names)["lr=0.1"] == ["lr=0.1,seed=1", "lr=0.1,seed=2"]
    runs.hparams = {"a": {"units": 64}, "b": {"units": 64}}
    runs.group_by = "hparam:units"
    assert runs.groups(["a", "b"]) == {"units=64": ["a", "b"]}


def test_runs_that_differ_in_the_seed_are_grouped_at_every_door(logs: Path) -> None:
    """What the list of runs offers as a group is taken by views and figures, too."""
    for seed in (1, 2):
        write(logs, f"lr=0.1,seed={seed}", {"acc": [1.0]})
    log = nbboard.open(str(logs))

    log.scalars.figure(group_by="seed")
    runs = log.scalars.view(group_by="seed").run_list

    assert ["lr=0.1,seed=1", "lr=0.1,seed=2"] in list(runs.groups(runs.names).values())


def test_the_board_has_a_tab_for_each_kind_with_a_view(logs: Path) -> None:
    """Kinds with a view are tabs, the others are named; options go to the views that have them."""
    writer = SummaryWriter(str(logs / "a"), filename_suffix=".text")
    writer.add_text("note", "hello", 0)
    writer.close()

    board = nbboard.open(str(logs)).view(smoothing=0.25)

    assert isinstance(board, BoardView)
    assert board.counts["scalars"] == 4
    assert "text" in {**board.counts, **board.others}
    assert board.views["scalars"].smoothing == 0.25
    assert board.views["scalars"].embedded
    assert len(board.data) == 200
    with pytest.raises(TypeError, match="smoothing"):
        nbboard.open(str(logs)).view(smoothin=1)


def test_a_board_of_nothing_finds_what_comes(tmp_path: Path) -> None:
    """An empty folder has a board that says so, and tabs as soon as there is something."""
    log = nbboard.open(str(tmp_path))
    board = log.view(live=False)
    bundle, _ = board._repr_mimebundle_()
    assert board.counts == {}
    assert "image/png" in bundle

    write(tmp_path, "a", {"acc": [1.0]})
    log.refresh()
    board.news()

    assert board.counts == {"scalars": 1, "runs": 1}
    assert isinstance(board.views["scalars"], ScalarsView)
