"""Trials: TensorBoard's rules for sessions and groups, and the table of them."""

from __future__ import annotations

import math

import numpy as np
import pytest
from tensorboard.plugins.hparams import metadata as hp_metadata
from tensorboard.plugins.hparams import plugin_data_pb2, summary_v2

import nbboard


def start(logs, run, hparams, group=""):
    """Log a session start."""
    message = plugin_data_pb2.HParamsPluginData()
    message.session_start_info.group_name = group
    for name, value in hparams.items():
        field = {bool: "bool_value", str: "string_value"}.get(type(value), "number_value")
        setattr(message.session_start_info.hparams[name], field, value)
    say(logs, run, hp_metadata.SESSION_START_INFO_TAG, message)


def say(logs, run, tag, message):
    """Log a message of the hparams plugin."""
    logs.tensor(run, tag, "hparams", 0.0, content=message.SerializeToString())


def declare(logs, run, hparams=(), metrics=()):
    """Log an experiment."""
    (value,) = summary_v2.hparams_config_pb(hparams, metrics).value
    content = value.metadata.plugin_data.content
    logs.tensor(run, hp_metadata.EXPERIMENT_TAG, "hparams", 0.0, content=content)


def test_a_trial_is_a_session_or_a_group_of_them(logs):
    """Sessions of one group are one trial with the first one's hyperparameters."""
    for number, group in enumerate(["", "g", "g"]):
        start(logs, f"run{number}", {"lr": number, "flag": True, "opt": "adam"}, group)

    trials = logs.open().hparams.trials()

    assert [(trial.name, trial.label, len(trial.sessions)) for trial in trials.rows] == [
        ("run0", "run0", 1),
        ("g", "g", 2),
    ]
    assert dict(trials.rows[1].hparams) == {"flag": True, "lr": 1.0, "opt": "adam"}
    assert trials.differing == ("lr",)
    assert [(h.name, h.type) for h in trials.hparams] == [
        ("flag", "bool"),
        ("lr", "number"),
        ("opt", "string"),
    ]
    assert trials.hparams[1].interval == (0.0, 1.0)


def test_metrics_are_the_last_points_below_the_session(logs):
    """Undeclared metrics are every scalar in the session's run and below, by group."""
    start(logs, "s/1", {"lr": 1})
    start(logs, "s/10", {"lr": 2})
    logs.scalars("s/1", "loss", [3.0, 2.0])
    logs.scalars("s/1/validation", "loss", [5.0, 4.0])
    logs.scalars("s/10", "loss", [7.0])
    logs.scalars("elsewhere", "loss", [9.0])

    trials = logs.open().hparams.trials()

    assert [metric.name for metric in trials.metrics] == ["loss", "validation/loss"]
    first, second = trials.rows
    assert {name: value.value for name, value in first.metrics.items()} == {
        "loss": 2.0,
        "validation/loss": 4.0,
    }
    assert first.metrics["loss"].step == 1
    assert set(second.metrics) == {"loss"}
    assert first.sessions[0].runs == ("s/1", "s/1/validation")


def test_declared_metrics_are_those_of_the_experiments(logs):
    """What is declared counts; "all" adds every other scalar."""
    metric = summary_v2.Metric("accuracy", group="eval", display_name="Accuracy")
    declare(logs, ".", [summary_v2.HParam("lr", summary_v2.RealInterval(0.0, 1.0))], [metric])
    start(logs, "a", {"lr": 0.5, "extra": 1})
    logs.scalars("a", "loss", [1.0])
    logs.scalars("a/eval", "accuracy", [0.25])

    hparams = logs.open().hparams

    assert [m.name for m in hparams.trials().metrics] == ["eval/accuracy"]
    assert [m.name for m in hparams.trials(metrics="all").metrics] == ["eval/accuracy", "loss"]
    assert [h.name for h in hparams.trials().hparams] == ["lr", "extra"]
    assert hparams.trials().hparams[0].interval == (0.0, 1.0)
    with pytest.raises(nbboard.UsageError):
        hparams.trials(metrics="some")


