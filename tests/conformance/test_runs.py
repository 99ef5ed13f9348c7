"""The table of runs does what every kind does."""

from __future__ import annotations

import numpy as np
from tensorboardX.summary import hparams

from tests.conformance.suite import KindSuite


class TestRuns(KindSuite):
    """A run with one hyperparameter and one metric."""

    kind = "runs"
    stepped = False
    mark = ".nbb-root table"
    body = ".nbb-root table"

    def log(self, writer, tag, step, variant):
        """Log a hyperparameter, once, and a metric."""
        for summary in hparams({"lr": variant / 4}, {tag: 0.0}):
            writer.file_writer.add_summary(summary)
        writer.add_scalar(tag, variant / 7, step)

    def log_nan(self, writer, tag):
        """Log a metric that diverged."""
        writer.add_scalar(tag, np.nan, 0)

    def read(self, folder):
        """Return each run: its metric's name, and what came of it."""
        table = self.collection(folder).to_pandas()
        metrics = [name for name in table if f"best.{name}" in table]
        rows = ((row["run"], row) for row in table.to_dict("records"))
        return [
            (run, metric, 0, float(row[metric]))
            for run, row in rows
            for metric in metrics
            if row[metric] == row[metric]
        ]

    def should_be(self, steps, run="a", tag="x", shift=0):
        """Return the same as it was logged: the last value of the metric."""
        return [(run, tag, 0, float(np.float32((max(steps) + shift) / 7)))]
