"""Which runs are the best: by the metric that people mean, chosen by its name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from nbboard.kinds.hparams.goals import is_outcome, lower_is_better, preferred

if TYPE_CHECKING:
    from nbboard.logdir import LogDir

__all__ = ["best_runs", "chosen_metric"]


def chosen_metric(tags: Iterable[str]) -> tuple[str, bool] | None:
    """Return the tag that people mean by "best", and whether more of it is better.

    It is the one by which a hyperparameter view judges trials; None where none is named
    like a metric.
    """
    names = list(tags)
    at = preferred(names)
    if at is None or not is_outcome(names[at]):
        return None
    return names[at], not lower_is_better(names[at])


def best_runs(log: LogDir, runs: Sequence[str], count: int) -> tuple[list[str], str]:
    """Return the best runs, in the order given, and in words what they are best by.

    Compared is the last finite value of each; runs without one are none of the best.
    """
    metric = chosen_metric(log.scalars.tags)
    if metric is None:
        return [], "No tag here is named like a metric (accuracy, loss, reward, ...)"
    tag, more = metric
    these = set(runs)
    found = []
    for key in log.scalars.keys:
        if key.tag != tag or key.run not in these:
            continue
        try:
            value = log.store.scalar(key.run, tag).value
        except KeyError:
            continue  # the watcher found its run gone in between
        finite = value[np.isfinite(value)]
        if len(finite):
            found.append((float(finite[-1]), key.run))
    found.sort(key=lambda item: item[0], reverse=more)
    best = {run for _, run in found[:count]}
    word = "highest" if more else "lowest"
    return [run for run in runs if run in best], f"By the last value of {tag}, {word} first"
