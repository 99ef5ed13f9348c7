"""What a store keeps in memory of long files: the points, not the pieces they came in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.summary.writer.record_writer import RecordWriter

import nbboard

COUNT = 150_000


def write(file: Path) -> None:
    """Write a long log in which one tag comes often, one seldom and one late."""
    with file.open("wb") as stream:
        writer = RecordWriter(stream)
        for step in range(COUNT):
            tag = "seldom" if step % 1_000 == 7 else "late" if step > COUNT - 5_000 else "often"
            event = Event(wall_time=step / 3, step=step)
            event.summary.value.add(tag=tag, simple_value=step)
            writer.write(event.SerializeToString())


def test_a_series_with_few_points_does_not_keep_the_others(tmp_path):
    """Every point is there, in arrays of about the size of the series."""
    write(tmp_path / "events.out.tfevents.1.host")

    scalars = nbboard.open(tmp_path, progress=False).scalars

    expected = np.arange(COUNT)
    seldom = expected % 1_000 == 7
    late = ~seldom & (expected > COUNT - 5_000)
    for tag, steps in (
        ("seldom", expected[seldom]),
        ("late", expected[late]),
        ("often", expected[~seldom & ~late]),
    ):
        series = scalars[".", tag]
        assert series.step.tolist() == steps.tolist()
        assert series.value.tolist() == steps.tolist()
        assert series.wall_time.tolist() == (steps / 3).tolist()
        base = series.step if series.step.base is None else series.step.base
        assert base.nbytes < 3 * series.step.nbytes + 50_000
