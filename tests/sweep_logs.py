"""A made-up sweep of 300 runs: long names, six hyperparameters, five seeds, some runs lost.

Sixty settings of five seeds each. Names are of about sixty characters and differ in the middle;
metrics are logged every five steps; a setting with a great learning rate diverges, every ninth
setting loses its fourth seed, some runs were restarted, and they are of many lengths.

``python -m tests.sweep_logs FOLDER`` writes it for looking at.
"""

from __future__ import annotations

import math
import sys
from itertools import product
from pathlib import Path

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter
from tensorboardX.summary import hparams

__all__ = ["SETTINGS", "TAGS", "diverged", "run_name", "write_sweep"]

START = 1_795_000_000
TAGS = ("epoch", "lr", "train/accuracy", "train/loss", "val/accuracy", "val/loss")
_RATES = (0.0003, 0.001, 0.003, 0.01, 0.1)
_BATCHES = (64, 128, 256)
_OPTIMIZERS = ("adamw", "sgd")
_LAYERS = (2, 4)
#: Learning rate, batch size, optimizer, layers.
SETTINGS = tuple(product(_RATES, _BATCHES, _OPTIMIZERS, _LAYERS))
_LENGTHS = (1200, 1200, 600, 395, 95)


def run_name(setting: int, seed: int) -> str:
    """Return the name of a run: what tells it apart stands in the middle."""
    rate, batch, optimizer, layers = SETTINGS[setting]
    moment = f"2026-11-{1 + setting % 28:02}_{10 + seed:02}-{setting % 60:02}-05"
    return (
        f"resnet-lr{rate:g}-bs{batch}-{optimizer}-layers{layers}-s{seed}_{moment}_node{setting % 4}"
    )


def write_sweep(folder: Path, settings: int = len(SETTINGS), seeds: int = 5) -> list[str]:
    """Write the sweep, or some of its settings and seeds; return the names of the runs."""
    names = []
    for setting, seed in product(range(settings), range(seeds)):
        name = run_name(setting, seed)
        _write_run(folder / name, setting, seed)
        names.append(name)
    return names


def _write_run(folder: Path, setting: int, seed: int) -> None:
    folder.mkdir(parents=True)
    rate, batch, optimizer, layers = SETTINGS[setting]
    rng = np.random.default_rng(1000 * setting + seed)
    begin = START + 4000 * setting + 60 * seed
    length = _LENGTHS[(setting + seed) % len(_LENGTHS)]
    lost_at = _lost_at(setting, seed)
    steps = list(range(0, length, 5))
    if (setting + seed) % 27 == 5:
        # It was restarted a third before its end.
        again = len(steps) * 2 // 3
        steps = steps[: again + 20] + steps[again:]
    speed = 200 * (0.003 / rate) ** 0.3
    with (folder / f"events.out.tfevents.{begin}.node.1.0").open("wb") as file:
        out = RecordWriter(file)
        out.write(Event(wall_time=begin, file_version="brain.Event:2").SerializeToString())
        given = {
            "lr": rate,
            "batch_size": batch,
            "optimizer": optimizer,
            "layers": layers,
            "seed": seed,
            "amp": setting % 2 == 0,
        }
        for summary in hparams(given, {"val/accuracy": 0.0})[:3]:
            logged = Summary.FromString(summary.SerializeToString())
            out.write(Event(wall_time=begin, summary=logged).SerializeToString())
        for place, step in enumerate(steps):
            fall = math.exp(-step / speed)
            noise = rng.normal(0, 0.02)
            value = math.nan if lost_at is not None and step >= lost_at else 1.0
            accuracy = (0.9 - 0.05 * abs(math.log10(rate / 0.003))) * (1 - fall)
            values = {
                "train/loss": value * (0.2 + 2 * fall + noise + 0.1 / layers),
                "val/loss": value * (0.3 + 2 * fall + 2 * noise + batch / 2000),
                "train/accuracy": accuracy + noise / 2,
                "val/accuracy": accuracy - 0.03 + noise / 2,
                "lr": rate * (1 - step / 1300),
                "epoch": step // 100,
            }
            summary = Summary(
                value=[Summary.Value(tag=tag, simple_value=v) for tag, v in values.items()]
            )
            event = Event(wall_time=begin + 3.0 * place, step=step, summary=summary)
            out.write(event.SerializeToString())


def diverged(settings: int = len(SETTINGS), seeds: int = 5) -> list[str]:
    """Return the names of the runs that become NaN before they end."""
    return [
        run_name(setting, seed)
        for setting, seed in product(range(settings), range(seeds))
        if (at := _lost_at(setting, seed)) is not None
        and at < _LENGTHS[(setting + seed) % len(_LENGTHS)]
    ]


def _lost_at(setting: int, seed: int) -> int | None:
    """Return the step from which on a run is NaN; None if it never is."""
    if SETTINGS[setting][0] == 0.1 and seed % 2 == 0:
        return 50 + 5 * setting
    return 300 if setting % 9 == 4 and seed == 3 else None


if __name__ == "__main__":
    write_sweep(Path(sys.argv[1]))
