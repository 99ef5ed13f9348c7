"""The embedding that the demo logs: where the last hidden layer puts each digit, over the training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from nbboard.demo.digits import Digits
    from nbboard.demo.network import Array
    from nbboard.demo.settings import Settings

__all__ = ["is_due", "log_embedding"]

#: After these epochs, and after the last: much moves at first.
EPOCHS = (1, 3, 7)


def is_due(epoch: int, settings: Settings) -> bool:
    """Whether the embedding is logged after an epoch, counted from 1.

    Of seeds that repeat a trial only the first has more than the last: it takes a moment.
    """
    return epoch == settings.epochs or (settings.seed == 1 and epoch in EPOCHS)


def log_embedding(
    writer: Any, digits: Digits, hidden: Array, probabilities: Array, step: int
) -> None:
    """Log the vectors with what is known of each digit, and its picture.

    Parameters
    ----------
    writer
        A SummaryWriter of tensorboardX.
    digits
        The digits.
    hidden
        (n, units): the last hidden layer of each.
    probabilities
        (n, 10): what the network takes each for.
    step
        The step.
    """
    said, sure = probabilities.argmax(axis=1), probabilities.max(axis=1)
    writer.add_embedding(
        hidden,
        metadata=[
            [str(label), str(guess), f"{share:.3f}"]
            for label, guess, share in zip(digits.labels, said, sure, strict=True)
        ],
        metadata_header=["digit", "said", "sure"],
        label_img=np.repeat(1 - digits.pictures[:, None], 3, axis=1).repeat(4, 2).repeat(4, 3),
        global_step=step,
        tag="hidden2",
    )
