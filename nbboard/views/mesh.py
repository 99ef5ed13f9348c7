"""Meshes and point clouds: one camera for all runs and steps."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, ClassVar

import traitlets

from nbboard.kinds.mesh import MeshSeries
from nbboard.views.base import module
from nbboard.views.mesh_paper import draw_mesh
from nbboard.views.mesh_parts import read_meshes
from nbboard.views.mesh_screen import MeshScreen
from nbboard.views.mesh_wire import MOST_FACES, MOST_POINTS, encode_exact, encode_mesh
from nbboard.views.shared.options import option, step_option
from nbboard.views.shared.stepped import SteppedView

if TYPE_CHECKING:
    from nbboard.logdir.series import ValueSeries
    from nbboard.views.mesh_parts import Mesh
    from nbboard.views.shared.grid import Place
    from nbboard.views.shared.points import Entry, Point

__all__ = ["VIEW", "MeshView"]


class MeshView(SteppedView):
    """Meshes and point clouds over steps: ``log.mesh.view(...)``."""

    kind: ClassVar[str] = "mesh"
    _esm = module("mesh")

    noun = ("mesh", "meshes")
    cell_names = ("mesh", "vertices", "faces", "colored")
    figure_side = 2.4
    screen = MeshScreen

    card_size = option(traitlets.Int(300, min=48, max=2000), "Least width of a card in CSS pixels.")
    show_as = option(
        traitlets.Enum(["surface", "wireframe", "both", "points"], default_value="surface"),
        "What is drawn of a mesh: its faces, their edges, both, or its vertices alone.",
    )
    coloring = option(
        traitlets.Enum(
            ["logged", "plain", "x", "y", "z", "normal", "distance"], default_value="logged"
        ),
        "Colours as logged, one for all, by a coordinate, by the normal, or by the distance to"
        " the nearest vertex of the pinned step.",
    )
    pin = step_option("Step that distances are measured from; None for the first.")
    point_size = option(
        traitlets.Float(2.0, min=1.0, max=32.0), "Width of a point of a cloud in CSS pixels."
    )
    axes = option(
        traitlets.Bool(default_value=True), "Whether the box of the data and its axes are drawn."
    )
    projection = option(
        traitlets.Enum(["scene", "perspective", "orthographic"], default_value="scene"),
        "As logged with the mesh (75 degrees if nothing was), in perspective, or orthographic.",
    )
    up = option(traitlets.Enum(["y", "z"], default_value="y"), "Which axis is upright.")
    azimuth = option(
        traitlets.Float(35.0), "Turn of the camera about the upright axis, in degrees."
    )
    elevation = option(
        traitlets.Float(25.0, min=-90.0, max=90.0), "Height of the camera, in degrees."
    )
    zoom = option(
        traitlets.Float(1.0, min=1e-6, max=1e6),
        "Enlargement over what shows the whole box.",
    )
    center = option(
        traitlets.List(traitlets.Float(), default_value=[0.0, 0.0, 0.0], minlen=3, maxlen=3),
        "What is looked at: x, y, z from the middle of the box, as fractions of its diagonal.",
    )

    @classmethod
    def wanted(cls, series: ValueSeries[Any]) -> bool:
        """Return whether a series is that of vertices: the others belong to one of those."""
        return isinstance(series, MeshSeries) and series.part not in {"faces", "colors"}

    @classmethod
    def read(cls, points: Iterable[tuple[Entry, int]]) -> Iterator[Point]:
        """Read meshes: vertices, with the faces and colours of the same step."""
        return read_meshes(points)

    @classmethod
    def encode(cls, item: Mesh) -> Mapping[str, Any]:
        """Return what the browser draws at first; see :func:`~nbboard.views.mesh_wire.encode_mesh`."""
        return encode_mesh(item)

    @classmethod
    def preview(cls, encoded: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the box: what is seen as a whole."""
        return {"low": encoded["low"], "high": encoded["high"]}

    @classmethod
    def cells(cls, item: Mesh) -> Mapping[str, Any]:
        """Return the name, how many vertices and faces there are, and whether they have colours."""
        return {
            "mesh": item.name,
            "vertices": len(item.vertices),
            "faces": len(item.faces),
            "colored": item.colors is not None,
        }

    @classmethod
    def unreadable(cls) -> Mapping[str, Any]:
        """Return the same of a mesh that is damaged."""
        return {"mesh": "unreadable", "vertices": 0, "faces": 0, "colored": False}

    @classmethod
    def draw_cell(cls, place: Place, item: Mesh, options: Mapping[str, Any]) -> None:
        """Draw a mesh as the camera sees it."""
        draw_mesh(place, item, options)

    def answer(self, method: str, params: Mapping[str, Any]) -> Mapping[str, Any]:
        """Answer ``mesh``: all that is drawn of one, or (with ``exact``) that was logged of it."""
        if method != "mesh":
            return super().answer(method, params)
        with self._push_lock:
            items = self._feed.items(int(params["id"]), int(params["place"]))
        item = items[int(params.get("index", 0))]
        if params.get("exact"):
            return encode_exact(item)
        return encode_mesh(item, MOST_POINTS, MOST_FACES)


VIEW = MeshView
