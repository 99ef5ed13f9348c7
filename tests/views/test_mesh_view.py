"""The mesh view: what travels, what is on screen, and the same on paper."""

import io
import json

import numpy as np
import pytest

import nbboard
from nbboard.views.mesh_camera import Camera, camera_of
from nbboard.views.mesh_paper import vertex_normals
from nbboard.views.mesh_parts import Mesh
from nbboard.views.mesh_wire import LEVELS, encode_exact, encode_mesh, thinned
from tests import vectors
from tests.views.mesh_logs import cube, sphere, torus, write_meshes


def items_of(folder, **options):
    """Return the encoded meshes of a view, by run, name and step."""
    view = nbboard.open(folder, progress=False).mesh.view(**options)
    content = view.payload()
    by_id = {entry.id: entry for entry in view._feed.catalogue.entries.values()}
    found = {}
    for header in content["items"]:
        entry = by_id[header["id"]]
        step = int(entry.series.step[header["place"]])
        for index, item in enumerate(header["items"]):
            found[entry.series.run, item["name"], step, index] = item
    view.close()
    return found


def mesh_of(vertices, faces=None, colors=None):
    """Return a mesh."""
    faces = np.empty((0, 3), np.int64) if faces is None else np.asarray(faces, np.int64)
    return Mesh("m", np.asarray(vertices, np.float32), faces, colors)


def positions_of(encoded):
    """Return the coordinates that a page makes of what travelled."""
    rows = encoded["positions"].reshape(-1, 3).astype(float)
    grid = encoded["grid"]
    return rows if grid is None else np.array(grid["low"]) + rows * np.array(grid["step"])


# ------------------------------------------------------------ what is a card


def test_a_card_is_a_mesh_with_all_its_parts(tmp_path):
    """Vertices, faces and colours of one step are one item, under the mesh's name."""
    write_meshes(tmp_path, "a", "cube", {0: cube(), 5: cube()})

    found = items_of(tmp_path)

    assert set(found) == {("a", "cube", 0, 0), ("a", "cube", 5, 0)}
    item = found["a", "cube", 5, 0]
    assert (item["vertices"], item["faces"], item["whole"], item["exact"]) == (8, 12, True, True)
    assert np.array_equal(item["positions"].reshape(-1, 3), cube()["vertices"])
    assert np.array_equal(item["triangles"].reshape(-1, 3), cube()["faces"])
    assert np.array_equal(item["colors"].reshape(-1, 3), cube()["colors"])


def test_faces_of_another_step_are_not_taken(tmp_path):
    """As in TensorBoard, a step without faces is a cloud, and says so."""
    points = {"vertices": cube()["vertices"]}
    write_meshes(tmp_path, "a", "cube", {0: cube(), 1: points})

    item = items_of(tmp_path)["a", "cube", 1, 0]

    assert len(item["triangles"]) == 0
    assert item["notes"] == ["no faces at this step", "no colors at this step"]


def test_points_of_one_step_go_together_in_their_order(tmp_path):
    """A job that was started again has its own faces."""
    fewer = {**cube(), "faces": cube()["faces"][:3]}
    write_meshes(tmp_path, "a", "cube", {1: cube()})
    write_meshes(tmp_path, "a", "cube", {1: fewer})
    view = nbboard.open(tmp_path, progress=False).mesh.view(restarts="keep")

    faces = [item["faces"] for head in view.payload()["items"] for item in head["items"]]

    assert sorted(faces) == [3, 12]


def test_a_batch_is_several_items_and_an_empty_one_is_none(tmp_path):
    """Each mesh of a batch is an item of its step."""
    write_meshes(tmp_path, "a", "two", {0: {"vertices": np.zeros((2, 4, 3), np.float32)}})
    write_meshes(tmp_path, "a", "none", {0: {"vertices": np.zeros((0, 4, 3), np.float32)}})
    view = nbboard.open(tmp_path, progress=False).mesh.view(sample=None)

    assert sorted(head["count"] for head in view.payload()["items"]) == [0, 2]
    assert view.data[["mesh", "index"]].values.tolist() == [["two", 0], ["two", 1]]
    view.figure().savefig(io.BytesIO())


def test_bad_configuration_is_said(tmp_path):
    """What is no JSON is named in the card's notes, and the scene is TensorBoard's."""
    write_meshes(tmp_path, "a", "cube", {0: cube()}, config="{not json")

    item = items_of(tmp_path)["a", "cube", 0, 0]

    assert item["notes"][0].startswith("the scene's configuration is no JSON")
    assert item["scene"]["fov"] == 75


def test_data_counts_what_is_on_screen(tmp_path):
    """A row a card: the mesh, its vertices and faces, whether it is coloured."""
    write_meshes(tmp_path, "a", "cube", {0: cube()})
    write_meshes(tmp_path, "a", "dots", {3: {"vertices": sphere(10)}})
    data = nbboard.open(tmp_path, progress=False).mesh.view().data

    rows = data[["mesh", "step", "vertices", "faces", "colored"]].values.tolist()
    assert rows == [["cube", 0, 8, 12, True], ["dots", 3, 10, 0, False]]


