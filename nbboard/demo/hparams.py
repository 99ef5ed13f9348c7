"""A run's hyperparameters and the metrics to judge it by, as the HParams tab expects them."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbboard.demo.settings import Settings

__all__ = ["session_end", "session_start"]

PLUGIN = "hparams"
METRICS = (
    ("accuracy/validation", "accuracy", "Share of the validation digits that are recognised."),
    ("loss/validation", "loss", "Mean cross-entropy over the validation digits, in nats."),
)


def session_start(settings: Settings) -> list[Any]:
    """Return the summaries that open a session: the experiment, then this trial's values.

    Runs with the same hyperparameters and other seeds are sessions of one trial.
    """
    from tensorboardX.proto import api_pb2
    from tensorboardX.proto import plugin_hparams_pb2 as hparams

    experiment = api_pb2.Experiment(
        description="A small network learns handwritten digits.",
        time_created_secs=time.time(),
    )
    for name, kind, text, values in (
        ("units", api_pb2.DATA_TYPE_FLOAT64, "neurons in each hidden layer", (16, 64)),
        ("dropout", api_pb2.DATA_TYPE_FLOAT64, "share of neurons silenced", (0.1, 0.4)),
        ("optimizer", api_pb2.DATA_TYPE_STRING, "how weights move", ("adam", "sgd")),
        ("learning_rate", api_pb2.DATA_TYPE_FLOAT64, "the highest one", None),
    ):
        info = experiment.hparam_infos.add(name=name, type=kind, description=text)
        if values is not None:
            info.domain_discrete.extend(values)
    for tag, name, text in METRICS:
        metric = experiment.metric_infos.add(display_name=name, description=text)
        metric.name.tag = tag

    start = hparams.SessionStartInfo(group_name=settings.trial, start_time_secs=time.time())
    start.hparams["units"].number_value = settings.units
    start.hparams["dropout"].number_value = settings.dropout
    start.hparams["optimizer"].string_value = settings.optimizer
    start.hparams["learning_rate"].number_value = settings.peak
    return [
        _summary("_hparams_/experiment", hparams.HParamsPluginData(experiment=experiment)),
        _summary(
            "_hparams_/session_start_info", hparams.HParamsPluginData(session_start_info=start)
        ),
    ]


def session_end(*, finished: bool) -> Any:
    """Return the summary that closes a session."""
    from tensorboardX.proto import api_pb2
    from tensorboardX.proto import plugin_hparams_pb2 as hparams

    status = api_pb2.STATUS_SUCCESS if finished else api_pb2.STATUS_FAILURE
    end = hparams.SessionEndInfo(status=status, end_time_secs=time.time())
    return _summary("_hparams_/session_end_info", hparams.HParamsPluginData(session_end_info=end))


def _summary(tag: str, data: Any) -> Any:
    from tensorboardX.proto.summary_pb2 import Summary, SummaryMetadata

    plugin = SummaryMetadata.PluginData(plugin_name=PLUGIN, content=data.SerializeToString())
    return Summary(value=[Summary.Value(tag=tag, metadata=SummaryMetadata(plugin_data=plugin))])
