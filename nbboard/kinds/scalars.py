"""Scalars: one number a step.

Their points never pass through here: the reader decodes them as columns. What
stands here names the kind and decodes a single value, for completeness.
"""

from __future__ import annotations

from collections.abc import Mapping

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.collections import Scalars
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

__all__ = ["KIND"]


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[object]:
    array = tensor_to_numpy(value.tensor)
    if array.size != 1:
        raise UndecodableError(f"a scalar of shape {array.shape}: one element was expected")
    return (array.reshape(())[()],)


def _columns(item: object) -> Mapping[str, object]:
    return {"value": item}


KIND = Kind(
    name="scalars",
    plugins=("scalars",),
    decode=_decode,
    columns=_columns,
    order=0,
    cells=("value",),
    collection=Scalars,
)
