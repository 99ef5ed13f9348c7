"""Meshes put together from their parts, and everything that can be wrong with those."""

import numpy as np
import pytest

from nbboard.kinds.mesh import MeshPart
from nbboard.views.mesh_parts import put_together
from nbboard.views.mesh_scene import scene_of
from tests.views.mesh_logs import cube


def mesh_of(vertices, faces=None, colors=None):
    """Return the only mesh of some parts."""
    parts = {"faces": faces, "colors": colors}
    beside = {
        name: part if isinstance(part, str) else MeshPart("m", name, np.asarray(part)[None], {})
        for name, part in parts.items()
        if part is not None
    }
    vertices = MeshPart("m", "vertices", np.asarray(vertices)[None], {})
    (mesh,) = put_together(vertices, beside)
    return mesh


def test_parts_are_one_mesh():
    """Vertices, faces and colours are as they were logged."""
    parts = cube()

    mesh = mesh_of(parts["vertices"], parts["faces"], parts["colors"])

    assert np.array_equal(mesh.vertices, parts["vertices"])
    assert np.array_equal(mesh.faces, parts["faces"])
    assert np.array_equal(mesh.colors, parts["colors"])
    assert mesh.notes == ()
    assert [corner.tolist() for corner in mesh.box] == [[-1, -1, -1], [1, 1, 1]]


@pytest.mark.parametrize("bad", [[0, 1, 8], [-1, 0, 1], [0.0, np.nan, 1.0], [0, 1, np.inf]])
def test_faces_of_vertices_that_are_not_there_are_left_out_and_counted(bad):
    """Indices beyond the end, negative ones, and those that are no numbers."""
    mesh = mesh_of(cube()["vertices"], [[0, 1, 2], bad])

    assert mesh.faces.tolist() == [[0, 1, 2]]
    assert mesh.notes == ("1 face left out: of vertices that are not there",)


def test_vertices_that_are_not_finite_are_told_and_take_their_faces_along():
    """NaN and infinity stand in the vertices as logged, but in no box and no face."""
    vertices = cube()["vertices"]
    vertices[0, 1], vertices[5, 2] = np.nan, np.inf

    mesh = mesh_of(vertices, [[0, 1, 2], [1, 2, 3]])

    assert mesh.faces.tolist() == [[1, 2, 3]]
    assert mesh.finite.sum() == 6
    assert mesh.notes[0] == "2 of 8 vertices are not finite"
    assert np.isfinite(mesh.box).all()
    assert np.isnan(mesh.vertices[0, 1])


def test_what_float32_cannot_hold_is_not_finite():
    """A coordinate of 1e300 is told, and no warning is printed."""
    mesh = mesh_of(np.array([[1e300, 0, 0], [1e30, 0, 0]]))

    assert mesh.finite.tolist() == [False, True]


@pytest.mark.parametrize(
    ("logged", "expected"),
    [
        (np.array([[0.0, 0.5, 1.0]]), [0, 128, 255]),
        (np.array([[0.0, 128.0, 255.0]]), [0, 128, 255]),
        (np.array([[-5, 128, 999]]), [0, 128, 255]),
        (np.array([[1, 0, 1]], np.uint8), [1, 0, 1]),
        (np.array([[np.nan, np.inf, 7.0]]), [0, 255, 7]),
        (np.array([[10, 20, 30, 40]], np.uint8), [10, 20, 30]),
    ],
)
def test_colours_of_any_type_become_bytes(logged, expected):
    """Fractions are spread, what is beyond a byte is its end, an opacity is left out."""
    mesh = mesh_of([[0.0, 0.0, 0.0]], colors=logged)

    assert mesh.colors.tolist() == [expected]


def test_colours_that_are_not_one_a_vertex_are_not_used():
    """As in TensorBoard; it is told."""
    mesh = mesh_of(cube()["vertices"], colors=np.zeros((5, 3), np.uint8))

    assert mesh.colors is None
    assert mesh.notes == ("5 colours logged, not one for each of 8 vertices: not used",)


def test_a_part_that_is_missing_at_a_step_is_told():
    """Vertices without the faces that other steps have are a cloud."""
    mesh = mesh_of(cube()["vertices"], faces="no faces at this step")

    assert (len(mesh.faces), mesh.notes) == (0, ("no faces at this step",))


def test_a_batch_is_a_mesh_each_and_an_empty_one_is_none():
    """Shape (3, n, 3) is three meshes, (0, n, 3) none; faces may be fewer."""
    vertices = MeshPart("m", "vertices", np.zeros((3, 4, 3), np.float32), {})
    faces = MeshPart("m", "faces", np.array([[[0, 1, 2]]]), {})

    meshes = put_together(vertices, {"faces": faces})

    assert [len(mesh.faces) for mesh in meshes] == [1, 0, 0]
    assert meshes[2].notes == ("faces of 1 meshes for 3",)
    assert put_together(MeshPart("m", "vertices", np.zeros((0, 4, 3)), {}), {}) == []


def test_a_mesh_without_vertices_has_no_box():
    """Nothing is a mesh, too."""
    mesh = mesh_of(np.zeros((0, 3), np.float32), faces=[[0, 0, 0]])

    assert mesh.box is None
    assert len(mesh.faces) == 0


def test_faces_of_four_corners_are_two_triangles():
    """A quadrilateral is drawn whole."""
    mesh = mesh_of(cube()["vertices"], [[0, 1, 3, 2]])

    assert mesh.faces.tolist() == [[0, 1, 3], [0, 3, 2]]


def test_a_scene_without_a_word_is_tensorboards():
    """75 degrees, and light from everywhere and from one side."""
    scene = scene_of({})

    assert (scene["fov"], scene["ambient"]) == (75.0, 0.75)
    assert scene["lights"] == [{"intensity": 0.75, "position": (0.0, -1.0, 2.0)}]
    assert scene["left_out"] == ""


def test_a_scene_is_taken_where_it_has_a_meaning_here():
    """Field of view, lights, colour and wireframe; the rest is named."""
    scene = scene_of(
        {
            "camera": {"cls": "PerspectiveCamera", "fov": 40, "near": 1},
            "lights": [
                {"cls": "AmbientLight", "intensity": 0.5},
                {"cls": "DirectionalLight", "position": [1, 2, 3], "intensity": 2},
                {"cls": "SpotLight"},
            ],
            "material": {"cls": "MeshStandardMaterial", "color": "#ff8800", "wireframe": True},
        }
    )

    assert (scene["fov"], scene["ambient"], scene["wireframe"]) == (40, 0.5, True)
    assert scene["lights"] == [{"intensity": 2, "position": (1, 2, 3)}]
    assert scene["color"] == "#ff8800"
    assert scene["left_out"] == "not drawn of the scene: SpotLight"
    assert scene_of({"camera": {"cls": "OrthographicCamera"}})["fov"] == 0


@pytest.mark.parametrize(
    "config",
    [
        {"camera": 5, "lights": {"a": 1}, "material": [1]},
        {"camera": {"fov": float("nan")}, "lights": [None, 3, {"cls": {}}]},
        {"camera": {"fov": 1e9}, "material": {"color": "url(javascript:alert(1))"}},
        {"lights": [{"cls": "DirectionalLight", "position": [0, 0, 0], "intensity": True}] * 50},
    ],
)
def test_a_scene_of_nonsense_is_none(config):
    """Whatever stands in it, there is a field of view, light and no colour that is none."""
    scene = scene_of(config)

    assert 0 <= scene["fov"] <= 170
    assert np.isfinite(scene["ambient"])
    assert scene["color"] is None
    assert all(any(light["position"]) for light in scene["lights"])
