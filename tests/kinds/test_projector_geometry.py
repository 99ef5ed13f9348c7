"""Principal components, spheres, turned clouds, and neighbours: against NumPy's own decompositions."""

from __future__ import annotations

import numpy as np
import pytest

from nbboard.errors import UsageError
from nbboard.kinds.projector import geometry
from nbboard.kinds.projector.geometry import (
    aligned,
    principal_components,
    project,
    sphereized,
)
from nbboard.kinds.projector.neighbors import nearest, preserved
from tests.vectors import load


@pytest.fixture
def rng():
    """Numbers that are the same every time."""
    return np.random.default_rng(11)


def same_to_sign(found, expected, tolerance=1e-4):
    """Whether the columns of two matrices are equal, each but for its sign."""
    sign = np.sign((found * expected).sum(axis=0))
    scale = np.abs(expected).max()
    return np.abs(found * sign - expected).max() < tolerance * scale


@pytest.mark.parametrize("shape", [(200, 30), (30, 200), (50, 50), (500, 3), (4, 9)])
def test_components_are_those_of_the_singular_value_decomposition(rng, shape):
    """Centred and exact, however many points and dimensions; the variance is the true one."""
    vectors = (rng.normal(size=shape) * np.linspace(3, 0.5, shape[1]) + 7).astype(np.float32)
    moved = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    left, values, _ = np.linalg.svd(moved, full_matrices=False)

    found = principal_components(vectors, 3)

    assert same_to_sign(project(vectors, found), (left * values)[:, :3])
    np.testing.assert_allclose(found.variance, (values**2 / (values**2).sum())[:3], rtol=1e-5)


def test_many_dimensions_are_iterated_to_the_same_components(rng, monkeypatch):
    """Beyond what is decomposed whole, the foremost components are found just so."""
    vectors = (rng.normal(size=(300, 120)) * np.geomspace(9, 0.1, 120)).astype(np.float32)
    whole = principal_components(vectors, 5)
    monkeypatch.setattr(geometry, "_WHOLE", 50)

    found = principal_components(vectors, 5)

    assert same_to_sign(found.axes.T, whole.axes.T)
    np.testing.assert_allclose(found.variance, whole.variance, rtol=1e-6)


def test_the_picture_is_the_same_every_time(rng):
    """Neither the order of points nor their number turns it round."""
    vectors = rng.normal(size=(80, 12)).astype(np.float32)
    order = rng.permutation(80)

    one, other = (principal_components(some, 4) for some in (vectors, vectors[order]))

    np.testing.assert_allclose(one.axes, other.axes, atol=1e-9)
    assert (one.axes[np.arange(4), np.abs(one.axes).argmax(axis=1)] > 0).all()


def test_spheres_are_those_of_tensorboard(rng):
    """Mean subtracted, length one, then U of the SVD of X'X/N, which is not centred again."""
    vectors = rng.normal(2, 1, size=(150, 10)).astype(np.float32)
    vectors[5] = vectors.mean(axis=0)
    moved = vectors.astype(np.float64) - vectors.mean(axis=0, dtype=np.float64)
    length = np.linalg.norm(moved, axis=1, keepdims=True)
    unit = moved / np.where(length > 0, length, 1)
    basis, values, _ = np.linalg.svd(unit.T @ unit / len(unit))

    sphere = sphereized(vectors)
    found = principal_components(sphere, 10, centered=False)

    np.testing.assert_allclose(sphere, unit, atol=1e-6)
    assert same_to_sign(project(sphere, found), unit @ basis[:, :10])
    np.testing.assert_allclose(found.variance, values / values.sum(), rtol=1e-4)


