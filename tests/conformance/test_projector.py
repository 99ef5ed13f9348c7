"""Embeddings do what every kind does."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from google.protobuf import text_format
from tensorboard.plugins.projector.projector_config_pb2 import ProjectorConfig

from tests.conformance.suite import KindSuite


class TestProjector(KindSuite):
    """A few points, with a value in the event file beside them."""

    kind = "projector"
    stepped = False
    mark = ".nbb-pj-canvas[data-drawn]"

    def log(self, writer, tag, step, variant):
        """Log points by the real writer; names that it does not quote are written by hand."""
        vectors = self.vectors(variant)
        writer.add_scalar("loss", variant, step)
        if tag.isalnum() and len(tag) < 100:
            labels = [f"p{row}" for row in range(len(vectors))]
            writer.add_embedding(vectors, metadata=labels, tag=tag, global_step=step)
            return
        folder = Path(writer._get_file_writer().get_logdir())
        config = ProjectorConfig()
        config.embeddings.add(tensor_name=tag, tensor_path="t.tsv", metadata_path="m.tsv")
        (folder / "projector_config.pbtxt").write_text(text_format.MessageToString(config), "utf-8")
        np.savetxt(folder / "t.tsv", vectors, delimiter="\t")
        (folder / "m.tsv").write_text(f"{' '.join(tag.splitlines())}\n" * len(vectors), "utf-8")

    def vectors(self, variant):
        """Return the points of a variant."""
        return np.random.default_rng(variant).normal(size=(12, 5)).astype(np.float32)

    def log_nan(self, writer, tag):
        """Log points of which one cannot be placed."""
        vectors = self.vectors(0)
        vectors[3, 1] = np.nan
        writer.add_scalar("loss", np.nan, 0)
        writer.add_embedding(vectors, tag=tag, global_step=0)

    def read(self, folder):
        """Return run, tag, step and the sum of all numbers."""
        return [
            (run, tag, step, float(points.vectors.sum()))
            for (run, tag), series in self.collection(folder).series.items()
            for step, points in zip(series.step.tolist(), series, strict=True)
        ]

    def expected(self, variant):
        """Return the sum of the points that were logged."""
        return float(self.vectors(variant).sum())
