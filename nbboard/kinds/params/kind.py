"""The kind: parameters lie beside the event files, or are values of other kinds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from nbboard.errors import UndecodableError
from nbboard.kinds.params.file_names import PATTERNS
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    from nbboard.kinds.params.collection import Params

__all__ = ["KIND"]


def _decode(_value: SummaryValue, _metadata: SummaryMetadata) -> NoReturn:
    raise UndecodableError("a value of the plugin params: parameters are values of other kinds")


def _columns(_item: object) -> Mapping[str, object]:
    return {}


def _collection(log: Any, kind: Kind[Any], restarts: Any) -> Params:
    # Imported when somebody asks for parameters: a log without any does not wait for it.
    from nbboard.kinds.params.collection import Params

    return Params(log, kind, restarts)


def _count(log: Any) -> int:
    return len(log.store.files_beside(PATTERNS))


KIND = Kind(
    name="params",
    plugins=("params",),
    decode=_decode,
    columns=_columns,
    order=95,
    title="parameters",
    collection=_collection,
    beside=PATTERNS,
    count=_count,
    cells=("name", "value", "source"),
)
