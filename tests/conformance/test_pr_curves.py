"""PR curves do what every kind does."""

from __future__ import annotations

import numpy as np

from tests.conformance.suite import KindSuite

THRESHOLDS = 5


class TestPRCurves(KindSuite):
    """Curves of five thresholds, whose counts have the variant in them."""

    kind = "pr_curves"

    def log(self, writer, tag, step, variant):
        """Log counts that the variant shifts."""
        writer.add_pr_curve_raw(tag, *self.counts(variant), step, THRESHOLDS)

    def log_nan(self, writer, tag):
        """Log rows with NaN and infinities."""
        rows = self.counts(0)
        rows[0][1], rows[1][2], rows[4][3], rows[5][0] = np.nan, np.inf, np.nan, -np.inf
        writer.add_pr_curve_raw(tag, *rows, 0, THRESHOLDS)
        writer.add_pr_curve_raw(
            tag, *(np.full(THRESHOLDS, np.nan) for _ in range(6)), 1, THRESHOLDS
        )

    def counts(self, variant):
        """Return the six rows of a curve."""
        tp = np.array([40.0, 38, 30, 20, 5]) + variant
        fp = np.array([60.0, 30, 10, 3, 0])
        tn, fn = 60 - fp, tp[0] - tp
        return [tp, fp, tn, fn, tp / (tp + fp), tp / tp[0]]

    def token(self, item):
        """Return all of a curve."""
        return item.data.tolist()

    def expected(self, variant):
        """Return it as float32, as the writer keeps it."""
        return np.array(self.counts(variant), np.float32).tolist()
