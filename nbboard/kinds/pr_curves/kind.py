"""The kind: how a curve is found in a logged value, and its row in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    from nbboard.kinds.pr_curves.curve import PRCurve

__all__ = ["COLUMNS", "KIND", "SCORES"]

#: The scores that stand in tables.
SCORES = ("average_precision", "roc_auc", "best_f1", "best_threshold", "prevalence")
#: What tables have at each threshold: lists of equal length.
COLUMNS = (
    "threshold",
    "true_positives",
    "false_positives",
    "true_negatives",
    "false_negatives",
    "precision",
    "recall",
)


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[PRCurve]:
    from nbboard.kinds.pr_curves.curve import PRCurve

    array = tensor_to_numpy(value.tensor)
    if array.ndim != 2 or array.shape[0] != 6 or array.dtype.kind not in "fiu":
        raise UndecodableError(
            f"a PR curve stored as {array.dtype} of shape {array.shape}, not numbers of (6, n)"
        )
    return (PRCurve(array),)


def _columns(item: PRCurve) -> Mapping[str, object]:
    return {
        **{name: getattr(item.scores, name) for name in SCORES},
        "threshold": item.thresholds.tolist(),
        "true_positives": item.true_positives.tolist(),
        "false_positives": item.false_positives.tolist(),
        "true_negatives": item.true_negatives.tolist(),
        "false_negatives": item.false_negatives.tolist(),
        "precision": item.precision.tolist(),
        "recall": item.recall.tolist(),
    }


KIND = Kind(
    name="pr_curves",
    plugins=("pr_curves",),
    decode=_decode,
    columns=_columns,
    order=45,
    cells=(*SCORES, *COLUMNS),
)
