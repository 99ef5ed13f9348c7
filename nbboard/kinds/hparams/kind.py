"""The kind: how a message is found in a logged value, and what its collection is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    from nbboard.kinds.hparams.collection import HParams
    from nbboard.kinds.hparams.messages import Experiment, SessionEnd, SessionStart

__all__ = ["KIND"]


def _decode(
    value: SummaryValue, metadata: SummaryMetadata
) -> tuple[Experiment | SessionStart | SessionEnd]:
    from nbboard.kinds.hparams.messages import decode_hparams

    # Each value carries its own content; that of the series belongs to its first value.
    own = value.metadata.plugin_data.content
    content = own or (b"" if metadata is None else metadata.plugin_data.content)
    if not content and value.HasField("tensor") and value.tensor.string_val:
        # Some writers put the message into the tensor.
        content = value.tensor.string_val[0]
    return (decode_hparams(content),)


def _columns(item: object) -> Mapping[str, object]:
    return {"value": repr(item)}


def _collection(log: Any, kind: Kind[Any], restarts: Any) -> HParams:
    # Imported when somebody asks for it: a log without hyperparameters does not wait for it.
    from nbboard.kinds.hparams.collection import HParams

    return HParams(log, kind, restarts)


KIND = Kind(
    name="hparams",
    plugins=("hparams",),
    decode=_decode,
    columns=_columns,
    order=15,
    cells=("value",),
    title="HParams",
    collection=_collection,
)
