"""The kind: profiles lie beside the event files, nothing of them is a value in a series."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NoReturn

from nbboard.errors import UndecodableError
from nbboard.kinds.profile.collection import Profiles
from nbboard.kinds.profile.files import PATTERNS
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

__all__ = ["KIND"]


def _decode(_value: SummaryValue, _metadata: SummaryMetadata) -> NoReturn:
    raise UndecodableError("a value of the plugin profile: profiles are files beside the events")


def _columns(_item: object) -> Mapping[str, object]:
    return {}


KIND = Kind(
    name="profile",
    plugins=("profile",),
    decode=_decode,
    columns=_columns,
    order=80,
    collection=Profiles,
    beside=PATTERNS,
)
