"""Hyperparameters do what every kind does."""

from __future__ import annotations

import numpy as np
from tensorboardX.summary import hparams

from tests.conformance.suite import KindSuite


class TestHparams(KindSuite):
    """A trial of one hyperparameter and one metric a run."""

    kind = "hparams"
    stepped = False
    mark = ".nbb-root table"
    body = ".nbb-root table"

    def log(self, writer, tag, step, variant):
        """Log the trial, once, and its metric."""
        for summary in hparams({"lr": variant / 4}, {tag: 0.0}):
            writer.file_writer.add_summary(summary)
        writer.add_scalar(tag, variant / 7, step)

    def log_nan(self, writer, tag):
        """Log a metric that diverged."""
        for summary in hparams({"lr": float("inf")}, {tag: 0.0}):
            writer.file_writer.add_summary(summary)
        writer.add_scalar(tag, np.nan, 0)

    def read(self, folder):
        """Return each trial: its run, its metric's name, and what came of it."""
        table = self.collection(folder).to_pandas()
        metric = table.columns[-1]
        return [(row["trial"], metric, 0, float(row[metric])) for row in table.to_dict("records")]

    def should_be(self, steps, run="a", tag="x", shift=0):
        """Return the same as it was logged: the last value of the metric."""
        last = max(steps) + shift
        return [(run, tag, 0, float(np.float32(last / 7)))]
