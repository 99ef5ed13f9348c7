"""Every door gives the same: an option in Python's view and figure, on the command line, in the magic."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import traitlets
from matplotlib.figure import Figure
from tensorboardX import SummaryWriter
from tensorboardX.proto import event_pb2

import nbboard
from nbboard import cli
from nbboard.demo.graph import network_graph
from nbboard.logdir.registry import view_class, view_names
from nbboard.notebook import board, words
from nbboard.views.base import View
from nbboard.views.run_list import RunList
from nbboard.views.shared.stepped import SteppedView
from tests.views import hparams_logs
from tests.views.audio_logs import add_clip, tone, wav

#: For options that a trait does not tell enough of: a value, as Python and as a line has it;
#: before a dot the kind, where another has an option of that name.
VALUES: dict[str, tuple[Any, str]] = {
    "x": ("epoch", "epoch"),
    "tag_filter": ("lo.s", "lo.s"),
    "run_filter": ("^a", "^a"),
    "group_by": ("regex:^", "regex:^"),
    "color_by": ("regex:^(.)", "regex:^(.)"),
    "colors": ({"a": "#ff0000"}, "a=#ff0000"),
    "pinned": (["loss"], "loss"),
    "right_axis": ({"loss": "epoch"}, "loss=epoch"),
    "zooms": ({"loss": {"x": [1.0, 2.0], "y": None}}, "{'loss': {'x': [1.0, 2.0], 'y': None}}"),
    "y_scales": ({"loss": "log"}, "loss=log"),
    "x_range": ([1.0, 3.0], "1,3"),
    "step_selection": ([2.0], "2"),
    "center": ([0.25, 0.75], "0.25,0.75"),
    "step": (2, "2"),
    "a": ("b", "b"),
    "b": ("a", "a"),
    "metric": ("score", "score"),
    "goals": ({"score": "min"}, "score=min"),
    "columns": (["lr"], "lr"),
    "hidden": (["lr"], "lr"),
    "sort": (["-lr"], "-lr"),
    "filters": ({"lr": (0.0, 1.0)}, "{'lr': (0.0, 1.0)}"),
    "brush": ({"lr": (0.0, 0.05)}, "{'lr': (0.0, 0.05)}"),
    "scales": ({"lr": "log"}, "lr=log"),
    "color": ("lr", "lr"),
    "panes": (["scatter"], "scatter"),
    "scatter": (["lr"], "lr"),
    "opened": (["a"], "a"),
    "hidden_runs": (["b"], "b"),
    "checked_runs": (["a"], "a"),
    "diff_run": ("b", "b"),
    "search": ("step", "step"),
    "mean_over": (["seed"], "seed"),
    "unfolded": (["a"], "a"),
    "run": ("b", "b"),
    "tag": ("points", "points"),
    "label": ("lr", "lr"),
    "beside": (["b", "points"], "b,points"),
    "run_notes": ({"a": "as before"}, "{'a': 'as before'}"),
    "run_tags": ({"a": ["best"]}, "{'a': ['best']}"),
    "path": (["inputs/pixels", "hidden1/MatMul"], "inputs/pixels,hidden1/MatMul"),
    "layers_run": ("b", "b"),
    "folded": (["0.01"], "0.01"),
    "group": ("hp.lr", "hp.lr"),
    "picked": (["a"], "a"),
    "where": ("hp.lr < 0.015", "hp.lr < 0.015"),
    "runs.pinned": (["a"], "a"),
    "runs.columns": (["hp.lr"], "hp.lr"),
    "runs.sort": (["-hp.lr"], "-hp.lr"),
    "mesh.center": ([0.25, 0.5, 0.75], "0.25,0.5,0.75"),
    "floor": (-40.0, "-40"),
    "loop": ([0.1, 0.2], "0.1,0.2"),
    "audio.a": (["b", "tone"], "b,tone"),
    "audio.b": (["a", "tone"], "a,tone"),
    "charts": ({"all": {"some": ["lo"]}}, "{'all': {'some': ['lo']}}"),
}
#: A wrong value of each, of options that are text.
WRONG: dict[str, str] = {
    "x": "epcoh",
    "tag_filter": "(",
    "run_filter": "(",
    "group_by": "lr",
    "color_by": "hparam:nothing",
    "a": "nobody",
    "b": "nobody",
    "metric": "lossy",
    "diff_run": "nobody",
    "color": "nothing",
}
#: What may be any text, or mapping, and so cannot be wrong.
FREE = {"folded", "opened", "path", "run_notes", "run_tags", "search", "unfolded"}

#: The board passes on what the views take; profiles are traces, which these logs have none of
#: (tests/views/test_profile_view.py tries the options of their view).
KINDS = [name for name in view_names() if name not in {"board", "profile"}]
#: What all views have in common is one mechanism: three of them stand for all.
COMMON = {*RunList.OPTIONS, *View.option_traits(), *SteppedView.option_traits()}
OPTIONS = [
    (kind, name)
    for kind in KINDS
    for name in sorted(view_class(kind).option_traits())
    if name not in COMMON or kind in {"scalars", "images", "hparams"}
]


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two runs with something of every kind that has a view, and hyperparameters."""
    folder = tmp_path_factory.mktemp("doors") / "logs"
    for number, run in enumerate("ab"):
        writer = SummaryWriter(str(folder / run))
        for step in range(5):
            clock = 1.7e9 + 60 * step
            writer.add_scalar("loss", 1 / (step + 1 + number), step, walltime=clock)
            writer.add_scalar("epoch", step // 2, step, walltime=clock)
            pixels = np.full((3, 8, 8), 40 * step + number, np.uint8)
            writer.add_image("picture", pixels, step, walltime=clock)
            writer.add_text("note", f"step {step}", step, walltime=clock)
            add_clip(writer, "tone", wav(tone(200 + 20 * step + number)), step)
            writer.add_histogram("weights", np.arange(9.0) * step, step, walltime=clock)
            corners = np.eye(3)[None] * (step + 1)
            writer.add_mesh("shape", corners, None, np.array([[[0, 1, 2]]]), None, step, clock)
            curve = np.array([0, 1, 1, 0]), np.array([0.1, 0.9, 0.6, 0.4])
            writer.add_pr_curve("curve", *curve, step, walltime=clock)
        graph = network_graph(4 + number, 0.1, "sgd")
        writer.file_writer.add_event(event_pb2.Event(graph_def=graph))
        # Charts called as the tags are, so that one value does for both kinds.
        charts = {name: ["Multiline", [name]] for name in ("loss", "epoch")}
        writer.add_custom_scalars({"": charts})
        for step in (0, 3):
            known = [[f"word {row}", str(row / 2)] for row in range(30)]
            places = np.random.default_rng(step + number).normal(size=(30, 4))
            writer.add_embedding(
                places, known, tag="points", global_step=step, metadata_header=["name", "lr"]
            )
        writer.close()
        hparams = {"lr": 0.01 * (number + 1), "seed": float(number)}
        hparams_logs.session(folder / run, hparams, {"score": [(0, 0.5 + number)]})
    return folder


def given(kind: str, name: str) -> tuple[Any, str]:
    """Return a value that is not the default, and how a line has it."""
    trait = view_class(kind).option_traits()[name][0]
    if isinstance(trait, traitlets.Enum):
        choice = next(value for value in reversed(trait.values) if value != trait.default())
        return choice, str(choice)
    if isinstance(trait, traitlets.Bool):
        return not trait.default(), str(not trait.default()).lower()
    if f"{kind}.{name}" in VALUES:
        return VALUES[f"{kind}.{name}"]
    if name in VALUES:
        return VALUES[name]
    if isinstance(trait, traitlets.Float):
        value = 0.5 if trait.default() != 0.5 else 0.75
        return max(value, trait.min), str(max(value, trait.min))
    if isinstance(trait, traitlets.Int):
        value = (trait.default() or 0) + 1
        return max(value, trait.min or 0), str(max(value, trait.min or 0))
    pytest.fail(f"say in VALUES what {name} of {kind} may be")


def wrong(kind: str, name: str) -> str | None:
    """Return a text that no value of the option is written as; None where there is none."""
    trait = view_class(kind).option_traits()[name][0]
    if isinstance(trait, traitlets.Enum | traitlets.Bool | traitlets.Float | traitlets.Int):
        return "much"
    if name in WRONG:
        return WRONG[name]
    if name in FREE:
        return None
    # A list or mapping of names that there are not.
    return "nothing=max" if isinstance(trait, traitlets.Dict) else "nothing"


def drawn(figure: Figure) -> list[Any]:
    """Return all data of a figure: lines, pictures, areas and words."""
    found: list[Any] = []
    for axes in figure.axes:
        found += [np.asarray(line.get_xydata()).tolist() for line in axes.lines]
        found += [np.asarray(image.get_array()).tolist() for image in axes.images]
        found += [[path.vertices.tolist() for path in one.get_paths()] for one in axes.collections]
        found += [text.get_text() for text in axes.texts]
    return [str(item) for item in found]


def plotted(monkeypatch: pytest.MonkeyPatch, arguments: list[str]) -> Figure:
    """Return the figure that the command line draws."""
    kept: list[Figure] = []

    def keep(figure: Figure, path: Path, **_: Any) -> None:
        kept.append(figure)
        Path(path).touch()

    monkeypatch.setattr(Figure, "savefig", keep)
    assert cli.main(arguments) == 0
    return kept[0]


def shown(monkeypatch: pytest.MonkeyPatch, line: list[str]) -> Any:
    """Return the view that the magic shows."""
    kept: list[Any] = []
    monkeypatch.setattr(words, "Shown", kept.append)
    board._show(board._parse(line), "notebook")
    return kept[0]


def now(view: Any, name: str) -> Any:
    """Return what an option of a view is."""
    return getattr(
        view.run_list if name in RunList.OPTIONS else view, RunList.OPTIONS.get(name, name)
    )


@pytest.mark.parametrize(("kind", "name"), OPTIONS)
def test_a_value_gives_the_same_through_every_door(
    logs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, name: str
) -> None:
    """View, figure, command line and magic have the same value and draw the same data."""
    board._logs.clear()  # views of one folder share their run list
    value, text = given(kind, name)
    flag = f"--{name.replace('_', '-')}={text}"
    source = nbboard.open(logs).collection(kind)
    assert len(source) > 0

    view = source.view(**{name: value})
    by_figure = drawn(source.figure(**{name: value}))
    by_view = drawn(view.figure())
    magic = shown(monkeypatch, [kind, str(logs), flag])
    output = str(tmp_path / "x.png")
    by_command = drawn(
        plotted(monkeypatch, ["plot", str(logs), "--kind", kind, flag, "-o", output])
    )

    assert now(magic, name) == now(view, name)
    assert by_view == by_figure
    assert drawn(magic.figure()) == by_figure
    assert by_command == by_figure
    for one in (view, magic):
        one.close()


@pytest.mark.parametrize(("kind", "name"), OPTIONS)
def test_a_wrong_value_is_refused_in_the_same_words(
    logs: Path, capsys: pytest.CaptureFixture[str], kind: str, name: str
) -> None:
    """View, assignment, figure, command line and magic say the same."""
    text = wrong(kind, name)
    if text is None:
        return
    trait = view_class(kind).option_traits()[name][0]
    flag = f"--{name.replace('_', '-')}={text}"
    source = nbboard.open(logs).collection(kind)
    value: Any = text
    if isinstance(trait, traitlets.Dict):
        value = dict([text.split("=")])
    elif isinstance(trait, traitlets.List) and isinstance(
        trait._trait, traitlets.Unicode | traitlets.Enum
    ):
        value = [text]
    said = []
    view = source.view()
    for door in (
        lambda: source.view(**{name: value}),
        lambda: source.figure(**{name: value}),
        lambda: view.figure(**{name: value}),
        lambda: board._show(board._parse([kind, str(logs), flag]), "notebook"),
    ):
        with pytest.raises(nbboard.UsageError) as raised:
            door()
        said.append(str(raised.value))
    code = cli.main(["plot", str(logs), "--kind", kind, flag])
    said.append(capsys.readouterr().err.removeprefix("nbboard: ").rstrip("\n"))
    view.close()

    assert code == 2
    assert len(set(said)) == 1, said


@pytest.mark.parametrize("kind", KINDS)
def test_a_wrong_name_is_refused_through_every_door(
    logs: Path, capsys: pytest.CaptureFixture[str], kind: str
) -> None:
    """Each names the option that was probably meant, as it is written there."""
    source = nbboard.open(logs).collection(kind)
    for door in (source.view, source.figure):
        with pytest.raises(nbboard.UsageError, match="has no option 'them'; did you mean 'theme'"):
            door(them="dark")
    with pytest.raises(nbboard.UsageError, match="did you mean --theme"):
        board._parse([kind, str(logs), "--them", "dark"])
    assert cli.main(["plot", str(logs), "--kind", kind, "--them", "dark"]) == 2
    assert "did you mean --theme?" in capsys.readouterr().err
