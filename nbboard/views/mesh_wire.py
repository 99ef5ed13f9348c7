"""A mesh on its way to the page: few points at first, the others when they are asked for.

A point takes nine bytes: its place in a grid of 65,536 steps along each axis of its box, and
its colour. Small meshes travel as they were logged, in twelve and three.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.views.mesh_scene import scene_of

if TYPE_CHECKING:
    from nbboard.views.mesh_parts import Mesh

__all__ = ["encode_exact", "encode_mesh", "thinned"]

#: Up to so many vertices, coordinates travel as logged.
EXACT = 20_000
#: What is drawn at first of larger ones.
FIRST_POINTS = 100_000
FIRST_FACES = 200_000
#: What is drawn at most: about 16 megabytes.
MOST_POINTS = 1_500_000
MOST_FACES = 1_000_000
#: Steps along an axis that 16 bits tell apart.
LEVELS = 65_535


def encode_mesh(
    mesh: Mesh, most_points: int = FIRST_POINTS, most_faces: int = FIRST_FACES
) -> dict[str, Any]:
    """Return a mesh as the page draws it.

    Parameters
    ----------
    mesh
        The mesh.
    most_points
        How many points of a cloud travel: a fair sample of them.
    most_faces
        How many faces: of a mesh that has more, vertices that lie close together are one.

    Returns
    -------
    dict
        ``name``; ``vertices``, ``faces``, ``finite``: how many were logged; ``low``,
        ``high``: the box of all; ``positions``: float32, or uint16 with the ``grid`` that they
        stand in; ``colors``: uint8, or None; ``triangles``: uint32; ``whole``: whether that
        is all; ``exact``: whether it is what was logged; ``scene``, ``notes``.
    """
    small = thinned(mesh, most_points, most_faces)
    count, faces = len(mesh.vertices), len(mesh.faces)
    points = small.vertices
    exact = small is mesh and count <= EXACT
    box = mesh.box
    low, high = box or (np.zeros(3), np.zeros(3))
    encoded: dict[str, Any] = {
        "name": mesh.name,
        "vertices": count,
        "faces": faces,
        "finite": int(mesh.finite.sum()),
        "low": low.tolist() if box else None,
        "high": high.tolist() if box else None,
        "colors": None if small.colors is None else small.colors.reshape(-1),
        "triangles": small.faces.astype(np.uint32).reshape(-1),
        "whole": len(small.faces) == faces and len(points) == int(mesh.finite.sum()),
        "exact": exact,
        "scene": scene_of(mesh.config),
        "notes": list(mesh.notes),
    }
    if exact:
        return {**encoded, "positions": points.reshape(-1), "grid": None}
    # Halves first: the whole of an axis may be more than a number can be.
    step = (high / 2 - low / 2) / (LEVELS / 2)
    places = (points.astype(float) - low) / np.where(step > 0, step, 1)
    grid = {"low": low.tolist(), "step": step.tolist()}
    return {**encoded, "positions": np.round(places).astype(np.uint16).reshape(-1), "grid": grid}


def encode_exact(mesh: Mesh) -> dict[str, Any]:
    """Return a mesh as it was logged, for a file: what :func:`encode_mesh` has of small ones."""
    return {
        "positions": mesh.vertices.reshape(-1),
        "colors": None if mesh.colors is None else mesh.colors.reshape(-1),
        "triangles": mesh.faces.astype(np.uint32).reshape(-1),
    }


def thinned(mesh: Mesh, most_points: int, most_faces: int) -> Mesh:
    """Return a mesh of finite vertices, with as many points or faces as there may be.

    The points of a cloud stand in an order that is fair: the first of them, however many, are
    a sample of all, the same each time.
    """
    if len(mesh.faces) > most_faces:
        return _clustered(mesh, most_faces)
    finite = mesh.finite
    if not len(mesh.faces):
        kept = np.flatnonzero(finite)
        if len(kept) > most_points or len(kept) > FIRST_POINTS:
            kept = np.random.default_rng(0).permutation(kept)[:most_points]
        elif finite.all():
            return mesh
    elif finite.all():
        return mesh
    else:
        kept = np.flatnonzero(finite)
    colors = None if mesh.colors is None else mesh.colors[kept]
    number = np.cumsum(finite) - 1  # of each vertex that is left
    faces = number[mesh.faces] if len(mesh.faces) else mesh.faces
    return replace(mesh, vertices=mesh.vertices[kept], colors=colors, faces=faces)


def _clustered(mesh: Mesh, most_faces: int) -> Mesh:
    """Return a mesh with fewer faces: vertices in one cell of a grid become their mean.

    J. Rossignac, P. Borrel: Multi-resolution 3D approximations for rendering complex scenes
    (1993).
    """
    kept = np.flatnonzero(mesh.finite)
    points = mesh.vertices[kept].astype(float)
    number = np.cumsum(mesh.finite) - 1
    faces = number[mesh.faces]
    low, high = points.min(axis=0), points.max(axis=0)
    span = np.where(high > low, high - low, 1)
    # A surface meets about as many cells as the square of those along an axis.
    cells = max(4, int(np.sqrt(most_faces / 2)))
    while True:
        place = np.minimum(((points - low) / span * cells).astype(np.int64), cells - 1)
        code = (place[:, 0] * cells + place[:, 1]) * cells + place[:, 2]
        cluster = np.unique(code, return_inverse=True)[1].reshape(-1)
        fewer = cluster[faces]
        a, b, c = fewer.T
        fewer = fewer[(a != b) & (b != c) & (a != c)]
        # One of those with the same corners is enough; the order says which side is outside.
        fewer = fewer[np.sort(np.unique(np.sort(fewer, axis=1), axis=0, return_index=True)[1])]
        if len(fewer) <= most_faces or cells <= 4:
            break
        cells = max(4, int(cells * 0.8))
    counts = np.bincount(cluster)

    def mean(values: np.ndarray) -> np.ndarray:
        columns = [np.bincount(cluster, column) / counts for column in values.T.astype(float)]
        return np.stack(columns, axis=1)

    colors = None if mesh.colors is None else np.round(mean(mesh.colors[kept])).astype(np.uint8)
    vertices = mean(points).astype(np.float32)
    return replace(mesh, vertices=vertices, faces=fewer[:most_faces], colors=colors)
