"""Text: strings, usually Markdown. nbboard hands them on as text, never as markup."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue
from nbboard.logdir.sketch import text_box

__all__ = ["KIND", "Text"]


@dataclass(frozen=True, repr=False, eq=False)
class Text:
    """The text logged at one step.

    Attributes
    ----------
    data
        The strings as logged: an object array of bytes. Usually one (shape ``()`` or
        ``(1,)``); a table of text has two dimensions.
    """

    data: np.ndarray

    @property
    def value(self) -> np.ndarray:
        """The strings, an object array of ``str`` of the logged shape.

        They are UTF-8; what is not is replaced by U+FFFD (``data`` keeps the bytes).
        """
        result = np.empty(self.data.shape, dtype=object)
        for index in np.ndindex(self.data.shape):
            result[index] = self.data[index].decode("utf-8", "replace")
        return result

    def __str__(self) -> str:
        return "\n".join(self.value.reshape(-1))

    def _repr_html_(self) -> str:
        # As text: what somebody logged is never markup here.
        return text_box(str(self))

    def __repr__(self) -> str:
        text = str(self)
        return f"Text({text if len(text) <= 60 else text[:57] + '...'!r}, shape={self.data.shape})"


def _decode(value: SummaryValue, _metadata: SummaryMetadata) -> tuple[Text]:
    array = tensor_to_numpy(value.tensor)
    if array.dtype != object:
        raise UndecodableError(f"text stored as a tensor of {array.dtype}")
    return (Text(array),)


def _columns(item: Text) -> Mapping[str, object]:
    return {"value": str(item)}


def _to_file(item: Text) -> tuple[bytes, str]:
    return str(item).encode("utf-8"), "md"


KIND = Kind(
    name="text",
    plugins=("text",),
    decode=_decode,
    columns=_columns,
    order=30,
    cells=("value",),
    to_file=_to_file,
)
