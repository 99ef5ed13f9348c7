"""Scalars do what every kind does."""

from __future__ import annotations

import numpy as np

from tests.conformance.suite import KindSuite


class TestScalars(KindSuite):
    """Numbers."""

    kind = "scalars"

    def log(self, writer, tag, step, variant):
        """Log a number."""
        writer.add_scalar(tag, self.expected(variant), step)

    def token(self, item):
        """Return the number."""
        return float(item)

    def expected(self, variant):
        """Return the number as float32, which is what is logged."""
        return float(np.float32(variant / 7))

    def log_nan(self, writer, tag):
        """Log numbers that are not finite between others."""
        for step, value in enumerate([1.0, np.nan, np.inf, -np.inf, 2.0]):
            writer.add_scalar(tag, value, step)
