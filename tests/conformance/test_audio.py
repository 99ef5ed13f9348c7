"""Audio does what every kind does."""

from __future__ import annotations

import numpy as np

from tests.conformance.suite import KindSuite
from tests.views.audio_logs import add_clip, wav


class TestAudio(KindSuite):
    """A sine whose frequency is the variant."""

    kind = "audio"

    def log(self, writer, tag, step, variant):
        """Log a short sine."""
        add_clip(writer, tag, wav(self.samples(variant)), step)

    def samples(self, variant):
        """Return its samples."""
        at = np.arange(800) / 8000
        return (16000 * np.sin(2 * np.pi * (200 + 40 * variant) * at)).astype(np.int16)

    def token(self, item):
        """Return the samples as stored, and their rate."""
        return item.sample_rate, item.to_numpy()[:, 0].tolist()

    def expected(self, variant):
        """Return those that were logged."""
        return 8000, self.samples(variant).tolist()

    def log_nan(self, writer, tag):
        """Log samples that are none."""
        samples = np.array([0.5, np.nan, -np.inf, 0.25], np.float32)
        add_clip(writer, tag, wav(samples), 0)
