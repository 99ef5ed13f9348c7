"""The logs that the views are timed on in a browser: many cards, many lines, many runs."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import numpy as np

from tests.benchmarks.datasets import NAME, START, cache, event, record, simple, write
from tests.views.histogram_logs import write_histograms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["browser_logs"]


def _run(tags: list[str], steps: int, seed: int) -> Iterator[bytes]:
    """Yield falling, noisy curves, all tags of a step in one event."""
    rng = np.random.default_rng(seed)
    fall = np.exp(-np.arange(steps)[:, None] / (steps * rng.uniform(0.1, 0.4, len(tags))))
    values = (fall + rng.normal(0, 0.05, (steps, len(tags)))).tolist()
    encoders = [simple(tag) for tag in tags]
    for step, row in enumerate(values):
        body = b"".join(encode(value) for encode, value in zip(encoders, row, strict=True))
        yield record(event(START + step, step, body))


def _set(folder: Path, runs: int, tags: list[str], steps: int) -> None:
    for i in range(runs):
        write(folder / f"run_{i:03}" / NAME, _run(tags, steps, i))


CARDS = [f"{group}/{name}" for group, name in itertools.product(("train", "val"), "abcde")]


def _histograms(folder: Path) -> None:
    """Write ten layers of ten runs, 200 steps each, in PyTorch's exponential buckets."""
    grown = 1e-4 * 1.1 ** np.arange(120)
    edges = np.concatenate([-grown[::-1], [0.0], grown])
    for run in range(10):
        rng = np.random.default_rng(run)
        for layer in range(10):
            logged = {}
            for step in range(200):
                values = rng.normal(step * layer / 1e4, 0.1 + step / 2000, 2_000)
                counts, _ = np.histogram(values, edges)
                held = np.flatnonzero(counts)
                part = slice(held[0], held[-1] + 1)
                logged[step] = np.column_stack([edges[:-1], edges[1:], counts])[part]
            write_histograms(folder, f"run_{run:03}", f"layer{layer}/weights", logged)


SETS = {
    "cards": lambda folder: _set(folder, 20, CARDS, 10_000),
    "few": lambda folder: _set(folder, 10, CARDS, 200),
    "histograms": _histograms,
    "lines": lambda folder: _set(folder, 100, ["loss"], 10_000),
    "runs": lambda folder: _set(folder, 1000, [f"m{i // 10}/t{i:03}" for i in range(100)], 20),
}


def browser_logs(name: str) -> Path:
    """Return the folder of a set, written once; it is one of ``SETS``."""
    folder = cache() / f"browser-{name}"
    done = cache() / f"browser-{name}.done"
    if not done.exists():
        SETS[name](folder)
        done.touch()
    return folder
