"""Trials against TensorBoard's own HParams backend, on generated and on real logs."""

from __future__ import annotations

import math
import os
import random
from pathlib import Path

import pytest
from tensorboard import context
from tensorboard.backend.event_processing import data_provider, plugin_event_multiplexer
from tensorboard.plugins import base_plugin
from tensorboard.plugins.hparams import (
    api_pb2,
    backend_context,
    list_session_groups,
    plugin_data_pb2,
    summary_v2,
)
from tensorboard.plugins.hparams import metadata as hp_metadata

import nbboard

CORPUS = Path(os.environ.get("NBBOARD_CORPUS", Path(__file__).parents[3] / "shared" / "corpus"))

#: Folders of the corpus with hyperparameters in them, each written by another program.
REAL = [
    "AllenCell__aics-ml-segmentation",
    "Alwaysproblem__tensorboard-review",
    "AtSourav__mnist_jax_w_hparams_GUI",
    "Dawidemm__pixel-level-image-analysis",
]

AGGREGATIONS = {
    "avg": api_pb2.AGGREGATION_AVG,
    "median": api_pb2.AGGREGATION_MEDIAN,
    "min": api_pb2.AGGREGATION_MIN,
    "max": api_pb2.AGGREGATION_MAX,
}


def groups_of_tensorboard(folder, aggregation="avg", metric=("", "")):
    """Return the session groups as TensorBoard's backend makes them."""
    multiplexer = plugin_event_multiplexer.EventMultiplexer()
    multiplexer.AddRunsFromDirectory(str(folder))
    multiplexer.Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(folder))
    backend = backend_context.Context(base_plugin.TBContext(data_provider=provider))
    request = api_pb2.ListSessionGroupsRequest(
        start_index=0,
        slice_size=10**6,
        allowed_statuses=[0, 1, 2, 3],
        aggregation_type=AGGREGATIONS[aggregation],
        aggregation_metric=api_pb2.MetricName(group=metric[0], tag=metric[1]),
    )
    handler = list_session_groups.Handler(context.RequestContext(), backend, "", request)
    return handler.run().session_groups


def check(folder, **options):
    """Compare every group: name, hyperparameters, sessions and metrics."""
    metric = tuple(options.pop("of", ("", "")))
    theirs = {g.name: g for g in groups_of_tensorboard(folder, metric=metric, **options)}
    if metric[1]:
        options["metric"] = "/".join(part for part in metric if part)
    trials = nbboard.open(folder, restarts="latest").hparams.trials(**options)
    ours = {trial.name: trial for trial in trials.rows}

    assert set(ours) == set(theirs)
    for name, group in theirs.items():
        given = {key: value_of(value) for key, value in group.hparams.items()}
        assert {k: v for k, v in ours[name].hparams.items() if is_set(v)} == given
        assert [s.run for s in ours[name].sessions] == [s.name for s in group.sessions]
        assert [STATUS[s.status] for s in group.sessions] == [
            session.status for session in ours[name].sessions
        ]
        for value in group.metric_values:
            key = "/".join(part for part in (value.name.group, value.name.tag) if part)
            mine = ours[name].metrics[key]
            assert (mine.value, mine.step) == (value.value, value.training_step)
            assert mine.wall_time == value.wall_time_secs
    return len(theirs)


STATUS = {0: "unknown", 1: "success", 2: "failure", 3: "running"}


def is_set(value):
    """Tell whether TensorBoard takes a value for set: it leaves out what is not finite."""
    return value is not None and not (isinstance(value, float) and not math.isfinite(value))


def value_of(value):
    """Return a protobuf Value as a plain one."""
    return getattr(value, value.WhichOneof("kind"))


@pytest.mark.parametrize("declared", [False, True])
def test_generated_sessions_are_grouped_as_by_tensorboard(logs, declared):
    """Groups, hyperparameters and metrics of random sessions are TensorBoard's, however aggregated."""
    rng = random.Random(3)
    for number in range(25):
        run = f"{rng.choice('abc')}/run{number}"
        start = plugin_data_pb2.HParamsPluginData()
        group = start.session_start_info.group_name = rng.choice(["", "g1", "g2", "g3"])
        hparams = start.session_start_info.hparams
        # One group, one set: which session is the first is chance in TensorBoard.
        chosen = random.Random(group or run)
        hparams["lr"].number_value = chosen.choice([0.1, 0.5, float("nan")])
        hparams["opt"].string_value = chosen.choice(["adam", "sgd"])
        if chosen.random() < 0.5:
            hparams["flag"].bool_value = chosen.random() < 0.5
        content = start.SerializeToString()
        logs.tensor(run, hp_metadata.SESSION_START_INFO_TAG, "hparams", 0.0, content=content)
        if rng.random() < 0.5:
            end = plugin_data_pb2.HParamsPluginData()
            end.session_end_info.status = rng.choice([1, 2, 3])
            content = end.SerializeToString()
            logs.tensor(run, hp_metadata.SESSION_END_INFO_TAG, "hparams", 0.0, content=content)
        steps = sorted(rng.sample(range(100), 5))
        logs.scalars(run, "loss", [rng.random() for _ in steps], steps=steps)
        logs.scalars(f"{run}/eval", "accuracy", [rng.random() for _ in steps], steps=steps)
    logs.scalars("elsewhere", "loss", [1.0])
    if declared:
        metrics = [summary_v2.Metric("accuracy", group="eval"), summary_v2.Metric("absent")]
        (value,) = summary_v2.hparams_config_pb([summary_v2.HParam("lr")], metrics).value
        content = value.metadata.plugin_data.content
        logs.tensor(".", hp_metadata.EXPERIMENT_TAG, "hparams", 0.0, content=content)

    assert check(logs.root) > 3
    for aggregation in ("median", "min", "max"):
        check(logs.root, aggregation=aggregation, of=("eval", "accuracy"))


@pytest.mark.parametrize("name", REAL)
def test_real_sessions_are_grouped_as_by_tensorboard(name):
    """What real programs logged becomes the groups that TensorBoard makes of it."""
    if not (CORPUS / "data" / name).is_dir():
        pytest.skip(f"no corpus of real logs at {CORPUS}")

    assert check(CORPUS / "data" / name) > 1
