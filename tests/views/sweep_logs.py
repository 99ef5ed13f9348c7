"""A made-up sweep of 300 runs, with what real ones have: long names, gaps, NaN, restarts."""

from __future__ import annotations

import math
import random
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import crc32c
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams.plugin_data_pb2 import HParamsPluginData

__all__ = ["DIVERGED", "SEEDS", "sweep"]

#: Seconds since the epoch.
START = 1.79e9
SEEDS = 5
#: Every so many runs have NaN from a step on.
DIVERGED = 23

_RATES = (3e-4, 1e-3, 3e-3, 1e-2, 0.1)
_BATCHES = (64, 128, 256)
_OPTIMIZERS = ("adamw", "sgd")
_DECAYS = (None, 0.01)


def sweep(folder: Path, runs: int = 300) -> None:
    """Write the runs: five learning rates, three batch sizes, and so on, each with five seeds."""
    for number, (name, hparams) in enumerate(_settings()):
        if number == runs:
            return
        _write(folder / name, number, hparams)


def _settings() -> Iterator[tuple[str, dict[str, Any]]]:
    for rate in _RATES:
        for batch in _BATCHES:
            for optimizer in _OPTIMIZERS:
                for decay in _DECAYS:
                    for seed in range(SEEDS):
                        given = {
                            "lr": rate,
                            "batch_size": float(batch),
                            "optimizer": optimizer,
                            "weight_decay": decay,
                            "augment": batch > 64,
                            "layers": [64.0, 64.0] if optimizer == "sgd" else [128.0],
                            "seed": float(seed),
                        }
                        name = (
                            f"resnet18-imagenette-lr{rate:g}-bs{batch}-{optimizer}-wd{decay}"
                            f"-s{seed}_2026-11-28_10-{batch % 60:02}-{seed:02}"
                        )
                        yield name, given


def _write(folder: Path, number: int, hparams: dict[str, Any]) -> None:
    chance = random.Random(number)
    start = START + 700 * number
    folder.mkdir(parents=True)
    message = HParamsPluginData()
    message.session_start_info.start_time_secs = start
    given = message.session_start_info.hparams
    for key, value in hparams.items():
        if value is None:
            given[key].null_value = 0
        elif isinstance(value, list):
            given[key].list_value.extend(value)
        else:
            kind = {bool: "bool_value", str: "string_value"}.get(type(value), "number_value")
            setattr(given[key], kind, value)
    said = Summary.Value(tag="_hparams_/session_start_info")
    said.metadata.plugin_data.plugin_name = "hparams"
    said.metadata.plugin_data.content = message.SerializeToString()
    length = chance.randrange(95, 1200, 5)
    top = 0.95 - 0.05 * abs(math.log10(hparams["lr"]) + 2.3) - 0.01 * (hparams["seed"] - 2)
    top -= 0.03 * (hparams["optimizer"] == "sgd") - hparams["batch_size"] / 8000
    with (folder / f"events.out.tfevents.{int(start)}.host.1.0").open("wb") as file:
        file.write(_record(Event(file_version="brain.Event:2", wall_time=start)))
        file.write(_record(Event(summary=Summary(value=[said]), wall_time=start)))
        steps = [*range(0, length, 5)]
        if number % 27 == 0:
            steps = [*steps[:12], *range(30, length, 5)]  # it was restarted
        for step in steps:
            good = top * (1 - math.exp(-step / 90)) + chance.gauss(0, 4e-3)
            if number % DIVERGED == 0 and step >= 60:
                good = math.nan
            values = {
                "epoch": step // 50,
                "lr": hparams["lr"] * (1 - step / 2400),
                "train/accuracy": good + 0.02,
                "train/loss": 2.4 - 2.3 * good,
                "val/accuracy": good,
                "val/loss": 2.5 - 2.3 * good,
            }
            summary = Summary(
                value=[Summary.Value(tag=t, simple_value=v) for t, v in values.items()]
            )
            file.write(_record(Event(summary=summary, step=step, wall_time=start + step)))


def _record(event: Event) -> bytes:
    data = event.SerializeToString()
    head = struct.pack("<Q", len(data))
    return head + _masked(head) + data + _masked(data)


def _masked(data: bytes) -> bytes:
    crc = crc32c.crc32c(data)
    return struct.pack("<I", (((crc >> 15) | (crc << 17)) + 0xA282EAD8) & 0xFFFFFFFF)
