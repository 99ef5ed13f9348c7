"""Who wrote a run: told from its tags and from the names of its event files, as well as can be."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import lru_cache

__all__ = ["writer_of"]

#: By what only one framework logs, the first that is there.
_TAGS = (
    ("lightning", re.compile(r"hp_metric")),
    ("ultralytics", re.compile(r"metrics/mAP50(-95)?(\(B\))?")),
    ("stable-baselines3", re.compile(r"rollout/ep_rew_mean|time/fps")),
    ("ml-agents", re.compile(r"Environment/Cumulative Reward")),
    ("ray", re.compile(r"ray/tune/.*")),
    ("transformers", re.compile(r"train/global_step|train/train_runtime|model_config/.*")),
    ("keras", re.compile(r"epoch_(loss|accuracy|learning_rate)")),
)
#: By the name of an event file.
_TF2 = re.compile(r"events\.out\.tfevents\.\d+\..*\.\d+\.\d+\.v2$")
_TORCH = re.compile(r"events\.out\.tfevents\.\d+\..*\.\d+\.\d+$")
_PLAIN = re.compile(r"events\.out\.tfevents\.\d+\..*$")


def writer_of(files: Sequence[str], tags: Collection[str]) -> str:
    """Return what most likely wrote a run.

    Parameters
    ----------
    files
        The names of its event files.
    tags
        Its tags.

    Returns
    -------
    str
        A framework (``"lightning"``, ``"keras"``, ...); else ``"tensorflow"`` for its second
        version's files, ``"torch"`` for those of PyTorch and of TensorBoard's own writer,
        ``"tensorboardX"`` for names without a process; empty where nothing tells.
    """
    framework = _framework(frozenset(tags))
    if framework:
        return framework
    for name in files:
        if _TF2.match(name):
            return "tensorflow"
        if _TORCH.match(name):
            return "torch"
        if _PLAIN.match(name):
            return "tensorboardX"
    return ""


# Thousands of runs have the same tags.
@lru_cache(maxsize=1024)
def _framework(tags: frozenset[str]) -> str:
    for writer, pattern in _TAGS:
        if any(pattern.fullmatch(tag) for tag in tags):
            return writer
    return ""
