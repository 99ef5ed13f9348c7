"""Which runs are the best: by the metric that people mean, chosen by its name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from nbboard.logdir import LogDir

__all__ = ["best_runs", "chosen_metric"]

#: Parts of names by which a metric is meant, the better ones first.
_WANTED = (
    (
        re.compile(r"acc|auc|f1|map\b|miou|iou|bleu|rouge|dice|psnr|ssim|top_?[15]", re.IGNORECASE),
        True,
    ),
    (re.compile(r"reward|return|score|success|win_?rate", re.IGNORECASE), True),
    (re.compile(r"loss|perplexity|ppl|error|mse|mae|rmse|wer|cer|fid|nll", re.IGNORECASE), False),
)
_VALIDATION = re.compile(r"(?:^|[/_.-])(?:val|valid|validation|eval|dev|test)", re.IGNORECASE)
#: What goes up or down by itself.
_NOT_MEANT = re.compile(
    r"(?:^|[/_.-])(?:epoch|step|lr|learning_rate|time|wall|iter|fps|mem)", re.IGNORECASE
)


def chosen_metric(tags: Iterable[str]) -> tuple[str, bool] | None:
    """Return the tag that people mean by "best", and whether more of it is better.

    Validation stands before training, accuracy before reward before loss; a tag that
    counts (epoch, step, time, learning rate) is never meant.
    """
    ranked = []
    for tag in tags:
        if _NOT_MEANT.search(tag):
            continue
        for rank, (pattern, more) in enumerate(_WANTED):
            if pattern.search(tag):
                ranked.append((not _VALIDATION.search(tag), rank, len(tag), tag, more))
                break
    if not ranked:
        return None
    *_, tag, more = min(ranked)
    return tag, more


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