def test_metrics_of_a_group_are_aggregated_as_tensorboard_does(logs):
    """Averages with the step floored; median, min and max take one session's metrics."""
    for number, (loss, other) in enumerate([(3.0, 30.0), (1.0, 10.0), (2.0, 20.0), (4.0, 40.0)]):
        start(logs, f"run{number}", {"lr": 1}, "g")
        logs.scalars(f"run{number}", "loss", [loss], steps=[number])
        logs.scalars(f"run{number}", "other", [other], steps=[number])
    hparams = logs.open().hparams

    def of(**options):
        (trial,) = hparams.trials(**options).rows
        return {name: (value.value, value.step) for name, value in trial.metrics.items()}

    assert of() == {"loss": (2.5, 1), "other": (25.0, 1)}
    assert of(aggregation="median", metric="loss") == {"loss": (2.0, 2), "other": (20.0, 2)}
    assert of(aggregation="min", metric="other") == {"loss": (1.0, 1), "other": (10.0, 1)}
    assert of(aggregation="max") == {"loss": (4.0, 3), "other": (40.0, 3)}
    for wrong in (
        {"aggregation": "mode"},
        {"aggregation": "max", "metric": "no"},
        {"metric": "no"},
    ):
        with pytest.raises(nbboard.UsageError):
            hparams.trials(**wrong)


def test_values_are_kept_as_logged(logs):
    """Infinities, NaN and null are values; lists and mappings are their JSON text."""
    message = plugin_data_pb2.HParamsPluginData()
    given = message.session_start_info.hparams
    given["decay"].number_value = math.inf
    given["lr"].number_value = math.nan
    given["schedule"].null_value = 0
    given["layers"].list_value.extend([64, 32.5, "x", None, [1]])
    given["optimizer"].struct_value.update({"name": "adam", "betas": [0.9, 1]})
    given["unset"].Clear()
    say(logs, "a", hp_metadata.SESSION_START_INFO_TAG, message)
    start(logs, "b", {"lr": 0.5})

    hparams = logs.open().hparams
    first, second = hparams.trials().rows

    assert set(first.hparams) == {"decay", "lr", "schedule", "layers", "optimizer"}
    assert first.hparams["decay"] == math.inf
    assert math.isnan(first.hparams["lr"])
    assert first.hparams["schedule"] is None
    assert first.hparams["layers"] == '[64, 32.5, "x", null, [1]]'
    assert first.hparams["optimizer"] == '{"betas": [0.9, 1], "name": "adam"}'
    assert "schedule" not in second.hparams
    assert hparams.to_pandas().decay[0] == math.inf
    assert hparams.trials().differing == ("decay", "layers", "lr", "optimizer", "schedule")


def test_a_metric_of_integers_stays_one(logs):
    """An integer that float64 does not have is exact in the trials and in the table."""
    start(logs, "a", {"lr": 1})
    logs.tensor("a", "tokens", "scalars", np.array(2**60 + 1, np.int64), step=2**62 + 1)

    trials = logs.open().hparams.trials()

    assert trials.rows[0].metrics["tokens"][:2] == (2**60 + 1, 2**62 + 1)


def test_the_first_start_of_a_run_counts(logs):
    """A run that was started again keeps the hyperparameters it began with."""
    start(logs, "a", {"lr": 1})
    start(logs, "a", {"lr": 2})

    (trial,) = logs.open().hparams.trials().rows

    assert dict(trial.hparams) == {"lr": 1}


def test_the_end_of_a_session(logs):
    """Status and times come from the session's end."""
    start(logs, "a", {"lr": 1})
    start(logs, "b", {"lr": 1})
    end = plugin_data_pb2.HParamsPluginData()
    end.session_end_info.status, end.session_end_info.end_time_secs = 2, 7.0
    say(logs, "a", hp_metadata.SESSION_END_INFO_TAG, end)

    first, second = logs.open().hparams.trials().rows

    assert (first.sessions[0].status, first.sessions[0].end.end_time) == ("failure", 7.0)
    assert (second.sessions[0].status, second.sessions[0].end) == ("unknown", None)


def test_curves_of_a_run_that_add_hparams_made(logs):
    """PyTorch puts hyperparameters into a sub-run named by the time: its parent has the curves."""
    start(logs, "exp/1700000000.25", {"lr": 1})
    logs.scalars("exp/1700000000.25", "accuracy", [0.5])
    logs.scalars("exp", "loss", [2.0, 1.0])

    (trial,) = logs.open().hparams.trials().rows

    assert trial.sessions[0].runs == ("exp/1700000000.25", "exp")
    assert set(trial.metrics) == {"accuracy"}


def test_a_session_in_the_root(logs):
    """The root itself may be a session; declared groups are found below it."""
    metric = summary_v2.Metric("accuracy", group="validation")
    declare(logs, ".", metrics=[metric])
    start(logs, ".", {"lr": 1})
    logs.scalars("validation", "accuracy", [0.5])

    (trial,) = logs.open().hparams.trials().rows

    assert trial.name == "."
    assert trial.metrics["validation/accuracy"].value == 0.5
    assert trial.sessions[0].runs == (".", "validation")