@pytest.mark.parametrize(
    "vectors",
    [[[3, 4]], [[1], [2], [5]], [[2, 2]] * 6, [[0, 0, 0]] * 3, [[1e30, 0], [-1e30, 0], [0, 1e30]]],
    ids=["one point", "one dimension", "all equal", "all zero", "huge"],
)
def test_degenerate_clouds_have_coordinates(vectors):
    """Finite ones; where there is no variance, all points lie at 0 and its share is 0."""
    vectors = np.array(vectors, np.float32)

    found = principal_components(vectors)
    places = project(vectors, found)

    assert np.isfinite(places).all()
    assert np.isfinite(found.variance).all()
    if (vectors == vectors[0]).all():
        assert np.abs(places).max(initial=0) == 0
        assert found.variance.sum() == 0
    else:
        assert found.variance.sum() == pytest.approx(1)
    assert np.isfinite(sphereized(vectors)).all()


def test_a_turned_and_mirrored_cloud_is_turned_back(rng):
    """Procrustes finds the turn, from the points that both have."""
    cloud = rng.normal(size=(40, 3)).astype(np.float32)
    turn = np.linalg.qr(rng.normal(size=(3, 3)))[0]
    turned = (cloud @ turn).astype(np.float32)
    turned[7] = np.nan

    found, by = aligned(turned, cloud)

    np.testing.assert_allclose(np.delete(found, 7, 0), np.delete(cloud, 7, 0), atol=1e-5)
    np.testing.assert_allclose(by @ by.T, np.eye(3), atol=1e-12)
    assert np.isnan(found[7]).all()


@pytest.mark.parametrize("metric", ["cosine", "euclidean"])
def test_neighbours_are_those_of_all_distances(rng, metric):
    """Exact in both metrics; a point without numbers is nobody's neighbour."""
    vectors = rng.normal(size=(60, 8)).astype(np.float32)
    vectors[4] = np.nan
    wide = vectors.astype(np.float64)
    if metric == "cosine":
        unit = wide / np.linalg.norm(wide, axis=1, keepdims=True)
        far = 1 - unit @ unit.T
    else:
        far = np.linalg.norm(wide[:, None] - wide, axis=2)
    far[np.diag_indices(60)] = np.inf
    far = np.where(np.isnan(far), np.inf, far)

    rows, found = nearest(vectors, 5, metric)

    expected = np.argsort(far, axis=1, kind="stable")[:, :5]
    keep = np.arange(60) != 4
    np.testing.assert_array_equal(rows[keep], expected[keep])
    np.testing.assert_allclose(found[keep], np.take_along_axis(far, expected, 1)[keep], atol=1e-5)
    assert np.isnan(found[4]).all()
    few, _ = nearest(vectors, 5, metric, np.array([9, 30]))
    np.testing.assert_array_equal(few, rows[[9, 30]])


def test_neighbours_that_there_are_not_are_none():
    """One point has no neighbours, two have one each; zero vectors are at 1 in the cosine."""
    assert nearest(np.ones((1, 3), np.float32), 5, "cosine")[0].shape == (1, 0)
    assert nearest(np.zeros((2, 3), np.float32), 5, "cosine")[1].tolist() == [[1], [1]]
    with pytest.raises(UsageError, match="'cosine' or 'euclidean'"):
        nearest(np.ones((2, 2), np.float32), 1, "manhattan")


def test_a_faithful_picture_keeps_all_neighbours(rng):
    """The share is 1 for the points themselves, and about chance for others."""
    points = rng.normal(size=(100, 2)).astype(np.float32)
    of = np.arange(0, 100, 5)
    rows, _ = nearest(points, 10, "euclidean", of)

    assert preserved(rows, points, of) == 1
    assert preserved(rows, rng.normal(size=(100, 2)).astype(np.float32), of) < 0.3
    assert np.isnan(preserved(rows[:, :0], points, of))


@pytest.mark.parametrize("case", load("embedding")["preserved"])
def test_the_share_of_neighbours_that_are_kept_is_that_of_the_page(case):
    """The same of the same points in both languages."""
    places = np.array(case["places"], np.float32).reshape(-1, case["dimensions"])
    rows = np.array(case["rows"], np.uint32).reshape(-1, case["count"])

    assert preserved(rows, places, np.array(case["points"])) == pytest.approx(case["share"])
