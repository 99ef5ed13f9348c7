"""Histograms do what every kind does."""

from __future__ import annotations

import numpy as np

from tests.conformance.suite import KindSuite


class TestHistograms(KindSuite):
    """A few hundred numbers, in buckets."""

    kind = "histograms"
    mark = ".nbb-card .nbb-histogram"

    def log(self, writer, tag, step, variant):
        """Log numbers that lie around the variant."""
        writer.add_histogram(tag, self.values(variant), step)

    def values(self, variant):
        """Return numbers that tell one variant from another."""
        return np.linspace(variant, variant + 1, 300)

    def token(self, item):
        """Return the number of values, and the outermost edges."""
        return item.count, float(item.left[0]), float(item.right[-1])

    def expected(self, variant):
        """Return those of what was logged; the writer's edges are the least and greatest value."""
        values = self.values(variant)
        return 300.0, float(values.min()), float(values.max())

    def log_nan(self, writer, tag):
        """Log buckets with an edge and a count that are no numbers."""
        writer.add_histogram_raw(
            tag, min=0, max=1, num=3, sum=1, sum_squares=1,
            bucket_limits=[0.5, float("nan"), float("inf")],
            bucket_counts=[1, 1, float("nan")], global_step=0,
        )  # fmt: skip
