"""Meshes and point clouds. A mesh is logged as up to three series: vertices, faces, colours."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue

if TYPE_CHECKING:
    import numpy as np

__all__ = ["KIND", "MeshPart"]

# MeshPluginData.ContentType
_PARTS = {1: "vertices", 2: "faces", 3: "colors"}


@dataclass(frozen=True, repr=False, eq=False)
class MeshPart:
    """One part of a mesh at one step.

    Attributes
    ----------
    name
        The mesh it belongs to: parts of one run and name form one mesh.
    part
        ``"vertices"``, ``"faces"`` or ``"colors"``.
    data
        Shape ``(batch, n, 3)``: coordinates, indices of vertices, or RGB.
    config
        The logged configuration of the scene (camera, material), as plain values.
    """

    name: str
    part: str
    data: np.ndarray
    config: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"MeshPart({self.name!r}, {self.part!r}, shape={self.data.shape})"


def _decode(value: SummaryValue, metadata: SummaryMetadata) -> tuple[MeshPart]:
    from google.protobuf.message import DecodeError
    from tensorboard.plugins.mesh import plugin_data_pb2

    array = tensor_to_numpy(value.tensor)
    if array.ndim != 3 or array.shape[2] not in {3, 4} or array.dtype.kind not in "fiu":
        raise UndecodableError(
            f"a mesh stored as {array.dtype} of shape {array.shape}, not (batch, n, 3)"
        )
    content = b"" if metadata is None else metadata.plugin_data.content
    try:
        plugin = plugin_data_pb2.MeshPluginData.FromString(content)
    except DecodeError as error:
        raise UndecodableError("the metadata of a mesh is not a mesh's") from error
    part = _PARTS.get(plugin.content_type)
    if part is None:
        raise UndecodableError(f"a mesh of content type {plugin.content_type}")
    return (MeshPart(plugin.name or value.tag, part, array, _config(plugin.json_config)),)


def _config(text: str) -> Mapping[str, Any]:
    try:
        config = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return config if isinstance(config, dict) else {}


def _columns(item: MeshPart) -> Mapping[str, object]:
    return {"mesh": item.name, "part": item.part, "data": item.data.tolist()}


KIND = Kind(
    name="mesh",
    plugins=("mesh",),
    decode=_decode,
    columns=_columns,
    order=80,
    cells=("mesh", "part", "data"),
)
