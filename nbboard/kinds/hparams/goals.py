"""Which metric people mean when they name none, and which way is better."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

__all__ = ["is_outcome", "is_seed", "lower_is_better", "measures_training", "preferred"]

_WORDS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|\d+")

#: Less of these is better.
_LOSSES = frozenset(
    [
        "loss",
        "losses",
        "err",
        "error",
        "errors",
        "mse",
        "mae",
        "rmse",
        "mape",
        "nll",
        "bce",
        "xent",
        "ppl",
        "perplexity",
        "cost",
        "fid",
        "wer",
        "cer",
        "latency",
        "divergence",
        "kl",
        "regret",
        "bpd",
        "bpc",
        "eer",
        "crossentropy",
        "logloss",
        "brier",
    ]
)
_ACCURACIES = frozenset(
    [
        "acc",
        "accuracy",
        "auc",
        "auroc",
        "auprc",
        "ap",
        "map",
        "miou",
        "iou",
        "dice",
        "f1",
        "fscore",
        "bleu",
        "rouge",
        "meteor",
        "psnr",
        "ssim",
        "precision",
        "recall",
        "specificity",
        "sensitivity",
        "r2",
        "mcc",
        "kappa",
        "ndcg",
        "mrr",
        "hit",
        "top1",
        "top5",
        "score",
        "elbo",
        "accuracies",
    ]
)
_REWARDS = frozenset(["reward", "rewards", "rew", "return", "returns", "success", "win", "winrate"])
#: They count or measure the training, not what came of it.
_NEVER = frozenset(
    [
        "epoch",
        "epochs",
        "step",
        "steps",
        "iter",
        "iters",
        "iteration",
        "iterations",
        "lr",
        "momentum",
        "fps",
        "throughput",
        "speed",
        "memory",
        "mem",
        "gpu",
        "cpu",
        "norm",
        "samples",
        "tokens",
        "len",
        "length",
    ]
)
_TIMES = frozenset(
    [
        "time",
        "times",
        "second",
        "seconds",
        "secs",
        "sec",
        "ms",
        "duration",
        "elapsed",
        "minutes",
        "hours",
        "timestamp",
    ]
)
_VALIDATION = frozenset(["val", "valid", "validation", "eval", "evaluation", "dev", "evaluate"])
_TEST = frozenset(["test", "testing", "holdout"])
_TRAIN = frozenset(["train", "training", "fit"])
_SEEDS = frozenset(
    ["seed", "seeds", "rng", "randomseed", "fold", "replicate", "repeat", "repetition"]
)


def _words(name: str) -> set[str]:
    """Return the words of a name: ``"valAcc/top_1"`` has val, acc, valacc, top, 1, top1."""
    parts = [part.lower() for part in _WORDS.findall(name)]
    joined = {a + b for a, b in pairwise(parts) if b.isdigit()}
    return {*parts, *joined, *re.split(r"[^a-z0-9]+", name.lower())}


def lower_is_better(name: str) -> bool:
    """Tell from a metric's name whether less of it is better: losses, errors, what is spent."""
    words = _words(name)
    if words & _LOSSES:
        return True
    return not words & (_ACCURACIES | _REWARDS) and bool(words & (_TIMES | {"memory", "mem"}))


def preferred(names: Sequence[str]) -> int | None:
    """Return which metric trials are judged by unless somebody says otherwise.

    One that says how good the model is: of validation before test before those without a
    split before training; accuracy before loss before reward; only where there is nothing
    else one that measures the training itself (epoch, step, lr, time).

    Parameters
    ----------
    names
        Names of metrics, in their order; the earlier of two that are alike is taken.

    Returns
    -------
    int or None
        Its place; None if there is none.
    """
    return min(range(len(names)), key=lambda at: (*_rank(names[at]), at), default=None)


def is_outcome(name: str) -> bool:
    """Tell whether a metric is named like one that says how good a model is."""
    return _rank(name)[0] == 0


def measures_training(name: str) -> bool:
    """Tell whether a metric says how training went on, not what came of it: epoch, lr, time."""
    return _rank(name)[0] == 2


def _rank(name: str) -> tuple[int, int, int]:
    words = _words(name)
    meaning = 3
    for rank, known in enumerate((_ACCURACIES, _LOSSES, _REWARDS)):
        if words & known:
            meaning = rank
            break
    split = 2
    for rank, known in ((0, _VALIDATION), (1, _TEST), (3, _TRAIN)):
        if words & known:
            split = rank
            break
    # "train_loss_epoch" is a loss all the same; "time_to_accuracy" is no accuracy.
    never = words & _TIMES or (meaning == 3 and (words & _NEVER or {"learning", "rate"} <= words))
    return (2 if never else 1 if meaning == 3 else 0, split, meaning)


def is_seed(name: str) -> bool:
    """Tell whether a hyperparameter only repeats an experiment: a seed, a fold."""
    parts = [part.lower() for part in _WORDS.findall(name) if not part.isdigit()]
    return bool(parts) and bool({parts[0], parts[-1]} & _SEEDS)
