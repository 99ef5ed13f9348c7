"""Meshes do what every kind does."""

from __future__ import annotations

import numpy as np

from tests.conformance.suite import KindSuite


class TestMesh(KindSuite):
    """Point clouds: of a mesh with faces each part is a series, see ``tests/views/test_mesh_view.py``."""

    kind = "mesh"

    def log(self, writer, tag, step, variant):
        """Log a few points whose place is the variant."""
        writer.add_mesh(tag, self.points(variant)[None], global_step=step)

    def points(self, variant):
        """Return a small pyramid."""
        corners = [[0, 0, 0], [1, 0, 0], [0, 0, 1], [1, 0, 1], [0.5, 1, 0.5]]
        return np.array(corners, np.float32) + variant

    def log_nan(self, writer, tag):
        """Log a point that is nowhere, and one that is nowhere near."""
        points = self.points(0)
        points[0, 0], points[1, 1] = np.nan, np.inf
        writer.add_mesh(tag, points[None], global_step=0)

    def tag_of(self, tag):
        """Return the tag with what the writer puts behind it."""
        return f"{tag}_1"

    def token(self, item):
        """Return the coordinates."""
        return item.data.tolist()

    def expected(self, variant):
        """Return the coordinates that were logged."""
        return [self.points(variant).tolist()]
