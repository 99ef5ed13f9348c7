"""Custom scalars do what every kind does."""

from __future__ import annotations

from tensorboardX.summary import custom_scalars

from nbboard.kinds.custom_scalars.layout import Category, Chart, Layout
from tests.conformance.suite import KindSuite

CATEGORY = "<b>all</b> of it"


class TestCustomScalars(KindSuite):
    """A layout whose chart is called after the variant, and scalars that it draws."""

    kind = "custom_scalars"

    def log(self, writer, tag, step, variant):
        """Log a scalar, and a layout with a chart of all scalars."""
        writer.add_scalar(tag, float(variant), step)
        chart = {CATEGORY: {f"chart {variant}": ["Multiline", [".*"]]}}
        writer.file_writer.add_summary(custom_scalars(chart), step)

    def log_nan(self, writer, tag):
        """Log scalars that are not finite beside a layout."""
        self.log(writer, tag, 0, 0)
        writer.add_scalar(tag, float("nan"), 1)
        writer.add_scalar(tag, float("inf"), 2)

    def tag_of(self, tag):
        """Return the tag of all layouts."""
        return "custom_scalars__config__"

    def token(self, item):
        """Return the whole layout: it compares by value."""
        return item

    def expected(self, variant):
        """Return the layout that was logged."""
        return Layout((Category(CATEGORY, (Chart(f"chart {variant}", (".*",)),)),))
