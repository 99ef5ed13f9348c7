"""Values of plugins that nbboard does not know: kept as they are, under the plugin's name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    import numpy as np

__all__ = ["PluginValue", "unknown_kind"]


@dataclass(frozen=True, repr=False)
class PluginValue:
    """What a plugin logged, undecoded.

    Attributes
    ----------
    plugin
        The name of the plugin.
    content
        The plugin's own bytes in the metadata of the series.
    proto
        The ``Summary.Value`` message itself.
    """

    plugin: str
    content: bytes
    proto: SummaryValue

    @property
    def tensor(self) -> np.ndarray | None:
        """The logged tensor; None where there is only metadata.

        Raises
        ------
        UndecodableError
            If the tensor claims more elements than it has bytes.
        """
        return tensor_to_numpy(self.proto.tensor) if self.proto.HasField("tensor") else None

    def __repr__(self) -> str:
        return (
            f"PluginValue({self.plugin!r}, {self.proto.ByteSize():,} bytes,"
            f" metadata {len(self.content):,} bytes)"
        )


@cache
def unknown_kind(plugin: str) -> Kind[PluginValue]:
    """Return a kind for a plugin that has none: its values stay messages."""

    def decode(value: SummaryValue, metadata: SummaryMetadata) -> tuple[PluginValue]:
        content = b"" if metadata is None else bytes(metadata.plugin_data.content)
        return (PluginValue(plugin, content, value),)

    return Kind(
        name=plugin,
        plugins=(plugin,),
        decode=decode,
        columns=_columns,
        order=1000,
        cells=("content", "value"),
    )


def _columns(item: PluginValue) -> Mapping[str, object]:
    return {"content": item.content, "value": item.proto.SerializeToString()}
