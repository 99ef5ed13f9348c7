"""The kind: configurations lie beside the event files; a few writers log them as values, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from nbboard.events.tensors import strings_of
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    from nbboard.kinds.projector.collection import Projector
    from nbboard.kinds.projector.config import ProjectorConfig

__all__ = ["CONFIG_FILE", "KIND"]

#: The name of a configuration's file, in the directory of the run.
CONFIG_FILE = "projector_config.pbtxt"


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[ProjectorConfig, ...]:
    from nbboard.kinds.projector.config import parse_projector_config

    return tuple(parse_projector_config(text) for text in strings_of(value.tensor))


def _columns(item: ProjectorConfig) -> Mapping[str, object]:
    return {
        "embedding": [embedding.name for embedding in item.embeddings],
        "tensor_path": [embedding.tensor_path for embedding in item.embeddings],
        "metadata_path": [embedding.metadata_path for embedding in item.embeddings],
    }


def _collection(log: Any, kind: Kind[Any], restarts: Any) -> Projector:
    # Imported when somebody asks for it: a log without embeddings does not wait for it.
    from nbboard.kinds.projector.collection import Projector

    return Projector(log, kind, restarts)


KIND = Kind(
    name="projector",
    plugins=("projector",),
    decode=_decode,
    columns=_columns,
    order=90,
    collection=_collection,
    beside=(CONFIG_FILE,),
    cells=("embedding", "tensor_path", "metadata_path"),
)
