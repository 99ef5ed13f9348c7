"""Precision and recall of each digit, and the layout of custom scalar charts that shows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nbboard.demo.digits import Digits
    from nbboard.demo.network import Array

__all__ = ["LAYOUT", "log_curves"]

LAYOUT = {
    "training": {
        "loss": ["Multiline", ["loss/train", "loss/validation"]],
        "accuracy": ["Multiline", ["accuracy/train", "accuracy/validation"]],
    },
    "digits": {
        "recall, from the worst to the best digit": [
            "Margin", ["recall/mean", "recall/worst", "recall/best"],
        ],
    },
}  # fmt: skip


def log_curves(writer: Any, digits: Digits, probabilities: Array, step: int) -> None:
    """Log a PR curve for each digit, and how many of each are recognised.

    Parameters
    ----------
    writer
        A ``SummaryWriter``.
    digits
        What was to be recognised.
    probabilities
        float of shape (digits, 10).
    step
        The step of the training.
    """
    right = probabilities.argmax(axis=1) == digits.labels
    for digit in range(10):
        true = digits.labels == digit
        writer.add_pr_curve(f"digit {digit}", true, probabilities[:, digit], step)
    recall = [float(np.mean(right[digits.labels == digit])) for digit in range(10)]
    for tag, value in (("mean", np.mean(recall)), ("worst", min(recall)), ("best", max(recall))):
        writer.add_scalar(f"recall/{tag}", float(value), step)
