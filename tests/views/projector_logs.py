"""Logs with embeddings, for the tests of the view."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from tensorboardX import SummaryWriter

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["SIDE", "vectors_at", "write_embeddings"]

#: Pixels of a picture of a point.
SIDE = 8
GROUPS = 3


def vectors_at(step: int, count: int = 60, seed: int = 0) -> np.ndarray:
    """Return three groups of points that drift apart with the steps."""
    random = np.random.default_rng(seed)
    around = random.normal(size=(GROUPS, 6)) * (1 + step / 10)
    points = around[np.arange(count) % GROUPS] + random.normal(size=(count, 6)) * 0.4
    found: np.ndarray = points.astype(np.float32)
    return found


def write_embeddings(
    folder: Path,
    run: str = "run",
    *,
    steps: Iterable[int] = (0, 10, 20),
    tag: str = "hidden",
    count: int = 60,
    seed: int = 0,
) -> None:
    """Log points with a group, a name, a number and a picture each."""
    writer = SummaryWriter(str(folder / run))
    writer.add_scalar("loss", 1.0, 0)
    pictures = np.linspace(0, 1, count)[:, None, None, None] * np.ones((1, 3, SIDE, SIDE))
    for step in steps:
        writer.add_embedding(
            vectors_at(step, count, seed),
            metadata=[[f"g{row % GROUPS}", f"word {row}", str(row / 2)] for row in range(count)],
            metadata_header=["group", "name", "size"],
            label_img=pictures,
            tag=tag,
            global_step=step,
        )
    writer.close()
