"""The hparams view, seen from Python."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import traitlets
from matplotlib.figure import Figure

import nbboard
from nbboard.views.hparams import HparamsView
from nbboard.views.run_list import run_list_of
from nbboard.views.shared.options import OptionError
from tests.views import hparams_logs as logs


@pytest.fixture
def log(tmp_path: Path) -> nbboard.LogDir:
    """24 trials of a search."""
    logs.grid(tmp_path)
    return nbboard.open(tmp_path)


def test_data_is_the_table_on_screen(log):
    """`data` has a row a trial, the columns that differ, and the values of the collection."""
    data = log.hparams.view().data

    assert len(data) == 24
    assert list(data) == [
        "trial", "augment", "dropout", "lr", "optimizer", "units", "accuracy", "loss", "status",
    ]  # fmt: skip
    expected = log.hparams.to_pandas().set_index("trial")
    got = data.set_index("trial")
    assert np.array_equal(expected["accuracy"], got["accuracy"], equal_nan=True)
    assert set(expected.index) == set(got.index)


def test_brush_selects_and_filters_take_away(log):
    """`selection` has the brushed trials with every column; `filters` narrow both tables."""
    view = log.hparams.view(filters={"optimizer": {"adam", "sgd"}}, brush={"lr": (1e-3, 1e-2)})

    assert len(view.data) == 16
    assert {1e-3, 1e-2} == set(view.selection["lr"])
    assert len(view.selection) == 8
    assert "batch_size" in view.selection
    assert view.brush["lr"] == {"low": 1e-3, "high": 1e-2}


def test_nothing_brushed_selects_everything_shown(log):
    """Without a brush `selection` is all trials that are shown."""
    view = log.hparams.view(filters={"lr": "^0\\.1$"})

    assert len(view.selection) == 6


def test_missing_values_are_kept_unless_a_condition_excludes_them(log):
    """A trial without a value fails an interval, passes None and `missing`."""
    view = log.hparams.view()
    all_of = {"low": None, "high": None}

    view.brush = {"dropout": None}
    assert len(view.selection) == 3
    assert view.selection["dropout"].isna().all()
    view.brush = {"dropout": (None, None)}
    assert len(view.selection) == 21
    view.brush = {"dropout": {**all_of, "missing": True}}
    assert len(view.selection) == 24


def test_sort_puts_missing_values_last_both_ways(log):
    """The failed trial has no accuracy: it is the last row, ascending and descending."""
    for sign in ("", "-"):
        data = log.hparams.view(sort=[f"{sign}accuracy"]).data
        assert data["trial"].iloc[-1] == "lr=0.1,sgd,64"
        values = data["accuracy"].to_numpy()[:-1]
        assert sorted(values, reverse=sign == "-") == list(values)


def test_columns_are_ordered_and_hidden(log):
    """`columns` come first in their order, `hidden` are left out of the table."""
    view = log.hparams.view(columns=["accuracy", "lr"], hidden=["status", "loss", "started"])

    assert list(view.data)[:3] == ["accuracy", "lr", "trial"]
    assert not {"status", "loss", "started"} & set(view.data)
    assert "batch_size" in view.data


def test_the_run_list_narrows_trials(log):
    """A run that is unchecked or does not match the run filter takes its trial with it."""
    view = log.hparams.view()
    view.run_list.filter = "adam"
    assert len(view.data) == 8
    view.run_list.hidden = ["lr=0.1,adam,32"]
    assert len(view.data) == 7


def test_the_best_trial_follows_metric_and_goal(log):
    """More accuracy is better, less loss is; a goal can say otherwise."""
    frame = log.hparams.to_pandas().set_index("trial")

    assert frame["accuracy"].idxmax() == log.hparams.view(metric="accuracy").best
    view = log.hparams.view(metric="loss")
    assert frame["loss"].idxmin() == view.best
    view.goals = {"loss": "max"}
    assert frame["loss"].idxmax() == view.best


def test_the_best_trial_is_one_of_those_that_are_brushed(log):
    """What is best at one learning rate is asked with a brush on it."""
    frame = log.hparams.to_pandas()
    view = log.hparams.view(metric="accuracy", brush={"lr": (1e-4, 1e-4)})

    some = frame[frame["lr"] == 1e-4].set_index("trial")
    assert some["accuracy"].idxmax() == view.best


@pytest.mark.parametrize("given", [3, {"lo": 1}, "(", (1, 2, 3, [4])])
def test_what_is_no_condition_is_refused(log, given):
    """A condition of another form raises, saying which forms there are."""
    with pytest.raises(traitlets.TraitError, match=r"brush: .*(condition|expression|values)"):
        log.hparams.view(brush={"lr": given})


def test_an_unknown_column_is_refused_with_the_nearest(log):
    """Once trials are read, a condition on a column that is not there names the nearest."""
    view = log.hparams.view()
    assert len(view.data)

    with pytest.raises(traitlets.TraitError, match="did you mean 'dropout'"):
        view.brush = {"droput": (0, 1)}


@pytest.mark.parametrize(
    ("options", "nearest"),
    [
        ({"metric": "acuracy"}, "'accuracy'"),
        ({"goals": {"los": "min"}}, "'loss'"),
        ({"mean_over": ["unit"]}, "'units'"),
        ({"sort": ["-acuracy"]}, "'accuracy'"),
        ({"color": "optimiser"}, "'optimizer'"),
        ({"hidden": ["statu"]}, "'status'"),
        ({"columns": ["unts"]}, "'units'"),
        ({"scales": {"Lr": "log"}}, "'lr'"),
        ({"scatter": ["loss", "dropuot"]}, "'dropout'"),
        ({"filters": {"droput": (0, 1)}}, "'dropout'"),
    ],
)
def test_a_name_that_is_not_there_is_refused_with_the_nearest(log, options, nearest):
    """View, figure and assignment refuse an unknown metric, hyperparameter or column alike."""
    view = log.hparams.view()
    name, value = next(iter(options.items()))

    for attempt in (
        lambda: log.hparams.view(**options),
        lambda: log.hparams.figure(**options),
        lambda: setattr(view, name, value),
    ):
        with pytest.raises(OptionError, match=f"did you mean {nearest}"):
            attempt()


def test_a_metric_that_is_not_declared_says_how_to_see_it(tmp_path):
    """The experiment declares another one: metrics='all' would have it."""
    logs.declare(tmp_path, ["accuracy"])
    logs.session(tmp_path / "a", {"lr": 1.0}, {"accuracy": [(0, 1.0)], "seconds": [(0, 5.0)]})
    hparams = nbboard.open(tmp_path).hparams

    with pytest.raises(OptionError, match="metrics='all' shows every scalar"):
        hparams.view(metric="seconds")
    assert hparams.view(metric="seconds", metrics="all").metric == "seconds"


def test_nothing_is_refused_before_there_are_trials(tmp_path):
    """A view may be shown before the first run: its metric is logged later."""
    log = nbboard.open(tmp_path)
    view = log.hparams.view(metric="val/loss", sort=["-val/loss"])
    logs.session(tmp_path / "a", {"lr": 1.0}, {"val/loss": [(0, 1.0)]})
    log.refresh()
    view.news()

    assert view.best == "a"


def test_the_metric_is_the_one_people_mean_and_choosing_one_sorts(tmp_path):
    """Validation accuracy rather than the first by name; a chosen loss has the least on top."""
    for number, value in enumerate((0.5, 0.25, 0.75)):
        curves = {
            "epoch": 9.0 - number,
            "train/accuracy": 1.0,
            "val/accuracy": value,
            "loss": value,
        }
        points = {tag: [(0, last)] for tag, last in curves.items()}
        logs.session(tmp_path / f"r{number}", {"lr": float(number)}, points)
    hparams = nbboard.open(tmp_path).hparams

    view = hparams.view()
    assert view.best == "r2"
    assert view.data["trial"].tolist() == ["r0", "r1", "r2"]
    view.metric = "loss"
    assert view.best == "r1"
    assert view.data["trial"].tolist() == ["r1", "r0", "r2"]
    view.metric = "val/accuracy"
    assert view.data["trial"].tolist() == ["r2", "r0", "r1"]
    view.sort = []
    assert view.data["trial"].tolist() == ["r0", "r1", "r2"]


def test_trials_that_differ_in_the_seed_are_one_row(tmp_path):
    """Mean, standard deviation and number; one that diverged is not in the mean."""
    for lr in (0.1, 0.2):
        for seed in range(3):
            value = math.nan if (lr, seed) == (0.2, 1) else lr + seed
            logs.session(
                tmp_path / f"{lr}-{seed}", {"lr": lr, "seed": float(seed)}, {"acc": [(0, value)]}
            )
    view = nbboard.open(tmp_path).hparams.view(mean_over=["seed"])

    data = view.data
    assert list(data) == ["trial", "lr", "acc", "acc std", "trials"]
    assert data["trial"].tolist() == ["0.1-0", "0.2-0"]
    assert data["acc"].tolist() == pytest.approx([1.1, 1.2])
    assert data["acc std"].tolist() == pytest.approx([1, math.sqrt(2)])
    assert data["trials"].tolist() == [3, 3]
    assert view.best == "0.2-0"
    view.run_list.hidden = ["0.1-0"]
    assert view.data["acc"][0] == pytest.approx(1.6)
    assert isinstance(view.figure(), Figure)


def test_a_figure_changes_nothing_on_screen(log):
    """Options of the run list that a figure is given are the figure's alone."""
    view = log.hparams.view()
    log.hparams.figure(palette="colorblind", run_filter="adam", color="run")
    view.figure(palette="colorblind", run_filter="adam")

    assert (view.run_list.palette, view.run_list.filter) == ("tensorboard", "")


