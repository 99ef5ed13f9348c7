"""Images do what every kind does."""

from __future__ import annotations

import numpy as np

from tests.conformance.suite import KindSuite


class TestImages(KindSuite):
    """Pictures of one colour."""

    kind = "images"

    def log(self, writer, tag, step, variant):
        """Log a picture whose colour is the variant."""
        writer.add_image(tag, self.pixels(variant), step, dataformats="HWC")

    def pixels(self, variant):
        """Return its pixels."""
        return np.full((12, 20, 3), (9 * variant % 256, 80, 200), np.uint8)

    def token(self, item):
        """Return the colour and size of a picture."""
        pixels = item.to_numpy()
        return pixels.shape, pixels[0, 0].tolist()

    def expected(self, variant):
        """Return those that were logged."""
        pixels = self.pixels(variant)
        return pixels.shape, pixels[0, 0].tolist()
