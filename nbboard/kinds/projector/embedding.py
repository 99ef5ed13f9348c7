"""An embedding as it was logged: vectors at one or several steps, and what is known of them."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from nbboard.errors import DamagedError, LogdirError, UndecodableError
from nbboard.kinds.images.headers import read_image_header
from nbboard.kinds.projector.checkpoint import find_checkpoint, read_tensor
from nbboard.kinds.projector.geometry import (
    Components,
    finite_rows,
    principal_components,
    project,
    sphereized,
)
from nbboard.kinds.projector.metadata import Metadata, column_names, read_metadata
from nbboard.kinds.projector.places import place_of, read_bytes
from nbboard.kinds.projector.vectors import Vectors, read_vectors
from nbboard.logdir import table as tables
from nbboard.text import counted, printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from nbboard.kinds.projector.config import Embedding, ProjectorConfig
    from nbboard.kinds.projector.metadata import Column
    from nbboard.series.points import FileBeside
    from nbboard.storage.base import FileStat

__all__ = ["EmbeddedPoints", "EmbeddingSeries", "Logged", "Sprite", "group_embeddings"]

_STEP = re.compile(r"^(?P<tag>.*):(?P<step>\d+)$", re.DOTALL)
_MOST_SPRITE = 64 << 20
#: As TensorBoard has it; larger ones are no pictures that a browser can draw.
_SPRITE_SIDE = 16384


class Sprite(NamedTuple):
    """Pictures of the points in one image, row by row.

    Attributes
    ----------
    data, format
        The encoded image, and ``"png"``, ``"jpeg"``, ...
    width, height
        Of one picture, in pixels.
    columns
        How many stand in a row.
    """

    data: bytes
    format: str
    width: int
    height: int
    columns: int


class Logged(NamedTuple):
    """One embedding of a configuration, and where that lies."""

    file: FileBeside
    config: ProjectorConfig
    embedding: Embedding


@dataclass(frozen=True)
class EmbeddedPoints(tables.Tabular):
    """The points of an embedding at one step.

    Attributes
    ----------
    vectors
        float32, (points, dimensions), as logged; a row that is none is NaN.
    metadata
        What is known of each point.
    sprite
        Their pictures; None if there are none.
    rows
        Which rows of the file they are; None for all.
    total
        How many there are in the file.
    notes
        What is missing or was left out, in sentences.
    """

    vectors: NDArray[np.float32]
    metadata: Metadata
    sprite: Sprite | None
    rows: NDArray[np.intp] | None
    total: int
    notes: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.vectors)

    def __repr__(self) -> str:
        width = self.vectors.shape[1]
        known = ", ".join(printable(column.name) for column in self.columns)
        said = f"{counted(len(self), 'point')} of {counted(width, 'dimension')}"
        return f"{said}: {known}" if known else said

    @property
    def columns(self) -> Sequence[Column]:
        """The columns of :attr:`metadata`."""
        return self.metadata.columns

    @cached_property
    def finite(self) -> NDArray[np.bool_]:
        """Which points have finite numbers only: the others cannot be placed."""
        return finite_rows(self.vectors)

    def prepared(self, *, sphereize: bool = False) -> NDArray[np.float32]:
        """Return the vectors as they are compared: sphereized or as logged, NaN where not finite.

        Parameters
        ----------
        sphereize
            Whether the mean is subtracted and each made of length one, as TensorBoard does.
        """
        if self.finite.all():
            return sphereized(self.vectors) if sphereize else self.vectors
        found = np.full_like(self.vectors, np.nan)
        some = self.vectors[self.finite]
        found[self.finite] = sphereized(some) if sphereize else some
        return found

    def pca(
        self, *, sphereize: bool = False, components: int = 10
    ) -> tuple[NDArray[np.float32], Components]:
        """Return coordinates along the principal components, and these.

        Exact, centred, and in the same direction every time.

        Parameters
        ----------
        sphereize
            As :meth:`prepared`; the picture is then TensorBoard's, which does not subtract the
            mean a second time.
        components
            How many at most.

        Returns
        -------
        coordinates
            float32, (points, components); NaN for vectors that are not finite.
        components
            Axes, and the share of variance along each.
        """
        vectors = self.prepared(sphereize=sphereize)
        whole = bool(self.finite.all())
        found = principal_components(
            vectors if whole else vectors[self.finite], components, centered=not sphereize
        )
        return project(vectors, found), found

    def _table(self) -> tables.Table:
        return self.table()

    def table(self) -> dict[str, Any]:
        """Return the columns by name: ``row`` in the file, and those of the metadata."""
        rows = np.arange(len(self)) if self.rows is None else self.rows
        table: dict[str, Any] = {"row": rows}
        for column in self.columns:
            name = column.name
            while name in table:
                name += "_"
            table[name] = column.values
        return table


class EmbeddingSeries:
    """The embeddings of one run and tag, by step; read when asked for.

    Parameters
    ----------
    run, tag
        Their names; the tag is that given to ``add_embedding``, or the name of the tensor.
    logged
        By step, ascending. The step is 0 where none was logged.
    stepped
        Whether steps were logged.
    note
        Told what a file is refused for: its path, and why.
    shelf
        Keeps what was read: called with a key and what reads it.
    """

    def __init__(
        self,
        run: str,
        tag: str,
        logged: dict[int, Logged],
        *,
        stepped: bool,
        note: Callable[[str, str], object] = lambda _path, _why: None,
        shelf: Callable[[Any, Callable[[], EmbeddedPoints]], EmbeddedPoints] = lambda _, read: (
            read()
        ),
    ) -> None:
        self.run = run
        self.tag = tag
        self.stepped = stepped
        self._logged = logged
        self._note = note
        self._shelf = shelf

    @property
    def step(self) -> NDArray[np.int64]:
        """The steps, int64, ascending."""
        return np.fromiter(self._logged, np.int64, len(self._logged))

    def __len__(self) -> int:
        return len(self._logged)

    def __iter__(self) -> Iterator[EmbeddedPoints]:
        return (self[place] for place in range(len(self)))

    def __repr__(self) -> str:
        steps = f", {counted(len(self), 'step')}" if self.stepped else ""
        return printable(f"embedding {self.tag!r} of run {self.run!r}{steps}")

    def __getitem__(self, place: int) -> EmbeddedPoints:
        """Return the points at a place in :attr:`step`, read and verified.

        Raises
        ------
        UndecodableError
            If its files are not there, or not what they should be.
        DamagedError
            If a checkpoint does not have its checksum.
        """
        logged = tuple(self._logged.values())[place]
        return self._shelf(self.state(place), lambda: self._read(logged))

    def at(self, step: int | None) -> int:
        """Return the place of the nearest step at or below; the last if None.

        Raises
        ------
        LogdirError
            If the first step is later.
        """
        if step is None:
            return len(self) - 1
        below = int(np.searchsorted(self.step, step, "right")) - 1
        if below < 0:
            raise LogdirError(f"{self!r} begins at step {self.step[0]:,}, after {step:,}")
        return below

    def state(self, place: int) -> tuple[Any, ...]:
        """Return what is equal for two looks only if the files are the same."""
        logged = tuple(self._logged.values())[place]
        embedding = logged.embedding
        names = (embedding.tensor_path, embedding.metadata_path, embedding.sprite_path)
        states: list[object] = [_state(logged.file, name) for name in names if name]
        if not embedding.tensor_path:
            with suppress(UndecodableError):
                checkpoint = find_checkpoint(logged.file, logged.config.checkpoint)
                states.append(_state(logged.file, f"{checkpoint}.index"))
            states.append(logged.file.stat)
        return (logged.file.path, embedding, *states)

    @property
    def column_names(self) -> list[str]:
        """The names that columns of the last step may have, read from the first line alone."""
        logged = tuple(self._logged.values())[-1]
        if not logged.embedding.metadata_path:
            return []
        try:
            return column_names(place_of(logged.file, logged.embedding.metadata_path))
        except UndecodableError:
            return []

    def size(self, place: int) -> int:
        """Return about how many bytes there are to read."""
        return sum(getattr(stat, "size", 0) for stat in self.state(place)[2:])

    def _read(self, logged: Logged) -> EmbeddedPoints:
        embedding = logged.embedding
        try:
            vectors = _vectors(logged)
        except (UndecodableError, DamagedError) as error:
            self._note(logged.file.path, str(error))
            raise
        notes = list(vectors.notes)
        metadata, sprite = Metadata(), None
        if embedding.metadata_path:
            try:
                place = place_of(logged.file, embedding.metadata_path)
                metadata = read_metadata(place, vectors.total, vectors.rows)
                notes += metadata.notes
            except UndecodableError as error:
                self._note(logged.file.path, str(error))
                notes.append(f"no metadata: {error}")
        if embedding.sprite_path:
            try:
                sprite = _sprite(logged, vectors.total)
            except UndecodableError as error:
                self._note(logged.file.path, str(error))
                notes.append(f"no pictures: {error}")
        points = EmbeddedPoints(
            vectors.values, metadata, sprite, vectors.rows, vectors.total, tuple(notes)
        )
        lost = len(points) - int(points.finite.sum())
        if lost:
            said = f"{counted(lost, 'point')} with NaN or infinity cannot be placed"
            points = EmbeddedPoints(
                points.vectors, metadata, sprite, points.rows, points.total, (*notes, said)
            )
        return points


def _state(file: FileBeside, named: str) -> FileStat | str:
    """Return the state of a file that a configuration names, or why it has none."""
    try:
        return place_of(file, named).stat()
    except UndecodableError as error:
        return str(error)


def _vectors(logged: Logged) -> Vectors:
    embedding = logged.embedding
    if embedding.tensor_path:
        return read_vectors(place_of(logged.file, embedding.tensor_path), embedding.shape)
    checkpoint = find_checkpoint(logged.file, logged.config.checkpoint)
    return read_tensor(logged.file, checkpoint, embedding.name)


def _sprite(logged: Logged, total: int) -> Sprite:
    embedding = logged.embedding
    place = place_of(logged.file, embedding.sprite_path)
    data = read_bytes(place, _MOST_SPRITE)
    header = read_image_header(data)
    if header.format == "unknown" or not 0 < max(header.width, header.height) <= _SPRITE_SIDE:
        raise UndecodableError(f"{place.named} is no image of at most {_SPRITE_SIDE:,} pixels")
    width, height = embedding.sprite_size or (0, 0)
    columns = header.width // width if width > 0 else 0
    if height < 1 or columns < 1 or columns * (header.height // height) < total:
        raise UndecodableError(
            f"{place.named} of {header.width:,} x {header.height:,} pixels does not hold"
            f" {counted(total, 'picture')} of {width} x {height}"
        )
    return Sprite(data, header.format, width, height, columns)


def group_embeddings(
    configs: dict[str, tuple[FileBeside, ProjectorConfig]],
) -> dict[tuple[str, str], tuple[dict[int, Logged], bool]]:
    """Return the embeddings of configurations by run and tag, and in these by step.

    ``add_embedding`` of torch and tensorboardX writes the step into the name of the tensor
    (``tag:00010``) and of the folder (``00010/...``); where both agree, it is one. What was
    logged twice at a step is the later one.
    """
    found: dict[tuple[str, str], tuple[dict[int, Logged], bool]] = {}
    for run, (file, config) in configs.items():
        for embedding in config.embeddings:
            tag, step = embedding.name, None
            match = _STEP.match(embedding.name)
            if match and embedding.tensor_path.split("/")[0] == match["step"]:
                tag, step = match["tag"], int(match["step"])
                if step >= 2**63:
                    tag, step = embedding.name, None
            steps, stepped = found.get((run, tag), ({}, False))
            steps[step or 0] = Logged(file, config, embedding)
            found[run, tag] = dict(sorted(steps.items())), stepped or step is not None
    return found
