"""The kind: profiles lie beside the event files, nothing of them is a value in a series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.patterns import PATTERNS
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    from nbboard.kinds.profile.collection import Profiles

__all__ = ["KIND"]


def _decode(_value: SummaryValue, _metadata: SummaryMetadata) -> NoReturn:
    raise UndecodableError("a value of the plugin profile: profiles are files beside the events")


def _columns(_item: object) -> Mapping[str, object]:
    return {}


def _collection(log: Any, kind: Kind[Any], restarts: Any) -> Profiles:
    # Imported when somebody asks for profiles: a log without any does not wait for it.
    from nbboard.kinds.profile.collection import Profiles

    return Profiles(log, kind, restarts)


KIND = Kind(
    name="profile",
    plugins=("profile",),
    decode=_decode,
    columns=_columns,
    order=80,
    collection=_collection,
    beside=PATTERNS,
)
