"""A mesh on paper: seen as on screen, sorted by depth, as pixels within a vector figure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import MissingExtraError, NbboardError
from nbboard.views.mesh_camera import Camera, camera_of
from nbboard.views.mesh_scene import scene_of
from nbboard.views.mesh_wire import thinned
from nbboard.views.shared.grid import FAINT

if TYPE_CHECKING:
    from nbboard.views.mesh_parts import Mesh
    from nbboard.views.shared.grid import Place

__all__ = ["PLAIN", "draw_mesh", "field_of_view", "vertex_normals"]

#: Of points and faces without a colour of their own.
PLAIN = "#5b8db8"
#: What is drawn of a mesh: more would not be seen at the size of a cell, and takes seconds.
MOST_POINTS = 60_000
MOST_FACES = 30_000
_DOTS = 96  # CSS pixels an inch


class _Look(NamedTuple):
    """How faces are drawn: the scene, the option, and what they are cut to."""

    scene: Mapping[str, Any]
    show_as: str
    clip: Any


def draw_mesh(place: Place, mesh: Mesh, options: Mapping[str, Any]) -> None:
    """Draw a mesh into a cell of a figure.

    Parameters
    ----------
    place
        The cell.
    mesh
        The mesh.
    options
        Those of the view; ``box``, what is seen as a whole; ``plain``, the colour of what has
        none; ``reference``, the mesh that distances are measured from, or None.

    Raises
    ------
    NbboardError
        If there is nothing to draw, or the colours cannot be had.
    """
    from matplotlib.patches import Rectangle

    small = thinned(mesh, MOST_POINTS, MOST_FACES)
    box = options.get("box") or mesh.box
    if box is None or not len(small.vertices):
        raise NbboardError(f"{mesh.name}: no vertex is finite" if len(mesh.vertices) else "empty")
    scene = scene_of(mesh.config)
    fov = field_of_view(options["projection"], scene)
    camera = camera_of(options, box, fov, place.width, place.height)
    clip = Rectangle(
        (place.left, place.top), place.width, place.height, transform=place.page.transData
    )
    if options["axes"]:
        _draw_box(place, camera, box, clip)
    seen = camera.project(small.vertices.astype(float), place.width, place.height)
    seen[:, :2] += (place.left, place.top)
    colors = _colors(small, options, scene, box)
    if options["show_as"] == "points" or not len(small.faces):
        _draw_points(place, seen, colors, options["point_size"], clip)
    else:
        look = _Look(scene, options["show_as"], clip)
        _draw_faces(place, small, seen, colors, look)


def field_of_view(projection: str, scene: Mapping[str, Any]) -> float:
    """Return the degrees from top to bottom that an option and a scene mean."""
    if projection == "orthographic":
        return 0.0
    fov = float(scene["fov"])
    return fov if projection == "scene" or fov > 0 else 75.0


def vertex_normals(vertices: np.ndarray, faces: np.ndarray) -> np.ndarray:
    """Return the normal of each vertex: the sum of those of its faces, weighted by their area.

    Shape (n, 3), of length 1; zeros where there is no face.
    """
    points = vertices.astype(float)
    span = float(np.ptp(points, axis=0).max()) if len(points) else 0.0
    points /= span or 1.0  # areas of great meshes are beyond what a number can be
    a, b, c = (points[faces[:, corner]] for corner in range(3))
    of_faces = np.cross(b - a, c - a)
    normals = np.stack(
        [
            sum(
                np.bincount(faces[:, corner], of_faces[:, axis], len(points)) for corner in range(3)
            )
            for axis in range(3)
        ],
        axis=1,
    )
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    unit: np.ndarray = np.divide(normals, lengths, out=np.zeros_like(normals), where=lengths > 0)
    return unit


def _colors(
    mesh: Mesh, options: Mapping[str, Any], scene: Mapping[str, Any], box: Any
) -> np.ndarray:
    """Return red, green, blue of each vertex, as fractions."""
    from matplotlib import colormaps
    from matplotlib.colors import to_rgb

    coloring = options["coloring"]
    count = len(mesh.vertices)
    if coloring == "logged" and mesh.colors is not None:
        return mesh.colors / 255
    if coloring in {"x", "y", "z"}:
        axis = "xyz".index(coloring)
        low, high = float(box[0][axis]), float(box[1][axis])
        half = high / 2 - low / 2
        values = (mesh.vertices[:, axis].astype(float) / 2 - low / 2) / (half or 1.0)
        return np.asarray(colormaps["viridis"](np.clip(values, 0, 1)))[:, :3]
    if coloring == "normal" and len(mesh.faces):
        return 0.5 + vertex_normals(mesh.vertices, mesh.faces) / 2
    if coloring == "distance" and options.get("reference") is not None:
        values, most = _distances(mesh, options["reference"])
        return np.asarray(colormaps["viridis"](values / (most or 1.0)))[:, :3]
    return np.tile(to_rgb(scene["color"] or options.get("plain") or PLAIN), (count, 1))


def _distances(mesh: Mesh, reference: Mesh) -> tuple[np.ndarray, float]:
    """Return how far each vertex is from the nearest one of another mesh, and the greatest."""
    try:
        from scipy.spatial import cKDTree
    except ImportError:
        raise MissingExtraError(
            "distances in a figure need SciPy: pip install scipy; the view has them without"
        ) from None
    points = reference.vertices[reference.finite].astype(float)
    if not len(points):
        raise NbboardError("the pinned step has no finite vertex to measure from")
    values, _ = cKDTree(points).query(mesh.vertices.astype(float))
    return values, float(values.max()) if len(values) else 0.0


def _draw_points(
    place: Place, seen: np.ndarray, colors: np.ndarray, size: float, clip: Any
) -> None:
    there = np.flatnonzero(np.isfinite(seen[:, 0]))
    order = there[np.argsort(-seen[there, 2], kind="stable")]
    place.page.scatter(
        seen[order, 0], seen[order, 1], s=(size * 72 / _DOTS) ** 2, c=colors[order],
        linewidths=0, rasterized=True, clip_path=clip,
    )  # fmt: skip


def _draw_faces(
    place: Place, mesh: Mesh, seen: np.ndarray, colors: np.ndarray, look: _Look
) -> None:
    from matplotlib.collections import PolyCollection

    corners = seen[mesh.faces]
    there = np.isfinite(corners).all(axis=(1, 2))
    faces, corners = mesh.faces[there], corners[there]
    order = np.argsort(-corners[:, :, 2].mean(axis=1), kind="stable")
    faces, corners = faces[order], corners[order, :, :2]
    scene, show_as = look.scene, look.show_as
    edges_only = show_as == "wireframe" or (show_as == "surface" and scene["wireframe"])
    fill = colors[faces].mean(axis=1)
    if not edges_only:
        fill = np.clip(fill * _light(mesh, faces, corners, scene)[:, None], 0, 1)
    polygons = PolyCollection(
        corners,
        facecolors="none" if edges_only else fill,
        edgecolors="#33333399" if show_as == "both" else fill,
        linewidths=0.25 if edges_only or show_as == "both" else 0.1,
        rasterized=True,
    )
    place.page.add_collection(polygons, autolim=False)
    polygons.set_clip_path(look.clip)


def _light(
    mesh: Mesh, faces: np.ndarray, corners: np.ndarray, scene: Mapping[str, Any]
) -> np.ndarray:
    """Return how light each face is: a factor, of its side that is seen."""
    normals = vertex_normals(mesh.vertices, mesh.faces)[faces].sum(axis=1)
    lengths = np.linalg.norm(normals, axis=1, keepdims=True)
    normals = np.divide(normals, lengths, out=np.zeros_like(normals), where=lengths > 0)
    one, two = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    # Corners that go round clockwise on the page, whose y grows downwards, show the outside.
    outside = one[:, 0] * two[:, 1] - one[:, 1] * two[:, 0] < 0
    side = np.where(outside, 1.0, -1.0)
    light = np.full(len(faces), float(scene["ambient"]))
    for lamp in scene["lights"]:
        toward = np.asarray(lamp["position"], float)
        toward /= np.linalg.norm(toward)
        light += lamp["intensity"] * np.maximum(0.0, side * (normals @ toward))
    return light


#: The faces of a box, by the axis and whether they stand at its greater end; and its edges.
_SIDES = [(axis, end) for axis in range(3) for end in (0, 1)]


def _draw_box(place: Place, camera: Camera, box: Any, clip: Any) -> None:
    """Draw the edges of a box that lie behind what is in it, and name its axes."""
    from matplotlib.collections import LineCollection

    lines, labels = box_edges(camera, box, place.width, place.height)
    corner = np.array([place.left, place.top])
    shifted = [line + corner for line in lines]
    # Under what is in the box: points are drawn at 1.
    edges = LineCollection(shifted, colors="#d0d3d6", linewidths=0.5, zorder=0.5)
    place.page.add_collection(edges, autolim=False)
    edges.set_clip_path(clip)
    for name, (x, y) in labels.items():
        place.page.text(
            place.left + x, place.top + y, name, fontsize=6.5, color=FAINT,
            ha="center", va="center", clip_path=clip, clip_on=True,
        )  # fmt: skip


def box_edges(
    camera: Camera, box: Any, width: float, height: float
) -> tuple[list[np.ndarray], dict[str, tuple[float, float]]]:
    """Return the edges of a box that are not before it, and where its axes' names stand."""
    ends = np.asarray(box, float)
    middle = ends[0] / 2 + ends[1] / 2
    hidden = set()
    for axis, end in _SIDES:
        at = middle.copy()
        at[axis] = ends[end, axis]
        toward = camera.axes[2] if camera.fov <= 0 else (at - camera.eye) / camera.extent
        if toward[axis] * (1 if end else -1) > 0:
            hidden.add((axis, end))
    lines, labels = [], {}
    centre = camera.project(middle[None], width, height)[0, :2]
    for axis in range(3):
        others = [other for other in range(3) if other != axis]
        lowest = -np.inf
        for one in (0, 1):
            for two in (0, 1):
                back = ((others[0], one) in hidden) + ((others[1], two) in hidden)
                if not back:
                    continue
                line = np.tile(ends[0], (2, 1))
                line[1, axis] = ends[1, axis]
                line[:, others[0]], line[:, others[1]] = ends[one, others[0]], ends[two, others[1]]
                seen = camera.project(line, width, height)[:, :2]
                if not np.isfinite(seen).all():
                    continue
                lines.append(seen)
                # Named where it stands free: between a side that is seen and one that is not.
                at = seen.mean(axis=0)
                if back == 1 and at[1] > lowest:
                    lowest = at[1]
                    away = at - centre
                    length = float(np.linalg.norm(away)) or 1.0
                    x, y = at + away / length * 0.1
                    labels["xyz"[axis]] = (float(x), float(y))
    return lines, labels
