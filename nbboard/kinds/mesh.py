"""Meshes and point clouds. A mesh is logged as up to three series: vertices, faces, colours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from nbboard.errors import UndecodableError
from nbboard.events.tensors import tensor_to_numpy
from nbboard.logdir.collections import Values
from nbboard.logdir.kind import Kind, SummaryMetadata, SummaryValue
from nbboard.logdir.series import ValueSeries

if TYPE_CHECKING:
    import numpy as np

    from nbboard.series.points import SeriesKey

__all__ = ["KIND", "MeshPart", "MeshSeries", "Meshes"]

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
        The logged configuration of the scene (camera, lights, material), as plain values.
    problem
        Why there is none although something was logged as it; else empty.
    """

    name: str
    part: str
    data: np.ndarray
    config: Mapping[str, Any]
    problem: str = ""

    def __repr__(self) -> str:
        return f"MeshPart({self.name!r}, {self.part!r}, shape={self.data.shape})"


class MeshSeries(ValueSeries[MeshPart]):
    """One part of a mesh over the steps of a run."""

    @property
    def name(self) -> str:
        """The mesh that it is a part of; the tag if that is not known."""
        return self._data[0] or self.tag

    @property
    def part(self) -> str:
        """``"vertices"``, ``"faces"`` or ``"colors"``; empty if that is not known."""
        return self._data[1]

    @property
    def display_name(self) -> str:
        """The name of the mesh: the tag is that of the part, in letters of the writer's."""
        return self.name

    @cached_property
    def _data(self) -> tuple[str, str]:
        try:
            plugin = _plugin_data(self._metadata)
        except UndecodableError:
            return "", ""
        return plugin.name, _PARTS.get(plugin.content_type, "")


class Meshes(Values[MeshPart]):
    """The parts of the meshes of a logdir, a series each."""

    def _series(self, key: SeriesKey) -> MeshSeries:
        return MeshSeries(self.log.store, key, self.restarts, self._kind)


def _plugin_data(metadata: SummaryMetadata) -> Any:
    from google.protobuf.message import DecodeError
    from tensorboard.plugins.mesh import plugin_data_pb2

    content = b"" if metadata is None else metadata.plugin_data.content
    try:
        return plugin_data_pb2.MeshPluginData.FromString(content)
    except DecodeError as error:
        raise UndecodableError("the metadata of a mesh is not a mesh's") from error


def _decode(value: SummaryValue, metadata: SummaryMetadata) -> tuple[MeshPart]:
    array = tensor_to_numpy(value.tensor)
    if array.ndim != 3 or array.shape[2] not in {3, 4} or array.dtype.kind not in "fiu":
        raise UndecodableError(
            f"a mesh stored as {array.dtype} of shape {array.shape}, not (batch, n, 3)"
        )
    plugin = _plugin_data(metadata)
    part = _PARTS.get(plugin.content_type)
    if part is None:
        raise UndecodableError(f"a mesh of content type {plugin.content_type}")
    config, problem = _config(plugin.json_config)
    return (MeshPart(plugin.name or value.tag, part, array, config, problem),)


def _config(text: str) -> tuple[Mapping[str, Any], str]:
    """Return the configuration, and why there is none if it cannot be read."""
    import json

    try:
        config = json.loads(text) if text else None
    except (ValueError, RecursionError) as error:
        return {}, f"the scene's configuration is no JSON: {error}"
    if config is None:
        return {}, ""
    if not isinstance(config, dict):
        return {}, f"the scene's configuration is no mapping but {type(config).__name__}"
    return config, ""


def _columns(item: MeshPart) -> Mapping[str, object]:
    return {"mesh": item.name, "part": item.part, "data": item.data.tolist()}


KIND = Kind(
    name="mesh",
    plugins=("mesh",),
    decode=_decode,
    columns=_columns,
    order=80,
    cells=("mesh", "part", "data"),
    collection=Meshes,
)