# ------------------------------------------------------------ what travels


def test_a_large_cloud_takes_nine_bytes_a_point():
    """Places are told apart to 1/65,535 of the box; a fair sample comes first, the same each time."""
    points = sphere(250_000) * [1, 10, 1e-3] + [5, 0, -2]
    mesh = mesh_of(points, colors=np.zeros((len(points), 3), np.uint8))

    first, again = encode_mesh(mesh), encode_mesh(mesh)
    every = encode_mesh(mesh, 10**9, 10**9)

    assert first["positions"].dtype == np.uint16
    assert first["positions"].nbytes + first["colors"].nbytes == 9 * 100_000
    assert (first["whole"], every["whole"], every["exact"]) == (False, True, False)
    assert np.array_equal(first["positions"], again["positions"])
    assert np.array_equal(first["positions"], every["positions"][: len(first["positions"])])
    logged = np.sort(mesh.vertices[:, 1])
    error = np.abs(np.sort(positions_of(every)[:, 1]) - logged).max()
    assert error <= np.ptp(logged) / LEVELS
    # Fair: on either side of the middle are about as many.
    assert 0.48 < (positions_of(first)[:, 0] > 5).mean() < 0.52


@pytest.mark.parametrize("scale", [1e30, 1e-30, 0.0, 1.7e38])
def test_boxes_of_any_size_travel(scale):
    """Huge, tiny, flat and single points: all coordinates come back to within a step."""
    points = np.tile(cube()["vertices"], (4000, 1)) * np.float32(scale)

    encoded = encode_mesh(mesh_of(points))

    assert encoded["grid"] is not None
    small = thinned(mesh_of(points), 10**9, 10**9)
    assert np.allclose(positions_of(encoded), small.vertices, rtol=0, atol=scale * 4 / LEVELS)


def test_what_is_not_finite_does_not_travel():
    """Faces keep their vertices, by their new numbers."""
    vertices = cube()["vertices"]
    vertices[1] = np.nan
    faces = [[2, 3, 7]]

    encoded = encode_mesh(mesh_of(vertices, faces))

    assert (encoded["vertices"], encoded["finite"]) == (8, 7)
    corners = positions_of(encoded)[encoded["triangles"]]
    assert np.array_equal(corners, vertices[faces[0]])
    assert not encoded["exact"]


def test_a_huge_mesh_travels_simplified_at_first():
    """Vertices that lie close together are one; the shape and its outside remain."""
    parts = torus(700, 300)
    mesh = mesh_of(parts["vertices"], parts["faces"])
    assert len(mesh.faces) == 420_000

    encoded = encode_mesh(mesh)

    drawn = len(encoded["triangles"]) // 3
    assert 50_000 < drawn <= 200_000
    assert not encoded["whole"]
    assert encoded["triangles"].max() < len(encoded["positions"]) // 3
    points = positions_of(encoded)
    away = np.hypot(np.hypot(points[:, 0], points[:, 2]) - 1, points[:, 1])
    assert np.abs(away - 0.4).max() < 0.01
    normals = vertex_normals(points, encoded["triangles"].reshape(-1, 3))
    ring = points * [1, 0, 1] / np.hypot(points[:, 0], points[:, 2])[:, None]
    sides = np.sign((normals * (points - ring)).sum(axis=1))
    assert abs(sides.mean()) > 0.99


def test_more_than_65535_vertices_keep_their_faces():
    """Indices have 32 bits."""
    parts = torus(400, 200)
    encoded = encode_mesh(mesh_of(parts["vertices"], parts["faces"]))

    assert encoded["triangles"].max() == 79_999
    assert np.array_equal(encoded["triangles"].reshape(-1, 3), parts["faces"])


def test_the_page_may_ask_for_all_and_for_what_was_logged(tmp_path):
    """All points for the picture, and exact ones for a file."""
    points = sphere(120_000)
    write_meshes(tmp_path, "a", "dots", {0: {"vertices": points}})
    view = nbboard.open(tmp_path, progress=False).mesh.view()
    (header,) = view.payload()["items"]
    name = {"id": header["id"], "place": header["place"], "index": 0}

    assert len(header["items"][0]["positions"]) == 300_000
    assert len(view.answer("mesh", name)["positions"]) == 360_000
    exact = view.answer("mesh", {**name, "exact": True})
    assert np.array_equal(exact["positions"].reshape(-1, 3), points)
    assert set(exact) == set(encode_exact(mesh_of(points)))
    view.close()


# ------------------------------------------------------------ the camera


def test_the_camera_is_the_pages():
    """The formulas are those of camera.ts."""
    for case in vectors.load("camera"):
        given = case["camera"]
        camera = Camera(
            tuple(given["target"]), given["azimuth"], given["elevation"],
            given["extent"], given["fov"], given["up"],
        )  # fmt: skip
        seen = camera.project(np.array(case["points"], float), *case["size"])
        expected = np.array([[np.nan] * 3 if row is None else row for row in case["seen"]], float)
        there = ~np.isnan(expected[:, 0])
        assert np.allclose(seen[there], expected[there], rtol=1e-9, atol=1e-9)
        assert np.isnan(seen[~there, 0]).all()
        box = tuple(np.array(corner, float) for corner in case["box"])
        options = {
            "azimuth": np.degrees(given["azimuth"]), "elevation": np.degrees(given["elevation"]),
            "zoom": 1, "center": [0, 0, 0], "up": given["up"],
        }  # fmt: skip
        whole = camera_of(options, box, np.degrees(given["fov"]), *case["size"])
        assert np.isclose(whole.extent, case["fitted"]["extent"], rtol=1e-9)
        assert np.allclose(whole.target, case["fitted"]["target"])


