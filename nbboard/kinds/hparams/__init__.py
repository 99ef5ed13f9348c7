"""Hyperparameters: what experiments declare and sessions used, and the table of trials."""

from __future__ import annotations

from nbboard.kinds.hparams.collection import HParams
from nbboard.kinds.hparams.kind import KIND
from nbboard.kinds.hparams.messages import Experiment, HParam, Metric, SessionEnd, SessionStart
from nbboard.kinds.hparams.trials import MetricValue, Session, Trial, Trials

__all__ = [
    "KIND",
    "Experiment",
    "HParam",
    "HParams",
    "Metric",
    "MetricValue",
    "Session",
    "SessionEnd",
    "SessionStart",
    "Trial",
    "Trials",
]
