"""Texts do what every kind does."""

from __future__ import annotations

from tests.conformance.suite import KindSuite


class TestText(KindSuite):
    """A few words of Markdown."""

    kind = "text"

    def log(self, writer, tag, step, variant):
        """Log words that have the variant in them."""
        writer.add_text(tag, self.expected(variant), step)

    def tag_of(self, tag):
        """Return the tag with what the writer puts behind it."""
        return f"{tag}/text_summary"

    def token(self, item):
        """Return the text."""
        return str(item)

    def expected(self, variant):
        """Return the text that was logged."""
        return f"# Value {variant}\n\n<script>alert({variant})</script> some *words*"