# ------------------------------------------------------------ on paper

DEGENERATE = {
    "flat": {"vertices": cube()["vertices"] * [1, 0, 1]},
    "one point": {"vertices": np.ones((1, 3), np.float32)},
    "all NaN": {"vertices": np.full((4, 3), np.nan, np.float32)},
    "huge": {"vertices": cube()["vertices"] * np.float32(1e30), "faces": cube()["faces"]},
    "tiny": {"vertices": cube()["vertices"] * np.float32(1e-30), "faces": cube()["faces"]},
    "no vertices": {"vertices": np.zeros((1, 0, 3), np.float32)},
    "indices": {"vertices": cube()["vertices"], "faces": [[0, 1, 99], [-1, 2, 3], [0, 0, 0]]},
    "floats": {"vertices": cube()["vertices"], "colors": np.linspace(0, 1, 24).reshape(8, 3)},
}


@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("coloring", ["logged", "y", "normal", "distance"])
def test_degenerate_meshes_are_drawn_or_say_why_not(tmp_path, name, coloring):
    """No input stops a figure, and its message to the page is JSON."""
    write_meshes(tmp_path, "a", "m", {0: DEGENERATE[name], 1: DEGENERATE[name]})
    view = nbboard.open(tmp_path, progress=False).mesh.view(coloring=coloring)

    plain = view.encoded()
    view.figure().savefig(io.BytesIO(), format="png")

    assert plain is not None
    assert len(view.data) == 1
    view.close()


@pytest.mark.parametrize("show_as", ["surface", "wireframe", "both", "points"])
def test_a_figure_shows_what_the_view_does(tmp_path, show_as):
    """Ink stands in the middle, and it is another for another camera."""
    write_meshes(tmp_path, "a", "cube", {0: cube()})
    mesh = nbboard.open(tmp_path, progress=False).mesh

    one = pixels(mesh.figure(show_as=show_as, axes=False))
    other = pixels(mesh.figure(show_as=show_as, axes=False, azimuth=60.0))

    assert (one < 250).any()
    assert not np.array_equal(one, other)


def test_runs_share_the_box_of_a_figure(tmp_path):
    """A small mesh beside a large one of the same name is drawn small."""
    write_meshes(tmp_path, "large", "cube", {0: cube()})
    half = {**cube(), "vertices": cube()["vertices"] / 4}
    write_meshes(tmp_path, "small", "cube", {0: half})

    image = pixels(nbboard.open(tmp_path, progress=False).mesh.figure(axes=False, coloring="plain"))

    ink = (image < 250).any(axis=2)
    left, right = np.array_split(ink[40:-30], 2, axis=1)
    assert right[:, 30:].sum() < left[:, 30:].sum() / 4


def test_distances_on_paper_are_those_to_the_pinned_step(tmp_path):
    """Equal to the first step they are nought everywhere: one colour."""
    moved = cube()["vertices"] + np.float32([0.5, 0, 0])
    write_meshes(tmp_path, "a", "c", {0: {"vertices": moved}, 1: {"vertices": cube()["vertices"]}})
    mesh = nbboard.open(tmp_path, progress=False).mesh

    def colors(**options):
        image = pixels(mesh.figure(coloring="distance", axes=False, **options)).reshape(-1, 3)
        return np.unique(image[(np.ptp(image.astype(int), axis=1) > 40)], axis=0)

    assert len(colors(pin=1)) < len(colors(pin=0)) or not len(colors(pin=1))


def test_a_pin_that_is_no_step_is_refused(tmp_path):
    """Options are checked as everywhere."""
    write_meshes(tmp_path, "a", "cube", {0: cube()})

    with pytest.raises(nbboard.UsageError):
        nbboard.open(tmp_path, progress=False).mesh.view(pin="first")


def pixels(figure):
    """Return a figure's pixels: red, green and blue."""
    from PIL import Image

    stream = io.BytesIO()
    figure.savefig(stream, format="png", dpi=80)
    return np.asarray(Image.open(stream).convert("RGB"))


def test_the_message_is_json(tmp_path):
    """NaN and infinity in vertices or configuration never stand in it."""
    config = '{"camera": {"fov": NaN}, "lights": [{"cls": "AmbientLight", "intensity": Infinity}]}'
    write_meshes(tmp_path, "a", "cube", {0: cube()}, config=config)
    view = nbboard.open(tmp_path, progress=False).mesh.view()
    from nbboard.views.shared import wire

    plain, _ = wire.pack(view.encoded())

    assert json.dumps(plain, allow_nan=False)
    view.close()
