"""Event files with histograms in them, bucket by bucket as given."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tensorboard.compat.proto import event_pb2, summary_pb2
from tensorboard.util import tensor_util

from tests.views.image_logs import CLOCK, framed

__all__ = ["bell", "write_histograms"]


def write_histograms(root, run, tag, histograms):
    """Append histograms to a run: ``{step: buckets}``, each a list of (left, right, count)."""
    folder = Path(root) / run
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "events.out.tfevents.1.host").open("ab") as file:
        for step, buckets in histograms.items():
            array = np.array(buckets, np.float64).reshape(-1, 3)
            value = summary_pb2.Summary.Value(tag=tag, tensor=tensor_util.make_tensor_proto(array))
            value.metadata.plugin_data.plugin_name = "histograms"
            event = event_pb2.Event(step=step, wall_time=next(CLOCK))
            event.summary.value.append(value)
            file.write(framed(event.SerializeToString()))


def bell(middle=0.0, spread=1.0, count=400, buckets=12):
    """Return buckets of numbers that lie around a middle, the same every time."""
    values = np.random.default_rng(1).normal(middle, spread, count)
    counts, edges = np.histogram(values, buckets)
    return np.column_stack([edges[:-1], edges[1:], counts])
