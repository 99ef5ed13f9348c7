"""Embeddings as clouds of points in space: components, steps turned onto each other, neighbours."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from nbboard.errors import NbboardError
from nbboard.kinds.projector.geometry import aligned
from nbboard.kinds.projector.neighbors import METRICS, nearest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from nbboard.kinds.projector.embedding import EmbeddedPoints, EmbeddingSeries

__all__ = ["Cloud", "Clouds", "Key", "versions_of"]

#: All neighbours are at hand for so many points, for the rest they are looked up one by one.
ALL_NEIGHBORS = 2000
#: How far a picture can be trusted is told by so many points, and so many neighbours of each.
SAMPLED = 200
SAMPLED_NEIGHBORS = 10
_SAMPLED_CELLS = 6_000_000
#: Steps of more bytes than this are not turned onto each other: all of them had to be read.
ALIGN_BYTES = 1 << 30
#: Bytes of clouds that are kept.
_KEPT = 256 << 20


class Key(NamedTuple):
    """What a cloud is of."""

    run: str
    tag: str
    place: int
    sphereize: bool = False
    align: bool = True


@dataclass(frozen=True)
class Cloud:
    """The points of an embedding at a step, in space.

    Attributes
    ----------
    key, version
        What it is of; the version is another one when its files are.
    step
        The step; 0 where none was logged, which ``stepped`` tells.
    space, plane
        float32, (points, 3) and (points, 2): along the foremost components, which differ only
        by how they are turned onto the step before; NaN for what cannot be placed.
    variance
        float64: the share of all variance along each component.
    neighbors
        For each metric all neighbours: uint32 and float32, (points, k); empty for many points.
    sample
        int: some points, with ``sample_neighbors`` of each, by metric.
    notes
        What was left out, in sentences.
    """

    key: Key
    version: str
    step: int
    stepped: bool
    space: NDArray[np.float32]
    plane: NDArray[np.float32]
    variance: NDArray[np.float64]
    neighbors: dict[str, tuple[NDArray[np.uint32], NDArray[np.float32]]]
    sample: NDArray[np.intp]
    sample_neighbors: dict[str, NDArray[np.uint32]]
    notes: tuple[str, ...]

    @property
    def nbytes(self) -> int:
        """About how much memory it takes."""
        return self.space.nbytes + self.plane.nbytes + len(self.space) * 16


class Clouds:
    """Makes clouds, and keeps the last ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[Key, str], Cloud] = OrderedDict()

    def get(
        self, series: EmbeddingSeries, place: int, *, sphereize: bool = False, align: bool = True
    ) -> Cloud:
        """Return the cloud of a step.

        Parameters
        ----------
        series
            The embedding.
        place
            Which of its steps.
        sphereize
            Whether vectors are sphereized first.
        align
            Whether it is turned onto the step before, that onto the one before, and so on.

        Raises
        ------
        NbboardError
            If its files cannot be read.
        """
        first = place
        if align and self._can_align(series, place):
            first = 0
        versions = versions_of(series)
        before: Cloud | None = None
        for at in range(first, place):
            key = Key(series.run, series.tag, at, sphereize, align)
            with suppress(NbboardError):  # a step that cannot be read has no say
                before = self._kept_or_made(key, versions[at], series, before)
        key = Key(series.run, series.tag, place, sphereize, align)
        return self._kept_or_made(key, versions[place], series, before)

    def _can_align(self, series: EmbeddingSeries, place: int) -> bool:
        return sum(series.size(at) for at in range(place + 1)) <= ALIGN_BYTES

    def _kept_or_made(
        self, key: Key, version: str, series: EmbeddingSeries, before: Cloud | None
    ) -> Cloud:
        kept = self._kept.get((key, version))
        if kept is None:
            step = int(series.step[key.place])
            kept = _made(key, version, (step, series.stepped), series[key.place], before)
            self._kept[key, version] = kept
        self._kept.move_to_end((key, version))
        while len(self._kept) > 1 and sum(one.nbytes for one in self._kept.values()) > _KEPT:
            self._kept.popitem(last=False)
        return kept


def versions_of(series: EmbeddingSeries) -> list[str]:
    """Return for each step what differs whenever its files, or those of a step before, do."""
    found: list[str] = []
    digest = hashlib.blake2b(digest_size=8)
    for place in range(len(series)):
        digest.update(repr(series.state(place)).encode("utf-8", "replace"))
        found.append(digest.hexdigest())
    return found


def _made(
    key: Key, version: str, step: tuple[int, bool], points: EmbeddedPoints, before: Cloud | None
) -> Cloud:
    coordinates, components = points.pca(sphereize=key.sphereize)
    space, plane = (_padded(coordinates, points.finite, width) for width in (3, 2))
    notes = list(points.notes)
    if before is not None:
        if before.space.shape == space.shape:
            space, _ = aligned(space, before.space)
            plane, _ = aligned(plane, before.plane)
        else:
            notes.append("not turned onto the step before, which has another number of points")
    neighbors = {}
    if 1 < len(points) <= ALL_NEIGHBORS:
        count = min(len(points) - 1, max(20, 3 * perplexity_of(len(points))))
        neighbors = {metric: nearest(points.vectors, count, metric) for metric in METRICS}
    sample = _sample(points.finite)
    if neighbors:
        near = {m: rows[sample, :SAMPLED_NEIGHBORS] for m, (rows, _) in neighbors.items()}
    else:
        near = {m: nearest(points.vectors, SAMPLED_NEIGHBORS, m, sample)[0] for m in METRICS}
    variance = components.variance
    return Cloud(key, version, *step, space, plane, variance, neighbors, sample, near, tuple(notes))


def perplexity_of(count: int) -> int:
    """Return the perplexity of t-SNE for so many points: TensorBoard's rule."""
    return max(5, int(np.ceil(np.sqrt(count) / 4)))


def _padded(
    coordinates: NDArray[np.float32], finite: NDArray[np.bool_], width: int
) -> NDArray[np.float32]:
    """Return the first coordinates: 0 for those that there are not, NaN where not finite."""
    found = np.zeros((len(coordinates), width), np.float32)
    known = min(width, coordinates.shape[1])
    found[:, :known] = coordinates[:, :known]
    found[~finite] = np.nan
    return found


def _sample(finite: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Return a few points, spread evenly: the same every time."""
    there = np.flatnonzero(finite)
    most = min(SAMPLED, max(20, _SAMPLED_CELLS // max(len(finite), 1)))
    if len(there) <= most:
        return there
    return there[np.linspace(0, len(there) - 1, most).astype(np.intp)]