def test_an_unknown_option_is_refused_with_the_nearest(log):
    """`.view(aggregate=...)` raises TypeError naming `aggregation`, and so does `.figure`."""
    with pytest.raises(TypeError, match="aggregation"):
        log.hparams.view(aggregate="min")
    with pytest.raises(TypeError, match="aggregation"):
        log.hparams.figure(aggregate="min")


def test_the_figure_is_that_of_the_view(log):
    """`.figure()` draws parallel coordinates and the metric against hyperparameters."""
    view = log.hparams.view(brush={"lr": (1e-3, 1e-2)}, color="loss")

    figure = view.figure()
    assert isinstance(figure, Figure)
    texts = {text.get_text() for axes in figure.axes for text in axes.texts}
    assert {"lr", "optimizer", "accuracy", "missing", "adam"} <= texts
    assert {"lr", "dropout"} <= {axes.get_xlabel() for axes in figure.axes}
    assert "loss" in {axes.get_ylabel() for axes in figure.axes}
    lines = figure.axes[0].collections[0]
    assert len(lines.get_segments()) == 24
    grey = (np.asarray(lines.get_colors())[:, :3] == [196 / 255, 199 / 255, 201 / 255]).all(axis=1)
    assert grey.sum() == 12


def test_figures_of_odd_logs_are_drawn(tmp_path):
    """No trial, one trial, no metric, hostile names: each gives a figure, none an error."""
    empty = nbboard.open(tmp_path / "none")
    assert HparamsView.draw(empty.hparams).axes == []

    logs.session(tmp_path / "one", {"$x^2$\n_{": "<b>$\\frac", "n": 3.0}, {})
    HparamsView.draw(nbboard.open(tmp_path).hparams).savefig(tmp_path / "one.svg")
    logs.session(tmp_path / "two", {"n": math.inf}, {"%$": [(0, math.nan)]})
    one = nbboard.open(tmp_path)
    HparamsView.draw(one.hparams, sort=["n"], color="run").savefig(tmp_path / "two.pdf")


def test_metrics_all_takes_every_scalar(tmp_path):
    """With `metrics="all"` what the experiment does not declare is a column too."""
    logs.session(tmp_path / "a", {"lr": 1.0}, {"loss": [(0, 1.0)]})
    logs.session(tmp_path / "b", {"lr": 2.0}, {"loss": [(0, 1.0)], "extra": [(0, 5.0)]})
    view = nbboard.open(tmp_path).hparams.view(metrics="all")

    assert {"loss", "extra"} <= set(view.data)


def test_the_brush_of_one_view_is_not_that_of_another(log):
    """Views of one log have their own brush; the run list is shared."""
    one, other = log.hparams.view(brush={"lr": (0, 1e-3)}), log.hparams.view()

    assert other.brush == {}
    assert one.run_list is other.run_list is run_list_of(log)


def test_the_code_of_a_view_makes_it_again(log):
    """`view.code` is a line of Python that gives the options as they are on screen."""
    view = log.hparams.view(brush={"lr": (1e-3, 1e-2)}, mean_over=["units"])
    view.metric, view.reduce, view.step = "loss", "step", 2**60 + 1

    again = eval(view.code, {"nbboard": nbboard})
    assert view.options == again.options
    assert view.data.equals(again.data)
