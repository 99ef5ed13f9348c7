"""Hyperparameters: what an experiment declares, what a session used, how it ended."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from nbboard.errors import UndecodableError

__all__ = [
    "Experiment",
    "HParam",
    "HParamValue",
    "Metric",
    "SessionEnd",
    "SessionStart",
    "decode_hparams",
]

#: None is a value that was logged, as null; a hyperparameter without a value is not there.
HParamValue = float | str | bool | None

_TYPES = {1: "string", 2: "bool", 3: "number"}
_STATUSES = {0: "unknown", 1: "success", 2: "failure", 3: "running"}
_DATASETS = {0: "", 1: "training", 2: "validation"}


@dataclass(frozen=True)
class HParam:
    """A hyperparameter, as declared or as deduced from its values.

    Attributes
    ----------
    name, display_name, description
        Text; display_name is `name` where none was given.
    type
        ``"string"``, ``"bool"``, ``"number"`` or ``""`` (not stated).
    values
        The values it may take, where it is discrete; otherwise empty.
    interval
        ``(least, greatest)``, where it is an interval; otherwise None.
    """

    name: str
    display_name: str = ""
    description: str = ""
    type: str = ""
    values: tuple[HParamValue, ...] = ()
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Metric:
    """A metric: a scalar tag in a run below the session's.

    Attributes
    ----------
    tag
        The tag of the scalar.
    group
        Where its run stands below the session's run; ``""`` for the session's own.
    display_name, description, dataset
        Text, as declared; may be empty.
    """

    tag: str
    group: str = ""
    display_name: str = ""
    description: str = ""
    dataset: str = ""

    @property
    def name(self) -> str:
        """``"tag"``, or ``"group/tag"`` where there is a group."""
        return f"{self.group}/{self.tag}" if self.group else self.tag


@dataclass(frozen=True)
class Experiment:
    """What was declared for a whole experiment.

    Attributes
    ----------
    hparams, metrics
        In declared order.
    name, description, user
        Text; may be empty.
    time_created
        Seconds since the epoch; 0 if not stated.
    """

    hparams: tuple[HParam, ...] = ()
    metrics: tuple[Metric, ...] = ()
    name: str = ""
    description: str = ""
    user: str = ""
    time_created: float = 0.0


@dataclass(frozen=True)
class SessionStart:
    """The hyperparameters of one session.

    Attributes
    ----------
    hparams
        Every logged value: str, float or bool, None for null, and for lists and mappings
        their JSON text. NaN and infinities stand as logged.
    group_name
        Sessions of one group are one trial; ``""`` means a trial of its own.
    start_time
        Seconds since the epoch; 0 if not stated.
    model_uri, monitor_url
        Text; may be empty.
    """

    hparams: Mapping[str, HParamValue] = field(default_factory=dict)
    group_name: str = ""
    start_time: float = 0.0
    model_uri: str = ""
    monitor_url: str = ""


@dataclass(frozen=True)
class SessionEnd:
    """How one session ended.

    Attributes
    ----------
    status
        ``"success"``, ``"failure"``, ``"running"`` or ``"unknown"``.
    end_time
        Seconds since the epoch; 0 if not stated.
    """

    status: str = "unknown"
    end_time: float = 0.0


def _is_given(value: Any) -> bool:
    return value.WhichOneof("kind") is not None


def _plain(value: Any) -> HParamValue:
    """Convert a ``google.protobuf.Value``; a list or a mapping becomes its JSON text."""
    which = value.WhichOneof("kind")
    if which in {"list_value", "struct_value"}:
        return json.dumps(_nested(value), ensure_ascii=False)
    if which == "null_value":
        return None
    plain: HParamValue = getattr(value, which)
    return plain


def _nested(value: Any) -> Any:
    which = value.WhichOneof("kind")
    if which == "list_value":
        return [_nested(item) for item in value.list_value.values]
    if which == "struct_value":
        fields = value.struct_value.fields
        return {name: _nested(fields[name]) for name in sorted(fields)}
    if which is None or which == "null_value":
        return None
    plain = getattr(value, which)
    # All numbers are float64 there: [64, 32] was not logged as [64.0, 32.0].
    whole = isinstance(plain, float) and plain.is_integer() and abs(plain) < 2**53
    return int(plain) if whole else plain


def _experiment(message: Any) -> Experiment:
    return Experiment(
        hparams=tuple(_hparam(info) for info in message.hparam_infos),
        metrics=tuple(
            Metric(
                tag=info.name.tag,
                group=info.name.group,
                display_name=info.display_name,
                description=info.description,
                dataset=_DATASETS.get(info.dataset_type, ""),
            )
            for info in message.metric_infos
        ),
        name=message.name,
        description=message.description,
        user=message.user,
        time_created=message.time_created_secs,
    )


def _hparam(info: Any) -> HParam:
    interval = None
    if info.HasField("domain_interval"):
        interval = (info.domain_interval.min_value, info.domain_interval.max_value)
    values = (_plain(value) for value in info.domain_discrete.values if _is_given(value))
    return HParam(
        name=info.name,
        display_name=info.display_name or info.name,
        description=info.description,
        type=_TYPES.get(info.type, ""),
        values=tuple(values),
        interval=interval,
    )


def _session_start(message: Any) -> SessionStart:
    given = {name: message.hparams[name] for name in sorted(message.hparams)}
    return SessionStart(
        hparams={name: _plain(value) for name, value in given.items() if _is_given(value)},
        group_name=message.group_name,
        start_time=message.start_time_secs,
        model_uri=message.model_uri,
        monitor_url=message.monitor_url,
    )


def decode_hparams(content: bytes) -> Experiment | SessionStart | SessionEnd:
    """Decode an ``HParamsPluginData`` message.

    Raises
    ------
    UndecodableError
        If the bytes are not such a message, or of a version that does not exist yet.
    """
    from google.protobuf.message import DecodeError
    from tensorboard.plugins.hparams import plugin_data_pb2

    try:
        data = plugin_data_pb2.HParamsPluginData.FromString(content)
    except DecodeError as error:
        raise UndecodableError("hyperparameters that cannot be parsed") from error
    if data.version != 0:
        raise UndecodableError(f"hyperparameters of version {data.version}: only 0 is known")
    which = data.WhichOneof("data")
    if which == "experiment":
        return _experiment(data.experiment)
    if which == "session_start_info":
        return _session_start(data.session_start_info)
    if which == "session_end_info":
        end = data.session_end_info
        return SessionEnd(_STATUSES.get(end.status, "unknown"), end.end_time_secs)
    raise UndecodableError("hyperparameters without content")