def test_one_experiment_a_run(logs):
    """PyTorch declares an experiment in every run: all of them are taken together."""
    for run, name in (("a", "lr"), ("b", "depth")):
        declare(logs, run, [summary_v2.HParam(name)], [summary_v2.Metric(f"m_{name}")])
        start(logs, run, {name: 1})

    trials = logs.open().hparams.trials()

    assert [h.name for h in trials.hparams] == ["lr", "depth"]
    assert [m.name for m in trials.metrics] == ["m_lr", "m_depth"]


def test_the_table(logs, tmp_path):
    """One row a trial in every form; a metric called like a hyperparameter has a prefix."""
    start(logs, "a", {"lr": 0.5, "x": 1, "opt": "adam", "trial": 7})
    start(logs, "b", {"lr": 0.25, "opt": "sgd"})
    logs.scalars("a", "x", [2.0])

    hparams = logs.open().hparams
    columns = ["trial", "lr", "opt", "hparam/trial", "x", "metric/x"]

    frame = hparams.to_pandas()
    assert list(frame.columns) == columns
    assert frame.trial.tolist() == ["a", "b"]
    assert frame.opt.tolist() == ["adam", "sgd"]
    assert frame["metric/x"][0] == 2.0
    assert hparams.to_polars().columns == columns
    assert hparams.to_arrow()["lr"].to_pylist() == [0.5, 0.25]
    assert hparams.to_arrow()["x"].to_pylist() == [1.0, None]
    hparams.to_csv(tmp_path / "h.csv")
    assert (tmp_path / "h.csv").read_text().splitlines()[0] == ",".join(columns)
    hparams.to_parquet(tmp_path / "h.parquet")


def test_no_column_takes_the_place_of_another(logs):
    """Whatever hyperparameters and metrics are called, each has a column of its own."""
    start(logs, "a", {"x": 1, "metric/x": 2, "trial": 3, "hparam/trial": 4})
    logs.scalars("a", "x", [5.0])

    row = logs.open().hparams.to_pandas().iloc[0]

    assert sorted(row.tolist(), key=str) == [1, 2, 3, 4, 5, "a"]


def test_one_hyperparameter_of_several_types(logs, tmp_path):
    """A number here, a word or a switch there: pandas has them so, other tables their text."""
    for run, value in {"a": 0.5, "b": "auto", "c": True}.items():
        start(logs, run, {"lr": value})
    start(logs, "d", {"other": 1})

    hparams = logs.open().hparams

    assert hparams.to_pandas().lr.tolist() == [0.5, "auto", True, None]
    assert hparams.to_polars()["lr"].to_list() == ["0.5", "auto", "True", None]
    assert hparams.to_arrow()["lr"].to_pylist() == ["0.5", "auto", "True", None]
    hparams.to_parquet(tmp_path / "h.parquet")


def test_a_trial_whose_run_is_no_utf8(logs, tmp_path):
    """A folder's name that is no text stands in every table, with U+FFFD where text is needed."""
    start(logs, "r\udcff", {"lr": 1})
    logs.scalars("r\udcff", "loss", [1.0])
    log = logs.open()

    assert log.hparams.to_pandas().trial.tolist() == ["r\udcff"]
    assert log.hparams.to_polars()["trial"].to_list() == ["r\ufffd"]
    assert log.hparams.to_arrow()["trial"].to_pylist() == ["r\ufffd"]
    log.hparams.to_csv(tmp_path / "h.csv")
    assert (tmp_path / "h.csv").read_bytes().splitlines()[1] == b"r\xff,1.0,1.0"


def test_selecting_runs_narrows_the_trials(logs):
    """A selection of runs has their trials only."""
    for run in ("a", "b"):
        start(logs, run, {"lr": 1})

    assert [t.name for t in logs.open().hparams.select(runs="b").trials().rows] == ["b"]


def test_nothing_logged_is_an_empty_table(logs):
    """No sessions: no rows, and no error."""
    logs.scalars("a", "loss", [1.0])

    hparams = logs.open().hparams

    assert hparams.trials().rows == ()
    assert list(hparams.to_pandas().columns) == ["trial"]
    assert hparams.trials(aggregation="max").rows == ()


def test_damaged_hyperparameters_are_left_out_and_told(logs):
    """A message that cannot be parsed is a problem, not an error."""
    start(logs, "a", {"lr": 1})
    logs.tensor("b", hp_metadata.SESSION_START_INFO_TAG, "hparams", 0.0, content=b"\xff\xff")
    log = logs.open()

    assert [trial.name for trial in log.hparams.trials().rows] == ["a"]
    assert "cannot be parsed" in log.problems[0].reason
