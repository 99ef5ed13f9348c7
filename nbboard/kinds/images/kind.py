"""The kind: how images are found in a logged value, and their rows in a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from nbboard.errors import UndecodableError
from nbboard.events.tensors import strings_of
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    from nbboard.kinds.images.image import Image

__all__ = ["KIND"]


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[Image, ...]:
    from nbboard.kinds.images.image import Image

    # The tensor is [width, height, image, image, ...], all of them strings.
    strings = strings_of(value.tensor)
    if len(strings) < 2:
        raise UndecodableError(f"an image summary of {len(strings)} strings: no size, no image")
    width, height = (_size(text) for text in strings[:2])
    return tuple(Image(data, width, height) for data in strings[2:])


def _size(text: bytes) -> int:
    return int(text) if text.isdigit() and len(text) < 10 else 0


def _columns(item: Image) -> Mapping[str, object]:
    return {
        "format": item.format,
        "width": item.width,
        "height": item.height,
        "data": item.data,
    }


def _to_file(item: Image) -> tuple[bytes, str]:
    return item.data, item.format if item.format != "unknown" else "bin"


KIND = Kind(
    name="images",
    plugins=("images",),
    decode=_decode,
    columns=_columns,
    several=True,
    order=10,
    cells=("format", "width", "height", "data"),
    to_file=_to_file,
)
