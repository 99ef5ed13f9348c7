"""A mesh put together from its parts: vertices, and what was logged with them at the same step."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from nbboard.errors import NbboardError
from nbboard.kinds.mesh import KIND, MeshPart, MeshSeries
from nbboard.text import counted
from nbboard.views.shared.points import read_points

if TYPE_CHECKING:
    from nbboard.views.shared.points import Entry, Point

__all__ = ["Mesh", "put_together", "read_meshes"]

#: Beside the vertices of a mesh.
_BESIDE = ("faces", "colors")


@dataclass(frozen=True, eq=False)
class Mesh:
    """One mesh or point cloud at a step, as it can be drawn.

    Attributes
    ----------
    name
        What it was logged as.
    vertices
        float32, shape (n, 3), as logged: what is not finite stands there, too.
    faces
        int64, shape (m, 3): the faces whose three vertices there are, and are finite. A face
        of four corners is two of them.
    colors
        uint8, shape (n, 3): red, green and blue; None if none were logged, or not one for
        each vertex.
    config
        The logged configuration of the scene.
    notes
        What is missing or was left out, in sentences.
    """

    name: str
    vertices: np.ndarray
    faces: np.ndarray
    colors: np.ndarray | None = None
    config: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def finite(self) -> np.ndarray:
        """Which vertices are finite: bool, shape (n,)."""
        finite: np.ndarray = np.isfinite(self.vertices).all(axis=1)
        return finite

    @property
    def box(self) -> tuple[np.ndarray, np.ndarray] | None:
        """The smallest and greatest finite x, y, z: float64; None if there is none."""
        points = self.vertices[self.finite]
        if not len(points):
            return None
        return points.min(axis=0).astype(float), points.max(axis=0).astype(float)


def read_meshes(points: Iterable[tuple[Entry, int]]) -> Iterator[Point]:
    """Read vertices at points, each with the faces and colours logged at the same step.

    As in TensorBoard, faces or colours of another step are not taken: a step without faces is
    a point cloud. Of several points at one step the first goes with the first, and so on.
    """
    parts: dict[tuple[int, str], dict[tuple[str, str], MeshSeries]] = {}
    for entry, position, items in read_points(points):
        if isinstance(items, Exception) or not items:
            yield entry, position, items
            continue
        series = entry.series
        known = parts.setdefault((id(series.store), series.run), {})
        if not known:
            known.update(_parts_of(series))
        beside: dict[str, MeshPart | str] = {}
        for part in _BESIDE:
            other = known.get((items[0].name, part))
            if other is not None:
                beside[part] = _same_step(entry, position, other)
        yield entry, position, put_together(items[0], beside)


def _parts_of(series: Any) -> dict[tuple[str, str], MeshSeries]:
    """Return the series of a run that are parts of meshes, by the mesh and the part."""
    try:
        keys = series.store.series_of(series.run)
    except KeyError:
        return {}  # the run has gone since
    found = {}
    for key in keys:
        if key.plugin in KIND.plugins:
            other = MeshSeries(series.store, key, "keep", KIND)
            found[other.name, other.part] = other
    return found


def _same_step(entry: Entry, position: int, other: MeshSeries) -> MeshPart | str:
    """Return what another series has at the step of a point, or why it has nothing."""
    step, place = entry.step[position], int(entry.place[position])
    there = np.flatnonzero(other.step == step)
    if not len(there):
        return f"no {other.part} at this step"
    earlier = int(np.count_nonzero(entry.series.step[:place] == step))
    try:
        return other[int(there[min(earlier, len(there) - 1)])]
    except NbboardError as error:
        return f"{other.part}: {error}"


def put_together(vertices: MeshPart, beside: Mapping[str, MeshPart | str]) -> Sequence[Mesh]:
    """Return the meshes of one point: one for each of its batch.

    Parameters
    ----------
    vertices
        The coordinates.
    beside
        ``faces`` and ``colors``, where such are logged: the part, or why there is none.
    """
    return [_mesh(vertices, beside, number) for number in range(len(vertices.data))]


def _mesh(part: MeshPart, beside: Mapping[str, MeshPart | str], number: int) -> Mesh:
    notes: list[str] = [part.problem] if part.problem else []
    rows: dict[str, np.ndarray] = {}
    for name, other in beside.items():
        if isinstance(other, str):
            notes.append(other)
        elif number < len(other.data):
            rows[name] = other.data[number]
        else:
            notes.append(f"{name} of {len(other.data)} meshes for {len(part.data)}")
    with np.errstate(over="ignore"):  # what float32 cannot hold is infinite: not drawn, but told
        vertices = np.ascontiguousarray(part.data[number][:, :3], np.float32)
    finite = np.asarray(np.isfinite(vertices).all(axis=1))
    if not finite.all():
        notes.append(f"{int((~finite).sum()):,} of {len(finite):,} vertices are not finite")
    faces = np.empty((0, 3), np.int64)
    if "faces" in rows:
        faces, left_out = _faces(rows["faces"], finite)
        if left_out:
            notes.append(f"{counted(left_out, 'face')} left out: of vertices that are not there")
    colors = None
    if "colors" in rows:
        colors = _colors(rows["colors"])
        if len(colors) != len(vertices):
            notes.append(
                f"{counted(len(colors), 'colour')} logged, not one for each of"
                f" {len(vertices):,} vertices: not used"
            )
            colors = None
    return Mesh(part.name, vertices, faces, colors, part.config, tuple(notes))


def _faces(rows: np.ndarray, finite: np.ndarray) -> tuple[np.ndarray, int]:
    """Return the triangles that can be drawn, and how many faces cannot."""
    corners = rows.astype(float)
    count = len(finite)
    # NaN is in no range.
    there = ((corners >= 0) & (corners < count)).all(axis=1)
    whole = corners[there].astype(np.int64)
    whole = whole[finite[whole].all(axis=1)]
    left_out = len(rows) - len(whole)
    if whole.shape[1] == 4:
        whole = np.concatenate([whole[:, [0, 1, 2]], whole[:, [0, 2, 3]]])
    return whole, left_out


def _colors(rows: np.ndarray) -> np.ndarray:
    """Return red, green and blue as bytes: fractions, as floats of at most 1, are spread."""
    values = rows[:, :3]
    if values.dtype.kind == "f":
        values = np.nan_to_num(values, nan=0.0, posinf=255.0, neginf=0.0)
        if values.size and values.max() <= 1 and values.min() >= 0:
            values = np.round(255 * values)
    colors: np.ndarray = np.clip(values, 0, 255).astype(np.uint8)
    return colors
