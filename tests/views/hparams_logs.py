"""Event files with hyperparameters, as TensorFlow and PyTorch write them."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path

import crc32c
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import api_pb2
from tensorboard.plugins.hparams.plugin_data_pb2 import (
    HParamsPluginData,
    SessionEndInfo,
    SessionStartInfo,
)
from tensorboard.summary.writer.event_file_writer import EventFileWriter

__all__ = ["START", "add", "declare", "grid", "many_trials", "session"]

Value = float | str | bool
Points = Sequence[tuple[int, float]]

#: Seconds since the epoch.
START = 1.7e9

_STATUS = {
    "success": api_pb2.STATUS_SUCCESS,
    "failure": api_pb2.STATUS_FAILURE,
    "running": api_pb2.STATUS_RUNNING,
}


def session(
    folder: Path,
    hparams: Mapping[str, Value],
    curves: Mapping[str, Points],
    *,
    group: str = "",
    status: str | None = "success",
    start: float = START,
) -> EventFileWriter:
    """Write one session and return its writer, closed unless the status is None."""
    writer = EventFileWriter(str(folder))
    info = SessionStartInfo(group_name=group, start_time_secs=start)
    for name, value in hparams.items():
        field = {bool: "bool_value", str: "string_value"}.get(type(value), "number_value")
        setattr(info.hparams[name], field, value)
    _say(writer, "_hparams_/session_start_info", HParamsPluginData(session_start_info=info), start)
    add(writer, curves, start)
    if status is None:
        writer.flush()
        return writer
    end = SessionEndInfo(status=_STATUS[status], end_time_secs=start + 60)
    _say(writer, "_hparams_/session_end_info", HParamsPluginData(session_end_info=end), start + 60)
    writer.close()
    return writer


def declare(folder: Path, metrics: Sequence[str]) -> None:
    """Write an experiment with these metrics."""
    writer = EventFileWriter(str(folder))
    experiment = api_pb2.Experiment()
    for tag in metrics:
        experiment.metric_infos.add().name.tag = tag
    _say(writer, "_hparams_/experiment", HParamsPluginData(experiment=experiment), START)
    writer.close()


def add(writer: EventFileWriter, curves: Mapping[str, Points], start: float = START) -> None:
    """Write more points."""
    for tag, points in curves.items():
        clock = start
        for step, value in points:
            summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
            # Time goes on, also where steps go back.
            clock = max(clock, start + step)
            writer.add_event(Event(summary=summary, step=step, wall_time=clock))
    writer.flush()


def _say(writer: EventFileWriter, tag: str, data: HParamsPluginData, time: float) -> None:
    value = Summary.Value(tag=tag)
    value.metadata.plugin_data.plugin_name = "hparams"
    value.metadata.plugin_data.content = data.SerializeToString()
    writer.add_event(Event(summary=Summary(value=[value]), wall_time=time))


def grid(folder: Path) -> None:
    """Write 24 trials of a search, with what searches have: gaps, a failure, a NaN.

    lr x optimizer x units; every seventh has no dropout, "lr=0.1,sgd,64" failed with a
    NaN loss and no accuracy.
    """
    chance = random.Random(1)
    number = 0
    for lr in (1e-4, 1e-3, 1e-2, 1e-1):
        for optimizer in ("adam", "sgd", "rmsprop"):
            for units in (32.0, 64.0):
                number += 1
                top = 0.97 - 0.06 * abs(math.log10(lr) + 2.3) - 0.04 * (optimizer == "sgd")
                top += units / 3200
                steps = range(0, 300, 10)
                accuracy = [
                    (s, top * (1 - math.exp(-s / 60)) + chance.gauss(0, 3e-3)) for s in steps
                ]
                loss = [(s, 2 - 1.9 * value + chance.gauss(0, 0.01)) for s, value in accuracy]
                hparams: dict[str, Value] = {
                    "lr": lr,
                    "optimizer": optimizer,
                    "units": units,
                    "dropout": round(chance.uniform(0, 0.5), 3),
                    "augment": number % 2 == 0,
                    "batch_size": 32.0,
                }
                if number % 7 == 0:
                    del hparams["dropout"]
                failed = (lr, optimizer, units) == (0.1, "sgd", 64.0)
                session(
                    folder / f"lr={lr:g},{optimizer},{units:g}",
                    hparams,
                    {"loss": [*loss[:5], (50, math.nan)]}
                    if failed
                    else {"accuracy": accuracy, "loss": loss},
                    status="failure" if failed else "success",
                    start=START + number * 100,
                )


def many_trials(folder: Path, count: int) -> None:
    """Write very many small sessions, quickly."""
    session(folder / "t00000", {"lr": 1e-3, "n": 0.0}, {"loss": [(0, 1.0), (1, 0.5)]})
    (first,) = (folder / "t00000").iterdir()
    data = first.read_bytes()
    records = []
    at = 0
    while at < len(data):
        (length,) = struct.unpack_from("<Q", data, at)
        records.append(data[at + 12 : at + 12 + length])
        at += length + 16
    old = [struct.pack("<d", 1e-3), struct.pack("<f", 0.5)]
    for number in range(1, count):
        new = [struct.pack("<d", 10 ** -(number % 997 / 250)), struct.pack("<f", number / count)]
        run = folder / f"t{number:05}"
        run.mkdir()
        with (run / first.name).open("wb") as file:
            for record in records:
                for before, after in zip(old, new, strict=True):
                    record = record.replace(before, after)  # noqa: PLW2901
                head = struct.pack("<Q", len(record))
                file.write(head + _mask(head) + record + _mask(record))


def _mask(data: bytes) -> bytes:
    """Return the masked checksum of a TFRecord."""
    crc = crc32c.crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)
