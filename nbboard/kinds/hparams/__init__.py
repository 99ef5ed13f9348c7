"""Hyperparameters: what experiments declare and sessions used, and the table of trials.

Only ``kind`` is imported with this package, the rest when it is used.
"""

from __future__ import annotations

from nbboard.kinds.hparams.kind import KIND

__all__ = ["KIND"]
